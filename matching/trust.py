"""What each mask hypothesis of a photo counts for before it is compared with anything.

The whole picture is another kind of reading than a cut-out, so it counts beside all cuts together, not as one more of them:
otherwise the more the cuts of a photo contradict each other, the less the one thing counts that no remover can get wrong. It
counts for more where the remover gave up on a cut than beside cuts that are all sure. Within the cuts, one that was given up on
counts for less than a sure one. Labels move all three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

from data.domain import BoolArray
from matching.arrays import IntArray, RealArray

WHOLE_PICTURE = "whole"
"""How removers name the hypothesis that is all of the picture."""


class HypothesisKind(StrEnum):
    """What is known of a mask hypothesis: cut and sure, cut but given up, or not cut at all, beside sure cuts alone or not."""

    SURE = "sure"
    FELL_BACK = "fell back"
    WHOLE = "whole"
    WHOLE_UNSURE = "whole, unsure"


KINDS = list(HypothesisKind)
FIRST_WHOLE = KINDS.index(HypothesisKind.WHOLE)
"""From this position in `HypothesisKind` on, a hypothesis is the whole picture."""

NOWHERE = -1e9


def kinds_of(hypotheses: Sequence[str], fell_back: Sequence[bool]) -> IntArray:
    """Say of what kind each hypothesis is: (n,) positions in `HypothesisKind`.

    Args:
        hypotheses: as they are named for the store, see `matching.blocks.named_by`.
        fell_back: of each, whether its remover gave up; empty: of none.
    """
    gave_up = fell_back or (False,) * len(hypotheses)
    whole = HypothesisKind.WHOLE_UNSURE if any(gave_up) else HypothesisKind.WHOLE
    found = [
        whole if name.rpartition("-")[2] == WHOLE_PICTURE else HypothesisKind.FELL_BACK if fell else HypothesisKind.SURE
        for name, fell in zip(hypotheses, gave_up, strict=True)
    ]
    return np.array([KINDS.index(kind) for kind in found], dtype=np.int64)


def log_shares(kinds: IntArray, trust: Mapping[str, float], there: BoolArray | None = None) -> RealArray:
    """Give the logarithm of each hypothesis's share of its photo: (..., n_hypotheses), their exponentials summing to 1.

    Args:
        kinds: (..., n_hypotheses) positions in `HypothesisKind`.
        trust: logarithm of what a kind weighs, 0 for those not named: cuts among themselves, the whole picture against all cuts
            together. Empty: all hypotheses are alike, as in weights that were made before there was any.
        there: (..., n_hypotheses) which of them the photo has; all where None. The others get next to nothing.
    """
    has = np.ones(kinds.shape, dtype=np.bool_) if there is None else there
    if not trust:
        return np.where(has, -np.log(np.maximum(has.sum(axis=-1, keepdims=True), 1)), NOWHERE)
    weight = np.array([trust.get(kind.value, 0.0) for kind in KINDS])[kinds]
    whole = kinds >= FIRST_WHOLE
    cuts = _log_sum(weight, has & ~whole)
    wholes = np.log(np.maximum((has & whole).sum(axis=-1, keepdims=True), 1))
    within = np.where(has, weight - np.where(whole, wholes, cuts), NOWHERE)
    return np.asarray(within - _log_sum(within, has), dtype=np.float64)


def _log_sum(values: npt.NDArray[np.float64], counted: BoolArray) -> npt.NDArray[np.float64]:
    return np.asarray(logsumexp(np.where(counted, values, NOWHERE), axis=-1, keepdims=True), dtype=np.float64)
