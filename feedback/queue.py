"""The queue: which photo comes next, and how many there are of each kind."""

from __future__ import annotations

from collections.abc import Collection

from data.domain import PhotoId, Reviewer
from data.store import Store
from feedback.board import QueueCounts, board_of
from feedback.drawn import ReviewerCounts, drawn_of
from feedback.orders import Pick, QueueChoice, QueueOrder

__all__ = [
    "Pick",
    "QueueChoice",
    "QueueCounts",
    "QueueOrder",
    "ReviewerCounts",
    "hand_out",
    "next_photos",
    "next_picks",
    "queue_counts",
    "ranked_count",
    "reviewer_counts",
]


def next_picks(
    store: Store,
    *,
    reviewer: Reviewer,
    count: int,
    held: Collection[PhotoId] = (),
    choice: QueueChoice = QueueChoice(),  # noqa: B008  # frozen
) -> list[Pick]:
    """List the next photos that wait for a decision, each with its propensity; those of the audit come between the others.

    Those that this reviewer skipped, or found nothing listed for, come last.
    """
    return drawn_of(store).listed(reviewer, count, frozenset(held), choice)


def hand_out(store: Store, *, reviewer: Reviewer, count: int, held: Collection[PhotoId], choice: QueueChoice) -> list[Pick]:
    """Pick the next photos for a reviewer: those of `next_picks`, and between them gold and photos for a second opinion."""
    return drawn_of(store).picks(reviewer, count, frozenset(held), choice)


def reviewer_counts(store: Store, reviewer: Reviewer) -> ReviewerCounts:
    """Count what waits for a reviewer, so that the counts do not tell which photos are checks."""
    return drawn_of(store).counts(reviewer)


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
