"""Exposure: which candidates a reviewer sees, with the probability of what was left to chance.

Ranks 1 to 4 are the model's. The fifth slot explores now and then, or a good article that the weights undervalue would never be
seen, and never be confirmed. The probability with which each asset can come into that slot is known (`slot_propensities`), and
that of the asset shown is stored, so that what is learned from the slot can be weighted by its inverse: Horvitz and Thompson,
"A generalization of sampling without replacement from a finite universe", JASA 1952.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping

from data.domain import Sku, SuggestionId
from data.ranking import Candidate, Suggestion

SHOWN = 5
EXPLORE_SHARE = 0.2
NOT_ONE_CHANNEL = frozenset({"cut-outs", "geometry", "geometry/confirmed", "popularity"})
"""Contributions that speak of all channels together, or of the first ten alone."""


def expose(suggestion: Suggestion, share: float = EXPLORE_SHARE) -> Suggestion:
    """Choose the five that are shown, and put the rest behind them in the model's order.

    The choice hangs on the suggestion's id alone: the same suggestion gives the same five.

    Args:
        suggestion: the model's candidates in order, more than those shown.
        share: probability that the fifth slot explores, in 0 … 1.

    Returns:
        The same candidates; ranks are places now. `explored_rank` is 5 where another asset than the model's fifth is there.
        `propensity` is the probability with which the asset in the fifth slot came there: of the model's fifth 1 − share, and 1
        where there is nothing to explore.
    """
    chances = slot_propensities(suggestion, share)
    if not chances:
        return dataclasses.replace(suggestion, explored_rank=None, propensity=1.0)
    chosen = _draw(chances, suggestion.suggestion_id)
    slot = next(at for at, candidate in enumerate(suggestion.candidates) if candidate.sku == chosen)
    listed = list(suggestion.candidates)
    listed.insert(SHOWN - 1, listed.pop(slot))
    return dataclasses.replace(
        suggestion,
        candidates=tuple(dataclasses.replace(candidate, rank=place) for place, candidate in enumerate(listed, start=1)),
        explored_rank=SHOWN if slot >= SHOWN else None,
        propensity=chances[chosen],
    )


def slot_propensities(suggestion: Suggestion, share: float = EXPLORE_SHARE) -> dict[Sku, float]:
    """Give the probability of each asset to be shown in the fifth slot; they sum to 1. Empty where there are less than five.

    What explores is the first of the channel that disagrees most, and where none does, one of the rest with equal chances.
    """
    first, rest = suggestion.candidates[:SHOWN], suggestion.candidates[SHOWN:]
    if len(first) < SHOWN:
        return {}
    if not rest or share <= 0:
        return {first[-1].sku: 1.0}
    dissenter = disagreeing_first(suggestion)
    explored = [dissenter] if dissenter is not None else [candidate.sku for candidate in rest]
    return {first[-1].sku: 1 - share, **dict.fromkeys(explored, share / len(explored))}


def disagreeing_first(suggestion: Suggestion) -> Sku | None:
    """Find the asset that one channel, or one kind of view, puts before all that are shown; None where all agree.

    Of several, the one with the largest lead over the best shown, in parts of the score, so that a channel's weight counts. Only
    the candidates listed are compared. Where a channel has no evidence it says nothing: of a candidate, or of all those shown.
    """
    shown = {candidate.sku for candidate in suggestion.candidates[:SHOWN]}
    leads: dict[Sku, float] = {}
    for said in _by_source(suggestion.candidates).values():
        first = max(said, key=lambda sku: said[sku])
        lead = said[first] - max((said[sku] for sku in said if sku in shown), default=math.inf)
        if first not in shown and lead > leads.get(first, 0.0):
            leads[first] = lead
    return max(leads, key=lambda sku: leads[sku]) if leads else None


def _by_source(candidates: tuple[Candidate, ...]) -> Mapping[str, dict[Sku, float]]:
    """Sum each candidate's parts of the score by channel, and by kind of view."""
    found: dict[str, dict[Sku, float]] = defaultdict(dict)
    for candidate in candidates:
        for part in candidate.contributions:
            if part.channel in NOT_ONE_CHANNEL or math.isnan(part.similarity):
                continue
            for source in {part.channel, part.channel.partition("/")[2] or part.channel}:
                found[source][candidate.sku] = found[source].get(candidate.sku, 0.0) + part.value
    return found


def _draw(chances: Mapping[Sku, float], suggestion_id: SuggestionId) -> Sku:
    """Draw one, always the same for one id."""
    digest = hashlib.blake2b(f"fifth slot of {suggestion_id}".encode(), digest_size=8).digest()
    left = int.from_bytes(digest, "big") / 2**64
    for sku, chance in chances.items():
        left -= chance
        if left < 0:
            return sku
    return next(iter(chances))
