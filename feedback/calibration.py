"""Calibration without the error that measuring adds: debiased calibration error, and the reliability curve.

Within a bin, confidence and accuracy differ by chance alone, so the plain error is above zero even where confidence is right, and
the more so the fewer photos there are. Bins hold equally many photos (Roelofs, Cain, Shlens and Mozer, "Mitigating bias in
calibration error estimation", AISTATS 2022).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import foldnorm

from data.errors import NotEnoughEvidence, ShapeMismatch
from feedback.metrics import Clusters, Interval, Values
from feedback.shares import share_interval

BINS = 15
FULL_BIN = 10
"""Photos that a bin holds at least, where there are so many: of two or three, accuracy says nothing."""

FEWEST = 2
"""Photos of a bin, for its variance."""


@dataclass(frozen=True, kw_only=True)
class ReliabilityBin:
    """Photos of about the same confidence: its mean, and how often the first candidate was right."""

    confidence: float
    accuracy: Interval


def debiased_calibration_error(confidence: Values, correct: Values, *, bins: int | None = None) -> float:
    """Measure how far confidence is from accuracy on average, less what chance adds to it; 0 … 1.

    The plain error of each bin, minus how much larger it gets on average where labels are drawn anew around what was seen:
    2 · |g| − E|N(g, a (1 − a) / n)|, with the gap g and the accuracy a of the n photos of a bin. Kumar, Liang and Ma, "Verified
    uncertainty calibration", NeurIPS 2019; the mean of the folded normal in the place of their simulation. It takes
    back a part of the bias, not all of it; `debiased_root_mean_square` takes back all, of the square.

    Raises:
        ShapeMismatch: not one outcome per confidence.
        NotEnoughEvidence: there is no photo.
    """
    size, gap, accuracy, _ = _binned(confidence, correct, bins)
    spread = np.sqrt(accuracy * (1 - accuracy) / size)
    steady = spread <= 0
    safe = np.where(steady, 1.0, spread)
    drawn = np.where(steady, np.abs(gap), foldnorm.mean(np.abs(gap) / safe, scale=safe))
    return float(max((size * (2 * np.abs(gap) - drawn)).sum() / size.sum(), 0.0))


def debiased_error_interval(
    confidence: Values, correct: Values, clusters: Clusters, *, samples: int = 1_000, seed: int = 0
) -> Interval:
    """Estimate the same with a clustered bootstrap, centred on the estimate: drawing twice adds error of its own.

    Args:
        confidence: (n,) of the first candidate.
        correct: (n,) 1 or 0.
        clusters: (n,) what photos are alike by.
        samples: how many draws.
        seed: of the draws.

    Raises:
        ShapeMismatch: columns of several lengths.
        NotEnoughEvidence: there is no photo.
    """
    if confidence.shape != clusters.shape:
        raise ShapeMismatch(f"{confidence.shape} confidences in {clusters.shape} clusters")
    value = debiased_calibration_error(confidence, correct)
    _, member = np.unique(clusters, return_inverse=True)
    own = [np.flatnonzero(member == at) for at in range(int(member.max()) + 1)]
    generator, found = np.random.default_rng(seed), np.empty(samples)
    for at in range(samples):
        drawn = np.concatenate([own[cluster] for cluster in generator.integers(len(own), size=len(own))])
        found[at] = debiased_calibration_error(confidence[drawn], correct[drawn])
    low, high = np.clip(value + np.percentile(found, [2.5, 97.5]) - found.mean(), 0, 1)
    return Interval(value=value, low=float(low), high=float(high), n=len(confidence))


def debiased_root_mean_square(confidence: Values, correct: Values, *, bins: int | None = None) -> float:
    """Measure the root mean square of the same distance, less what chance adds; never below the mean distance but by chance.

    √max(0, Σ (n / N) (g² − a (1 − a) / (n − 1))): Kumar, Liang and Ma 2019, section 5, whose square is without bias for the
    bins. A bin of one photo has no variance: its square stands as it is.

    Raises:
        ShapeMismatch: not one outcome per confidence.
        NotEnoughEvidence: there is no photo.
    """
    size, gap, accuracy, _ = _binned(confidence, correct, bins)
    chance = np.where(size < FEWEST, 0.0, accuracy * (1 - accuracy) / np.maximum(size - 1, 1))
    return float(np.sqrt(max((size * (gap**2 - chance)).sum() / size.sum(), 0.0)))


def reliability_curve(
    confidence: Values, correct: Values, clusters: Clusters, *, bins: int | None = None
) -> tuple[ReliabilityBin, ...]:
    """Give confidence and accuracy of equally filled bins, the least confident first, with intervals drawn by cluster.

    Args:
        confidence: (n,) of the first candidate.
        correct: (n,) 1 or 0.
        clusters: (n,) what photos are alike by.
        bins: how many, at most; as many as hold `FULL_BIN` photos and no more than `BINS` unless it is said.

    Raises:
        ShapeMismatch: columns of several lengths.
        NotEnoughEvidence: there is no photo.
    """
    if confidence.shape != clusters.shape:
        raise ShapeMismatch(f"{confidence.shape} confidences in {clusters.shape} clusters")
    _, _, _, parts = _binned(confidence, correct, bins)
    return tuple(
        ReliabilityBin(confidence=float(confidence[part].mean()), accuracy=share_interval(correct[part], clusters[part]))
        for part in parts
    )


def bin_places(confidence: Values, correct: Values, *, bins: int | None = None) -> tuple[tuple[int, ...], ...]:
    """Say which photos each bin of `reliability_curve` holds, in its order.

    Raises:
        ShapeMismatch: columns of several lengths.
        NotEnoughEvidence: there is no photo.
    """
    return tuple(tuple(int(at) for at in part) for part in _binned(confidence, correct, bins)[3])


def _binned(
    confidence: Values, correct: Values, bins: int | None
) -> tuple[Values, Values, Values, list[np.ndarray[tuple[int], np.dtype[np.int64]]]]:
    """Fill bins equally: size, gap and accuracy of each, and the places of its photos."""
    if confidence.shape != correct.shape:
        raise ShapeMismatch(f"{confidence.shape} confidences of {correct.shape} outcomes")
    if not len(confidence):
        raise NotEnoughEvidence("there is no photo to measure on", remedy="add photos with a label or a truth")
    many = max(1, min(BINS, len(confidence) // FULL_BIN)) if bins is None else bins
    parts = [part for part in np.array_split(np.argsort(confidence, kind="stable"), many) if len(part)]
    accuracy = np.array([correct[part].mean() for part in parts])
    gap = np.array([confidence[part].mean() for part in parts]) - accuracy
    return np.array([float(len(part)) for part in parts]), gap, accuracy, parts
