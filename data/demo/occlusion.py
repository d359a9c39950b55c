"""How much sky and key light reach a point of an article, from a coarse volume of where the article is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

from data.demo.noise import step
from data.demo.shapes import Floats

CELLS = 72
MARGIN = 6
REACHES = (2.5, 5.0, 10.0)
"""In cells: how far away the sky is looked for."""

FLAT = 0.17
"""What a flat surface sees of itself, taken off."""


@dataclass(frozen=True, kw_only=True)
class Volume:
    """Cells that hold a piece of surface, (CELLS,) * 3, and the place and size of a cell in cm."""

    filled: Floats
    origin: Floats
    cell: float


def fill(points: Floats) -> Volume:
    """Mark the cells in which there are points, (n, 3), densely strewn."""
    low, high = points.min(axis=0), points.max(axis=0)
    cell = float((high - low).max()) / (CELLS - 2 * MARGIN)
    origin = (low + high) / 2 - cell * CELLS / 2
    at = np.clip(((points - origin) / cell).astype(np.int64), 0, CELLS - 1)
    filled = np.zeros((CELLS,) * 3)
    filled[at[:, 0], at[:, 1], at[:, 2]] = 1.0
    return Volume(filled=filled, origin=origin, cell=cell)


def open_sky(volume: Volume, points: Floats, normals: Floats) -> Floats:
    """Estimate ambient openness, (n,), 0 in a crevice to 1, by looking along the normal into ever softer volumes."""
    openness = np.ones(len(points))
    for reach, weight in zip(REACHES, (0.9, 0.8, 0.7), strict=True):
        soft = gaussian_filter(volume.filled, reach / 2.2)
        seen = _read(volume, soft, points + normals * reach * volume.cell)
        flat = FLAT * 2.5 / reach
        openness *= 1 - weight * np.clip((seen - flat) / (0.75 / np.sqrt(reach)), 0, 1)
    height = (points[:, 1] - points[:, 1].min()) / (volume.cell * 8)
    floor = np.exp(-height) * np.clip(0.6 - 0.5 * normals[:, 1], 0, 1)
    return np.asarray(openness * (1 - 0.75 * floor), dtype=np.float64)


def open_key(volume: Volume, points: Floats, normals: Floats, toward: Floats) -> Floats:
    """Estimate how much of a soft key light arrives, (n,), by walking toward it."""
    soft = gaussian_filter(volume.filled, 0.9)
    blocked = np.zeros(len(points))
    for stride in np.linspace(3.0, 30.0, 12):
        start = points + normals * volume.cell * 2.2
        seen = _read(volume, soft, start + toward * stride * volume.cell)
        blocked = np.maximum(blocked, step(0.12, 0.6, seen) * (1 - stride / 60))
    return 1 - blocked


def _read(volume: Volume, values: Floats, points: Floats) -> Floats:
    at = (points - volume.origin) / volume.cell - 0.5
    return np.asarray(map_coordinates(values, at.T, order=1, mode="constant"), dtype=np.float64)
