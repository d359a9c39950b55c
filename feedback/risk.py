"""Risk and coverage: how many of the most confident photos are wrong, the more of them are taken.

El-Yaniv and Wiener, "On the foundations of noise-free selective classification", JMLR 2010; Geifman and El-Yaniv, "Selective
classification for deep neural networks", NeurIPS 2017.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.errors import NotEnoughEvidence, ShapeMismatch
from feedback.metrics import Clusters, Interval, Values
from feedback.shares import share_interval

POINTS = 20
FEWEST = 10
"""Photos of the first point, where there are so many: of fewer nothing is known."""


@dataclass(frozen=True, kw_only=True)
class RiskPoint:
    """What is at or above a confidence: its share of all photos, and the share of wrong ones in it."""

    confidence: float
    coverage: float
    risk: Interval


def risk_curve(confidence: Values, correct: Values, clusters: Clusters, *, points: int = POINTS) -> tuple[RiskPoint, ...]:
    """Give the share of wrong ones among the most confident, from few to all, with intervals drawn by cluster.

    Args:
        confidence: (n,) of the first candidate.
        correct: (n,) 1 where it is right, 0 where it is not or the DAM has none.
        clusters: (n,) what photos are alike by.
        points: how many, at most; photos of one confidence stay together.

    Raises:
        ShapeMismatch: columns of several lengths.
        NotEnoughEvidence: there is no photo.
    """
    if not confidence.shape == correct.shape == clusters.shape:
        raise ShapeMismatch(f"{confidence.shape} confidences, {correct.shape} outcomes, {clusters.shape} clusters")
    if not len(confidence):
        raise NotEnoughEvidence("there is no photo to measure on", remedy="add photos with a label or a truth")
    ranked = np.sort(confidence)[::-1]
    counts = np.unique(np.linspace(min(FEWEST, len(ranked)), len(ranked), points).round().astype(np.int64))
    limits = np.unique(ranked[counts - 1])[::-1]
    taken = [confidence >= limit for limit in limits]
    return tuple(
        RiskPoint(confidence=float(limit), coverage=float(own.mean()), risk=share_interval(1 - correct[own], clusters[own]))
        for limit, own in zip(limits, taken, strict=True)
    )
