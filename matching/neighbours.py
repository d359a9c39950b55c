"""What kind of object a photo shows, where no model says it: what its nearest assets are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from data.domain import Sku
from data.ranking import Candidate

ASKED = 5
"""How many of the first candidates vote."""


@dataclass(frozen=True, kw_only=True)
class NeighbourCategory:
    """The category that most neighbours have. `share` is its part of the votes, in (0, 1]."""

    category: str
    share: float


def category_of_neighbours(candidates: Sequence[Candidate], category_of: Callable[[Sku], str]) -> NeighbourCategory | None:
    """Let the first candidates vote, each with its confidence; of several with as many votes, the one that ranks higher wins.

    Args:
        candidates: in the order of their ranks, as the ranking has them (an explored slot is no neighbour).
        category_of: an asset's category; empty where it has none, which is no vote.

    Returns:
        None where nobody votes.
    """
    voters = [(category_of(candidate.sku), candidate.confidence) for candidate in candidates[:ASKED]]
    votes: dict[str, float] = {}
    for category, confidence in voters:
        if category:
            votes[category] = votes.get(category, 0.0) + confidence
    total = sum(votes.values())
    if not total:
        return None
    category = max(votes, key=lambda name: votes[name])
    return NeighbourCategory(category=category, share=votes[category] / total)
