"""Pace: how long a reviewer's decisions take, and how many an hour holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import quantile_test

from data.events import Review, Verdict
from feedback.metrics import Clusters, Interval, bootstrap_interval

BREAK_SECONDS = 300.0
"""A photo that was open for longer was left open: nobody decides for so long."""

HOUR_SECONDS = 3_600.0
SILENT = frozenset({Verdict.SKIP, Verdict.WITHDRAWN})


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast somebody decides.

    Attributes:
        median_seconds: of one decision; the interval is made of order statistics, None below six decisions.
        per_hour: decisions in an hour of looking at photos; the interval is drawn by group.
        breaks: decisions that took longer than `BREAK_SECONDS`, left out of both.
    """

    median_seconds: Interval | None
    per_hour: Interval
    breaks: int


def pace_of(reviews: Sequence[Review], groups: Clusters) -> Pace | None:
    """Measure the pace of one reviewer; None where no decision was timed.

    Args:
        reviews: of that reviewer, taken back or not: they took their time. Skips and withdrawals are no decisions.
        groups: (n,) of their photos.
    """
    timed = [(at, review.seconds) for at, review in enumerate(reviews) if review.seconds and review.verdict not in SILENT]
    kept = [(at, seconds) for at, seconds in timed if seconds <= BREAK_SECONDS]
    if not kept:
        return None
    seconds = np.array([took for _, took in kept])
    mean = bootstrap_interval(seconds, groups[[at for at, _ in kept]])
    return Pace(
        median_seconds=_median(seconds),
        per_hour=Interval(
            value=HOUR_SECONDS / mean.value, low=HOUR_SECONDS / mean.high, high=HOUR_SECONDS / mean.low, n=len(seconds)
        ),
        breaks=len(timed) - len(kept),
    )


def _median(seconds: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Interval | None:
    """Estimate a median with the interval of order statistics: Conover, "Practical nonparametric statistics", 1999, §3.2."""
    around = quantile_test(seconds, q=float(np.median(seconds)), p=0.5).confidence_interval(0.95)
    if np.isnan([around.low, around.high]).any():
        return None
    return Interval(value=float(np.median(seconds)), low=float(around.low), high=float(around.high), n=len(seconds))
