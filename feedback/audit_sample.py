"""A share of all photos from an audit sample: those drawn when they came, each weighted by the inverse of its probability.

What was drawn does not hang on the order of the queue, on a ranking or on a label; so those of the sample that are decided stand
for all. The share is Hájek's ratio (discussion of Basu, "Foundations of statistical inference", 1971); its variance that of the
linearised ratio between groups, with the factor n / (n − 1) for n groups (Särndal, Swensson and Wretman, "Model assisted survey
sampling", 1992, §5.7, as if drawn with replacement: too wide rather than too narrow where much is drawn). The interval is of the
logit, with t of the effective number of groups less one (Kish, "Survey sampling", 1965, §8.2), so that it stays within 0 … 1.
"""

from __future__ import annotations

import numpy as np

from data.errors import ShapeMismatch
from feedback.inverse_probability import FEWEST, around
from feedback.metrics import Clusters, Interval, Values


def sampled_share(right: Values, probabilities: Values, clusters: Clusters) -> Interval | None:
    """Estimate the share of right ones among all photos, with a 95 % interval.

    Args:
        right: (n,) 1 or 0, of the photos of the sample that are decided and count.
        probabilities: (n,) with which each was drawn; above 0, at most 1.
        clusters: (n,) groups: their photos were drawn together.

    Returns:
        None where that is less than two groups.

    Raises:
        ShapeMismatch: columns of several lengths, or a probability that is none.
    """
    if not len(right) == len(probabilities) == len(clusters):
        raise ShapeMismatch(f"columns of {len(right)}, {len(probabilities)} and {len(clusters)} photos")
    if not ((probabilities > 0) & (probabilities <= 1)).all():
        raise ShapeMismatch("a photo was drawn with a probability outside of 0 … 1", remedy="leave such photos out")
    weights = 1 / probabilities
    _, member = np.unique(clusters, return_inverse=True)
    weight = np.bincount(member, weights=weights)
    if len(weight) < FEWEST:
        return None
    share = float(np.clip((weights * right).sum() / weights.sum(), 0, 1))
    parts = np.bincount(member, weights=weights * (right - share)) / weights.sum()
    variance = float((parts**2).sum()) * len(weight) / (len(weight) - 1)
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    low, high = around(share, variance, max(effective, FEWEST))
    return Interval(value=share, low=low, high=high, n=len(right))
