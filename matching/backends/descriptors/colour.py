"""Colour of a cut-out: histograms in Lab, their layout, hue, and moments. All read the masked pixels alone."""

from __future__ import annotations

import cv2
import numpy as np

from data.domain import FloatArray
from matching.arrays import RealArray
from matching.ports import CutOut

LAB_BINS = (6, 9, 9)
LAYOUT_BINS = (4, 6, 6)
LAYOUT_CELLS = 3
HUE_BINS = 36
GREY_BINS = 8
MOMENT_CELLS = 4
AB_RANGE = 80.0
"""Lab's a and b are cut at this; few printed or dyed colours lie outside."""


def lab(cutout: CutOut) -> FloatArray:
    """Give a cut-out's pixels in CIE Lab: (size, size, 3), L in 0 … 100."""
    scaled = cutout.pixels.astype(np.float32) / 255.0
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2Lab), dtype=np.float32)


def histogram(colours: FloatArray, weights: FloatArray, bins: tuple[int, int, int]) -> FloatArray:
    """Count colours into Lab bins with trilinear sharing, as square roots (Hellinger).

    Args:
        colours: (n, 3) Lab.
        weights: (n,), non-negative.
        bins: number of bins of L, a and b.

    Returns:
        (bins product,), of unit length; zeros where nothing was counted.
    """
    lows = np.array([0.0, -AB_RANGE, -AB_RANGE], dtype=np.float32)
    spans = np.array([100.0, 2 * AB_RANGE, 2 * AB_RANGE], dtype=np.float32)
    sizes = np.array(bins)
    place = np.clip((colours - lows) / spans, 0, 1) * (sizes - 1)
    floor = np.minimum(place.astype(np.int64), sizes - 2)
    part = place - floor
    counts = np.zeros(int(sizes.prod()), dtype=np.float64)
    for corner in np.ndindex(2, 2, 2):
        step = np.array(corner)
        share = np.prod(np.where(step, part, 1 - part), axis=1) * weights
        cell = floor + step
        flat = (cell[:, 0] * sizes[1] + cell[:, 1]) * sizes[2] + cell[:, 2]
        counts += np.bincount(flat, weights=share, minlength=counts.size)
    total = counts.sum()
    return np.sqrt(counts / total if total else counts).astype(np.float32)


def lab_histogram(cutout: CutOut, colours: FloatArray) -> FloatArray:
    """Describe which colours an article has."""
    inside = colours[cutout.mask]
    return histogram(inside, np.ones(len(inside), dtype=np.float32), LAB_BINS)


def lab_layout(cutout: CutOut, colours: FloatArray) -> FloatArray:
    """Describe which colours an article has where: a 3 × 3 grid of Lab histograms, each weighted by its share of the mask."""
    size = cutout.mask.shape[0]
    edges = np.linspace(0, size, LAYOUT_CELLS + 1).astype(int)
    area = cutout.mask.sum()
    parts = []
    for row, column in np.ndindex(LAYOUT_CELLS, LAYOUT_CELLS):
        window = (slice(edges[row], edges[row + 1]), slice(edges[column], edges[column + 1]))
        inside = colours[window][cutout.mask[window]]
        found = histogram(inside, np.ones(len(inside), dtype=np.float32), LAYOUT_BINS)
        parts.append(found * np.sqrt(len(inside) / area))
    return np.concatenate(parts).astype(np.float32)


def hue_histogram(cutout: CutOut, colours: FloatArray) -> FloatArray:
    """Describe the hues, weighted by chroma, and the greys by lightness where there is no hue."""
    inside = colours[cutout.mask]
    chroma = np.hypot(inside[:, 1], inside[:, 2])
    angle = (np.arctan2(inside[:, 2], inside[:, 1]) / (2 * np.pi)) % 1.0
    coloured = np.clip((chroma - 6) / 20, 0, 1)
    hues = _circular(angle * HUE_BINS, coloured, HUE_BINS)
    level = np.clip(inside[:, 0] / 100, 0, 1) * (GREY_BINS - 1)
    greys = np.bincount(np.rint(level).astype(int), weights=1 - coloured, minlength=GREY_BINS)
    counts = np.concatenate([hues, greys])
    return np.asarray(np.sqrt(counts / max(counts.sum(), 1e-9)), dtype=np.float32)


def _circular(place: RealArray, weights: RealArray, bins: int) -> FloatArray:
    floor = np.floor(place).astype(int)
    part = place - floor
    counts = np.bincount(floor % bins, weights=weights * (1 - part), minlength=bins)
    counts += np.bincount((floor + 1) % bins, weights=weights * part, minlength=bins)
    return np.asarray(counts, dtype=np.float32)


def colour_moments(cutout: CutOut, colours: FloatArray) -> FloatArray:
    """Describe mean and spread of Lab in a 4 × 4 grid, and of the whole; cells without the article take the whole's mean."""
    size = cutout.mask.shape[0]
    inside = colours[cutout.mask]
    mean, spread = inside.mean(axis=0), inside.std(axis=0)
    skew = np.cbrt(((inside - mean) ** 3).mean(axis=0))
    parts = [mean * 2, spread * 2, skew]
    edges = np.linspace(0, size, MOMENT_CELLS + 1).astype(int)
    for row, column in np.ndindex(MOMENT_CELLS, MOMENT_CELLS):
        window = (slice(edges[row], edges[row + 1]), slice(edges[column], edges[column + 1]))
        cell = colours[window][cutout.mask[window]]
        parts += [cell.mean(axis=0) * 0.5, cell.std(axis=0) * 0.5] if len(cell) else [mean * 0.5, spread * 0.5]
    return (np.concatenate(parts) / 50).astype(np.float32)
