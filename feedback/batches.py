"""Batches: the reviews that one reviewer gave in one go, at the screen or by a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from data.domain import Reviewer
from data.events import Review

PAUSE = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Reviews of one reviewer in server sequence. `imported`: they came without a suggestion, so from a file or a command."""

    name: str
    reviewer: Reviewer
    imported: bool
    reviews: tuple[Review, ...]


def batches_of(reviews: Sequence[Review]) -> list[Batch]:
    """Part each reviewer's events where they pause for 30 minutes, or change between the screen and files.

    Events in server sequence; a file's rows may carry times of their own, which part it where they jump. Withdrawals name no
    suggestion and say nothing of where they came from: they stay with what was before them.
    """
    by_reviewer: dict[Reviewer, list[Review]] = defaultdict(list)
    for review in sorted(reviews, key=lambda review: review.sequence):
        by_reviewer[review.reviewer].append(review)
    return [batch for reviewer, own in by_reviewer.items() for batch in _parts(reviewer, own)]


def _parts(reviewer: Reviewer, reviews: Sequence[Review]) -> list[Batch]:
    parts: list[list[Review]] = []
    imported = False
    for review in reviews:
        without = imported if review.withdraws is not None and parts else review.suggestion_id is None
        if not parts or without != imported or abs(review.at - parts[-1][-1].at) >= PAUSE:
            parts.append([])
        imported = without
        parts[-1].append(review)
    return [
        Batch(
            name=f"{reviewer} {number}",
            reviewer=reviewer,
            imported=all(review.suggestion_id is None for review in part),
            reviews=tuple(part),
        )
        for number, part in enumerate(parts, start=1)
    ]
