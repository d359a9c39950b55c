"""Loafers and pumps. The toe points to the right."""

from __future__ import annotations

import numpy as np

from data.demo.garments import drawn
from data.demo.materials import Material, Surface, leather, over, plain, ribbed, stitched
from data.demo.models import Part
from data.demo.noise import step
from data.demo.shapes import Floats, capped, column, curve, eased, moved, oval, ring_path, rounded, tube, turned
from data.demo.shoes import SOLE, shell, sole

HEEL_CM = 8.4
POINTED = ((0, 0), (0.03, 1.5), (0.12, 2.3), (0.3, 2.4), (0.45, 2.2), (0.68, 3.2), (0.8, 3.1), (0.9, 2.1), (0.97, 0.9), (1, 0))


def loafer(skin: Material, *, thread: str, metal: Material | None = None) -> list[Part]:
    """Build a loafer with a strap across: with a slit as of old, or with a bit of metal on it."""
    front = [(28.2, 2.4), (27.4, 4.0), (25.0, 5.3), (21.5, 6.3), (18.0, 7.3), (15.6, 8.3)]
    back = [(28.2, 1.2), (23, 0.0), (13, -0.4), (4, -0.5), (0.7, 0.3), (0.1, 3.4), (0.9, 8.0)]
    widths = [(0, 0.6), (0.06, 2.5), (0.2, 4.2), (0.36, 4.6), (0.6, 4.1), (0.8, 3.7), (1, 3.3)]

    def apron(x: Floats, z: Floats) -> Floats:
        return np.asarray(np.hypot((x - 19.2) / 7.4, z / 3.1) * 3.1 - 3.1, dtype=np.float64)

    def across(at: Surface) -> Floats:
        x, y, z = np.moveaxis(at.position, -1, 0)
        return np.asarray(step(1.45, 1.35, np.abs(x - 18.6 - 0.05 * np.abs(z))) * step(3.4, 3.6, y), dtype=np.float64)

    def edges(at: Surface) -> Floats:
        x, y, z = np.moveaxis(at.position, -1, 0)
        return np.asarray(
            step(0.2, 0.06, np.abs(np.abs(x - 18.6 - 0.05 * np.abs(z)) - 1.45)) * step(3.4, 3.6, y), dtype=np.float64
        )

    def slit(at: Surface) -> Floats:
        x, y, z = np.moveaxis(at.position, -1, 0)
        return np.asarray(step(1.3, 1.2, np.abs(z)) * step(0.3, 0.22, np.abs(x - 18.6)) * step(5, 5.4, y), dtype=np.float64)

    strapped = drawn(drawn(skin, None, across, rise=0.2), None, edges, rise=-0.08, dark=0.45)
    strapped = strapped if metal is not None else drawn(strapped, None, slit, dark=0.1, rise=-0.1)
    sewn = stitched(
        strapped,
        thread,
        lambda at: apron(at.position[..., 0], at.position[..., 2]) + 9.0 * (at.position[..., 1] < 4.2),  # noqa: PLR2004
        pitch=0.5,
        width=0.1,
    )
    inside = over(sewn, leather("#c9a27a"), lambda at: step(0.80, 0.805, at.v))
    parts = [Part(grid=_raised(shell(front, back, widths, floor=1.2, dip=2.2, depth=4.6)), material=inside, detail=1.2)]
    welt = over(plain("#2b1a10", gloss=0.35), plain("#5a3a22", gloss=0.3), lambda at: step(0.7, 0.75, at.v))
    parts.append(
        Part(
            grid=_raised(moved(sole(28.5, 0.9, widths=[(a, b * 0.97) for a, b in SOLE], grow=0.05, spring=0.7), 0, 0.4, 0)),
            material=welt,
        )
    )
    heel = column(rounded([(0, 3.3, 2.9), (2.3, 3.6, 3.2)], 0.12), 28, squareness=2.8)
    parts.append(Part(grid=moved(heel, 3.9, 0, 0), material=ribbed("#21140c", pitch=0.45, relief=0.02, gloss=0.4, across=True)))
    tread = column(rounded([(0.02, 6.2, 4.0), (1.1, 6.4, 4.2)], 0.2), 28, squareness=2.3)
    parts.append(Part(grid=moved(tread, 20.2, 0, 0), material=plain("#21140c", gloss=0.4)))
    if metal is not None:
        for side in (-1, 1):
            ring = tube(ring_path(0.95, 0.75, 22), oval(0.19, 0.19, 8), loop=True)
            grid = moved(turned(ring, x_deg=-70, y_deg=90), 18.6, 7.2, side * 1.35)
            parts.append(Part(grid=_raised(grid), material=metal, detail=2))
        bar = tube(curve([(18.6, 7.2, -0.8), (18.6, 7.35, 0), (18.6, 7.2, 0.8)], 8), oval(0.2, 0.2, 8))
        parts.append(Part(grid=_raised(bar), material=metal, detail=2))
    return parts


def _raised(grid: Floats) -> Floats:
    """Lift a shoe's rear onto its heel."""
    lift = 1.1 * step(17.0, 8.0, grid[..., 0]) + 0.7
    return np.asarray(grid + np.stack([np.zeros_like(lift), lift, np.zeros_like(lift)], axis=-1), dtype=np.float64)


def pump(skin: Material, *, lining: str = "#d9b48c") -> list[Part]:
    """Build a pointed pump on a high, thin heel."""
    front = [(27.6, 1.15), (26.6, 2.1), (24.4, 2.9), (22.0, 3.5), (20.0, 4.0), (18.8, 4.4)]
    back = [(27.6, 0.7), (21, -0.3), (12, -0.5), (4, -0.9), (0.8, -0.3), (0.15, 2.4), (0.7, 5.6)]
    widths = [(0, 0.35), (0.1, 1.7), (0.26, 3.2), (0.42, 3.9), (0.65, 3.5), (0.85, 3.1), (1, 2.7)]
    inside = over(skin, leather(lining), lambda at: step(0.72, 0.725, at.v))
    upper = shell(front, back, widths, floor=0.55, dip=2.5, depth=3.6, rows=30)
    parts = [Part(grid=_arched(upper), material=inside, detail=1.2)]
    under = over(plain("#1a1210", gloss=0.5), plain("#7a1420", gloss=0.6), lambda at: step(0.5, 0.4, at.v))
    parts.append(Part(grid=_arched(moved(sole(26.3, 0.4, widths=POINTED, spring=0.1), 0.8, 0.2, 0)), material=under))
    share = np.linspace(0, 1, 14)
    rings = []
    for at in share:
        height = 0.0 + at * (HEEL_CM + 0.55)
        half = float(eased([(0, 0.55), (0.35, 0.6), (0.7, 1.15), (1, 2.5)], np.array(at)))
        deep = float(eased([(0, 0.6), (0.35, 0.7), (0.7, 1.5), (1, 3.1)], np.array(at)))
        flat = oval(deep, half, 26)
        back_x = float(eased([(0, 1.9), (0.5, 1.9), (0.8, 2.2), (1, 3.4)], np.array(at)))
        rings.append(np.column_stack([flat[:, 0] + back_x, np.full(len(flat), height), flat[:, 1]]))
    parts.append(Part(grid=capped(np.stack(rings)), material=skin))
    return parts


def _arched(grid: Floats) -> Floats:
    """Bend a flat shoe over a high heel: the ball stays down, the rear stands on the heel."""
    x = grid[..., 0]
    lift = np.asarray(
        eased(
            [(0, HEEL_CM), (4, HEEL_CM * 0.93), (9, HEEL_CM * 0.62), (14, HEEL_CM * 0.22), (18.5, 0.0), (24, 0.0), (28, 0.35)], x
        )
    )
    return np.asarray(grid + np.stack([np.zeros_like(lift), lift, np.zeros_like(lift)], axis=-1), dtype=np.float64)
