"""Labels: what a photo's standing reviews together say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from data.domain import EventId, PhotoId, Review, Reviewer, Sku, SuggestionId, Verdict


class LabelKind(StrEnum):
    """What is known of a photo."""

    MATCH = "match"
    NOT_IN_DAM = "not_in_dam"
    UNUSABLE = "unusable"
    UNDECIDED = "undecided"
    DISPUTED = "disputed"


DECIDED = frozenset({LabelKind.MATCH, LabelKind.NOT_IN_DAM, LabelKind.UNUSABLE})
SPEAKING = frozenset({Verdict.MATCH, Verdict.NOT_IN_DAM, Verdict.UNUSABLE})


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a photo's standing reviews say.

    Attributes:
        photo_id: of what.
        kind: what they say.
        skus: the asset of a match; several only where reviewers disagree.
        not_listed: suggestions of which a reviewer said that none fits; says nothing of the rest of the catalogue.
        reviewers: whose verdicts stand.
        sequence: of the last event that counted.
    """

    photo_id: PhotoId
    kind: LabelKind
    skus: frozenset[Sku]
    not_listed: tuple[SuggestionId, ...]
    reviewers: tuple[Reviewer, ...]
    sequence: int


def standing_reviews(reviews: Iterable[Review]) -> list[Review]:
    """Leave what counts: each reviewer's latest verdict on each photo that was not taken back.

    A withdrawal may itself be withdrawn, which brings the first verdict back. A skip says nothing, so no earlier verdict
    gives way to it.
    """
    ordered = sorted(reviews, key=lambda review: review.sequence)
    withdrawn: set[EventId] = set()
    for review in reversed(ordered):
        if review.withdraws is not None and review.event_id not in withdrawn:
            withdrawn.add(review.withdraws)
    latest: dict[tuple[PhotoId, Reviewer], Review] = {}
    for review in ordered:
        who = review.photo_id, review.reviewer
        silent = review.verdict is Verdict.WITHDRAWN or (review.verdict is Verdict.SKIP and who in latest)
        if not silent and review.event_id not in withdrawn:
            latest[who] = review
    return sorted(latest.values(), key=lambda review: review.sequence)


def labels_of(reviews: Sequence[Review]) -> dict[PhotoId, Label]:
    """Say what each reviewed photo is known to be; photos without a standing verdict are left out."""
    by_photo: dict[PhotoId, list[Review]] = defaultdict(list)
    for review in standing_reviews(reviews):
        by_photo[review.photo_id].append(review)
    return {photo_id: _label(photo_id, found) for photo_id, found in by_photo.items()}


def _label(photo_id: PhotoId, found: Sequence[Review]) -> Label:
    said = {(review.verdict, review.sku) for review in found if review.verdict in SPEAKING}
    if not said:
        kind = LabelKind.UNDECIDED
    elif len(said) > 1:
        kind = LabelKind.DISPUTED
    else:
        kind = LabelKind(next(iter(said))[0].value)
    return Label(
        photo_id=photo_id,
        kind=kind,
        skus=frozenset(sku for _, sku in said if sku is not None),
        not_listed=tuple(
            review.suggestion_id for review in found if review.verdict is Verdict.NOT_LISTED and review.suggestion_id is not None
        ),
        reviewers=tuple(review.reviewer for review in found),
        sequence=max(review.sequence for review in found),
    )
