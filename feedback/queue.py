"""The queue: which photo comes next, and how many there are of each kind."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from data.domain import Photo, PhotoId, Reviewer, Verdict
from data.store import Store
from feedback.labels import DECIDED, LabelKind, labels_of, standing_reviews


class QueueOrder(StrEnum):
    """In which order photos come."""

    OLDEST = "oldest"
    NEWEST = "newest"
    RANDOM = "random"


@dataclass(frozen=True, kw_only=True)
class QueueCounts:
    """How many photos there are of each kind; `waiting` has no standing decision."""

    waiting: int
    decided: int
    disputed: int
    not_in_dam: int
    unusable: int


def next_photos(
    store: Store,
    *,
    reviewer: Reviewer,
    count: int,
    held: Collection[PhotoId] = (),
    order: QueueOrder = QueueOrder.OLDEST,
) -> list[PhotoId]:
    """List the photos that wait for a decision; those that this reviewer skipped, or found nothing listed for, come last."""
    reviews = store.events.all()
    labels = labels_of(reviews)
    later = {
        review.photo_id
        for review in standing_reviews(reviews)
        if review.reviewer == reviewer and review.verdict in {Verdict.SKIP, Verdict.NOT_LISTED}
    }
    open_kinds = {LabelKind.UNDECIDED}
    waiting = [
        photo
        for photo in store.photos.all()
        if photo.photo_id not in held and (photo.photo_id not in labels or labels[photo.photo_id].kind in open_kinds)
    ]
    waiting.sort(key=lambda photo: _place(photo, order))
    return [photo.photo_id for photo in sorted(waiting, key=lambda photo: photo.photo_id in later)][:count]


def queue_counts(store: Store) -> QueueCounts:
    """Count photos by what is known of them."""
    kinds = [label.kind for label in labels_of(store.events.all()).values()]
    decided = sum(kind in DECIDED for kind in kinds)
    disputed = kinds.count(LabelKind.DISPUTED)
    return QueueCounts(
        waiting=store.photos.count() - decided - disputed,
        decided=decided,
        disputed=disputed,
        not_in_dam=kinds.count(LabelKind.NOT_IN_DAM),
        unusable=kinds.count(LabelKind.UNUSABLE),
    )


def _place(photo: Photo, order: QueueOrder) -> tuple[float, str]:
    drawn = hashlib.blake2b(photo.photo_id.encode(), digest_size=8).hexdigest()
    if order is QueueOrder.RANDOM:
        return (0.0, drawn)
    stamp = photo.submitted_at.timestamp()
    return (-stamp if order is QueueOrder.NEWEST else stamp, drawn)
