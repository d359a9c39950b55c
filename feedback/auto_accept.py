"""Auto-accept: from which confidence on the first candidate may stand unseen, for a promised error rate.

Thresholds are tested from the strictest on, in an order that was fixed before any outcome was looked at; the first that cannot
be shown to keep the promise ends it, and the one before it is taken. So all tests together err as seldom as one: fixed-sequence
testing (Maurer, Hothorn and Lehmacher 1995), as "Learn then test" uses it (Angelopoulos, Bates, Candès, Jordan and Lei, Annals of
Applied Statistics 2025). Each test asks whether the upper bound of Clopper and Pearson (Biometrika 1934) for the share of wrong
ones among those accepted lies within the promise.

The first test takes as many photos as keep the promise with one wrong among them: fewer would let a single wrong photo, which
even good weights have, end everything at once. Near-duplicates would count as many times as they are, so one of each group stands
for it. A photo of which the catalogue has no asset is wrong at any confidence. Nothing here accepts anything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from data.errors import NotEnoughEvidence, ShapeMismatch
from feedback.metrics import Clusters, Interval, Values
from feedback.shares import share_interval

LEVEL = 0.05
"""How often a promise may be broken, at most."""

STEPS = 40
"""Thresholds that are tested, at most."""

TESTED_WITH = 1
"""Wrong photos that the first test can bear."""


@dataclass(frozen=True, kw_only=True)
class AutoAccept:
    """What could stand unseen.

    Attributes:
        promised: the share of wrong ones among those accepted that is not to be exceeded.
        threshold: the least confidence that is accepted; None where no threshold can be shown to keep the promise.
        tested: photos that were looked at, one of each group.
        accepted: of the photos that were looked at, those at or above it.
        wrong: of those.
        bound: the upper bound of the share of wrong ones, at 95 %; None without a threshold.
        needed: photos, one of each group, without which no threshold can be shown to keep the promise.
    """

    promised: float
    threshold: float | None
    tested: int
    accepted: int
    wrong: int
    bound: float | None
    needed: int


def auto_accept(confidence: Values, correct: Values, clusters: Clusters, *, promised: float, seed: int = 0) -> AutoAccept:
    """Find the least confidence at which the first candidate may stand unseen.

    Args:
        confidence: (n,) of the first candidate, by weights that were fitted on none of these photos, drawn as those to come.
        correct: (n,) 1 where it is right, 0 where it is not or the DAM has none.
        clusters: (n,) the groups of the photos.
        promised: the share of wrong ones among those accepted, above 0 and below 1.
        seed: of drawing one photo of each group.

    Raises:
        ShapeMismatch: columns of several lengths, or no share.
        NotEnoughEvidence: there is no photo.
    """
    if not confidence.shape == correct.shape == clusters.shape:
        raise ShapeMismatch(f"{confidence.shape} confidences, {correct.shape} outcomes, {clusters.shape} groups")
    if not 0 < promised < 1:
        raise ShapeMismatch(f"a promised error rate of {promised}", remedy="promise a share above 0 and below 1, such as 0.02")
    if not len(confidence):
        raise NotEnoughEvidence("there is no photo to measure on", remedy="add photos with a label or a truth")
    kept = _one_of_each(clusters, seed)
    order = kept[np.argsort(-confidence[kept], kind="stable")]
    ranked, wrong = confidence[order], np.cumsum(1 - correct[order])
    needed = photos_needed(promised)
    counts = _tested(ranked, needed)
    bounds = upper_bound(wrong[counts - 1], counts)
    passed = int(np.argmin(np.append(bounds <= promised, False)))
    at = int(counts[passed - 1]) if passed else 0
    return AutoAccept(
        promised=promised,
        threshold=float(ranked[at - 1]) if at else None,
        tested=len(order),
        accepted=at,
        wrong=int(wrong[at - 1]) if at else 0,
        bound=float(bounds[passed - 1]) if passed else None,
        needed=needed,
    )


def share_saved(found: AutoAccept, confidence: Values, clusters: Clusters) -> Interval:
    """Estimate the share of photos that nobody would have to look at, by group; without a threshold it is known to be 0."""
    if found.threshold is None:
        return Interval(value=0.0, low=0.0, high=0.0, n=len(confidence))
    return share_interval((confidence >= found.threshold).astype(np.float64), clusters)


def upper_bound(wrong: Values, count: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Values:
    """Give Clopper and Pearson's one-sided upper bound of a share, at 95 %."""
    return np.where(wrong >= count, 1.0, beta.ppf(1 - LEVEL, wrong + 1, np.maximum(count - wrong, 1)))


def photos_needed(promised: float) -> int:
    """Count the photos among which one wrong one still keeps the promise: the least n whose upper bound lies within it."""
    low, high = 1, 2
    while beta.ppf(1 - LEVEL, TESTED_WITH + 1, high - TESTED_WITH) > promised:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if beta.ppf(1 - LEVEL, TESTED_WITH + 1, middle - TESTED_WITH) > promised else (low, middle)
    return high


def _one_of_each(clusters: Clusters, seed: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Draw one photo of each group: their places."""
    shuffled = np.random.default_rng(seed).permutation(len(clusters))
    return np.asarray(shuffled[np.unique(clusters[shuffled], return_index=True)[1]])


def _tested(ranked: Values, needed: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Choose how many photos each threshold accepts, the strictest first; photos of one confidence stay together."""
    if len(ranked) < needed:
        return np.array([], dtype=np.int64)
    steps = np.unique(np.linspace(needed, len(ranked), STEPS).round().astype(np.int64))
    together = np.searchsorted(-ranked, -ranked[steps - 1], side="right")
    return np.unique(together)
