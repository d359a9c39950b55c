"""The gate: may a proposal replace what ranks now? Measured on the sealed side, decided by intervals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.stats import norm

from feedback.metrics import Clusters, Flags, Interval, Values, bootstrap_interval, mcnemar_exact, paired_difference

NO_MATCH_FLOOR = -0.02
LEVEL = 0.05
FEWEST_IN_CATEGORY = 10
FEWEST_CLUSTERS = 5
"""Skus; a bootstrap of fewer takes what it saw for certain."""


class Outcome(StrEnum):
    """What the sealed side says of a proposal."""

    BETTER = "better"
    WORSE = "worse"
    UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the gate found.

    Attributes:
        outcome: of the Top-1 difference on the sealed side.
        allowed: whether a person may activate it without force.
        reason: one sentence.
        difference: of Top-1, proposal minus present; None without sealed labels.
        p_value: McNemar's exact test on the same photos.
        vetoes: categories that got worse, or `no-match`.
        labels_to_settle: sealed labels that would be needed for an interval that excludes zero; None where decided or unknowable.
    """

    outcome: Outcome
    allowed: bool
    reason: str
    difference: Interval | None
    p_value: float | None
    vetoes: tuple[str, ...]
    labels_to_settle: int | None


def judge(
    before: Values,
    after: Values,
    clusters: Clusters,
    categories: Clusters,
    *,
    cross_fitted_gain: float,
    no_match_difference: Interval | None = None,
) -> Judgement:
    """Judge a proposal.

    Args:
        before: (n,) 1 where what ranks now puts the right asset first, on the sealed side.
        after: (n,) the same of the proposal.
        clusters: (n,) sku of each photo.
        categories: (n,) of the right asset.
        cross_fitted_gain: Top-1 on the calibration side, of weights that were fitted without the photo, minus the present ones'.
        no_match_difference: of the AUROC of "not in the DAM", where there are both kinds.
    """
    if not len(before):
        allowed = cross_fitted_gain > 0
        said = f"no sealed label yet; cross-fitted gain on the calibration side {cross_fitted_gain:+.1%}"
        return Judgement(
            outcome=Outcome.UNDECIDED,
            allowed=allowed,
            reason=said,
            difference=None,
            p_value=None,
            vetoes=(),
            labels_to_settle=None,
        )
    difference = paired_difference(before, after, clusters)
    settled = sign_test(after - before, clusters) <= LEVEL
    vetoes = _worse_categories(before, after, clusters, categories)
    if no_match_difference is not None and no_match_difference.high < NO_MATCH_FLOOR:
        vetoes = (*vetoes, "no-match")
    outcome = Outcome.UNDECIDED
    if settled and (difference.low > 0 or difference.high < 0):
        outcome = Outcome.BETTER if difference.low > 0 else Outcome.WORSE
    allowed = not vetoes and (outcome is Outcome.BETTER or (outcome is Outcome.UNDECIDED and cross_fitted_gain > 0))
    said = (
        f"{outcome.value}: Top-1 {difference.value:+.1%} ({difference.low:+.1%} to {difference.high:+.1%}) "
        f"on {difference.n} sealed photos; cross-fitted gain on the calibration side {cross_fitted_gain:+.1%}"
    )
    if vetoes:
        said += f"; vetoed by {', '.join(vetoes)}"
    return Judgement(
        outcome=outcome,
        allowed=allowed,
        reason=said,
        difference=difference,
        p_value=mcnemar_exact(before, after),
        vetoes=vetoes,
        labels_to_settle=_labels_to_settle(after - before, difference) if outcome is Outcome.UNDECIDED else None,
    )


def sign_test(change: Values, clusters: Clusters) -> float:
    """Give the two-sided p-value that as many clusters got better as got worse: exact binomial, McNemar's test for clusters.

    The bootstrap of a handful of photos is sure of what it saw, be it one photo; this needs six skus that all change one way.

    Args:
        change: (n,) of each photo.
        clusters: (n,) what photos are alike by.
    """
    _, member = np.unique(clusters, return_inverse=True)
    net = np.bincount(member, weights=change)
    return mcnemar_exact((net < 0).astype(np.float64), (net > 0).astype(np.float64))


def _worse_categories(before: Values, after: Values, clusters: Clusters, categories: Clusters) -> tuple[str, ...]:
    """Name the categories whose Holm-adjusted interval lies below zero: Holm, Scandinavian Journal of Statistics 1979."""
    found = []
    for name in np.unique(categories):
        own: Flags = categories == name
        if own.sum() >= FEWEST_IN_CATEGORY and len(np.unique(clusters[own])) >= FEWEST_CLUSTERS:
            change = (after - before)[own]
            interval = bootstrap_interval(change, clusters[own])
            error = max((interval.high - interval.low) / (2 * norm.ppf(0.975)), 1e-9)
            found.append((float(norm.cdf(interval.value / error)), str(name)))
    found.sort()
    vetoed = []
    for at, (p_value, name) in enumerate(found):
        if p_value > LEVEL / 2 / (len(found) - at):
            break
        vetoed.append(name)
    return tuple(vetoed)


def _labels_to_settle(change: Values, difference: Interval) -> int | None:
    """Estimate how many sealed labels would part the interval from zero, if the difference stays what it is."""
    if difference.value == 0:
        return None
    half = (difference.high - difference.low) / 2
    return max(len(change) + 1, int(np.ceil(len(change) * (half / abs(difference.value)) ** 2)))
