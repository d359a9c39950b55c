"""What reviewers were shown when they spoke: what they refused, and which wrong first they corrected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.domain import PhotoId, Sku, SuggestionId
from data.events import Review, Verdict
from data.store import Store
from feedback.labels import standing_reviews


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What stands of one photo's reviews beside its label.

    Attributes:
        refused: candidates that were shown to somebody who said that none of them fits.
        corrected: the first of what was shown to somebody who chose another.
    """

    refused: frozenset[Sku]
    corrected: frozenset[Sku]


def read_shown(store: Store, reviews: Iterable[Review]) -> dict[PhotoId, Shown]:
    """Read what was shown for the reviews that stand; photos of which that says nothing are left out."""
    standing = [review for review in standing_reviews(reviews) if review.suggestion_id is not None]
    spoken = [review for review in standing if review.verdict in {Verdict.MATCH, Verdict.NOT_LISTED}]
    wanted = {review.suggestion_id for review in spoken if review.suggestion_id is not None}
    return shown_of(spoken, store.suggestions.skus_of(wanted))


def shown_of(reviews: Iterable[Review], listed: Mapping[SuggestionId, tuple[Sku, ...]]) -> dict[PhotoId, Shown]:
    """Join reviews that stand with what was listed; a review whose list is not known says nothing here."""
    found: dict[PhotoId, Shown] = {}
    for review in reviews:
        skus = listed.get(review.suggestion_id, ()) if review.suggestion_id else ()
        before = found.get(review.photo_id, Shown(refused=frozenset(), corrected=frozenset()))
        if review.verdict is Verdict.NOT_LISTED:
            before = Shown(refused=before.refused | frozenset(skus), corrected=before.corrected)
        elif review.verdict is Verdict.MATCH and skus and skus[0] != review.sku:
            before = Shown(refused=before.refused, corrected=before.corrected | {skus[0]})
        if before.refused or before.corrected:
            found[review.photo_id] = before
    return found
