"""Fitting weights by gradient descent on the calibration side.

The loss is the negative log-likelihood of the labelled asset under a softmax over the whole catalogue, pulled toward the
parent, which retuning makes the house weights that no label has touched. Channel weights are the parent's times
exp(block + kind + channel): with few labels the strong pull on the last term leaves one number per block and one per view
kind. Strength of the pull: cross-validation in folds disjoint in sku and group, with the one-standard-error rule (Breiman
et al., "Classification and regression trees", 1984).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import GroupKFold

from data.errors import NotEnoughEvidence
from feedback.metrics import Ranks
from matching.fusion import standardise
from matching.weights import ChannelKind, Weights, block_of, kind_of

FEWEST_LABELS = 8
FOLDS = 5
STRENGTHS = (np.inf, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003)
"""Of the pull toward the parent, strongest first; a pull without end gives the parent back, and fits the temperature alone."""

CHANNEL_PULL = 4.0
SHARPNESS_PULL = 0.2
STEPS = 60
MOST_CANDIDATES = 300
"""Of larger catalogues, the parent's first 300 and the labelled asset stand for all: the rest has no mass worth a gradient."""

SILENT = -1e3
"""Score of an asset without any evidence: finite, so that gradients stay so."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Fitted weights and how they came about.

    Attributes:
        weights: the parent with new values, sharpness and temperature.
        strength: of the pull that cross-validation chose; None where the parent was kept.
        cross_validated: mean held-out loss per strength, in the order of `STRENGTHS`; empty with too few labels.
        parent_ranks: (n,) held-out ranks by the parent, of the labelled matches.
        held_out_ranks: (n,) ranks by weights that were fitted without the photo's fold.
        held_out_weights: (n,) those weights, photo by photo.
    """

    weights: Weights
    strength: float | None
    cross_validated: tuple[float, ...]
    parent_ranks: Ranks
    held_out_ranks: Ranks
    held_out_weights: tuple[Weights, ...]


def fit_channels(similarities: npt.NDArray[np.float32], target: Ints, components: Ints, parent: Weights) -> Fit:
    """Fit channel weights, the pooling of mask hypotheses, and the temperature.

    Args:
        similarities: (n_photos, n_hypotheses, n_assets, n_channels), raw; NaN without evidence, and
            throughout for hypotheses that a photo lacks.
        target: (n_photos,) position of the labelled asset, which has evidence.
        components: (n_photos,) number of the sku-and-group component, which folds never part.
        parent: where the pull leads to.

    Raises:
        NotEnoughEvidence: fewer than eight labels, or all of one asset.
    """
    if len(target) < FEWEST_LABELS or len(np.unique(components)) < FOLDS:
        raise NotEnoughEvidence(
            f"{len(target)} confirmed photos of {len(np.unique(components))} assets are too few to fit weights",
            remedy=f"confirm {FEWEST_LABELS} photos of {FOLDS} assets or more",
        )
    torch.set_num_threads(1)
    problem = _Problem(similarities, target, parent)
    folds = list(GroupKFold(n_splits=FOLDS).split(target, groups=components))
    losses = np.zeros((len(STRENGTHS), len(target)))
    ranks = np.zeros((len(STRENGTHS), len(target)), dtype=np.int64)
    without: list[list[Weights]] = []
    for row, strength in enumerate(STRENGTHS):
        solved = [problem.solve(train, strength) for train, _ in folds]
        for theta, (_, test) in zip(solved, folds, strict=True):
            losses[row, test], ranks[row, test] = problem.losses(theta, test), problem.ranks(theta, test)
        without.append([problem.weights(theta) for theta in solved])
    chosen = _one_standard_error(losses)
    fold_of = np.zeros(len(target), dtype=np.int64)
    for number, (_, test) in enumerate(folds):
        fold_of[test] = number
    everyone = np.arange(len(target))
    start = problem.start()
    return Fit(
        weights=problem.weights(problem.solve(everyone, STRENGTHS[chosen])),
        strength=STRENGTHS[chosen] if np.isfinite(STRENGTHS[chosen]) else None,
        cross_validated=tuple(float(loss.mean()) for loss in losses),
        parent_ranks=problem.ranks(start, everyone),
        held_out_ranks=ranks[chosen],
        held_out_weights=tuple(without[chosen][number] for number in fold_of),
    )


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


def _one_standard_error(losses: Floats) -> int:
    """Choose the strongest pull whose loss exceeds the best one's by one standard error or less, photo by photo.

    Args:
        losses: (n_strengths, n_photos), strongest pull first.
    """
    worse = losses - losses[losses.mean(axis=1).argmin()]
    error = worse.std(axis=1, ddof=1) / np.sqrt(losses.shape[1])
    return int(np.flatnonzero(worse.mean(axis=1) <= error)[0])


class _Problem:
    """The loss over labelled photos, as torch sees it."""

    def __init__(self, similarities: npt.NDArray[np.float32], target: Ints, parent: Weights) -> None:
        self.parent = parent
        blocks = [block_of(channel) for channel in parent.channels]
        self._blocks = torch.tensor([sorted(set(blocks)).index(block) for block in blocks])
        self._kinds = torch.tensor([list(ChannelKind).index(kind_of(channel)) for channel in parent.channels])
        self._sizes = (len(set(blocks)), len(ChannelKind), len(blocks))
        self._log_values = torch.log(torch.clamp(torch.tensor(parent.values, dtype=torch.float64), min=1e-4))
        z = standardise(similarities, parent)
        self._target = torch.tensor(target)
        self._speaks = torch.tensor(~np.isnan(z))
        self._there = self._speaks.any(dim=3).any(dim=2)
        self._z = torch.tensor(np.nan_to_num(z))
        if z.shape[2] > MOST_CANDIDATES:
            self._keep_candidates()

    def _keep_candidates(self) -> None:
        with torch.no_grad():
            scores = self._scores(self.start(), torch.arange(len(self._target)))
            scores.scatter_(1, self._target[:, None], torch.inf)
            kept = scores.topk(MOST_CANDIDATES, dim=1).indices
        index = kept[:, None, :, None].expand(-1, self._z.shape[1], -1, self._z.shape[3])
        self._z, self._speaks = self._z.gather(2, index), self._speaks.gather(2, index)
        self._target = (kept == self._target[:, None]).int().argmax(dim=1)

    def start(self) -> torch.Tensor:
        return torch.zeros(sum(self._sizes) + 2, dtype=torch.float64)

    def _log_weights(self, theta: torch.Tensor) -> torch.Tensor:
        blocks, kinds, _ = self._sizes
        by_block, by_kind, by_channel = theta[:blocks], theta[blocks : blocks + kinds], theta[blocks + kinds : -2]
        found: torch.Tensor = self._log_values + by_block[self._blocks] + by_kind[self._kinds] + by_channel
        return found

    def _scores(self, theta: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        weights = torch.softmax(self._log_weights(theta), dim=0)
        speaks, there = self._speaks[rows], self._there[rows]
        per_hypothesis = (self._z[rows] @ weights) / torch.clamp(speaks.double() @ weights, min=1e-12)
        beta = self.parent.sharpness * torch.exp(theta[-2])
        summed = torch.logsumexp((beta * per_hypothesis).masked_fill(~there[:, :, None], -torch.inf), dim=1)
        scores: torch.Tensor = (summed - torch.log(there.sum(dim=1))[:, None]) / beta
        return scores.masked_fill(~speaks.any(dim=3).any(dim=1), SILENT)

    def _nll(self, theta: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        temperature = self.parent.temperature * torch.exp(theta[-1])
        scores = self._scores(theta, rows) / temperature
        losses: torch.Tensor = torch.nn.functional.cross_entropy(scores, self._target[rows], reduction="none")
        return losses

    def solve(self, rows: Ints, strength: float) -> torch.Tensor:
        theta = self.start().requires_grad_()
        chosen = torch.tensor(rows)
        pull = torch.ones_like(theta).detach()
        pull[-2 - self._sizes[2] : -2] = CHANNEL_PULL
        pull[-2], pull[-1] = SHARPNESS_PULL, 0.0
        free = torch.ones_like(theta).detach()
        if not np.isfinite(strength):
            free[:-1], strength = 0.0, 0.0
        optimiser = torch.optim.LBFGS([theta], max_iter=STEPS, line_search_fn="strong_wolfe")

        def closure() -> torch.Tensor:
            optimiser.zero_grad()
            loss = self._nll(free * theta, chosen).mean() + strength * (pull * theta**2).sum()
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no annotation for it
            return loss

        optimiser.step(closure)  # type: ignore[no-untyped-call]
        return theta.detach()

    def losses(self, theta: torch.Tensor, rows: Ints) -> Floats:
        with torch.no_grad():
            return np.asarray(self._nll(theta, torch.tensor(rows)).numpy(), dtype=np.float64)

    def ranks(self, theta: torch.Tensor, rows: Ints) -> Ranks:
        with torch.no_grad():
            scores = self._scores(theta, torch.tensor(rows))
            own = scores.gather(1, self._target[rows][:, None])
            return np.asarray((scores > own).sum(dim=1).numpy() + 1, dtype=np.int64)

    def weights(self, theta: torch.Tensor) -> Weights:
        if not theta[:-1].any():
            return replace(self.parent, temperature=float(self.parent.temperature * torch.exp(theta[-1])))
        values = torch.softmax(self._log_weights(theta), dim=0).numpy()
        return replace(
            self.parent,
            values=tuple(float(value) for value in values / values.sum()),
            sharpness=float(self.parent.sharpness * torch.exp(theta[-2])),
            temperature=float(self.parent.temperature * torch.exp(theta[-1])),
        )
