"""Examples made by hand, for tests of the objective and of fitting."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from feedback.examples import Examples
from matching.checks import CHECKS


def examples_of(
    z: npt.NDArray[np.floating], target: npt.NDArray[np.int64], *, tail: npt.NDArray[np.floating] | None = None
) -> Examples:
    """Make examples of standardised similarities, (n, n_hypotheses, n_assets, n_channels); NaN is silent, target −1 is none."""
    count, _, assets, _ = z.shape
    positive = np.zeros((count, assets), dtype=np.bool_)
    labelled = np.flatnonzero(target >= 0)
    positive[labelled, target[labelled]] = True
    flags = np.zeros((count, assets), dtype=np.bool_)
    return Examples(
        z=np.nan_to_num(z).astype(np.float32),
        speaks=(~np.isnan(z)).any(axis=1).astype(np.float32),
        there=(~np.isnan(z)).any(axis=(2, 3)),
        kinds=np.zeros(z.shape[:2], dtype=np.int64),
        checks=np.zeros((count, assets, len(CHECKS)), dtype=np.float32),
        popularity=np.zeros((count, assets), dtype=np.float32),
        tail=np.zeros((count, assets), dtype=np.float32) if tail is None else tail.astype(np.float32),
        assets=np.repeat(np.arange(assets)[None], count, axis=0),
        positive=positive,
        refused=flags,
        corrected=flags.copy(),
        no_match=np.zeros(count, dtype=np.float32),
        share=np.ones(count, dtype=np.float32),
    )
