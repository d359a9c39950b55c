"""Audit: how often the first that was painted was right, among all photos and not only among those that the queue preferred.

The audit sample was drawn when its photos came, whatever order they are decided in (`draws`, `audit_sample`). Beside it stand the
plain share of all that were decided, and what the queue's own picks say: those in an order that leaves every photo a chance
(`random`, `uncertain`, `useful`, of no category) are weighted back (`inverse_probability`). All speak of the photos that show an
asset of the catalogue, as labels judge it. A photo decided some other way, such as oldest first or by an import, had no chance to
weigh by: it has a part in the plain share alone. Audited photos wait apart from the others, and have no part in the picks' share.

Of a month and of weights, all photos that waited when they began are the whole; of a reviewer, those that they or nobody took.
Photos that leave the queue without having been painted, such as the rest of a burst that one key decided, have no part in any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.drawing import DrawPurpose
from data.store import Store
from feedback.audit_sample import sampled_share
from feedback.audited import SETTLED, AuditedPhoto, audited_photos, before_crops
from feedback.drawn import drawn_of
from feedback.equivalence import read_equivalents
from feedback.gold import read_reviews
from feedback.inverse_probability import Picked, weighted_share
from feedback.labels import labels_of, standing_reviews
from feedback.metrics import Clusters, Interval, Values
from feedback.shares import share_interval

__all__ = ["Accuracy", "Audit", "AuditedPhoto", "Decided", "audit_of", "audited_photos", "month_of", "read_audit", "read_decided"]


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """Top-1 of what was painted, or how often the right one was among the first few.

    Attributes:
        name: of what: a month, category, reviewer or version; empty for all.
        plain: the share among all that were decided; None where none shows an asset.
        weighted: the share among all photos, by the inverse probability of the queue's picks; None where nothing was drawn, or
            hardly.
        sampled: the share among all photos, by the audit sample; None where less than two groups of it are decided.
    """

    name: str
    plain: Interval | None
    weighted: Interval | None
    sampled: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Top-1 as labels judge it.

    Attributes:
        decided: photos decided on a suggestion.
        drawn: of those, picked with a known chance that every waiting photo had.
        sampled: of those, drawn for audit when they came.
        waiting: photos that still wait, those that are drawn for audit left out.
        overall: of everything.
        months: by when it was painted, oldest first, UTC.
        categories: by name; the weighted figures estimate each category's photos.
        reviewers: by name.
        weights: by version, oldest first.
    """

    decided: int
    drawn: int
    sampled: int
    waiting: int
    overall: Accuracy
    months: tuple[Accuracy, ...]
    categories: tuple[Accuracy, ...]
    reviewers: tuple[Accuracy, ...]
    weights: tuple[Accuracy, ...]


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What an audit looks at: the photos that were decided, in the order in which they were painted, and how many still wait."""

    photos: tuple[AuditedPhoto, ...]
    waiting: int


def read_audit(store: Store) -> Audit:
    """Estimate the accuracy of what was painted from the reviews of a store."""
    found = read_decided(store)
    return audit_of(found.photos, waiting=found.waiting)


def read_decided(store: Store) -> Decided:
    """Read what an audit looks at from the reviews of a store; of each list the first, without the contributions to its score."""
    everything, equivalents = store.events.all(), read_equivalents(store)
    settled = {photo_id for photo_id, label in labels_of(everything, equivalents).items() if label.kind in SETTLED}
    settled |= set(drawn_of(store).probabilities(DrawPurpose.AUDIT))
    reviews = read_reviews(store)
    labels = labels_of(reviews, equivalents)
    wanted = {review.suggestion_id for review in standing_reviews(reviews) if review.suggestion_id is not None}
    suggestions = before_crops(store, store.suggestions.lists_of(sorted(wanted)))
    categories = {asset.sku: asset.category or "(none)" for asset in store.assets.all()}
    photos = {photo.photo_id: photo for photo in store.photos.of(sorted({one.photo_id for one in suggestions.values()}))}
    decided = audited_photos(reviews, labels, suggestions, photos, categories)
    decided = [replace(one, suggestion=replace(one.suggestion, candidates=one.suggestion.candidates[:1])) for one in decided]
    return Decided(photos=tuple(decided), waiting=sum(photo_id not in settled for photo_id in store.photos.image_ids()))


def audit_of(decided: Sequence[AuditedPhoto], *, waiting: int, first: int = 1) -> Audit:
    """Estimate the accuracy of what was painted.

    Args:
        decided: in the order in which it was painted.
        waiting: photos that still wait.
        first: a photo counts as right where its asset is among so many, the first.
    """
    whole = _Decided(photos=tuple(decided), waiting=waiting, first=first)
    reviewers, months = [one.reviewer for one in decided], [month_of(one) for one in decided]
    return Audit(
        decided=len(decided),
        drawn=sum(one.drawn for one in decided),
        sampled=sum(one.sampled for one in decided),
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
    first: int

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
            plain=self._plain([self.photos[at] for at in own if self.photos[at].shows]),
            weighted=self._weighted(drawn, [one.shows for one in drawn], left),
            sampled=self._sampled([self.photos[at] for at in own if self.photos[at].shows]),
        )

    def of_category(self, name: str) -> Accuracy:
        """Estimate the accuracy of the photos of a category among all that were picked."""
        drawn = [one for one in self.photos if one.drawn]
        return Accuracy(
            name=name,
            plain=self._plain([one for one in self.photos if one.shows and one.category == name]),
            weighted=self._weighted(drawn, [one.shows and one.category == name for one in drawn], self.waiting),
            sampled=self._sampled([one for one in self.photos if one.shows and one.category == name]),
        )

    def _flags(self, photos: Sequence[AuditedPhoto]) -> Values:
        return np.array([one.within(self.first) for one in photos], dtype=np.float64)

    def _plain(self, decided: Sequence[AuditedPhoto]) -> Interval | None:
        return share_interval(self._flags(decided), _groups(decided)) if decided else None

    def _sampled(self, shown: Sequence[AuditedPhoto]) -> Interval | None:
        sample = [one for one in shown if one.sampled]
        return sampled_share(self._flags(sample), _propensities(sample), _groups(sample))

    def _weighted(self, drawn: Sequence[AuditedPhoto], counted: Sequence[bool], left: int) -> Interval | None:
        if not drawn:
            return None
        return weighted_share(
            Picked(
                right=self._flags(drawn),
                counted=np.array(counted, dtype=np.bool_),
                propensities=_propensities(drawn),
                clusters=_groups(drawn),
                left=left,
            )
        )


def _groups(photos: Sequence[AuditedPhoto]) -> Clusters:
    return np.array([one.group for one in photos], dtype=np.str_)


def _propensities(photos: Sequence[AuditedPhoto]) -> Values:
    return np.array([one.suggestion.queue_propensity for one in photos], dtype=np.float64)


def month_of(one: AuditedPhoto) -> str:
    """Name the month in which a photo's suggestion was painted, UTC."""
    return f"{one.suggestion.painted_at:%Y-%m}"
