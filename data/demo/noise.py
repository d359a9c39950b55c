"""Noise over a plane, the same on every machine: what makes a material look as if it had not been computed."""

from __future__ import annotations

import numpy as np

from data.demo.shapes import Floats

LATTICE = 256
_TABLE = np.random.default_rng(20_260).random((3, LATTICE, LATTICE))


def smooth_noise(s: Floats, t: Floats, *, seed: int = 0) -> Floats:
    """Blend random values on the integer lattice, in [0, 1)."""
    table = _TABLE[seed % 3]
    row, col = np.floor(s), np.floor(t)
    a, b = s - row, t - col
    a, b = a * a * (3 - 2 * a), b * b * (3 - 2 * b)
    i, j = (row.astype(np.int64) + 37 * seed) % LATTICE, (col.astype(np.int64) + 91 * seed) % LATTICE
    k, m = (i + 1) % LATTICE, (j + 1) % LATTICE
    low = table[i, j] * (1 - b) + table[i, m] * b
    high = table[k, j] * (1 - b) + table[k, m] * b
    return np.asarray(low * (1 - a) + high * a, dtype=np.float64)


def clouds(s: Floats, t: Floats, *, seed: int = 0, octaves: int = 4) -> Floats:
    """Add up noise of ever finer grain, in [0, 1)."""
    total, weight, gain = np.zeros_like(s), 0.0, 1.0
    for octave in range(octaves):
        scale = 2.0**octave
        total += gain * smooth_noise(s * scale, t * scale, seed=seed + octave)
        weight += gain
        gain *= 0.5
    return total / weight


def cells(s: Floats, t: Floats, *, seed: int = 0) -> tuple[Floats, Floats]:
    """Measure distance to the nearest and second nearest of random points, one per unit square (Worley, SIGGRAPH 1996)."""
    row, col = np.floor(s), np.floor(t)
    nearest, second = np.full(s.shape, 9.0), np.full(s.shape, 9.0)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            i = ((row + down).astype(np.int64) + 37 * seed) % LATTICE
            j = ((col + right).astype(np.int64) + 91 * seed) % LATTICE
            away = np.hypot(row + down + _TABLE[0, i, j] - s, col + right + _TABLE[1, i, j] - t)
            second = np.minimum(second, np.maximum(nearest, away))
            nearest = np.minimum(nearest, away)
    return nearest, second


def step(low: Floats | float, high: Floats | float, value: Floats) -> Floats:
    """Rise smoothly from 0 at `low` to 1 at `high`."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), dtype=np.float64)


def wave(phase: Floats) -> Floats:
    """Swing between 0 and 1, once per unit, 0 at whole numbers."""
    return 0.5 - 0.5 * np.cos(2 * np.pi * phase)


def near_line(phase: Floats) -> Floats:
    """Distance to the nearest whole number, in [0, 0.5]."""
    return np.asarray(np.abs(phase - np.round(phase)), dtype=np.float64)
