"""Cloth that lies folded: jumpers, shirts and wool scarves, as they lie on a shelf."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.demo.materials import Finish, Material, Surface, plain
from data.demo.models import Mapping, Part
from data.demo.noise import clouds, step
from data.demo.shapes import Floats, column, curve, moved, oval, panel, respaced, tube, turned

LAYER_CM = 1.55


def _pile(half_width: float, half_depth: float, layers: int) -> Floats:
    """Stack folded layers, each bulging at its edge, a little askew."""
    levels: list[tuple[float, float, float]] = []
    for layer in range(layers):
        low = layer * LAYER_CM
        wide = half_width - 0.25 * ((layer * 7) % 3) * 0.4
        deep = half_depth - 0.2 * ((layer * 5) % 3) * 0.4
        for rise, inset in ((0.03, 0.75), (0.25, 0.28), (0.78, 0.0), (1.3, 0.28), (1.52, 0.75)):
            levels.append((low + rise, wide - inset, deep - inset))
    top = layers * LAYER_CM
    levels += [
        (top + 0.12, half_width - 1.4, half_depth - 1.4),
        (top + 0.2, half_width * 0.6, half_depth * 0.6),
        (top + 0.22, half_width * 0.2, half_depth * 0.2),
    ]
    grid = column(np.array(levels), 60, squareness=7)
    x, y, z = np.moveaxis(grid, -1, 0)
    grid[..., 1] += 0.55 * (clouds(x * 0.13 + 20, z * 0.13 + 20, octaves=2) - 0.5) * np.clip(y / top, 0, 1) ** 2
    return grid


def _creased(cloth: Material, layers: int) -> Material:
    """Darken where layers meet."""

    def look(at: Surface) -> Finish:
        finish = cloth(at)
        height = at.position[..., 1]
        near = np.abs(height / LAYER_CM - np.round(height / LAYER_CM)) * LAYER_CM
        seam = step(0.22, 0.02, near) * step(layers * LAYER_CM - 0.4, layers * LAYER_CM - 0.6, height)
        return replace(finish, colour=finish.colour * (1 - 0.6 * seam)[..., None])

    return look


def jumper(yarn: Material, rib: Material, label: str = "#e9e4d8") -> list[Part]:
    """Build a folded jumper, its collar on top."""
    layers = 4
    parts = [Part(grid=_pile(13.5, 16.5, layers), material=_creased(yarn, layers), mapping=Mapping.TOP, detail=1.3)]
    top = layers * LAYER_CM + 0.35
    angle = np.linspace(-np.pi / 2, 1.5 * np.pi, 49)
    path = np.column_stack([7.6 * np.cos(angle), top + 0.35 + 0.25 * np.sin(angle), -9.8 + 3.6 * np.sin(angle)])
    path[-1] = path[0]
    parts.append(Part(grid=tube(path, oval(0.95, 1.15, 12), up=(0, 1, 0), loop=True), material=rib))
    inside = panel(oval(6.9, 3.0, 40), 0.3)
    parts.append(
        Part(
            grid=moved(turned(inside, x_deg=-90), 0, top - 0.12, -9.8), material=plain("#2a211c", gloss=0.03), mapping=Mapping.TOP
        )
    )
    tag = panel(oval(1.7, 0.8, 16, squareness=8), 0.1)
    parts.append(Part(grid=moved(turned(tag, x_deg=-78), 0, top + 0.2, -11.6), material=plain(label, gloss=0.1), detail=2))
    return parts


def folded_shirt(cloth: Material, button: str) -> list[Part]:
    """Build a folded shirt: collar, placket and buttons on top."""
    layers = 2
    parts = [Part(grid=_pile(12.0, 16.5, layers), material=_creased(cloth, layers), mapping=Mapping.TOP, detail=1.3)]
    top = layers * LAYER_CM + 0.25
    strip = curve([(0, top + 0.05, -9.0), (0, top + 0.15, 0), (0, top - 0.1, 15.8)], 24)
    parts.append(Part(grid=tube(strip, oval(0.14, 1.7, 14, squareness=6), up=(0, 1, 0)), material=cloth))
    for z in (-6.0, 0.5, 7.0, 13.0):
        disc = turned(panel(oval(0.6, 0.6, 16), 0.25, bulge=0.1), x_deg=-90)
        parts.append(Part(grid=moved(disc, 0, top + 0.34, z), material=plain(button, gloss=0.7), detail=2.5))
    angle = np.linspace(-np.pi / 2, 1.5 * np.pi, 41)
    ring = np.column_stack([5.6 * np.cos(angle), top + 1.0 - 0.55 * np.sin(angle), -12.6 + 3.2 * np.sin(angle)])
    ring[-1] = ring[0]
    parts.append(Part(grid=tube(ring, oval(1.2, 0.45, 12), up=(0, 1, 0), loop=True), material=cloth))
    inside = panel(oval(5.0, 2.7, 36), 0.3)
    parts.append(Part(grid=moved(turned(inside, x_deg=-90), 0, top + 0.05, -12.6), material=plain("#55524e", gloss=0.03)))
    for side in (-1, 1):
        corners = np.array([(0.1, 0.0), (2.6, 2.2), (6.6, 4.6), (7.2, 1.4), (5.6, -4.4), (0.1, 0.0)], dtype=np.float64) * (
            side,
            1,
        )
        leaf = turned(panel(respaced(corners, 41), 0.32, bulge=0.12), x_deg=-84)
        parts.append(Part(grid=moved(leaf, side * 0.25, top + 1.0, -9.2), material=cloth))
    pocket = turned(panel(oval(3.6, 4.0, 32, squareness=9), 0.16), x_deg=-90)
    parts.append(Part(grid=moved(pocket, 6.4, top + 0.1, -0.5), material=cloth, mapping=Mapping.TOP))
    return parts


def wool_scarf(cloth: Material, fringe: str) -> list[Part]:
    """Build a wool scarf folded to a pile, the fringes of its end over the edge."""
    layers = 3
    parts = [Part(grid=_pile(15.0, 10.0, layers), material=_creased(cloth, layers), mapping=Mapping.TOP, detail=1.3)]
    top = layers * LAYER_CM
    draws = np.random.default_rng(5)
    for x in np.linspace(-13.2, 13.2, 23):
        bend = draws.normal(0, 0.35, 3)
        strand = curve(
            [
                (x, top + 0.1, 8.6),
                (x + bend[0] * 0.3, top - 0.1, 10.0),
                (x + bend[0], top - 1.6, 10.6),
                (x + bend[1], top - 3.4, 10.7 + 0.2 * bend[2]),
            ],
            9,
        )
        parts.append(Part(grid=tube(strand, oval(0.3, 0.3, 6)), material=plain(fringe, gloss=0.05, unevenness=0.3)))
    return parts


__all__ = ["folded_shirt", "jumper", "wool_scarf"]
