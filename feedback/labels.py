"""Labels: what a photo's standing reviews together say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from data.domain import PhotoId, Reviewer, Sku, SuggestionId
from data.events import AUTO_ACCEPT, PROGRAMS, Review, Verdict
from data.withdrawals import withdrawn_ids


class LabelKind(StrEnum):
    """What is known of a photo."""

    MATCH = "match"
    NOT_IN_DAM = "not_in_dam"
    UNUSABLE = "unusable"
    UNDECIDED = "undecided"
    DISPUTED = "disputed"


FEWEST_LABELS = 8
"""Confirmed photos, before which no weights are fitted."""

DECIDED = frozenset({LabelKind.MATCH, LabelKind.NOT_IN_DAM, LabelKind.UNUSABLE})
SPEAKING = frozenset({Verdict.MATCH, Verdict.NOT_IN_DAM, Verdict.UNUSABLE})
NO_EQUIVALENTS: Mapping[Sku, frozenset[Sku]] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Label:
    """What a photo's standing reviews say.

    Attributes:
        photo_id: of what.
        kind: what they say.
        skus: of a match, the asset and all that were declared to be the same article; of a dispute, those that were chosen.
        not_listed: suggestions of which a reviewer said that none fits; says nothing of the rest of the catalogue.
        reviewers: whose verdicts stand.
        sequence: of the last event that counted.
        chosen: the asset of a match that most reviewers chose, of several the one chosen last; None where there is no match.
        accepted: whether auto-accept alone says so. Nothing is ever learned from that, or measured by it.
    """

    photo_id: PhotoId
    kind: LabelKind
    skus: frozenset[Sku]
    not_listed: tuple[SuggestionId, ...]
    reviewers: tuple[Reviewer, ...]
    sequence: int
    chosen: Sku | None = None
    accepted: bool = False


def by_people(reviews: Iterable[Review]) -> list[Review]:
    """Leave out what programs said: people alone agree, contradict each other, and take their time."""
    return [review for review in reviews if review.reviewer not in PROGRAMS]


def without_accepted(reviews: Iterable[Review]) -> list[Review]:
    """Leave out what auto-accept said, so that no ranking is taught or measured by its own word; what is reopened stays so."""
    return [review for review in reviews if review.reviewer != AUTO_ACCEPT]


def standing_reviews(reviews: Iterable[Review]) -> list[Review]:
    """Leave what counts: each reviewer's latest verdict on each photo that was not taken back.

    A withdrawal may itself be withdrawn, which brings the first verdict back. A skip says nothing, so no earlier verdict
    gives way to it. What is reopened takes the `not_in_dam` before it away. Auto-accept gives way to whatever a person says.
    """
    ordered = sorted(reviews, key=lambda review: review.sequence)
    withdrawn = withdrawn_ids(ordered)
    latest: dict[tuple[PhotoId, Reviewer], Review] = {}
    for review in ordered:
        who = review.photo_id, review.reviewer
        silent = review.verdict is Verdict.WITHDRAWN or (review.verdict is Verdict.SKIP and who in latest)
        if not silent and review.event_id not in withdrawn:
            latest[who] = review
    standing = sorted(latest.values(), key=lambda review: review.sequence)
    reopened = {review.photo_id: review.sequence for review in standing if review.verdict is Verdict.REOPENED}
    spoken = {review.photo_id for review in standing if review.reviewer not in PROGRAMS and review.verdict is not Verdict.SKIP}
    return [
        review
        for review in standing
        if not (review.verdict is Verdict.NOT_IN_DAM and review.sequence < reopened.get(review.photo_id, -1))
        and not (review.reviewer == AUTO_ACCEPT and review.photo_id in spoken)
    ]


def labels_of(reviews: Sequence[Review], equivalents: Mapping[Sku, frozenset[Sku]] = NO_EQUIVALENTS) -> dict[PhotoId, Label]:
    """Say what each reviewed photo is known to be; photos without a standing verdict are left out.

    Args:
        reviews: every event of those photos.
        equivalents: per sku those that are one article with it, itself among them; reviewers who chose two of them agree.
    """
    by_photo: dict[PhotoId, list[Review]] = defaultdict(list)
    for review in standing_reviews(reviews):
        by_photo[review.photo_id].append(review)
    return {photo_id: _label(photo_id, found, equivalents) for photo_id, found in by_photo.items()}


def _label(photo_id: PhotoId, found: Sequence[Review], equivalents: Mapping[Sku, frozenset[Sku]]) -> Label:
    chosen = [review.sku for review in found if review.sku is not None]
    articles = {sku: equivalents.get(sku, frozenset({sku})) for sku in chosen}
    said = {(review.verdict, articles[review.sku] if review.sku else None) for review in found if review.verdict in SPEAKING}
    if not said:
        kind = LabelKind.UNDECIDED
    elif len(said) > 1:
        kind = LabelKind.DISPUTED
    else:
        kind = LabelKind(next(iter(said))[0].value)
    most = _most_chosen(chosen) if kind is LabelKind.MATCH else None
    return Label(
        photo_id=photo_id,
        kind=kind,
        skus=frozenset(chosen) if most is None else articles[most],
        not_listed=tuple(
            review.suggestion_id for review in found if review.verdict is Verdict.NOT_LISTED and review.suggestion_id is not None
        ),
        reviewers=tuple(review.reviewer for review in found if review.verdict is not Verdict.REOPENED),
        sequence=max(review.sequence for review in found),
        chosen=most,
        accepted=kind is LabelKind.MATCH and all(review.reviewer in PROGRAMS for review in found if review.verdict in SPEAKING),
    )


def _most_chosen(skus: Sequence[Sku]) -> Sku:
    """Give what comes most often; of several, what comes last."""
    votes = Counter(reversed(skus))
    return max(votes, key=lambda sku: votes[sku])
