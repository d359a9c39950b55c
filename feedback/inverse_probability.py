"""A share of all photos from those that a queue picked, each with a known probability: weighted back, with its interval.

A queue that hands out what the model is unsure of shows the hard photos first, and the mean of what was decided is no mean of
what there is. Where every photo that waited had a probability above 0, it can be weighted back. Each pick, with what had been
picked before it, estimates the sum over all photos without bias (Des Raj, "Some estimators in sampling with varying
probabilities without replacement", JASA 1956):

    T_m = Σ_{j<m} z_j + z_m / p_m

and the picks are blended with the shares c_m that give every photo the expected weight 1 (Farquhar, Gal and Rainforth, "On
statistical bias in active learning", ICLR 2021, whose weights v_m these are, M of N photos being picked):

    c_m = N (N − M) / (M (N − m) (N − m + 1)),    v_m = 1 + (N − M) / (N − m) · (1 / ((N − m + 1) p_m) − 1)

The share is the ratio of two such sums, Hájek's form (discussion of Basu, "Foundations of statistical inference", 1971). What T_m
misses by is uncorrelated from pick to pick, whatever was learned between them; so the squares of its linearised parts, summed by
group, add up to the variance of the design. To it comes what the N photos themselves would vary by, were others taken: it counts
where most are decided. The interval is of the logit, with t of the effective number of picks (Kish, "Survey sampling", 1965,
§8.2), so that it stays within 0 … 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from scipy.stats import t

from data.errors import ShapeMismatch
from feedback.metrics import Clusters, Flags, Interval, Values

LEVEL = 0.05
FEWEST = 2.0
"""Effective picks that an interval needs."""


@dataclass(frozen=True, kw_only=True)
class Picked:
    """What was picked, in the order in which it was.

    Attributes:
        right: (n,) 1 or 0.
        counted: (n,) whether the photo is one of those whose share is asked for; of the others `right` says nothing.
        propensities: (n,) the probability with which it was picked from those that waited then; in 0 … 1, above 0.
        clusters: (n,) what photos are alike by.
        left: how many photos still waited after the last pick.
    """

    right: Values
    counted: Flags
    propensities: Values
    clusters: Clusters
    left: int

    def __post_init__(self) -> None:
        """Refuse probabilities that are none, and columns of several lengths."""
        lengths = {len(self.right), len(self.counted), len(self.propensities), len(self.clusters)}
        if len(lengths) > 1:
            raise ShapeMismatch(f"columns of {sorted(lengths)} picks")
        if not ((self.propensities > 0) & (self.propensities <= 1)).all():
            raise ShapeMismatch("a photo was picked with a probability outside of 0 … 1", remedy="leave such picks out")
        if self.left < 0:
            raise ShapeMismatch(f"{self.left} photos are left")


def weights_of(picked: Picked) -> Values:
    """Give the weight of each pick: (n,), expected value 1; 1 for all where nothing is left."""
    return np.asarray(1 + _remaining(picked) * (1 / (_waited(picked) * picked.propensities) - 1))


def weighted_share(picked: Picked) -> Interval | None:
    """Estimate the share of right ones among all photos that count, picked or still waiting, with a 95 % interval.

    Returns:
        None where the picks that count weigh less than two picks: nothing was drawn, or hardly.
    """
    weights = weights_of(picked)
    counted = np.where(picked.counted, weights, 0.0)
    effective = float(counted.sum() ** 2 / max((counted**2).sum(), np.finfo(np.float64).tiny))
    if counted.sum() <= 0 or effective < FEWEST:
        return None
    share = float(np.clip((counted * picked.right).sum() / counted.sum(), 0, 1))
    low, high = around(share, _variance(picked, weights, share, counted.mean()), effective)
    return Interval(value=share, low=low, high=high, n=int(picked.counted.sum()))


def _waited(picked: Picked) -> Values:
    """Count those that waited at each pick, itself among them."""
    return np.asarray(picked.left + np.arange(len(picked.right), 0, -1), dtype=np.float64)


def _remaining(picked: Picked) -> Values:
    """Give the part of those that were not picked yet which never was: (N − M) / (N − m)."""
    after = _waited(picked) - 1
    return np.divide(picked.left, after, out=np.zeros(len(after)), where=after > 0)


def _variance(picked: Picked, weights: Values, share: float, domain: float) -> float:
    """Give the variance of the ratio: of the design, and of the photos that there happen to be."""
    number, waited = len(picked.right) + picked.left, _waited(picked)
    residual = np.where(picked.counted, picked.right - share, 0.0) / domain
    before = np.concatenate([[0.0], np.cumsum(residual)[:-1]])
    blend = number * _remaining(picked) / (len(waited) * waited)
    parts = blend * (before + residual / picked.propensities) / number
    _, member = np.unique(picked.clusters, return_inverse=True)
    design = float((np.bincount(member, weights=parts) ** 2).sum())
    alike = np.bincount(member, weights=residual)[member]
    taken = float((weights * residual * alike).mean()) / number
    return design + max(taken, 0.0)


def around(share: float, variance: float, effective: float) -> tuple[float, float]:
    """Give the 95 % interval of a share by its logit; that of all or none of so many where it is 0 or 1."""
    if share in {0.0, 1.0} or variance <= 0:
        bound = float(np.power(LEVEL / 2, 1 / effective))  # Clopper and Pearson 1934, all or none of so many
        return (0.0, 1 - bound) if share == 0 else (bound, 1.0) if share == 1 else (share, share)
    reach = float(t.ppf(1 - LEVEL / 2, effective - 1)) * np.sqrt(variance) / (share * (1 - share))
    return float(expit(logit(share) - reach)), float(expit(logit(share) + reach))
