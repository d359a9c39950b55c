"""How many sealed labels would settle a comparison, if the difference stays what it is."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import norm

from feedback.metrics import Clusters, Interval, Values

LEVEL = 0.05
POWER = 0.8
Z_LEVEL, Z_POWER = float(norm.ppf(1 - LEVEL / 2)), float(norm.ppf(POWER))


def labels_to_settle(change: Values, clusters: Clusters, difference: Interval) -> int | None:
    """Estimate how many sealed labels would settle a difference in four of five cases; None where no number can be named.

    Both tests of the gate have to agree, so the larger of their numbers counts. For the interval, n · ((z₀.₉₇₅ + z₀.₈) · error /
    difference)²: Lachin, "Introduction to sample size determination and power analysis for clinical trials", Controlled Clinical
    Trials 1981. For the sign test over skus, `skus_for_sign_test`. An interval that only just reaches zero would be settled in
    one of two cases, and asks for half of that.

    Over drawn sealed sides its median is 0.75 to 1.15 times what is truly needed where there are 100 sealed photos or more for a
    true difference of eight points, 200 for four, 400 for two (`tests/benchmarks/gate_power.py`). With fewer it is too low: what
    then is seen of a difference is mostly chance.

    Args:
        change: (n,) of each sealed photo: 1 got right, −1 got wrong, 0 stayed.
        clusters: (n,) sku of each photo; new labels are taken to bring new skus with as many photos each.
        difference: the mean of `change`, with its clustered interval.
    """
    _, member = np.unique(clusters, return_inverse=True)
    net = np.bincount(member, weights=change)
    better, worse = float((net > 0).mean()), float((net < 0).mean())
    if difference.value == 0 or (better - worse) * difference.value <= 0:
        return None
    error = (difference.high - difference.low) / (2 * Z_LEVEL)
    by_interval = len(change) * ((Z_LEVEL + Z_POWER) * error / difference.value) ** 2
    by_sign = len(change) / len(net) * skus_for_sign_test(better, worse)
    return max(len(change) + 1, math.ceil(max(by_interval, by_sign)))


def skus_for_sign_test(better: float, worse: float) -> float:
    """Give how many skus a sign test at 5 % needs for a power of 80 %.

    Connor, "Sample size for testing differences in proportions for the paired-sample design", Biometrics 1987.

    Args:
        better: share of skus that got better on the whole; another than `worse`.
        worse: share of skus that got worse.
    """
    both, apart = better + worse, better - worse
    return float(((Z_LEVEL * math.sqrt(both) + Z_POWER * math.sqrt(both - apart**2)) / apart) ** 2)
