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
SAMPLES = 2_000
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
    _check(confidence, correct, clusters)
    ranked = np.sort(confidence)[::-1]
    counts = np.unique(np.linspace(min(FEWEST, len(ranked)), len(ranked), points).round().astype(np.int64))
    limits = np.unique(ranked[counts - 1])[::-1]
    taken = [confidence >= limit for limit in limits]
    return tuple(
        RiskPoint(confidence=float(limit), coverage=float(own.mean()), risk=share_interval(1 - correct[own], clusters[own]))
        for limit, own in zip(limits, taken, strict=True)
    )


def area_under_risk(
    confidence: Values, correct: Values, clusters: Clusters, *, samples: int = SAMPLES, seed: int = 0
) -> Interval:
    """Estimate the mean share of wrong ones over all coverages (AURC), smaller is better, with a percentile interval by cluster.

    Whoever ranked photos at random would have the share of wrong ones among all. Geifman, Uziel and El-Yaniv, "Bias-reduced
    uncertainty estimation for deep neural classifiers", ICLR 2019.

    Args:
        confidence: (n,) of the first candidate.
        correct: (n,) 1 where it is right, 0 where it is not or the DAM has none.
        clusters: (n,) what photos are alike by; whole ones are drawn.
        samples: how many draws.
        seed: of the draws.

    Raises:
        ShapeMismatch: columns of several lengths.
        NotEnoughEvidence: there is no photo.
    """
    _check(confidence, correct, clusters)
    order = np.argsort(-confidence, kind="stable")
    ends = np.r_[np.flatnonzero(np.diff(confidence[order])), len(order) - 1]
    wrong, (names, member) = 1 - correct[order], np.unique(clusters[order], return_inverse=True)

    def area(times: Values) -> float:
        taken, failed = np.cumsum(times)[ends], np.cumsum(times * wrong)[ends]
        risks = np.divide(failed, taken, out=np.zeros_like(failed), where=taken > 0)
        return float(np.diff(taken, prepend=0) @ risks / taken[-1])

    generator, total = np.random.default_rng(seed), len(names)
    drawn = generator.multinomial(total, np.full(total, 1 / total), size=samples).astype(np.float64)
    low, high = np.percentile([area(times[member]) for times in drawn], [2.5, 97.5])
    return Interval(value=area(np.ones(len(order))), low=float(low), high=float(high), n=len(order))


def _check(confidence: Values, correct: Values, clusters: Clusters) -> None:
    if not confidence.shape == correct.shape == clusters.shape:
        raise ShapeMismatch(f"{confidence.shape} confidences, {correct.shape} outcomes, {clusters.shape} clusters")
    if not len(confidence):
        raise NotEnoughEvidence("there is no photo to measure on", remedy="add photos with a label or a truth")
