"""Measures of a ranking, each with its interval. Ranks count from 1; 0 says that the asset is not ranked at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score

from data.errors import NotEnoughEvidence, ShapeMismatch

Values = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int64]
Clusters = npt.NDArray[np.str_]
Flags = npt.NDArray[np.bool_]

SAMPLES = 10_000
CHUNK = 500
MANY_CLUSTERS = 1_000


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A figure with its 95 % interval and the number of photos that it was measured on."""

    value: float
    low: float
    high: float
    n: int


def top_k(ranks: Ranks, k: int) -> Values:
    """Say of each photo whether its asset is among the first k: 1 or 0."""
    return np.asarray((ranks >= 1) & (ranks <= k), dtype=np.float64)


def reciprocal_ranks(ranks: Ranks) -> Values:
    """Give 1 / rank of each photo, 0 where its asset is not ranked; their mean is the MRR."""
    return np.where(ranks >= 1, 1.0 / np.maximum(ranks, 1), 0.0)


def bootstrap_interval(values: Values, clusters: Clusters, *, samples: int = SAMPLES, seed: int = 0) -> Interval:
    """Estimate a mean with a percentile interval, drawing whole clusters with replacement.

    Field and Welsh, "Bootstrapping clustered data", JRSS B 2007.

    Args:
        values: (n,) one figure per photo.
        clusters: (n,) what photos are alike by, such as their sku.
        samples: how many draws.
        seed: of the draws.

    Raises:
        ShapeMismatch: not one cluster per value.
        NotEnoughEvidence: there is no value.
    """
    if values.shape != clusters.shape:
        raise ShapeMismatch(f"{values.shape} values in {clusters.shape} clusters")
    if not len(values):
        raise NotEnoughEvidence("there is no photo to measure on", remedy="add photos with a label or a truth")
    _, member = np.unique(clusters, return_inverse=True)
    sums, sizes = np.bincount(member, weights=values), np.bincount(member).astype(np.float64)
    total, shares = len(sums), np.full(len(sums), 1 / len(sums))
    if total > MANY_CLUSTERS:  # clusters of one sum and size are drawn together: the same distribution, and far fewer numbers
        kinds, counts = np.unique(np.column_stack([sums, sizes]), axis=0, return_counts=True)
        sums, sizes, shares = kinds[:, 0], kinds[:, 1], counts / total
    generator = np.random.default_rng(seed)
    means = []
    for start in range(0, samples, CHUNK):
        drawn = generator.multinomial(total, shares, size=min(CHUNK, samples - start))
        means.append((drawn @ sums) / (drawn @ sizes))
    low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
    return Interval(value=float(values.mean()), low=float(low), high=float(high), n=len(values))


def paired_difference(before: Values, after: Values, clusters: Clusters, *, seed: int = 0) -> Interval:
    """Estimate how much better `after` is than `before` on the same photos, with a clustered interval."""
    if before.shape != after.shape:
        raise ShapeMismatch(f"{before.shape} and {after.shape} cannot be paired")
    return bootstrap_interval(after - before, clusters, seed=seed)


def wilson(successes: int, n: int) -> Interval:
    """Estimate a share with Wilson's interval: "Probable inference", JASA 1927."""
    if n == 0:
        raise NotEnoughEvidence("there is no photo to measure on", remedy="add photos with a label or a truth")
    found = binomtest(successes, n).proportion_ci(method="wilson")
    return Interval(value=successes / n, low=float(found.low), high=float(found.high), n=n)


def mcnemar_exact(before: Values, after: Values) -> float:
    """Give the two-sided p-value that as many photos got right as got wrong: McNemar, Psychometrika 1947, exact binomial."""
    gained, lost = int(((after > 0) & (before == 0)).sum()), int(((after == 0) & (before > 0)).sum())
    return float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0


def auroc(scores: Values, positives: Flags, clusters: Clusters, *, samples: int = 1_000, seed: int = 0) -> Interval | None:
    """Estimate the area under the ROC curve with a clustered bootstrap; None where one of the two kinds is missing."""
    if positives.all() or not positives.any():
        return None
    found = [roc_auc_score(positives, scores, sample_weight=drawn) for drawn in _draws(positives, clusters, samples, seed)]
    low, high = np.percentile(found, [2.5, 97.5])
    return Interval(value=float(roc_auc_score(positives, scores)), low=float(low), high=float(high), n=len(scores))


def auroc_difference(
    before: Values, after: Values, positives: Flags, clusters: Clusters, *, samples: int = 1_000, seed: int = 0
) -> Interval | None:
    """Estimate how much larger the area of `after` is on the same photos; None where one of the two kinds is missing."""
    if positives.all() or not positives.any():
        return None

    def change(drawn: Values | None) -> float:
        areas = [roc_auc_score(positives, scores, sample_weight=drawn) for scores in (before, after)]
        return float(areas[1] - areas[0])

    low, high = np.percentile([change(drawn) for drawn in _draws(positives, clusters, samples, seed)], [2.5, 97.5])
    return Interval(value=change(None), low=float(low), high=float(high), n=len(before))


def _draws(positives: Flags, clusters: Clusters, samples: int, seed: int) -> Iterator[Values]:
    """Draw clusters with replacement: (n,) how often each photo was drawn; draws without one of the kinds are left out."""
    _, member = np.unique(clusters, return_inverse=True)
    count = int(member.max()) + 1
    generator = np.random.default_rng(seed)
    for _ in range(samples):
        drawn = np.bincount(generator.integers(count, size=count), minlength=count)[member].astype(np.float64)
        if (drawn[positives] > 0).any() and (drawn[~positives] > 0).any():
            yield drawn


def expected_calibration_error(confidence: Values, correct: Values, *, bins: int = 15) -> float:
    """Measure how far confidence is from accuracy, in equally filled bins.

    Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
    """
    if not len(confidence):
        raise NotEnoughEvidence("there is no photo to measure on", remedy="add photos with a label or a truth")
    order = np.argsort(confidence, kind="stable")
    gaps = [len(part) * abs(confidence[part].mean() - correct[part].mean()) for part in np.array_split(order, bins) if len(part)]
    return float(sum(gaps) / len(confidence))


def calibration_interval(
    confidence: Values, correct: Values, clusters: Clusters, *, samples: int = 1_000, seed: int = 0
) -> Interval:
    """Estimate the calibration error with a clustered bootstrap, centred on the estimate: drawing twice adds error of its own."""
    value = expected_calibration_error(confidence, correct)
    _, member = np.unique(clusters, return_inverse=True)
    own = [np.flatnonzero(member == at) for at in range(int(member.max()) + 1)]
    generator = np.random.default_rng(seed)
    found = np.empty(samples)
    for at in range(samples):
        drawn = np.concatenate([own[cluster] for cluster in generator.integers(len(own), size=len(own))])
        found[at] = expected_calibration_error(confidence[drawn], correct[drawn])
    low, high = np.clip(value + np.percentile(found, [2.5, 97.5]) - found.mean(), 0, 1)
    return Interval(value=value, low=float(low), high=float(high), n=len(confidence))
