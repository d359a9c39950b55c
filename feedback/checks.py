"""Fitting what comes after the ranking, out of fold: the temperature, "not in the DAM", and the confidence of the first.

Each photo is ranked by weights that saw no photo of its article and of its group, so that confidence is not flattered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
from scipy.optimize import minimize_scalar
from threadpoolctl import threadpool_limits

from feedback.certainty import fit_first_right, fit_no_match, judged_of, with_share
from feedback.examples import MOST_CHECKED, WORKERS
from feedback.samples import Bench, LabelledPhoto
from matching.search import Ranking, find_matches
from matching.weights import Weights

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
    """Fit temperature, the logit of "not in the DAM" and that of the first, on rankings by weights that did not see the photo.

    Two hundred photos of each kind, evenly spread, say all that a dozen numbers can hold.

    Args:
        weights: the fitted ranking.
        photos: labelled, of the calibration side.
        bench: the catalogue.
        ranked_by: (n_photos,) weights that were fitted without the photo, so that confidence is not flattered.
        on_photo: told how many are ranked, of how many.
    """
    there = np.flatnonzero([bool(photo.positives) for photo in photos])
    absent = np.flatnonzero([not photo.positives and not photo.refused for photo in photos])
    kept = sorted(
        int(rows[at])
        for rows in (there, absent)
        for at in np.unique(np.linspace(0, len(rows) - 1, MOST_CHECKED).round().astype(int))
        if len(rows)
    )
    found = _rank([photos[at] for at in kept], bench, [ranked_by[at] for at in kept], on_photo or (lambda _done, _total: None))
    if not found:
        return weights
    kept_photos = [photos[at] for at in kept]
    goals = [[bench.places[sku] for sku in photo.positives if sku in bench.places] for photo in kept_photos]
    temperature = fit_temperature([ranking.scores for ranking in found], goals, weights.temperature)
    judged = judged_of(found, goals, [photo.photo.group for photo in kept_photos], bench, temperature)
    fitted = fit_no_match(judged.signs, judged.missing, judged.groups, weights.no_match)
    return replace(
        weights,
        temperature=temperature,
        no_match=with_share(fitted, judged, there=len(there), absent=len(absent), known=fitted != weights.no_match),
        first_right=fit_first_right(judged),
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
