"""Shares of photos with intervals that near-duplicates do not narrow, and that keep a width where all photos agree."""

from __future__ import annotations

import numpy as np

from feedback.metrics import Clusters, Interval, Values, bootstrap_interval, wilson


def share_interval(flags: Values, clusters: Clusters) -> Interval:
    """Estimate a share by the clustered bootstrap; by Wilson's interval on whole clusters where every flag is the same.

    Drawn again and again, flags that are all alike give an interval without any width, be they ten or ten thousand.

    Args:
        flags: (n,) 1 or 0.
        clusters: (n,) what photos are alike by.

    Raises:
        NotEnoughEvidence: there is no photo.
    """
    if not len(flags) or flags.min() != flags.max():
        return bootstrap_interval(flags, clusters)
    count = len(np.unique(clusters))
    around = wilson(count * int(flags[0]), count)
    return Interval(value=float(flags[0]), low=around.low, high=around.high, n=len(flags))
