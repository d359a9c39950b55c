"""Skirts."""

from __future__ import annotations

import numpy as np

from data.demo.materials import Material
from data.demo.models import Part
from data.demo.noise import wave
from data.demo.shapes import column


def skirt(
    cloth: Material, waist: Material, *, pleats: int, length: float = 52.0, flare: float = 1.75, depth: float = 1.0
) -> list[Part]:
    """Build a skirt that flares from the waist: pleated, or with as many soft folds."""
    rows, columns = 44, pleats * 6
    down = np.linspace(0, 1, rows)
    angle = np.linspace(-np.pi / 2, 1.5 * np.pi, columns + 1)
    radius = 11.6 * (1 + (flare - 1) * down**0.82)
    phase = wave(angle * pleats / (2 * np.pi) + 0.25)
    fold = depth * (0.25 + 2.2 * down)
    outer = radius[:, None] - fold[:, None] * (1 - phase[None, :]) ** 1.4
    sway = 1 + 0.03 * np.sin(3 * angle)[None, :] * down[:, None]
    squeeze = 0.62 + 0.16 * down
    x = outer * sway * np.cos(angle)[None, :]
    z = outer * sway * np.sin(angle)[None, :] * squeeze[:, None]
    y = length * (1 - down)[:, None] + np.zeros_like(x) + 0.8 * np.sin(2 * angle)[None, :] * down[:, None] ** 2
    sheet = np.stack([x, y, z], axis=-1)[::-1]
    inner = sheet[::-1] * (0.965, 1.0, 0.965)
    grid = np.concatenate(
        [sheet[:1].mean(axis=1, keepdims=True) + np.zeros_like(sheet[:1]), sheet, inner[:1] * 0.98 + (0, 0.4, 0), inner[1:8]]
    )
    grid[-1] = grid[-1][:-1].mean(axis=0)
    band = column(
        np.array([(length - 0.8, 11.9, 7.5), (length - 0.4, 12.1, 7.7), (length + 2.6, 11.8, 7.4), (length + 3.0, 11.5, 7.1)]), 48
    )
    return [Part(grid=grid, material=cloth, detail=1.1), Part(grid=band, material=waist)]
