"""Audit: how often the first that was painted was right, among all photos and not only among those that the queue preferred.

What each decided photo was picked with is stored with its suggestion. Picks in an order that leaves every photo a chance
(`random`, `uncertain`, `useful`, of no category) are weighted back (`inverse_probability`); the plain share of all that were
decided stands beside it. Both speak of the photos that show an asset of the catalogue, as labels judge it. A photo decided some
other way, such as oldest first or by an import, had no chance to weigh by: it has a part in the plain share alone.

Of a month and of weights, all photos that waited when they began are the whole; of a reviewer, those that they or nobody took.
Photos that leave the queue without having been painted, such as the rest of a burst that one key decided, have no part in either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.domain import Photo, PhotoId, Reviewer, Sku, SuggestionId
from data.events import Review
from data.ranking import Suggestion
from data.store import Store
from feedback.equivalence import read_equivalents
from feedback.inverse_probability import Picked, weighted_share
from feedback.labels import DECIDED, SPEAKING, Label, LabelKind, labels_of, standing_reviews, without_accepted
from feedback.metrics import Interval
from feedback.orders import BY_OUTLOOK, QueueOrder
from feedback.shares import share_interval

WITH_A_CHANCE = frozenset(order.value for order in (*BY_OUTLOOK, QueueOrder.RANDOM))
SETTLED = DECIDED | {LabelKind.DISPUTED}
"""Labels of photos that wait no longer."""


@dataclass(frozen=True, kw_only=True)
class AuditedPhoto:
    """A photo that was decided on a suggestion.

    Attributes:
        suggestion: the first on which it was decided.
        reviewer: who decided on it.
        group: of the photo.
        shows: whether the label says that it shows an asset of the catalogue.
        right: whether that asset was the first painted.
        category: of that asset.
    """

    suggestion: Suggestion
    reviewer: Reviewer
    group: str
    shows: bool
    right: bool
    category: str

    @property
    def drawn(self) -> bool:
        """Say whether every photo that waited could have been picked in its place."""
        return self.suggestion.queue_order in WITH_A_CHANCE and bool(self.suggestion.queue_propensity)


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """Top-1 of what was painted.

    Attributes:
        name: of what: a month, category, reviewer or version; empty for all.
        plain: the share among all that were decided; None where none shows an asset.
        weighted: the share among all photos, by inverse probability; None where nothing was drawn, or hardly.
    """

    name: str
    plain: Interval | None
    weighted: Interval | None


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Top-1 as labels judge it.

    Attributes:
        decided: photos decided on a suggestion.
        drawn: of those, picked with a known chance that every waiting photo had.
        waiting: photos that still wait.
        overall: of everything.
        months: by when it was painted, oldest first, UTC.
        categories: by name; the weighted figures estimate each category's photos.
        reviewers: by name.
        weights: by version, oldest first.
    """

    decided: int
    drawn: int
    waiting: int
    overall: Accuracy
    months: tuple[Accuracy, ...]
    categories: tuple[Accuracy, ...]
    reviewers: tuple[Accuracy, ...]
    weights: tuple[Accuracy, ...]


def read_audit(store: Store) -> Audit:
    """Estimate the accuracy of what was painted from the reviews of a store."""
    reviews, photos = store.events.all(), store.photos.all()
    equivalents = read_equivalents(store)
    settled = {photo_id for photo_id, label in labels_of(reviews, equivalents).items() if label.kind in SETTLED}
    reviews = without_accepted(reviews)
    labels = labels_of(reviews, equivalents)
    wanted = {review.suggestion_id for review in standing_reviews(reviews) if review.suggestion_id is not None}
    rows = store.suggestions.table.scan_in("suggestion_id", sorted(wanted))
    suggestions = {one.suggestion_id: one for one in store.suggestions.from_rows(rows)}
    categories = {asset.sku: asset.category or "(none)" for asset in store.assets.all()}
    decided = audited_photos(reviews, labels, suggestions, {photo.photo_id: photo for photo in photos}, categories)
    return audit_of(decided, waiting=sum(photo.photo_id not in settled for photo in photos))


def audited_photos(
    reviews: Sequence[Review],
    labels: Mapping[PhotoId, Label],
    suggestions: Mapping[SuggestionId, Suggestion],
    photos: Mapping[PhotoId, Photo],
    categories: Mapping[Sku, str],
) -> list[AuditedPhoto]:
    """List the photos that were decided on a suggestion, each once, in the order in which these were painted."""
    first: dict[PhotoId, tuple[Suggestion, Reviewer]] = {}
    for review in standing_reviews(reviews):
        shown = suggestions.get(review.suggestion_id) if review.suggestion_id is not None else None
        if (
            shown is None
            or shown.photo_id != review.photo_id
            or review.verdict not in SPEAKING
            or labels[review.photo_id].kind not in SETTLED
        ):
            continue
        if review.photo_id not in first or shown.painted_at < first[review.photo_id][0].painted_at:
            first[review.photo_id] = shown, review.reviewer
    ordered = sorted(first.items(), key=lambda found: (found[1][0].painted_at, found[0]))
    return [
        _audited(shown, reviewer, labels[photo_id], photos.get(photo_id), categories) for photo_id, (shown, reviewer) in ordered
    ]


def _audited(
    shown: Suggestion, reviewer: Reviewer, label: Label, photo: Photo | None, categories: Mapping[Sku, str]
) -> AuditedPhoto:
    return AuditedPhoto(
        suggestion=shown,
        reviewer=reviewer,
        group=photo.group if photo else f"photo {label.photo_id}",
        shows=label.kind is LabelKind.MATCH,
        right=bool(shown.candidates) and label.kind is LabelKind.MATCH and shown.candidates[0].sku in label.skus,
        category="" if label.chosen is None else categories.get(label.chosen, "(none)"),
    )


def audit_of(decided: Sequence[AuditedPhoto], *, waiting: int) -> Audit:
    """Estimate the accuracy of what was painted.

    Args:
        decided: in the order in which it was painted.
        waiting: photos that still wait.
    """
    whole = _Decided(photos=tuple(decided), waiting=waiting)
    reviewers, months = [one.reviewer for one in decided], [_month(one) for one in decided]
    return Audit(
        decided=len(decided),
        drawn=sum(one.drawn for one in decided),
        waiting=waiting,
        overall=whole.accuracy("", [True] * len(decided)),
        months=whole.each(months),
        categories=tuple(whole.of_category(name) for name in sorted({one.category for one in decided if one.shows})),
        reviewers=tuple(sorted(whole.each(reviewers), key=lambda found: found.name)),
        weights=whole.each([one.suggestion.weights for one in decided]),
    )


@dataclass(frozen=True, kw_only=True)
class _Decided:
    """All photos that were decided on a suggestion, in order, and how many still wait."""

    photos: tuple[AuditedPhoto, ...]
    waiting: int

    def each(self, names: Sequence[str]) -> tuple[Accuracy, ...]:
        """Estimate the accuracy under each name, as if those of other names had never been in the queue before."""
        return tuple(self.accuracy(name, [other == name for other in names]) for name in dict.fromkeys(names))

    def accuracy(self, name: str, kept: Sequence[bool]) -> Accuracy:
        own = [at for at, keep in enumerate(kept) if keep]
        later = self.photos[own[-1] + 1 :] if own else ()
        drawn = [self.photos[at] for at in own if self.photos[at].drawn]
        left = self.waiting + sum(one.drawn for one in later)
        return Accuracy(
            name=name,
            plain=_plain([self.photos[at] for at in own if self.photos[at].shows]),
            weighted=_weighted(drawn, [one.shows for one in drawn], left),
        )

    def of_category(self, name: str) -> Accuracy:
        """Estimate the accuracy of the photos of a category among all that were picked."""
        drawn = [one for one in self.photos if one.drawn]
        return Accuracy(
            name=name,
            plain=_plain([one for one in self.photos if one.shows and one.category == name]),
            weighted=_weighted(drawn, [one.shows and one.category == name for one in drawn], self.waiting),
        )


def _month(one: AuditedPhoto) -> str:
    return f"{one.suggestion.painted_at:%Y-%m}"


def _plain(decided: Sequence[AuditedPhoto]) -> Interval | None:
    if not decided:
        return None
    flags = np.array([one.right for one in decided], dtype=np.float64)
    return share_interval(flags, np.array([one.group for one in decided], dtype=np.str_))


def _weighted(drawn: Sequence[AuditedPhoto], counted: Sequence[bool], left: int) -> Interval | None:
    if not drawn:
        return None
    return weighted_share(
        Picked(
            right=np.array([one.right for one in drawn], dtype=np.float64),
            counted=np.array(counted, dtype=np.bool_),
            propensities=np.array([one.suggestion.queue_propensity for one in drawn], dtype=np.float64),
            clusters=np.array([one.group for one in drawn], dtype=np.str_),
            left=left,
        )
    )
