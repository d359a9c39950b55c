"""The gate: may a proposal replace what ranks now? Measured on the sealed side, decided by intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from scipy.stats import t as student

from feedback.metrics import Clusters, Flags, Interval, Values, mcnemar_exact, paired_difference
from feedback.sample_size import LEVEL, labels_to_settle

NO_MATCH_FLOOR = -0.02
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
        labels_to_settle: sealed labels that would settle it in four of five cases; None where decided or unknowable.
        suspicions: what may poison the labels, one sentence each; any forbids activation without force.
        looks: how many proposals have looked at the sealed side, this one included; None where nobody counted.
    """

    outcome: Outcome
    allowed: bool
    reason: str
    difference: Interval | None
    p_value: float | None
    vetoes: tuple[str, ...]
    labels_to_settle: int | None
    suspicions: tuple[str, ...] = ()
    looks: int | None = None


def judge(
    before: Values,
    after: Values,
    clusters: Clusters,
    categories: Clusters,
    *,
    cross_fitted_gain: float,
    no_match_difference: Interval | None = None,
    suspicions: Sequence[str] = (),
    looks: int | None = None,
) -> Judgement:
    """Judge a proposal.

    Args:
        before: (n,) 1 where what ranks now puts the right asset first, on the sealed side.
        after: (n,) the same of the proposal.
        clusters: (n,) sku of each photo.
        categories: (n,) of the right asset.
        cross_fitted_gain: Top-1 on the calibration side, of weights that were fitted without the photo, minus the present ones'.
        no_match_difference: of the AUROC of "not in the DAM", where there are both kinds.
        suspicions: what may poison the labels that were fitted on or measured with, one sentence each.
        looks: how many proposals have looked at the sealed side, this one included.
    """
    difference = paired_difference(before, after, clusters) if len(before) else None
    outcome = _outcome(after - before, clusters, difference)
    vetoes = _worse_categories(before, after, clusters, categories) if len(before) else ()
    if difference is not None and no_match_difference is not None and no_match_difference.high < NO_MATCH_FLOOR:
        vetoes = (*vetoes, "no-match")
    fair = outcome is Outcome.BETTER or (outcome is Outcome.UNDECIDED and cross_fitted_gain > 0)
    undecided = difference is not None and outcome is Outcome.UNDECIDED
    found = Judgement(
        outcome=outcome,
        allowed=fair and not vetoes and not suspicions,
        reason="",
        difference=difference,
        p_value=mcnemar_exact(before, after) if len(before) else None,
        vetoes=vetoes,
        labels_to_settle=labels_to_settle(after - before, clusters, difference) if undecided and difference else None,
        suspicions=tuple(suspicions),
        looks=looks,
    )
    return replace(found, reason="; ".join(_reason(found, cross_fitted_gain)))


def _outcome(change: Values, clusters: Clusters, difference: Interval | None) -> Outcome:
    """Call a side where the interval and the sign test over skus both do."""
    if difference is None or difference.low <= 0 <= difference.high or sign_test(change, clusters) > LEVEL:
        return Outcome.UNDECIDED
    if np.sign(net_change(change, clusters)).sum() * difference.value < 0:
        return Outcome.UNDECIDED  # a few skus gained much, and many lost a little, or the other way round
    return Outcome.BETTER if difference.low > 0 else Outcome.WORSE


def _reason(found: Judgement, gain: float) -> Iterator[str]:
    """Say what was found, one clause at a time."""
    difference = found.difference
    if difference is None:
        yield "no sealed label yet"
    else:
        between = f"({difference.low:+.1%} to {difference.high:+.1%})"
        yield f"{found.outcome.value}: Top-1 {difference.value:+.1%} {between} on {difference.n} sealed photos"
    yield f"cross-fitted gain on the calibration side {gain:+.1%}"
    if difference is not None and found.looks is not None:
        yield f"look no. {found.looks} at the sealed side"
    if found.vetoes:
        yield f"vetoed by {', '.join(found.vetoes)}"
    if found.suspicions:
        yield f"the labels are under suspicion: {' '.join(found.suspicions)}"


def sign_test(change: Values, clusters: Clusters) -> float:
    """Give the two-sided p-value that as many clusters got better as got worse: exact binomial, McNemar's test for clusters.

    The bootstrap of a handful of photos is sure of what it saw, be it one photo; this needs six skus that all change one way.

    Args:
        change: (n,) of each photo.
        clusters: (n,) what photos are alike by.
    """
    net = net_change(change, clusters)
    return mcnemar_exact((net < 0).astype(np.float64), (net > 0).astype(np.float64))


def net_change(change: Values, clusters: Clusters) -> Values:
    """Sum the changes of each cluster: (n_clusters,)."""
    _, member = np.unique(clusters, return_inverse=True)
    return np.asarray(np.bincount(member, weights=change), dtype=np.float64)


def _worse_categories(before: Values, after: Values, clusters: Clusters, categories: Clusters) -> tuple[str, ...]:
    """Name the categories whose Holm-adjusted interval lies below zero: Holm, Scandinavian Journal of Statistics 1979."""
    found = []
    for name in np.unique(categories):
        own: Flags = categories == name
        if own.sum() >= FEWEST_IN_CATEGORY and len(np.unique(clusters[own])) >= FEWEST_CLUSTERS:
            found.append((_loss_p((after - before)[own], clusters[own]), str(name)))
    found.sort()
    vetoed = []
    for at, (p_value, name) in enumerate(found):
        if p_value > LEVEL / 2 / (len(found) - at):
            break
        vetoed.append(name)
    return tuple(vetoed)


def _loss_p(change: Values, clusters: Clusters) -> float:
    """Give the one-sided p-value that a mean of clustered changes is not below zero: Student's t with one degree less than skus.

    A category has few skus, and the bootstrap of few is too narrow: with it, one of six proposals that change nothing was vetoed
    at 200 sealed photos of eight categories, with this one of sixty (`tests/benchmarks/gate_power.py`). Cameron and Miller, "A
    practitioner's guide to cluster-robust inference", Journal of Human Resources 2015.
    """
    spread = net_change(change - change.mean(), clusters)
    skus = len(spread)
    error = max(float(np.sqrt((spread**2).sum() * skus / (skus - 1))) / len(change), 1e-9)
    return float(student.cdf(change.mean() / error, skus - 1))
