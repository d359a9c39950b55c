"""Uncertainty: how little a ranking knows, read from its probabilities alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import entr

from data.ranking import Suggestion
from matching.arrays import RealArray


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """A suggestion, and how sure the ranking of the whole catalogue behind it is: `entropy` and `margin`, both 0 … 1."""

    suggestion: Suggestion
    entropy: float
    margin: float


def judge(suggestion: Suggestion, confidence: RealArray) -> Ranked:
    """Say how sure a ranking is, by the confidence of every asset, (n_assets,), and of "not in the DAM" as one class more."""
    classes = np.append(confidence, suggestion.no_match)
    return Ranked(suggestion=suggestion, entropy=entropy(classes), margin=margin(classes))


def entropy(probabilities: RealArray) -> float:
    """Measure how evenly probability lies on the classes: 0 where one has all of it, 1 where all have the same.

    Shannon's entropy −Σ p ln p (Bell System Technical Journal 27, 1948), divided by the most that it can be, ln n, so that
    catalogues of any size compare. As a measure of what to ask next: Settles, "Active Learning Literature Survey", University of
    Wisconsin–Madison, TR 1648, 2009, section "Uncertainty sampling".

    Args:
        probabilities: (n_classes,), summing to 1: every asset, and "not in the DAM".
    """
    if len(probabilities) < 2:  # noqa: PLR2004  # one class is certain
        return 0.0
    return float(np.clip(entr(probabilities).sum() / np.log(len(probabilities)), 0, 1))


def margin(probabilities: RealArray) -> float:
    """Measure how far the likeliest class is ahead of the next: 1 where it has all probability, 0 where two are alike.

    Unlike the entropy it does not mind how many unlikely classes there are behind them. Scheffer, Decomain and Wrobel, "Active
    hidden Markov models for information extraction", IDA 2001; in Settles' survey as margin sampling.

    Args:
        probabilities: (n_classes,), summing to 1: every asset, and "not in the DAM".
    """
    if len(probabilities) < 2:  # noqa: PLR2004
        return 1.0
    second, first = np.partition(probabilities, -2)[-2:]
    return float(first - second)
