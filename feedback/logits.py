"""Fitting a logit to few outcomes: logistic regression on standardised inputs, pulled toward what held before.

Inputs are brought to mean 0 and spread 1 first, so that one pull fits all of them: without that, a share between 0 and 1 would
hardly be listened to beside a score. The pull is half the square of each slope beside the sum of the losses, as is usual.
Photos of one group are one piece of evidence together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from data.domain import BoolArray
from data.errors import ShapeMismatch
from feedback.metrics import Clusters, Values

PULL = 0.5
INTERCEPT_PULL = 1e-3
"""Hardly any, so that the mean of what is said is that of what was seen."""

LEAST_SPREAD = 1e-6


@dataclass(frozen=True, kw_only=True)
class Logit:
    """A fitted logit: intercept + slopes · inputs (+ the offset, where there was one); `usual` are the means of the inputs."""

    intercept: float
    slopes: tuple[float, ...]
    usual: tuple[float, ...]


def fit_logit(
    inputs: Values,
    outcomes: BoolArray,
    groups: Clusters,
    *,
    pulls: Sequence[float],
    offset: Values | None = None,
    keeps_order: bool = False,
) -> Logit:
    """Fit a logit by penalised maximum likelihood: le Cessie and van Houwelingen, "Ridge estimators", Applied Statistics 1992.

    Args:
        inputs: (n, k); NaN is not known, and counts as the mean of the others. One that never changes gets no slope.
        outcomes: (n,) what happened.
        groups: (n,) photos of one weigh one together.
        pulls: (k,) strength of each slope's pull; `PULL` is the usual one.
        offset: (n,) what the logit was before; the pull then leads to it.
        keeps_order: the first input is the offset, and its correction never turns its order round.

    Raises:
        ShapeMismatch: columns of several lengths.
    """
    if not len(inputs) == len(outcomes) == len(groups):
        raise ShapeMismatch(f"{len(inputs)} inputs, {len(outcomes)} outcomes and {len(groups)} groups")
    before = np.zeros(len(inputs)) if offset is None else offset
    known = ~np.isnan(inputs)
    counts = np.maximum(known.sum(axis=0), 1)
    usual = np.where(known, inputs, 0.0).sum(axis=0) / counts
    filled = np.where(known, inputs, usual)
    spread = filled.std(axis=0)
    steady = spread < LEAST_SPREAD
    z = np.where(steady, 0.0, (filled - usual) / np.where(steady, 1.0, spread))
    _, member, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    share, signs = 1 / sizes[member], np.where(outcomes, 1.0, -1.0)
    inputs_and_one = np.column_stack([np.ones(len(z)), z])
    pull = np.array([INTERCEPT_PULL, *pulls])

    def loss(theta: Values) -> tuple[float, Values]:
        margins = signs * (before + inputs_and_one @ theta)
        slope = -signs * share / (1 + np.exp(np.clip(margins, -500, 500)))
        value = float((share * np.logaddexp(0, -margins)).sum() + (pull * theta**2).sum())
        return value, slope @ inputs_and_one + 2 * pull * theta

    least = [-np.inf] * len(pull)
    if keeps_order and z.shape[1]:
        least[1] = -float(spread[0])
    bounds = [(None if np.isinf(low) else low, None) for low in least]
    theta = minimize(loss, np.zeros(len(pull)), jac=True, method="L-BFGS-B", bounds=bounds).x
    slopes = np.where(steady, 0.0, theta[1:] / np.where(steady, 1.0, spread))
    return Logit(
        intercept=float(theta[0] - slopes @ usual),
        slopes=tuple(float(slope) for slope in slopes),
        usual=tuple(float(mean) for mean in usual),
    )
