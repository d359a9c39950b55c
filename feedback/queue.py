"""The queue: which photo comes next, and how many there are of each kind."""

from __future__ import annotations

from collections.abc import Collection

from data.domain import PhotoId, Reviewer
from data.store import Store
from feedback.board import QueueCounts, QueueOrder, board_of

__all__ = ["QueueCounts", "QueueOrder", "next_photos", "queue_counts"]


def next_photos(
    store: Store,
    *,
    reviewer: Reviewer,
    count: int,
    held: Collection[PhotoId] = (),
    order: QueueOrder = QueueOrder.OLDEST,
) -> list[PhotoId]:
    """List the photos that wait for a decision; those that this reviewer skipped, or found nothing listed for, come last."""
    return board_of(store).next_photos(reviewer, count, frozenset(held), order)


def queue_counts(store: Store) -> QueueCounts:
    """Count photos by what is known of them."""
    return board_of(store).counts()
