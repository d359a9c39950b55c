"""Fitting what comes after the ranking: the temperature, and the logit of "not in the DAM", both out of fold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from feedback.examples import MOST_CHECKED, WORKERS
from feedback.samples import Bench, LabelledPhoto
from matching.fusion import no_match_features
from matching.search import Ranking, find_matches
from matching.weights import NoMatch, Weights

FEWEST_OF_EACH = 5
NO_MATCH_PULL = 0.05
TEMPERATURE_PULL = 0.02
Tell = Callable[[int, int], None]


def fit_checks(
    weights: Weights,
    photos: Sequence[LabelledPhoto],
    bench: Bench,
    ranked_by: Sequence[Weights],
    *,
    on_photo: Tell | None = None,
) -> Weights:
    """Fit the temperature, and the logit of "not in the DAM", on rankings by weights that did not see the photo.

    Two hundred photos of each kind, evenly spread, say all that five numbers can hold.

    Args:
        weights: the fitted ranking.
        photos: labelled, of the calibration side.
        bench: the catalogue.
        ranked_by: (n_photos,) weights that were fitted without the photo, so that confidence is not flattered.
        on_photo: told how many are ranked, of how many.
    """
    kept = sorted(
        int(rows[at])
        for rows in (
            np.flatnonzero([bool(photo.positives) for photo in photos]),
            np.flatnonzero([not photo.positives and not photo.refused for photo in photos]),
        )
        for at in np.unique(np.linspace(0, len(rows) - 1, MOST_CHECKED).round().astype(int))
        if len(rows)
    )
    tell, found = on_photo or (lambda _done, _total: None), list[Ranking]()
    with ThreadPoolExecutor(WORKERS) as pool:
        for ranking in pool.map(lambda at: find_matches(photos[at].evidence, bench.gallery, ranked_by[at], bench.local), kept):
            found.append(ranking)
            tell(len(found), len(kept))
    if not found:
        return weights
    missing = np.array([not photos[at].positives for at in kept])
    goals = [[bench.places[sku] for sku in photos[at].positives if sku in bench.places] for at in kept]
    features = np.stack(
        [no_match_features(ranking.scores, ranking.fused.contributions, ranking.fused.similarities) for ranking in found]
    )
    return replace(
        weights,
        temperature=fit_temperature([ranking.scores for ranking in found], goals, weights.temperature),
        no_match=fit_no_match(features, missing, weights.no_match),
    )


def fit_temperature(scores: Sequence[np.ndarray], goals: Sequence[Sequence[int]], start: float) -> float:
    """Fit what scores are divided by before the softmax: Guo et al., "On calibration of modern neural networks", ICML 2017.

    Args:
        scores: (n_assets,) of each photo; −inf without evidence.
        goals: positions of each photo's labelled assets; photos without one say nothing.
        start: where a weak pull leads to.
    """
    known = [(row, list(goal)) for row, goal in zip(scores, goals, strict=True) if goal and np.isfinite(row[list(goal)]).any()]
    if not known:
        return start

    def loss(moved: float) -> float:
        total = 0.0
        for row, goal in known:
            logits = (row - row.max()) / (start * np.exp(moved))
            total += float(np.log(np.exp(logits).sum()) - np.log(np.exp(logits[goal]).sum() + 1e-12))
        return total / len(known) + TEMPERATURE_PULL * moved**2

    return float(start * np.exp(minimize_scalar(loss, bounds=(-3, 3), method="bounded", options={"xatol": 1e-4}).x))


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
