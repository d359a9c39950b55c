"""A linear model of what feature weights and the pooling of views do to scores, on top of fitted channel weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, minimize
from scipy.special import logsumexp, softmax

from feedback.examples import Examples
from feedback.fine_terms import FineTerms
from feedback.fitting_loss import Objective
from feedback.metrics import Ranks
from matching.weights import ChannelKind, Weights, block_of, kind_of

BANDS = 16
AXIS_PULL = 3.0
"""How much stronger one axis is pulled to its band than a band to 1."""

POOLING_PULL = 3.0
REACH = 0.75
"""Of log f², for a band and for an axis in its band: further than that, a first derivative says little."""

STEPS = 25
NOWHERE = -1e9
Reals = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class FeatureModel:
    """The loss over examples, as a function of log f² of bands and axes and of the share of the mean in the pooling.

    Zero everywhere gives the channels' fit back.
    """

    def __init__(self, examples: Examples, terms: FineTerms, start: Weights, base: Weights, *, axes: bool) -> None:
        """Prepare the inputs.

        Args:
            examples: labelled photos.
            terms: derivatives by the starting weights, of the same photos.
            start: the weights that the terms are of.
            base: channel weights fitted on top of the same start; each block's terms grow with its weight.
            axes: every axis has a weight of its own, not only every band.
        """
        self.base, self._terms, self._axes = base, terms, axes
        place = terms.columns
        every = Objective(examples, base)
        self._base_scores = np.take_along_axis(every.scores(every.zero(), np.arange(len(examples))), place, axis=1)
        self._tail = np.take_along_axis(examples.tail, place, axis=1)
        self._positive = np.take_along_axis(examples.positive, place, axis=1)
        self._share = examples.share / examples.share.mean()
        spoken = np.take_along_axis(examples.speaks @ np.array(base.values, dtype=np.float32), place, axis=1)
        self._inputs: Reals = (_mixed(terms, start, base) / np.maximum(spoken, 1e-9)[:, :, None]).astype(np.float32)
        self._inputs[np.isneginf(self._tail)] = 0
        sizes = [part.stop - part.start for part in terms.blocks.values()]
        bands = [
            np.repeat(np.arange(min(BANDS, size)), [len(p) for p in np.array_split(np.arange(size), min(BANDS, size))])
            for size in sizes
        ]
        firsts = np.cumsum([0, *(min(BANDS, size) for size in sizes)])
        self._band_of = np.concatenate([band + first for band, first in zip(bands, firsts, strict=False)])
        self._bands = int(firsts[-1])
        if not axes:
            self._inputs = self._by_band(self._inputs)

    def _by_band(self, inputs: Reals) -> Reals:
        first = np.flatnonzero(np.diff(self._band_of, prepend=-1))
        width = len(self._band_of)
        return np.concatenate([np.add.reduceat(inputs[..., :width], first, axis=-1), inputs[..., width:]], axis=-1)

    @property
    def _slices(self) -> tuple[slice, slice, slice]:
        axes = self._bands + (len(self._band_of) if self._axes else 0)
        return slice(0, self._bands), slice(self._bands, axes), slice(axes, axes + len(ChannelKind))

    def path(self, rows: Ints, strengths: Sequence[float]) -> list[Floats]:
        """Fit on some photos along strengths, strongest first, each from the one before; an endless one moves nothing."""
        found: list[Floats] = []
        for strength in strengths:
            last = found[-1] if found else np.zeros(self._slices[2].stop)
            found.append(self._solve(rows, strength, last) if np.isfinite(strength) else last)
        return found

    def _solve(self, rows: Ints, strength: float, last: Floats) -> Floats:
        _, axes, pooling = self._slices
        pull = np.ones(len(last))
        pull[axes], pull[pooling] = AXIS_PULL, POOLING_PULL
        low, high = np.full(len(last), -REACH), np.full(len(last), REACH)
        low[pooling], high[pooling] = 0.0, 1.0
        inputs, positive, tail = self._inputs[rows], self._positive[rows], self._tail[rows]
        flat, share = inputs.reshape(-1, inputs.shape[-1]), self._share[rows, None] / self._share[rows].sum()

        def loss(moved: Floats) -> tuple[float, Floats]:
            logits = (self._base_scores[rows] + inputs @ self._as_inputs(moved)) / self.base.temperature + tail
            right = np.where(positive, logits, NOWHERE)
            value = float((share[:, 0] * (logsumexp(logits, axis=1) - logsumexp(right, axis=1))).sum())
            slope = (softmax(logits, axis=1) - softmax(right, axis=1)) * share / self.base.temperature
            moving = self._as_parameters(slope.reshape(-1).astype(np.float32) @ flat)
            return value + strength * float((pull * moved**2).sum()), moving + 2 * strength * pull * moved

        found = minimize(
            loss, last, jac=True, method="L-BFGS-B", bounds=Bounds(low, high), options={"maxiter": STEPS, "ftol": 1e-7}
        )
        return np.asarray(found.x, dtype=np.float64)

    def _as_inputs(self, moved: Floats) -> Reals:
        bands, axes, pooling = self._slices
        features = moved[bands][self._band_of] + moved[axes] if self._axes else moved[bands]
        return np.concatenate([features, moved[pooling]]).astype(np.float32)

    def _as_parameters(self, slope: Reals) -> Floats:
        features, pooling = slope[: -len(ChannelKind)], slope[-len(ChannelKind) :]
        if not self._axes:
            return np.concatenate([features, pooling]).astype(np.float64)
        by_band = np.bincount(self._band_of, weights=features, minlength=self._bands)
        return np.concatenate([by_band, features, pooling]).astype(np.float64)

    def losses(self, moved: Floats, rows: Ints) -> Floats:
        """Give each photo's loss, without any pull: (n_rows,)."""
        logits = self.scores(moved, rows) / self.base.temperature + self._tail[rows]
        right = np.where(self._positive[rows], logits, NOWHERE)
        return np.asarray(logsumexp(logits, axis=1) - logsumexp(right, axis=1), dtype=np.float64)

    def ranks(self, moved: Floats, rows: Ints) -> Ranks:
        """Rank the labelled asset among each photo's hardest candidates: (n_rows,)."""
        scores = np.where(np.isneginf(self._tail[rows]), NOWHERE, self.scores(moved, rows))
        positive = self._positive[rows]
        own = np.where(positive, scores, -np.inf).max(axis=1)
        return np.asarray(((scores > own[:, None]) & ~positive).sum(axis=1) + 1, dtype=np.int64)

    def scores(self, moved: Floats, rows: Ints) -> Reals:
        """Score each photo's hardest candidates: (n_rows, k)."""
        return np.asarray(self._base_scores[rows] + self._inputs[rows] @ self._as_inputs(moved), dtype=np.float32)

    def weights(self, moved: Floats) -> Weights:
        """Turn parameters into weights; zero gives the base back exactly."""
        if not moved.any():
            return self.base
        bands, axes, pooling = self._slices
        logs = moved[bands][self._band_of] + (moved[axes] if self._axes else 0.0)
        features = {block: tuple(np.exp(logs[part] / 2).tolist()) for block, part in self._terms.blocks.items()}
        means = dict(zip(ChannelKind, moved[pooling], strict=True))
        shares = {kind.value: float((1 - means[kind]) * self.base.pooling[kind.value]) for kind in ChannelKind}
        return replace(self.base, features=features, pooling=shares)


def _mixed(terms: FineTerms, start: Weights, base: Weights) -> Reals:
    """Scale the derivatives by how much each block's and each kind's weight has grown: (n, k, n_features + n_kinds)."""
    was, now = np.array(start.values), np.array(base.values)
    confirmed = np.array([kind_of(channel) is ChannelKind.CONFIRMED for channel in start.channels])
    grown = np.ones((2, terms.features.shape[-1]), dtype=np.float32)
    for block, part in terms.blocks.items():
        for side in (0, 1):
            at = np.array([block_of(channel) == block for channel in start.channels]) & (confirmed == bool(side))
            grown[side, part] = now[at].sum() / max(was[at].sum(), 1e-12)
    by_kind = [
        now[at].sum() / max(was[at].sum(), 1e-12)
        for at in (np.array([kind_of(channel) is kind for channel in start.channels]) for kind in ChannelKind)
    ]
    features = np.einsum("nksf,sf->nkf", terms.features, grown)
    return np.asarray(np.concatenate([features, terms.pooling * np.array(by_kind)], axis=-1), dtype=np.float32)
