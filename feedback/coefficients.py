"""Coefficients of agreement, corrected for chance: Cohen's kappa, Krippendorff's alpha and Gwet's AC1, nominal, with intervals.

Each is a function of sums over photos. So a bootstrap that draws whole clusters (Field and Welsh, "Bootstrapping clustered data",
JRSS B 2007) needs but the sums of each cluster, and none of a thousand draws looks at a photo again. Libraries that take one
table at a time hold a square of all answers, which are as many as there are assets; the tests hold them against these formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array, hstack
from sklearn.metrics import cohen_kappa_score

from data.errors import ShapeMismatch
from feedback.metrics import Clusters, Interval, Values

Answers = npt.NDArray[np.int64]
SAMPLES = 2_000
CHUNK = 200
MISSING = -1
PAIR = 2


@dataclass(frozen=True, kw_only=True)
class Ratings:
    """Who answered what.

    Attributes:
        answers: (photos, reviewers) number of the answer, 0 … ; -1 where there is none.
        clusters: (photos,) what photos are alike by.
    """

    answers: Answers
    clusters: Clusters

    def __post_init__(self) -> None:
        """Refuse photos that are not those of the clusters."""
        if self.answers.ndim != PAIR or len(self.answers) != len(self.clusters):
            raise ShapeMismatch(f"answers of shape {self.answers.shape} for {len(self.clusters)} photos")


def cohen_kappa(ratings: Ratings, *, seed: int = 0) -> Interval | None:
    """Estimate how far two reviewers agree beyond chance; None where chance alone would make them agree, or they never met.

    κ = (pₒ − pₑ) / (1 − pₑ), pₑ from each one's own shares of answers: Cohen, "A coefficient of agreement for nominal scales",
    Educational and Psychological Measurement 1960.

    Args:
        ratings: of two reviewers; photos that one of them has not answered are left out.
        seed: of the draws.
    """
    both = (ratings.answers != MISSING).all(axis=1)
    first, second = ratings.answers[both].T
    if not len(first) or (first.min() == first.max() and (second == first[0]).all()):
        return None
    width = int(ratings.answers.max()) + 1
    parts = [np.ones(len(first)), first == second, _counts(first[:, None], width), _counts(second[:, None], width)]

    def kappa(sums: Values) -> Values:
        n, agreed, shares = sums[:, 0], sums[:, 1], sums[:, 2:] / sums[:, :1]
        chance = (shares[:, :width] * shares[:, width:]).sum(axis=1)
        return _ratio(agreed / n - chance, 1 - chance)

    value = float(cohen_kappa_score(first, second))
    return _interval(value, parts, ratings.clusters[both], kappa, seed)


def krippendorff_alpha(ratings: Ratings, *, seed: int = 0) -> Interval | None:
    """Estimate how far any number of reviewers agree beyond chance; None where nobody met, or there is one answer only.

    α = 1 − Dₒ / Dₑ with nominal distances: Krippendorff, "Computing Krippendorff's alpha-reliability", 2011. Photos that one
    reviewer alone answered have no part in it.
    """
    several = ratings.answers[(ratings.answers != MISSING).sum(axis=1) >= PAIR]
    clusters = ratings.clusters[(ratings.answers != MISSING).sum(axis=1) >= PAIR]
    if not len(several):
        return None
    counts = _counts(several, int(several.max()) + 1)
    sizes = counts.sum(axis=1)
    alike = (counts.multiply(counts).sum(axis=1) - sizes) / (sizes - 1)

    def alpha(sums: Values) -> Values:
        n, agreed, answers = sums[:, 0], sums[:, 1], sums[:, 2:]
        return 1 - _ratio((n - 1) * (n - agreed), n**2 - (answers**2).sum(axis=1))

    return _interval(None, [sizes, alike, counts], clusters, alpha, seed)


def gwet_ac1(ratings: Ratings, *, seed: int = 0) -> Interval | None:
    """Estimate the same so that it does not collapse where one answer is frequent; None as with alpha.

    AC1 = (pₐ − pₑ) / (1 − pₑ), pₑ = Σ π (1 − π) / (q − 1) over the q answers given: Gwet, "Computing inter-rater reliability and
    its variance in the presence of high agreement", British Journal of Mathematical and Statistical Psychology 2008; with
    missing answers as in his "Handbook of inter-rater reliability", 4th edition 2014. Photos that one reviewer alone answered
    count for the shares π.
    """
    seen = (ratings.answers != MISSING).any(axis=1)
    answers = ratings.answers[seen]
    different = len(np.unique(answers[answers != MISSING]))
    several = (answers != MISSING).sum(axis=1) >= PAIR
    if different < PAIR or not several.any():
        return None
    counts = _counts(answers, int(answers.max()) + 1)
    sizes = counts.sum(axis=1)
    alike = (counts.multiply(counts).sum(axis=1) - sizes) / np.maximum(sizes * (sizes - 1), 1)
    shares = counts.multiply(1 / sizes[:, None]).tocsr()

    def ac1(sums: Values) -> Values:
        met, agreed, found = sums[:, 1], sums[:, 2], sums[:, 3:] / sums[:, :1]
        chance = (found * (1 - found)).sum(axis=1) / (different - 1)
        return _ratio(_ratio(agreed, met) - chance, 1 - chance)

    return _interval(None, [np.ones(len(answers)), several, alike, shares], ratings.clusters[seen], ac1, seed)


def _counts(answers: Answers, width: int) -> csr_array:
    """Count each photo's answers: (photos, width)."""
    photo, reviewer = np.nonzero(answers != MISSING)
    return coo_array((np.ones(len(photo)), (photo, answers[photo, reviewer])), shape=(len(answers), width)).tocsr()


def _ratio(above: Values, below: Values) -> Values:
    """Divide; NaN where there is nothing to divide by."""
    return np.divide(above, below, out=np.full_like(above, np.nan), where=np.abs(below) > np.finfo(np.float64).eps)


def _interval(
    value: float | None,
    parts: list[npt.NDArray[np.float64] | npt.NDArray[np.bool_] | csr_array],
    clusters: Clusters,
    coefficient: Callable[[Values], Values],
    seed: int,
) -> Interval | None:
    """Sum up by cluster, draw clusters with replacement, and keep the middle 95 % of what is defined."""
    columns = [part if isinstance(part, csr_array) else csr_array(np.asarray(part, dtype=np.float64)[:, None]) for part in parts]
    whole = hstack(columns, format="csr")
    _, member = np.unique(clusters, return_inverse=True)
    count = int(member.max()) + 1
    by_cluster = coo_array((np.ones(len(member)), (member, np.arange(len(member)))), shape=(count, len(member))).tocsr() @ whole
    if value is None:
        value = float(coefficient(np.asarray(by_cluster.sum(axis=0)).reshape(1, -1))[0])
    if np.isnan(value):
        return None
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(0, SAMPLES, CHUNK):
        drawn = generator.multinomial(count, np.full(count, 1 / count), size=CHUNK).astype(np.float64)
        found.append(coefficient((by_cluster.T @ drawn.T).T))
    low, high = np.nanpercentile(np.concatenate(found), [2.5, 97.5])
    return Interval(value=value, low=float(low), high=float(high), n=len(clusters))
