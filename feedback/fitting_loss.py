"""The loss over labelled photos, and the parameters that it can move away from the starting weights.

A photo's asset has the likelihood (1 − p) · softmax(score / temperature), with p the probability that the DAM has none; a photo
of what the DAM does not have has p. The two factors share no parameter, so the ranking is fitted here and the logit of p in
`feedback.checks`. Confirmed equivalents share the positive mass. "None of those shown" is censored: −log(1 − Σ likelihood of
those shown). A correction adds a margin between the right asset and the wrong first: Crammer and Singer, "On the algorithmic
implementation of multiclass kernel-based vector machines", JMLR 2001, softened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch

from feedback.earned import BONUS_FROM, TEXT_FROM, only_earned
from feedback.examples import Examples
from feedback.fitting_lbfgs import LBFGS
from feedback.fitting_trust import TRUSTED, fitted_log_shares, moved_trust
from matching.checks import CHECKS
from matching.weights import ChannelKind, Weights, block_of, kind_of
from matching.worded import TEXT

SILENT = -1e4
"""Score of an asset without any evidence: finite, so that gradients stay so."""

NOWHERE = -1e9
"""Stands for −inf where all of a row may be left out: gradients through infinity are not numbers."""

MARGIN = 1.0
MARGIN_SHARE = 0.25
"""Of the margin in the loss of a corrected photo; the margin is in units of the temperature."""

POPULAR_FROM = 100
"""Labels before which an asset's popularity has no part: a handful says nothing of how often articles come."""

PULLS: Mapping[str, float] = {
    "blocks": 1.0,
    "kinds": 0.3,
    "channels": 4.0,
    "sharpness": 0.2,
    "trust": 0.3,
    "bonuses": 0.3,
    "popularity": 1.0,
    "temperature": 0.0,
}
"""How strongly each part of `_Layout` is pulled to where it started, in units of the strength that cross-validation chooses.

With few labels the strong pull on single channels leaves one number per block and one per view kind.
"""
TEMPERATURE_PULL = 0.02
FARTHEST = 6.0
"""Of a logarithm: a line search that looks further would meet infinity, and what comes back from there is no number."""

Theta = torch.Tensor
Ints = npt.NDArray[np.int64]


def grown(theta: Theta) -> Theta:
    """Say by what factor a parameter moves what it stands for."""
    return torch.exp(torch.clamp(theta, -FARTHEST, FARTHEST))


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """Where each kind of parameter lies in the vector of all."""

    blocks: slice
    kinds: slice
    channels: slice
    sharpness: int
    trust: slice
    bonuses: slice
    popularity: int
    temperature: int

    @classmethod
    def of(cls, blocks: int, channels: int) -> _Layout:
        kinds = blocks + len(ChannelKind)
        end = kinds + channels
        checks = end + 1 + len(TRUSTED)
        return cls(
            blocks=slice(0, blocks),
            kinds=slice(blocks, kinds),
            channels=slice(kinds, end),
            sharpness=end,
            trust=slice(end + 1, checks),
            bonuses=slice(checks, checks + len(CHECKS)),
            popularity=checks + len(CHECKS),
            temperature=checks + len(CHECKS) + 1,
        )


class Objective:
    """The loss over examples, as a function of a parameter vector that is zero at the starting weights.

    Channel weights are the start's times exp(block + kind + channel), bonuses and temperature the start's times exp(parameter).
    `labels` is how many photos the examples were made of, where that is not one each.
    """

    def __init__(self, examples: Examples, start: Weights, *, labels: int | None = None) -> None:
        self.start, self._labels = start, labels or len(examples)
        blocks = [block_of(channel) for channel in start.channels]
        names = sorted(set(blocks))
        self._layout = _Layout.of(len(names), len(blocks))
        self._block_of = torch.tensor([names.index(block) for block in blocks])
        self._kind_of = torch.tensor([list(ChannelKind).index(kind_of(channel)) for channel in start.channels])
        least = torch.tensor([TEXT_FROM if block == TEXT else 1e-4 for block in blocks], dtype=torch.float64)
        self._log_values = torch.log(torch.maximum(torch.tensor(start.values, dtype=torch.float64), least))
        self._bonuses = torch.tensor([max(start.bonuses.get(name, 0.0), BONUS_FROM) for name in CHECKS], dtype=torch.float64)
        live = np.flatnonzero(examples.speaks.any(axis=(0, 1)))  # what never speaks has no part in any score, and takes as long
        rows = np.moveaxis(examples.z[..., live], -1, 0).copy()  # a few long rows are summed much sooner than many short ones
        heard = replace(examples, z=rows, speaks=examples.speaks[..., live])
        self._live, self._data = torch.tensor(live), {name: torch.tensor(getattr(heard, name)) for name in _USED}
        self._pull = self._pulls()

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return self._layout.temperature + 1

    def zero(self) -> Theta:
        """Give the parameters of the starting weights."""
        return torch.zeros(self.size, dtype=torch.float64)

    def solve(self, rows: Ints, strength: float, *, start: Theta | None = None, steps: int = 15) -> Theta:
        """Minimise the loss over some photos by L-BFGS; an endless strength moves the temperature alone.

        Args:
            rows: positions of the photos.
            strength: of the pull toward the starting weights.
            start: where to begin; changes how soon it ends, hardly where.
            steps: at most.
        """
        theta = (self.zero() if start is None else start.clone()).requires_grad_()
        free, part = self._free(strength), self._part(rows)
        optimiser = LBFGS([theta], max_iter=steps, line_search_fn="strong_wolfe", tolerance_grad=1e-4, tolerance_change=1e-5)

        def closure() -> torch.Tensor:
            optimiser.zero_grad()
            moved = free * theta
            pulled = (self._pull * moved**2).sum() * (strength if np.isfinite(strength) else 0.0)
            loss = (part["share"] * self._losses(moved, part)).sum() / part["share"].sum()
            loss = loss + pulled + TEMPERATURE_PULL * moved[-1] ** 2
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no annotation for it
            return loss

        optimiser.step(closure)  # type: ignore[no-untyped-call]
        return (free * theta).detach()

    def losses(self, theta: Theta, rows: Ints) -> npt.NDArray[np.float64]:
        """Give each photo's loss, without any pull: (n_rows,)."""
        with torch.no_grad():
            return np.asarray(self._losses(theta, self._part(rows)).double().numpy(), dtype=np.float64)

    def scores(self, theta: Theta, rows: Ints) -> npt.NDArray[np.float32]:
        """Score each photo's candidates: (n_rows, K), very low where there is no evidence."""
        with torch.no_grad():
            return np.asarray(self._scores(theta, self._part(rows)).numpy(), dtype=np.float32)

    def ranks(self, theta: Theta, rows: Ints) -> npt.NDArray[np.int64]:
        """Rank the labelled asset, the best of equivalents, among each photo's candidates: (n_rows,), 0 where there is none."""
        part = self._part(rows)
        with torch.no_grad():
            scores = self._scores(theta, part)
            own = scores.masked_fill(~part["positive"], -torch.inf).amax(dim=1)
            ahead = (scores > own[:, None]) & ~part["positive"]
            found = torch.where(part["positive"].any(dim=1), ahead.sum(dim=1) + 1, 0)
            return np.asarray(found.numpy(), dtype=np.int64)

    def weights(self, theta: Theta) -> Weights:
        """Turn parameters into weights; zero gives the starting weights back exactly."""
        if not theta.any():
            return self.start
        lay, said = self._layout, grown(theta)
        moved = replace(self.start, temperature=float(self.start.temperature * said[lay.temperature]))
        if not theta[: lay.temperature].any():
            return moved
        values = torch.softmax(self._log_weights(theta), dim=0).numpy()
        bonuses, trust = self._bonuses * said[lay.bonuses], moved_trust(self.start.trust, theta[lay.trust])
        found = replace(
            moved,
            values=tuple(float(value) for value in values / values.sum()),
            sharpness=float(self.start.sharpness * said[lay.sharpness]),
            trust=dict(zip(TRUSTED, trust.tolist(), strict=True)) if self.start.trust else {},
            bonuses=dict(zip(CHECKS, bonuses.tolist(), strict=True)),
            popularity=float(self.start.popularity + theta[lay.popularity]),
        )
        return only_earned(self.start, found)

    def _pulls(self) -> torch.Tensor:
        found = torch.zeros(self.size, dtype=torch.float64)
        for part, pull in PULLS.items():
            found[getattr(self._layout, part)] = pull
        return found

    def _free(self, strength: float) -> torch.Tensor:
        free = torch.ones(self.size, dtype=torch.float64)
        if not np.isfinite(strength):
            free[:-1] = 0.0
        if not self.start.trust:
            free[self._layout.trust] = 0.0
        if self._labels < POPULAR_FROM:
            free[self._layout.popularity] = 0.0
        return free

    def _part(self, rows: Ints) -> dict[str, torch.Tensor]:
        return {name: tensor.index_select(int(name == "z"), torch.tensor(rows)) for name, tensor in self._data.items()}

    def _log_weights(self, theta: Theta) -> torch.Tensor:
        lay = self._layout
        by_block, by_kind = theta[lay.blocks][self._block_of], theta[lay.kinds][self._kind_of]
        return self._log_values + by_block + by_kind + theta[lay.channels]

    def _scores(self, theta: Theta, part: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Score each candidate as `matching.search.find_matches` does: (n, K)."""
        lay = self._layout
        weights = torch.softmax(self._log_weights(theta), dim=0).float()[self._live]
        spoken = part["speaks"] @ weights
        per_hypothesis = torch.tensordot(weights, part["z"], 1) / torch.clamp(spoken, min=1e-9)[:, None]
        beta = (self.start.sharpness * grown(theta[lay.sharpness])).float()
        there = part["there"]
        trust = moved_trust(self.start.trust, theta[lay.trust]) if self.start.trust else None
        weighed = beta * per_hypothesis + fitted_log_shares(trust, part["kinds"], there)[:, :, None]
        scores = torch.logsumexp(weighed.masked_fill(~there[:, :, None], -torch.inf), dim=1) / beta
        scores = scores + part["checks"] @ (self._bonuses * grown(theta[lay.bonuses])).float()
        scores = scores + (self.start.popularity + theta[lay.popularity]).float() * part["popularity"]
        silent: torch.Tensor = (spoken <= 0) | torch.isneginf(part["tail"])
        return scores.masked_fill(silent, SILENT)

    def _losses(self, theta: Theta, part: Mapping[str, torch.Tensor]) -> torch.Tensor:
        logits = self._scores(theta, part) / (self.start.temperature * grown(theta[self._layout.temperature]).float())
        tail = part["tail"].masked_fill(torch.isneginf(part["tail"]), 0.0)
        shares = torch.log_softmax(logits + tail, dim=1) - tail
        own = torch.logsumexp(shares.masked_fill(~part["positive"], NOWHERE), dim=1)
        refused = torch.logsumexp(shares.masked_fill(~part["refused"], NOWHERE), dim=1)
        censored = -torch.log1p(-torch.clamp((1 - part["no_match"]) * torch.exp(refused), max=1 - 1e-6))
        matched, corrected = part["positive"].any(dim=1), part["corrected"].any(dim=1)
        right = logits.masked_fill(~part["positive"], NOWHERE).amax(dim=1)
        wrong = logits.masked_fill(~part["corrected"], NOWHERE).amax(dim=1)
        short = torch.where(matched & corrected, MARGIN - (right - wrong), 0.0)
        margin = torch.where(matched & corrected, torch.nn.functional.softplus(short), 0.0)
        found: torch.Tensor = torch.where(matched, -own, torch.where(part["refused"].any(dim=1), censored, 0.0))
        return found + MARGIN_SHARE * margin


_USED = ("z", "speaks", "there", "kinds", "checks", "popularity", "tail", "positive", "refused", "corrected", "no_match", "share")
