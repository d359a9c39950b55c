"""Fitting what comes after the ranking, out of fold: the temperature, "not in the DAM", and the confidence of the first.

Each photo is ranked by weights that saw no photo of its article and of its group, so that confidence is not flattered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Self

import numpy as np
from scipy.optimize import minimize_scalar
from threadpoolctl import threadpool_limits

from data.domain import BoolArray
from feedback.examples import MOST_CHECKED, WORKERS
from feedback.logits import PULL, fit_logit
from feedback.metrics import Clusters, Values
from feedback.samples import Bench, LabelledPhoto
from matching.arrays import IntArray
from matching.calibrated import first_logit, read_signs
from matching.search import Ranking, find_matches
from matching.weights import FirstRight, NoMatch, Weights

FEWEST_OF_EACH = 3
PULLS = (PULL, PULL, PULL, 10 * PULL)
"""The mesh's quality is pulled harder: renders that look like another article are left out before they rank."""

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
    kept_photos = [photos[at] for at in kept]
    goals = [[bench.places[sku] for sku in photo.positives if sku in bench.places] for photo in kept_photos]
    temperature = fit_temperature([ranking.scores for ranking in found], goals, weights.temperature)
    judged = judged_of(found, goals, [photo.photo.group for photo in kept_photos], bench, temperature)
    return replace(
        weights,
        temperature=temperature,
        no_match=fit_no_match(judged.signs, judged.missing, judged.groups, weights.no_match),
        first_right=fit_first_right(judged),
    )


@dataclass(frozen=True, kw_only=True)
class Judged:
    """Rankings of labelled photos, as confidence is fitted on them.

    Attributes:
        signs: (n, 4) what each ranking is judged by, see `matching.calibrated.read_signs`.
        logits: (n,) of the first candidate's share before it is corrected.
        missing: (n,) whether the DAM has no such article.
        right: (n,) whether the first candidate is right.
        groups: (n,) of the photos.
    """

    signs: Values
    logits: Values
    missing: BoolArray
    right: BoolArray
    groups: Clusters

    def of(self, rows: IntArray | BoolArray) -> Self:
        """Keep some photos."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def judged_of(
    found: Sequence[Ranking], goals: Sequence[Sequence[int]], groups: Sequence[str], bench: Bench, temperature: float
) -> Judged:
    """Put side by side what confidence is fitted on; rankings without any evidence say nothing and are left out.

    Args:
        found: of each photo.
        goals: positions of each photo's right assets; none where the DAM has no such article.
        groups: of the photos.
        bench: the catalogue that was ranked.
        temperature: of the softmax.
    """
    spoken = [at for at, ranking in enumerate(found) if np.isfinite(ranking.scores).any()]
    rankings = [found[at] for at in spoken]
    signs = np.array(
        [read_signs(one.scores, one.fused, bench.gallery, len(bench.gallery.skus)) for one in rankings], dtype=np.float64
    )
    return Judged(
        signs=signs.reshape(len(spoken), -1),
        logits=np.array([first_logit(one.scores, temperature) for one in rankings]),
        missing=np.array([not goals[at] for at in spoken], dtype=np.bool_),
        right=np.array([found[at].order[0] in goals[at] for at in spoken], dtype=np.bool_),
        groups=np.array([groups[at] for at in spoken], dtype=np.str_),
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


def fit_no_match(signs: Values, missing: BoolArray, groups: Clusters, parent: NoMatch) -> NoMatch:
    """Fit the logit of "not in the DAM"; with fewer than three photos of a kind the parent stays.

    Args:
        signs: (n, 4), see `Judged`.
        missing: (n,) whether the DAM has no such article.
        groups: (n,) of the photos.
        parent: what holds without enough photos.
    """
    if min(missing.sum(), (~missing).sum()) < FEWEST_OF_EACH:
        return parent
    found = fit_logit(signs, missing, groups, pulls=PULLS)
    top, margin, agreement, quality = found.slopes
    return NoMatch(
        intercept=found.intercept, top=top, margin=margin, agreement=agreement, quality=quality, usual_quality=found.usual[3]
    )


def fit_first_right(judged: Judged) -> FirstRight:
    """Fit what corrects the confidence of the first candidate, on photos whose article the DAM has.

    With fewer than three firsts that are right, or that are wrong, nothing is corrected. The pull leads there too.
    """
    there = judged.of(~judged.missing)
    if min(there.right.sum(), (~there.right).sum()) < FEWEST_OF_EACH:
        return FirstRight()
    inputs = np.column_stack([there.logits, there.signs[:, 1:]])
    found = fit_logit(inputs, there.right, there.groups, pulls=PULLS, offset=there.logits)
    share, margin, agreement, quality = found.slopes
    return FirstRight(
        intercept=found.intercept, share=share, margin=margin, agreement=agreement, quality=quality, usual_quality=found.usual[3]
    )
