"""Fitting what comes after the ranking: the temperature, and the logit of "not in the DAM", both out of fold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from threadpoolctl import threadpool_limits

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
    found = _rank([photos[at] for at in kept], bench, [ranked_by[at] for at in kept], on_photo or (lambda _done, _total: None))
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


def _rank(photos: Sequence[LabelledPhoto], bench: Bench, ranked_by: Sequence[Weights], tell: Tell) -> list[Ranking]:
    """Rank each photo by its own weights; the catalogue is weighed once for all photos that share them."""
    found: dict[int, Ranking] = {}
    with ThreadPoolExecutor(WORKERS) as pool, threadpool_limits(1, "blas"):
        for weights in {id(weights): weights for weights in ranked_by}.values():
            folded = bench.folded(weights)
            alike = [at for at, own in enumerate(ranked_by) if own is weights]
            search = partial(_search, folded, weights)
            for at, ranking in zip(alike, pool.map(search, [photos[at] for at in alike]), strict=True):
                found[at] = ranking
                tell(len(found), len(photos))
    return [found[at] for at in range(len(photos))]


def _search(bench: Bench, weights: Weights, photo: LabelledPhoto) -> Ranking:
    return find_matches(photo.evidence, bench.gallery, weights, bench.local)


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
