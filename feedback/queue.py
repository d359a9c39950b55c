"""The queue: which photo comes next, and how many there are of each kind."""

from __future__ import annotations

from collections.abc import Collection

from data.domain import PhotoId, Reviewer
from data.store import Store
from feedback.board import QueueCounts, board_of
from feedback.orders import Pick, QueueChoice, QueueOrder

__all__ = ["Pick", "QueueChoice", "QueueCounts", "QueueOrder", "next_photos", "next_picks", "queue_counts", "ranked_count"]


def next_picks(
    store: Store,
    *,
    reviewer: Reviewer,
    count: int,
    held: Collection[PhotoId] = (),
    choice: QueueChoice = QueueChoice(),  # noqa: B008  # frozen
) -> list[Pick]:
    """Pick the next photos that wait for a decision, each with its propensity.

    Those that this reviewer skipped, or found nothing listed for, come last.
    """
    return board_of(store).picks(reviewer, count, frozenset(held), choice)


def next_photos(
    store: Store,
    *,
    reviewer: Reviewer,
    count: int,
    held: Collection[PhotoId] = (),
    order: QueueOrder = QueueOrder.OLDEST,
) -> list[PhotoId]:
    """List the photos that `next_picks` picks."""
    choice = QueueChoice(order=order)
    return [pick.photo_id for pick in next_picks(store, reviewer=reviewer, count=count, held=held, choice=choice)]


def queue_counts(store: Store) -> QueueCounts:
    """Count photos by what is known of them."""
    return board_of(store).counts()


def ranked_count(store: Store) -> int:
    """Count the waiting photos of which an outlook by the active weights is stored."""
    return board_of(store).ranked()
