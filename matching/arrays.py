"""Arrays that matching passes around, beside those of `data.domain`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

RealArray = npt.NDArray[np.floating[Any]]
"""Either precision: vectors are float32, what is computed from them float64."""

IntArray = npt.NDArray[np.int64]
"""Positions and counts."""
