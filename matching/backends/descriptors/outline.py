"""Shape of a cut-out: what its mask looks like."""

from __future__ import annotations

import cv2
import numpy as np

from data.domain import FloatArray
from matching.arrays import IntArray, RealArray
from matching.ports import CutOut

GRID = 16
RADII = 24


def mask_shape(cutout: CutOut) -> FloatArray:
    """Describe the silhouette: a coarse mask, the profile of its radii as Fourier magnitudes, Hu moments and proportions."""
    mask = cutout.mask.astype(np.uint8)
    coarse = cv2.resize(mask.astype(np.float32), (GRID, GRID), interpolation=cv2.INTER_AREA).ravel()
    rows, columns = np.nonzero(mask)
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    centre = np.array([rows.mean(), columns.mean()])
    moments = cv2.HuMoments(cv2.moments(mask, binaryImage=True)).ravel()
    hu = -np.sign(moments) * np.log10(np.abs(moments) + 1e-12) / 12
    spread = np.cov(np.stack([rows, columns])) if len(rows) > 1 else np.eye(2)
    long, short = np.sqrt(np.maximum(np.linalg.eigvalsh(spread)[::-1], 1e-6))
    proportions = np.array([np.log(height / width), short / long, len(rows) / (height * width)]) * 2
    return np.concatenate([coarse, _radial_profile(rows, columns, centre) * 4, hu, proportions]).astype(np.float32)


def _radial_profile(rows: IntArray, columns: IntArray, centre: RealArray) -> FloatArray:
    away = np.hypot(rows - centre[0], columns - centre[1])
    sector = ((np.arctan2(rows - centre[0], columns - centre[1]) / (2 * np.pi) % 1.0) * 2 * RADII).astype(int)
    reach = np.zeros(2 * RADII)
    np.maximum.at(reach, np.minimum(sector, 2 * RADII - 1), away)
    spectrum = np.abs(np.fft.rfft(reach / max(reach.mean(), 1e-6)))
    return (spectrum[1 : RADII + 1] / (2 * RADII)).astype(np.float32)
