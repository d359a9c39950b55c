"""Fitting weights by gradient descent on the calibration side, pulled toward the starting weights.

The strength of the pull is chosen by cross-validation in folds that share neither sku nor group: the strongest whose loss is
within half a standard error of the best one's (Breiman et al., "Classification and regression trees", 1984, take a whole one),
the error clustered by those components. What the fit promises is
measured by nested cross-validation: the strength for a fold is chosen without that fold (Cawley and Talbot, "On over-fitting in
model selection", JMLR 2010). A fit that leaves out two folds serves both of them, so ten inner fits do for five outer folds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import GroupKFold

from data.errors import NotEnoughEvidence
from feedback.examples import WORKERS, Examples
from feedback.fitting_loss import Theta
from feedback.fitting_practice import Practised, practised
from feedback.labels import FEWEST_LABELS
from feedback.metrics import Ranks
from matching.weights import Weights

FOLDS = 5
STRENGTHS = (np.inf, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
"""Of the pull, strongest first; a pull without end gives the start back, and fits the temperature alone."""

MOST_PARTS = 300
TOLERANCE = 0.5
"""Standard errors: a whole one kept the start on a hundred labels that were worth five points (CONTRIBUTING, "Decisions")."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Left = tuple[int, ...]
"""Which folds a fit has left out."""

Tell = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Fitted weights and how they came about.

    Attributes:
        weights: the start with new values.
        strength: of the pull that cross-validation chose; None where the start was kept.
        strengths: those that were tried, strongest first.
        cross_validated: mean held-out loss per strength.
        start_ranks: (n,) ranks by the start, 0 of photos without a labelled asset.
        held_out_ranks: (n,) ranks by weights that saw neither the photo's fold in fitting nor in choosing the strength.
        held_out_weights: (n,) those weights, photo by photo.
        first_photos: share of coming photos whose asset nobody has confirmed, as expected.
    """

    weights: Weights
    strength: float | None
    strengths: tuple[float, ...]
    cross_validated: tuple[float, ...]
    start_ranks: Ranks
    held_out_ranks: Ranks
    held_out_weights: tuple[Weights, ...]
    first_photos: float = 0.0


def fit_weights(
    examples: Examples, components: Ints, start: Weights, *, coming: Examples | None = None, on_fit: Tell | None = None
) -> Fit:
    """Fit channel weights, bonuses, popularity, the pooling of mask hypotheses, and the temperature.

    A fit that puts no more photos right than the start does, each ranked by weights that did not see it, is no gain to a
    reviewer, whatever its likelihood: then the start stays, with the fitted temperature.

    The same examples give the same weights, bit for bit: nothing is drawn, and no sum is shared between threads.

    Args:
        examples: labelled photos, each with a labelled asset or with what it is not.
        components: (n,) number of the sku-and-group component, which folds never part.
        start: where the pull leads to.
        coming: photos that nobody has labelled, compared by the same weights: they tell how many photos of assets without any
            confirmed photo are to be expected, see `feedback.first_photos`.
        on_fit: told how many paths of fits are done, of how many.

    Raises:
        NotEnoughEvidence: fewer than eight labels, or of fewer than five components.
    """
    labels = int(examples.positive.any(axis=1).sum())
    if labels < FEWEST_LABELS or len(np.unique(components)) < FOLDS:
        raise NotEnoughEvidence(
            f"{labels} confirmed photos of {len(np.unique(components))} assets are too few to fit weights",
            remedy=f"confirm {FEWEST_LABELS} photos of {FOLDS} assets or more",
        )
    torch.set_num_threads(1)
    objective, expected = practised(examples, coming, start)
    strengths = tried(float(examples.share.sum()))
    folds = folds_of(components)
    paths = _paths(objective, folds, strengths, on_fit or (lambda _done, _total: None))
    losses = np.zeros((len(strengths), len(examples)))
    for number, fold in enumerate(folds):
        losses[:, fold] = [objective.losses(theta, fold) for theta in paths[number,]]
    chosen = strongest_near_best(losses, components)
    held_out, weights = np.zeros(len(examples), dtype=np.int64), dict[int, Weights]()
    for number, fold in enumerate(folds):
        theta = paths[number,][_inner_choice(objective, folds, paths, number, components)]
        held_out[fold] = objective.ranks(theta, fold)
        without = objective.weights(theta)
        weights |= dict.fromkeys(fold.tolist(), without)
    start_ranks = objective.ranks(objective.zero(), np.arange(len(examples)))
    if gained(start_ranks, held_out) <= 0:
        chosen, held_out = 0, start_ranks
        weights = {at: objective.weights(paths[number,][0]) for number, fold in enumerate(folds) for at in fold.tolist()}
    return Fit(
        weights=objective.weights(paths[()][chosen]),
        strength=strengths[chosen] if np.isfinite(strengths[chosen]) else None,
        strengths=strengths,
        cross_validated=tuple(float(loss) for loss in losses.mean(axis=1)),
        start_ranks=start_ranks,
        held_out_ranks=held_out,
        held_out_weights=tuple(weights[at] for at in range(len(examples))),
        first_photos=expected,
    )


def folds_of(components: Ints) -> list[Ints]:
    """Part the photos in five, no component in two of them."""
    return [test for _, test in GroupKFold(n_splits=FOLDS).split(components, groups=components)]


def gained(before: Ranks, after: Ranks) -> int:
    """Count how many more photos have their asset first: what a likelihood may miss, and what a reviewer sees."""
    return int((after == 1).sum() - (before == 1).sum())


def tried(labels: float) -> tuple[float, ...]:
    """List the strengths worth trying, in units of one label's part of the mean loss: the endless one, and those from 1 to 300.

    Less would trust a handful of photos, and a stronger pull than that leaves the start as it is.
    """
    return tuple(strength for strength in STRENGTHS if not np.isfinite(strength) or 1 <= strength * labels <= MOST_PARTS)


def components_of(skus: Sequence[str], groups: Sequence[str]) -> Ints:
    """Number the connected pieces of photos that share a sku or a group: (n,)."""
    nodes = {
        name: at for at, name in enumerate(dict.fromkeys([*(f"s{sku}" for sku in skus), *(f"g{group}" for group in groups)]))
    }
    one = [nodes[f"s{sku}"] for sku in skus]
    other = [nodes[f"g{group}"] for group in groups]
    graph = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(len(nodes), len(nodes)))
    _, pieces = connected_components(graph, directed=False)
    return np.asarray(pieces[one], dtype=np.int64)


def strongest_near_best(losses: Floats, components: Ints) -> int:
    """Choose the strongest pull whose loss exceeds the best one's by half a standard error or less.

    Args:
        losses: (n_strengths, n_photos), strongest pull first.
        components: (n_photos,) what photos are alike by; the error is that of a mean of clusters.
    """
    worse = losses - losses[losses.mean(axis=1).argmin()]
    _, member = np.unique(components, return_inverse=True)
    sums = np.stack([np.bincount(member, weights=row - row.mean()) for row in worse])
    error = np.sqrt((sums**2).sum(axis=1)) / losses.shape[1]
    return int(np.flatnonzero(worse.mean(axis=1) <= TOLERANCE * error)[0])


def _paths(objective: Practised, folds: Sequence[Ints], strengths: Sequence[float], tell: Tell) -> Mapping[Left, list[Theta]]:
    """Fit along all strengths, each from the one before, with no fold left out, one, or two."""
    numbers = range(len(folds))
    wanted: list[Left] = [(), *((number,) for number in numbers), *combinations(numbers, 2)]
    everyone = np.concatenate(list(folds))

    def path(left: Left) -> list[Theta]:
        rows = np.setdiff1d(everyone, np.concatenate([np.zeros(0, dtype=np.int64), *(folds[number] for number in left)]))
        found = list[Theta]()
        for strength in strengths:
            found.append(objective.solve(rows, strength, start=found[-1] if found else None))
        return found

    done: dict[Left, list[Theta]] = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        for left, found in zip(wanted, pool.map(path, wanted), strict=True):
            done[left] = found
            tell(len(done), len(wanted))
    return done


def _inner_choice(
    objective: Practised, folds: Sequence[Ints], paths: Mapping[Left, list[Theta]], outer: int, components: Ints
) -> int:
    """Choose a strength without one fold: by the losses on each other fold of fits that left both out."""
    others = [number for number in range(len(folds)) if number != outer]
    rows = np.concatenate([folds[number] for number in others])
    by_fold = [
        [objective.losses(theta, folds[number]) for theta in paths[min(outer, number), max(outer, number)]] for number in others
    ]
    return strongest_near_best(np.concatenate([np.stack(found) for found in by_fold], axis=1), components[rows])
