"""Surface of a cut-out: gradients (HOG), local binary patterns, and Gabor energies (GIST)."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from skimage.feature import hog, local_binary_pattern

from data.domain import ByteArray, FloatArray
from matching.ports import CutOut

HOG_CELL_PX = 24
HOG_ORIENTATIONS = 9
LBP_RINGS = ((8, 1), (16, 2), (16, 4))
LBP_CELLS = 2
GIST_PX = 96
GIST_SCALES = 4
GIST_ORIENTATIONS = 8
GIST_CELLS = 4


def grey(cutout: CutOut) -> ByteArray:
    """Give a cut-out's lightness: (size, size)."""
    return np.asarray(cv2.cvtColor(cutout.pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def gradient_histogram(lightness: ByteArray) -> FloatArray:
    """Describe where edges run which way: Dalal and Triggs, "Histograms of oriented gradients", CVPR 2005."""
    found = hog(
        lightness,
        orientations=HOG_ORIENTATIONS,
        pixels_per_cell=(HOG_CELL_PX, HOG_CELL_PX),
        cells_per_block=(2, 2),
        block_norm="L2-Hys",
    )
    return np.asarray(found, dtype=np.float32)


def binary_patterns(cutout: CutOut, lightness: ByteArray) -> FloatArray:
    """Describe the grain: uniform local binary patterns on three rings, whole and in a 2 × 2 grid.

    Ojala, Pietikäinen and Mäenpää, "Multiresolution gray-scale and rotation invariant texture classification", PAMI 2002.
    """
    inside = cv2.erode(cutout.mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if not inside.any():
        inside = cutout.mask
    half = lightness.shape[0] // LBP_CELLS
    windows = [(slice(None), slice(None))]
    windows += [
        (slice(row * half, (row + 1) * half), slice(column * half, (column + 1) * half))
        for row, column in np.ndindex(LBP_CELLS, LBP_CELLS)
    ]
    parts = []
    for points, radius in LBP_RINGS:
        found = local_binary_pattern(lightness, points, radius, method="uniform")  # type: ignore[no-untyped-call]  # no stubs
        codes = found.astype(np.int64)
        for number, window in enumerate(windows):
            counts = np.bincount(codes[window][inside[window]], minlength=points + 2).astype(np.float32)
            share = 1.0 if number == 0 else 0.5
            parts.append(share * np.sqrt(counts / max(counts.sum(), 1.0)))
    return np.concatenate(parts).astype(np.float32)


def gabor_energies(lightness: ByteArray) -> FloatArray:
    """Describe coarse structure: Oliva and Torralba, "Modeling the shape of the scene", IJCV 2001, on a 4 × 4 grid."""
    small = cv2.resize(lightness, (GIST_PX, GIST_PX), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    spectrum = np.fft.fft2(np.pad(small, GIST_PX // 6, mode="symmetric"))
    energy = np.abs(np.fft.ifft2(spectrum[None] * _gabor_bank(spectrum.shape[0])))
    border = GIST_PX // 6
    inner = energy[:, border:-border, border:-border]
    side = inner.shape[1] // GIST_CELLS
    cells = inner[:, : side * GIST_CELLS, : side * GIST_CELLS].reshape(len(inner), GIST_CELLS, side, GIST_CELLS, side)
    return np.asarray(np.sqrt(cells.mean(axis=(2, 4))).ravel(), dtype=np.float32)


@cache
def _gabor_bank(size: int) -> FloatArray:
    frequency = np.fft.fftfreq(size)
    fx, fy = np.meshgrid(frequency, frequency)
    radius, angle = np.hypot(fx, fy), np.arctan2(fy, fx)
    bank = []
    for scale in range(GIST_SCALES):
        centre = 0.3 / 1.85**scale
        for turn in range(GIST_ORIENTATIONS):
            away = np.abs((angle - np.pi * turn / GIST_ORIENTATIONS + np.pi / 2) % np.pi - np.pi / 2)
            bank.append(np.exp(-10 * 0.35 * (radius / centre - 1) ** 2 - 2 * np.pi * 0.6 * away**2))
    return np.stack(bank).astype(np.float32)
