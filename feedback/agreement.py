"""Agreement: how far reviewers say the same of the same photo, and how fast each of them is.

It speaks of the photos that several have decided, however these came about: where second opinions were not drawn at random,
the photos may be harder than most. Answers are as everywhere: equivalent skus are one, and only verdicts that say something of
the photo count (see `labels`). Near-duplicate photos are drawn together, so that a burst does not narrow an interval.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from data.domain import Photo, PhotoId, Reviewer, Sku
from data.events import Review
from data.store import Store
from feedback.coefficients import MISSING, PAIR, Ratings, cohen_kappa, gwet_ac1, krippendorff_alpha
from feedback.equivalence import read_equivalents
from feedback.labels import SPEAKING, by_people, standing_reviews
from feedback.metrics import Interval
from feedback.outliers import compare
from feedback.pace import Pace, pace_of
from feedback.shares import share_interval


@dataclass(frozen=True, kw_only=True)
class PairAgreement:
    """Two reviewers on the photos that both decided; `kappa` is None where they gave one and the same answer throughout."""

    first: Reviewer
    second: Reviewer
    agreed: Interval
    kappa: Interval | None


@dataclass(frozen=True, kw_only=True)
class ReviewerRecord:
    """What one reviewer did.

    Attributes:
        reviewer: who.
        decided: photos of which their verdict stands and says something.
        agreed: of the photos on which the others are of one mind, or most of them, the share where this one is too; None where
            they met nobody.
        pace: None where no decision was timed.
    """

    reviewer: Reviewer
    decided: int
    agreed: Interval | None
    pace: Pace | None


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far reviewers agree.

    Attributes:
        photos: decided by several, on which everything but the pace is measured.
        groups: of those photos.
        alpha: Krippendorff's, nominal; None where nobody met, or all said the same of everything.
        ac1: Gwet's; None as alpha.
        pairs: who met whom.
        reviewers: by name.
    """

    photos: int
    groups: int
    alpha: Interval | None
    ac1: Interval | None
    pairs: tuple[PairAgreement, ...]
    reviewers: tuple[ReviewerRecord, ...]


@dataclass(frozen=True, kw_only=True)
class _Table:
    """Answers of the photos that several decided: names of rows and columns, and what was said."""

    photos: tuple[PhotoId, ...]
    reviewers: tuple[Reviewer, ...]
    ratings: Ratings


def read_agreement(store: Store) -> Agreement:
    """Measure agreement and pace among the reviews of a store."""
    photos = {photo.photo_id: photo for photo in store.photos.all()}
    return agreement_of(by_people(store.events.all()), photos, {sku: min(skus) for sku, skus in read_equivalents(store).items()})


def agreement_of(reviews: Sequence[Review], photos: Mapping[PhotoId, Photo], same: Mapping[Sku, Sku]) -> Agreement:
    """Measure agreement and pace.

    Args:
        reviews: all events.
        photos: for their groups; a photo that is missing is a group of its own.
        same: for equivalent articles the one that stands for them; others stand for themselves.
    """
    standing = [review for review in standing_reviews(reviews) if review.verdict in SPEAKING]
    groups = {review.photo_id: _group(review.photo_id, photos) for review in reviews}
    table = _table(standing, groups, same)
    return Agreement(
        photos=len(table.photos),
        groups=len(np.unique(table.ratings.clusters)),
        alpha=krippendorff_alpha(table.ratings),
        ac1=gwet_ac1(table.ratings),
        pairs=_pairs(table),
        reviewers=_records(reviews, standing, groups, _with_the_others(table)),
    )


def _group(photo_id: PhotoId, photos: Mapping[PhotoId, Photo]) -> str:
    return photos[photo_id].group if photo_id in photos else f"photo {photo_id}"


def _table(standing: Sequence[Review], groups: Mapping[PhotoId, str], same: Mapping[Sku, Sku]) -> _Table:
    said: dict[PhotoId, dict[Reviewer, tuple[str, str]]] = defaultdict(dict)
    for review in standing:
        said[review.photo_id][review.reviewer] = (review.verdict.value, same.get(review.sku, review.sku) if review.sku else "")
    met = {photo_id: answers for photo_id, answers in said.items() if len(answers) >= PAIR}
    numbers: dict[tuple[str, str], int] = {}
    reviewers = tuple(sorted({reviewer for answers in met.values() for reviewer in answers}))
    places = {reviewer: at for at, reviewer in enumerate(reviewers)}
    answered = np.full((len(met), len(reviewers)), MISSING, dtype=np.int64)
    for row, answers in enumerate(met.values()):
        for reviewer, answer in answers.items():
            answered[row, places[reviewer]] = numbers.setdefault(answer, len(numbers))
    clusters = np.array([groups[photo_id] for photo_id in met], dtype=np.str_)
    return _Table(photos=tuple(met), reviewers=reviewers, ratings=Ratings(answers=answered, clusters=clusters))


def _pairs(table: _Table) -> tuple[PairAgreement, ...]:
    found = []
    for first, second in combinations(range(len(table.reviewers)), 2):
        answers = table.ratings.answers[:, [first, second]]
        both = (answers != MISSING).all(axis=1)
        if both.any():
            pair = Ratings(answers=answers[both], clusters=table.ratings.clusters[both])
            agreed = share_interval((pair.answers[:, 0] == pair.answers[:, 1]).astype(np.float64), pair.clusters)
            names = table.reviewers[first], table.reviewers[second]
            found.append(PairAgreement(first=names[0], second=names[1], agreed=agreed, kappa=cohen_kappa(pair)))
    return tuple(found)


def _with_the_others(table: _Table) -> dict[Reviewer, Interval]:
    """Hold each reviewer against what most of the others say, photo by photo."""
    flags: dict[Reviewer, list[float]] = defaultdict(list)
    clusters: dict[Reviewer, list[str]] = defaultdict(list)
    for answers, cluster in zip(table.ratings.answers, table.ratings.clusters, strict=True):
        said = {str(who): [str(number)] for who, number in zip(table.reviewers, answers, strict=True) if number != MISSING}
        for who, agreed in compare(said).items():
            flags[Reviewer(who)].append(float(agreed))
            clusters[Reviewer(who)].append(str(cluster))
    return {who: share_interval(np.array(found), np.array(clusters[who], dtype=np.str_)) for who, found in flags.items()}


def _records(
    reviews: Sequence[Review],
    standing: Sequence[Review],
    groups: Mapping[PhotoId, str],
    agreed: Mapping[Reviewer, Interval],
) -> tuple[ReviewerRecord, ...]:
    by_reviewer: dict[Reviewer, list[Review]] = defaultdict(list)
    for review in reviews:
        by_reviewer[review.reviewer].append(review)
    decided = [review.reviewer for review in standing]
    return tuple(
        ReviewerRecord(
            reviewer=who,
            decided=decided.count(who),
            agreed=agreed.get(who),
            pace=pace_of(own, np.array([groups[review.photo_id] for review in own], dtype=np.str_)),
        )
        for who, own in sorted(by_reviewer.items())
    )
