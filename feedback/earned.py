"""Words count where labels say that they help: text and attributes weigh nothing until they have earned it."""

from __future__ import annotations

from dataclasses import replace

from matching.weights import Weights
from matching.worded import ATTRIBUTES, TEXT_CHANNEL

TEXT_FROM, BONUS_FROM = 1e-2, 1e-2
"""Where a fit begins to look for the weight of the text channel and of a bonus: from nothing, no descent would ever lift them."""

EARNED = 2.0
"""By how much both must grow from there; else they stay at nothing, and nobody reads words."""


def only_earned(start: Weights, fitted: Weights) -> Weights:
    """Put text and attributes back to nothing where they started there and a fit has hardly lifted them."""
    before, now = (dict(zip(found.channels, found.values, strict=True)) for found in (start, fitted))
    if not before.get(TEXT_CHANNEL) and 0 < now.get(TEXT_CHANNEL, 0.0) < EARNED * TEXT_FROM:
        rest = 1 - now[TEXT_CHANNEL]
        shares = {channel: 0.0 if channel == TEXT_CHANNEL else value / rest for channel, value in now.items()}
        fitted = replace(fitted, values=tuple(shares.values()))
    if not start.bonuses.get(ATTRIBUTES) and fitted.bonuses.get(ATTRIBUTES, 0.0) < EARNED * BONUS_FROM:
        fitted = replace(fitted, bonuses={**fitted.bonuses, ATTRIBUTES: 0.0})
    return fitted
