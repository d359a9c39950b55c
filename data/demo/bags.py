"""Bags with a shape of their own: tote, clutch, saddle bag, bucket bag."""

from __future__ import annotations

import numpy as np

from data.demo.flap_bags import dense_levels
from data.demo.materials import (
    GOLD,
    Material,
    leather,
    over,
    ribbed,
    stitched,
)
from data.demo.models import Mapping, Part
from data.demo.noise import step
from data.demo.shapes import Floats, basket, column, curve, moved, oval, panel, respaced, ring_path, rounded, tube, turned


def tote(cloth: Material, hide: str, *, thread: str = "#e6cfa8") -> list[Part]:
    """Build a tote of a cloth or leather, with base and handles of leather."""
    levels = np.concatenate(
        [
            rounded([(0, 13.5, 6.2), (14, 15.5, 6.4), (27, 17.5, 5.6)], 0.8)[:4],
            [(y, 13.5 + 4 * y / 27, 6.3 - 0.6 * (y / 27) ** 2) for y in np.linspace(2, 27, 8)],
        ]
    )
    base = stitched(leather(hide), thread, lambda at: at.position[..., 1] - 6.6)
    body = over(cloth, base, lambda at: step(7.02, 6.98, at.position[..., 1]))
    rim = over(body, leather(hide), lambda at: step(26.2, 26.25, at.position[..., 1]))
    parts = [Part(grid=basket(levels, 52, wall=0.5, depth=20, squareness=3.6), material=rim, detail=1.2)]
    for side in (-1, 1):
        z = side * 5.8
        arch = curve(
            [
                (-7, 17, z * 1.16),
                (-7, 24, z * 1.1),
                (-6.6, 31, z * 0.98),
                (-4, 38, z * 0.8),
                (0, 40, z * 0.75),
                (4, 38, z * 0.8),
                (6.6, 31, z * 0.98),
                (7, 24, z * 1.1),
                (7, 17, z * 1.16),
            ],
            32,
        )
        strap = stitched(leather(hide, gloss=0.5), thread, lambda at: np.abs(np.abs(at.u - 0.5) - 0.25) * 4 - 0.72)
        parts.append(Part(grid=tube(arch, oval(0.28, 0.95, 10, squareness=4), up=(0, 0, side)), material=strap))
        for x in (-7, 7):
            stud = panel(oval(0.5, 0.5, 10), 0.3, bulge=0.2)
            parts.append(
                Part(grid=moved(turned(stud, y_deg=0 if side > 0 else 180), x, 18.2, z * 1.16 + side * 0.4), material=GOLD)
            )
    return parts


def clutch(skin: Material, metal: Material) -> list[Part]:
    """Build an envelope clutch with an edge of metal."""
    levels = dense_levels(rounded([(0, 13.4, 1.5), (8, 13.5, 1.9), (16, 13.2, 1.2)], 0.7), 6)
    parts = [Part(grid=column(levels, 44, squareness=7), material=skin, mapping=Mapping.FRONT)]
    corners = np.array(
        [(13.3, 16.2), (-13.3, 16.2), (-13.2, 15.2), (-1.2, 5.4), (0, 5.0), (1.2, 5.4), (13.2, 15.2), (13.3, 16.2)]
    )
    outline = respaced(corners, 57)
    flap = panel(outline, 0.45)
    flap[..., 2] += 1.35 + 0.75 * np.clip((16.2 - flap[..., 1]) / 6, 0, 1)
    parts.append(Part(grid=flap, material=skin, mapping=Mapping.FRONT))
    edge = respaced(
        np.array([(-13.3, 15.3, 0), (-1.2, 5.4, 0), (0, 5.0, 0), (1.2, 5.4, 0), (13.3, 15.3, 0)], dtype=np.float64), 40
    )
    edge[:, 2] = 1.5 + 0.75 * np.clip((16.2 - edge[:, 1]) / 6, 0, 1)
    parts.append(Part(grid=tube(edge, oval(0.22, 0.22, 8)), material=metal))
    knob = moved(panel(oval(0.95, 0.95, 28), 0.7, bulge=0.35), 0, 6.8, 2.6)
    return [*parts, Part(grid=knob, material=metal, detail=2.0)]


def saddle_bag(hide: str, strip_hide: str, *, thread: str, metal: Material) -> list[Part]:
    """Build a half-round bag of leather with a buckled strap."""
    tan = leather(hide, grain=0.22, gloss=0.5)

    def half_round(width: float, height: float) -> Floats:
        dense = np.linspace(0, np.pi, 60)
        low = np.column_stack([-np.cos(dense) * width, -(np.sin(dense) ** 0.85) * height])
        return respaced(np.concatenate([low, [(width * 0.97, 1.0), (-width * 0.97, 1.0), low[0]]]), 47)

    sewn = stitched(
        tan,
        thread,
        lambda at: np.hypot(at.position[..., 0] / 11.3, np.minimum(at.position[..., 1] - 15, 0) / 14.2) * 12 - 11.6,
    )
    body = moved(panel(half_round(11.5, 14.5), 6.5, bulge=0.4, edge=1.2), 0, 15, 0)
    parts = [Part(grid=body, material=tan, mapping=Mapping.FRONT)]
    flap = moved(panel(half_round(11.7, 9.5), 0.5, edge=0.2), 0, 15.6, 0)
    flap[..., 2] += 3.75 - 0.02 * np.maximum(flap[..., 1] - 11, 0) ** 2
    parts.append(Part(grid=flap, material=sewn, mapping=Mapping.FRONT))
    lid = moved(column(rounded([(0, 11.4, 3.6), (0.9, 11.4, 3.4)], 0.4), 48, squareness=6), 0, 15.6, 0)
    parts.append(Part(grid=lid, material=tan, mapping=Mapping.TOP))
    strip = tube(curve([(0, 13, 4.0), (0, 8, 4.4), (0, 3.2, 4.25)], 12), oval(0.22, 1.2, 16, squareness=5), up=(0, 0, 1))
    parts.append(Part(grid=strip, material=leather(strip_hide), detail=1.3))
    buckle = moved(tube(ring_path(1.9, 1.5, 28, squareness=5), oval(0.26, 0.26, 8), loop=True), 0, 6.6, 4.75)
    parts.append(Part(grid=buckle, material=metal, detail=1.5))
    pin = tube(curve([(0, 5.1, 4.9), (0, 8.1, 4.9)], 5), oval(0.14, 0.14, 8))
    parts.append(Part(grid=pin, material=metal, detail=2))
    arch = curve([(-11, 13, 0), (-11.3, 19, 0), (-8.5, 29, 0), (0, 33.5, 0), (8.5, 29, 0), (11.3, 19, 0), (11, 13, 0)], 48)
    strap = stitched(tan, thread, lambda at: np.abs(np.abs(at.u - 0.5) - 0.25) * 4 - 0.75)
    parts.append(Part(grid=tube(arch, oval(0.22, 0.95, 12, squareness=5), up=(-1, 0, 0)), material=strap))
    return parts


def bucket_bag(skin: Material, hide: str, cord_ink: str) -> list[Part]:
    """Build a drawstring bucket bag with base and strap of leather."""
    levels = np.concatenate(
        [
            rounded([(0, 8.6, 8.0), (20, 9.4, 8.6)], 0.8)[:4],
            [(y, 8.6 + 1.6 * y / 22 - 1.2 * max(0, y - 17) / 6, 8.0 + y / 22) for y in np.linspace(2, 23, 8)],
        ]
    )
    body = basket(levels, 56, wall=0.5, depth=14)
    angle = np.arctan2(body[..., 2], body[..., 0])
    pleat = 1 + 0.055 * np.cos(14 * angle) * np.clip((body[..., 1] - 13) / 9, 0, 1)
    body[..., 0] *= pleat
    body[..., 2] *= pleat
    base = over(skin, leather(hide), lambda at: step(3.05, 3.0, at.position[..., 1]))
    parts = [Part(grid=body, material=base)]
    cord = tube(ring_path(9.7, 8.9, 40), oval(0.32, 0.32, 8), loop=True)
    parts.append(Part(grid=moved(turned(cord, x_deg=90), 0, 19.6, 0), material=ribbed(cord_ink, pitch=0.5, across=True)))
    for x in (-0.9, 0.9):
        end = tube(curve([(x * 0.4, 19.6, 9.2), (x, 16, 10.1), (x * 1.6, 11, 9.9)], 12), oval(0.3, 0.3, 8))
        parts.append(Part(grid=end, material=ribbed(cord_ink, pitch=0.5, across=True)))
        parts.append(
            Part(grid=moved(column(rounded([(0, 0.55, 0.55), (1.6, 0.45, 0.45)], 0.2), 12), x * 1.6, 9.8, 9.9), material=GOLD)
        )
    arch = curve([(-9.2, 20, 0), (-9.4, 27, 0), (-6, 37, 0), (0, 40, 0), (6, 37, 0), (9.4, 27, 0), (9.2, 20, 0)], 44)
    parts.append(Part(grid=tube(arch, oval(0.25, 1.1, 12, squareness=5), up=(-1, 0, 0)), material=leather(hide)))
    return parts
