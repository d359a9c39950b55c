"""Flap bags: a family whose members differ in size, leather, clasp and handle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.materials import (
    GOLD,
    Material,
    leather,
    over,
    quilted,
    stitched,
)
from data.demo.models import Part
from data.demo.noise import step
from data.demo.shapes import Floats, column, curve, eased, moved, oval, panel, ring_path, rounded, tube, turned

BLACK = "#1a1a1c"
LAMBSKIN = leather(BLACK, gloss=0.6, grain=0.14)


@dataclass(frozen=True, kw_only=True)
class FlapBag:
    """What two bags of one family may differ in.

    Attributes:
        width, height, depth: cm.
        lozenge: size of its quilting in cm; None where it is smooth.
        clasp: `turnlock`, `round` or `bar`.
        handle: `chain` or `top`.
        edging: colour of a top handle.
    """

    width: float = 25.0
    height: float = 15.5
    depth: float = 6.5
    skin: Material
    lozenge: float | None = 2.9
    metal: Material = GOLD
    clasp: str = "turnlock"
    handle: str = "chain"
    edging: str = BLACK


def flap_bag(bag: FlapBag) -> list[Part]:
    """Build a flap bag."""
    w, h, d = bag.width / 2, bag.height, bag.depth / 2
    levels = rounded([(0, w * 0.97, d), (h * 0.5, w, d * 1.08), (h, w * 0.96, d * 0.86)], 0.9)
    body = column(dense_levels(levels, 8), 44, squareness=5.5)
    skin = bag.skin if bag.lozenge is None else _padded(bag.skin, cell=_fitting(body, bag.lozenge))
    parts = [Part(grid=body, material=skin)]
    end = h * 0.34
    path = curve(
        [
            (0, h * 0.9, -d * 0.86),
            (0, h + 0.2, -d * 0.66),
            (0, h + 0.55, 0),
            (0, h + 0.2, d * 0.8),
            (0, h * 0.8, d * 1.12),
            (0, h * 0.55, d * 1.3),
            (0, end, d * 1.26),
        ],
        20,
    )
    share = np.linspace(0, 1, 20)
    narrow = eased([(0, 0.93), (0.3, 0.97), (0.72, 0.985), (0.86, 0.97), (0.94, 0.9), (1, 0.78)], share)
    flap = tube(path, oval(0.3, w * 1.0, 30, squareness=7), scales=np.stack([np.ones(20), narrow], axis=1), up=(0, 0, -1))
    parts += [Part(grid=flap, material=skin)]
    parts += _clasp(bag, at=(0.0, end + 2.0, d * 1.27 + 0.35))
    return parts + _handle(bag, w, h)


def _padded(skin: Material, *, cell: float) -> Material:
    """Quilt a leather, but for the bottom that a bag stands on."""
    return over(quilted(skin, cell=cell), skin, lambda at: step(0.25, 0.1, at.position[..., 1]))


def _fitting(body: Floats, lozenge: float) -> float:
    """Change the size of lozenges so that a whole number goes around a body."""
    around = float(np.linalg.norm(np.diff(body, axis=1), axis=2).sum(axis=1).max())
    return float(around / round(around / (lozenge * np.sqrt(2))) / np.sqrt(2))


def dense_levels(levels: Floats, rows: int) -> Floats:
    """Add levels between the rounded ends, so that a body has points to bend."""
    low, high = levels[3], levels[-4]
    between = np.linspace(low[0], high[0], rows + 2)[1:-1]
    knots = levels[3:-3]
    inner = [np.interp(between, knots[:, 0], knots[:, axis]) for axis in (1, 2)]
    return np.concatenate([levels[:4], np.stack([between, *inner], axis=1), levels[-4:]])


def _clasp(bag: FlapBag, at: tuple[float, float, float]) -> list[Part]:
    shapes = {
        "turnlock": [
            panel(oval(1.9, 1.3, 20, squareness=5), 0.5),
            moved(panel(oval(0.35, 0.95, 12, squareness=4), 0.9), 0, 0, 0.4),
        ],
        "round": [panel(oval(1.5, 1.5, 22), 0.5, bulge=0.25), moved(panel(oval(0.6, 0.6, 14), 0.5, bulge=0.2), 0, 0, 0.5)],
        "bar": [panel(oval(3.1, 0.55, 20, squareness=4), 0.6, bulge=0.1)],
    }
    return [Part(grid=moved(grid, *at), material=bag.metal, detail=2.0) for grid in shapes[bag.clasp]]


def _handle(bag: FlapBag, w: float, h: float) -> list[Part]:
    if bag.handle == "chain":
        arch = curve(
            [
                (-w * 0.82, h + 0.3, 0),
                (-w * 0.8, h + 6, 0),
                (-w * 0.5, h + 12.5, 0),
                (0, h + 14.6, 0),
                (w * 0.5, h + 12.5, 0),
                (w * 0.8, h + 6, 0),
                (w * 0.82, h + 0.3, 0),
            ],
            26 * 4 + 1,
        )
        return [Part(grid=chain(arch, links=26), material=bag.metal), *_rings(bag, w * 0.82, h + 0.4)]
    arch = curve(
        [
            (-w * 0.5, h, 0),
            (-w * 0.5, h + 3.5, 0),
            (-w * 0.32, h + 7.2, 0),
            (0, h + 8.4, 0),
            (w * 0.32, h + 7.2, 0),
            (w * 0.5, h + 3.5, 0),
            (w * 0.5, h, 0),
        ],
        26,
    )
    strap = stitched(leather(bag.edging), "#3a3a3c", lambda at: np.minimum(at.u, 1 - at.u) * 4 - 0.6)
    return [Part(grid=tube(arch, oval(0.55, 0.75, 12)), material=strap), *_rings(bag, w * 0.5, h + 0.6)]


def _rings(bag: FlapBag, x: float, y: float) -> list[Part]:
    ring = tube(ring_path(1.0, 1.1, 14), oval(0.24, 0.24, 6), loop=True)
    return [Part(grid=moved(turned(ring, y_deg=90), side * x, y, 0), material=bag.metal) for side in (-1, 1)]


def chain(path: Floats, *, links: int) -> Floats:
    """Swell a tube into links, every other one turned by a quarter."""
    place = np.linspace(0, links, len(path))
    swell = np.abs(np.sin(np.pi * place)) ** 0.4
    flat = np.floor(np.minimum(place, links - 1e-6)) % 2
    broad, thin = 0.16 + 0.46 * swell, 0.16 + 0.1 * swell
    scales = np.stack([np.where(flat > 0, broad, thin), np.where(flat > 0, thin, broad)], axis=1)
    return tube(path, oval(1.0, 1.0, 6), scales=scales)
