"""The trust in mask hypotheses as something that can be fitted: what `matching.trust` says, with gradients."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from matching.trust import FIRST_WHOLE, NOWHERE, HypothesisKind

TRUSTED = tuple(kind.value for kind in HypothesisKind if kind is not HypothesisKind.SURE)
"""Kinds of mask hypothesis whose trust is fitted; a sure cut is what they are measured against."""

FARTHEST = 6.0
"""How far labels may move a trust: further than that, a kind has all or nothing."""


def moved_trust(start: Mapping[str, float], moves: torch.Tensor) -> torch.Tensor:
    """Add moves, (3,), to the start's trust in `TRUSTED`: (3,)."""
    begun = torch.tensor([start.get(kind, 0.0) for kind in TRUSTED], dtype=torch.float64)
    return begun + torch.clamp(moves, -FARTHEST, FARTHEST)


def fitted_log_shares(trust: torch.Tensor | None, kinds: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
    """Give the logarithm of each hypothesis's share, as `matching.trust.log_shares` does: (n, n_hypotheses).

    Args:
        trust: (3,) in `TRUSTED`; None: all hypotheses are alike.
        kinds: (n, n_hypotheses) positions in `HypothesisKind`.
        there: (n, n_hypotheses) whether the photo has it.
    """
    if trust is None:
        return -torch.log(there.sum(dim=1, keepdim=True).float()).expand(there.shape)
    weight = torch.cat([torch.zeros(1, dtype=trust.dtype), trust]).float()[kinds]
    whole = kinds >= FIRST_WHOLE
    cuts = torch.logsumexp(weight.masked_fill(whole | ~there, NOWHERE), dim=1, keepdim=True)
    wholes = torch.log((whole & there).sum(dim=1, keepdim=True).clamp(min=1).float())
    within = (weight - torch.where(whole, wholes, cuts)).masked_fill(~there, NOWHERE)
    return within - torch.logsumexp(within, dim=1, keepdim=True)
