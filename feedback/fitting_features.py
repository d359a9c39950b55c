"""Feature weights and the pooling of views, fitted after the channels, where the labels are many enough to earn them.

Scores are taken to first order in them (`feedback.fine_terms`), so that a fit is a small linear model on top of the channels'.
From 50 labels on, each block has a weight for every sixteenth of its axes; above 300, one for every axis, pulled toward its
band's. The strength of the pull is chosen, and what it promises measured, by nested cross-validation in the folds of the
channels' fit; weights that put no more photos right out of fold are not taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from feedback.examples import WORKERS, Examples
from feedback.feature_model import FeatureModel
from feedback.fine_terms import fine_terms
from feedback.fitting import Fit, folds_of, gained, strongest_near_best
from feedback.metrics import Ranks
from feedback.samples import Bench, LabelledPhoto
from matching.weights import Weights

FEATURES_FROM, AXES_ABOVE = 50, 300
"""Labels: fewer than the first leave all features alike, more than the second give every axis a weight of its own."""

MOST_PHOTOS = 600
"""Evenly spread; more of them would only take longer."""

PARTS = (np.inf, 30.0, 10.0, 3.0, 1.0)
"""Of the pull, in units of one label's part of the mean loss, strongest first; an endless one keeps all features alike."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def fit_features(  # noqa: PLR0917
    photos: Sequence[LabelledPhoto], examples: Examples, components: Ints, bench: Bench, start: Weights, fit: Fit
) -> Fit:
    """Fit feature weights and the pooling of views on top of fitted channels; give `fit` back where they gain nothing.

    Args:
        photos: labelled, as they were gathered.
        examples: what was gathered of them.
        components: (n,) number of the sku-and-group component, which folds never part.
        bench: the catalogue.
        start: the weights that `examples` were gathered by.
        fit: of the channels, on the same examples. Photos beyond the 600 looked at keep its held-out ranks.
    """
    rows = np.flatnonzero(examples.positive.any(axis=1))
    if len(rows) < FEATURES_FROM:
        return fit
    axes = len(rows) > AXES_ABOVE
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, MOST_PHOTOS).round().astype(int))]
    kept = examples.of(rows)
    terms = fine_terms([photos[at] for at in rows], kept, bench, start)

    def model(base: Weights) -> FeatureModel:
        return FeatureModel(kept, terms, start, base, axes=axes)

    everywhere = folds_of(components)
    folds = [np.flatnonzero(np.isin(rows, fold)) for fold in everywhere]
    with threadpool_limits(1, "blas"):
        found = [
            _leave_out(model(fit.held_out_weights[fold[0]]), folds, number, components[rows])
            for number, fold in enumerate(everywhere)
        ]
        losses, held_out = np.zeros((len(PARTS), len(rows))), np.zeros(len(rows), dtype=np.int64)
        for fold, out in zip(folds, found, strict=True):
            losses[:, fold], held_out[fold] = out.losses, out.ranks
        best = strongest_near_best(losses, components[rows])
        if not np.isfinite(PARTS[best]) or gained(fit.held_out_ranks[rows], held_out) <= 0:
            return fit
        whole = model(fit.weights)
        moved = whole.path(np.arange(len(rows)), _strengths(len(rows)))[best]
    ranks, weights = fit.held_out_ranks.copy(), list(fit.held_out_weights)
    ranks[rows] = held_out
    for fold, out in zip(everywhere, found, strict=True):
        for at in fold:
            weights[at] = out.weights
    return replace(fit, weights=whole.weights(moved), held_out_ranks=ranks, held_out_weights=tuple(weights))


@dataclass(frozen=True, kw_only=True)
class _LeftOut:
    """What weights that did not see a fold make of it: losses per strength, ranks by the strength chosen without it."""

    losses: Floats
    ranks: Ranks
    weights: Weights


def _leave_out(model: FeatureModel, folds: Sequence[Ints], outer: int, components: Ints) -> _LeftOut:
    others = [fold for number, fold in enumerate(folds) if number != outer and len(fold)]
    seen = np.concatenate(others)

    def path(without: Ints) -> list[Floats]:
        rows = np.setdiff1d(seen, without)
        return model.path(rows, _strengths(len(rows)))

    with ThreadPoolExecutor(WORKERS) as pool:
        *inner, whole = pool.map(path, [*others, folds[outer]])
    losses = [np.stack([model.losses(moved, fold) for moved in found]) for found, fold in zip(inner, others, strict=True)]
    chosen = strongest_near_best(np.concatenate(losses, axis=1), components[seen])
    return _LeftOut(
        losses=np.stack([model.losses(moved, folds[outer]) for moved in whole]),
        ranks=model.ranks(whole[chosen], folds[outer]),
        weights=model.weights(whole[chosen]),
    )


def _strengths(labels: int) -> tuple[float, ...]:
    return tuple(parts / labels for parts in PARTS)
