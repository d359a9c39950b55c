"""Fitting what comes after the channels: the bonus of checks, the temperature, and the logit of "not in the DAM"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from feedback.samples import Bench, LabelledPhoto, targets
from matching.fusion import no_match_features
from matching.search import GEOMETRY, find_matches
from matching.weights import HOUSE_GEOMETRY, NoMatch, Weights

FEWEST_OF_EACH = 5
NO_MATCH_PULL = 0.05
BONUS_PULL = 0.02


def fit_checks(weights: Weights, photos: Sequence[LabelledPhoto], bench: Bench, ranked_by: Sequence[Weights]) -> Weights:
    """Fit what comes after the channels: the geometry bonus with the temperature, then the logit of "not in the DAM".

    Args:
        weights: the fitted channels.
        photos: labelled, of the calibration side.
        bench: the catalogue.
        ranked_by: (n_photos,) weights that were fitted without the photo, so that confidence is not flattered.
    """
    found = [
        find_matches(photo.evidence, bench.gallery, replace(held_out, bonuses={GEOMETRY: 1.0}), bench.local)
        for photo, held_out in zip(photos, ranked_by, strict=True)
    ]
    goal = targets(photos, bench.gallery)
    known = goal >= 0
    base = np.stack([ranking.fused.scores for ranking in found])
    extra = np.stack([ranking.bonuses for ranking in found])
    start = np.log([max(weights.bonuses.get(GEOMETRY, HOUSE_GEOMETRY), 1e-3), weights.temperature])

    def loss(theta: np.ndarray) -> float:
        logits = (base[known] + np.exp(theta[0]) * extra[known]) / np.exp(theta[1])
        logits = logits - logits.max(axis=1, keepdims=True)
        own = logits[np.arange(len(logits)), goal[known]] - np.log(np.exp(logits).sum(axis=1))
        return float(-own.mean() + BONUS_PULL * (theta[0] - start[0]) ** 2)

    theta = minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6}).x if known.any() else start
    bonus = float(np.exp(theta[0]))
    features = np.stack(
        [
            no_match_features(base[at] + bonus * extra[at], ranking.fused.contributions, ranking.fused.similarities)
            for at, ranking in enumerate(found)
        ]
    )
    return replace(
        weights,
        bonuses={GEOMETRY: bonus},
        temperature=float(np.exp(theta[1])),
        no_match=fit_no_match(features, ~known, weights.no_match),
    )


def fit_no_match(features: np.ndarray, missing: np.ndarray, parent: NoMatch) -> NoMatch:
    """Fit the logit of "not in the DAM" by logistic regression pulled toward the parent.

    With fewer than five photos of a kind the parent stays.
    """
    if min(missing.sum(), (~missing).sum()) < FEWEST_OF_EACH:
        return parent
    start = np.array([parent.intercept, parent.top, parent.margin, parent.agreement])
    inputs = np.column_stack([np.ones(len(features)), features])
    signs = np.where(missing, 1.0, -1.0)

    def loss(theta: np.ndarray) -> float:
        return float(np.logaddexp(0, -signs * (inputs @ theta)).mean() + NO_MATCH_PULL * ((theta - start)[1:] ** 2).sum())

    found = minimize(loss, start, method="L-BFGS-B").x
    return NoMatch(intercept=float(found[0]), top=float(found[1]), margin=float(found[2]), agreement=float(found[3]))
