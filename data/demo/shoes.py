"""Shoes: a shell between two profiles, a sole, and what closes them. The toe points to the right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.demo.materials import Material, Surface, canvas, leather, over, plain, ribbed, stitched
from data.demo.models import Mapping, Part
from data.demo.noise import step
from data.demo.shapes import Floats, capped, column, curve, eased, moved, oval, panel, respaced, rounded, tube, turned

SOLE = (
    (0.0, 0.0),
    (0.03, 2.0),
    (0.12, 3.1),
    (0.3, 3.35),
    (0.45, 3.3),
    (0.68, 4.6),
    (0.8, 4.55),
    (0.92, 3.2),
    (0.98, 1.6),
    (1.0, 0.0),
)
"""Half the width of a sole, in cm, along its length."""

Line = Sequence[Sequence[float]]


def shell(
    front: Line,
    back: Line,
    widths: Line,
    *,
    floor: float,
    rows: int = 26,
    columns: int = 28,
    dip: float = 0.0,
    depth: float = 4.0,
) -> Floats:
    """Span rings between two profiles (x, y) that start at the toe, and fold the last one inward: an upper with its opening.

    Args:
        front: from the toe over the instep to the opening.
        back: from the toe under the foot, up the heel to the opening.
        widths: half the width along the way, (share, cm).
        floor: height of the sole's top; nothing hangs below it.
        rows: rings of the outside.
        columns: points of a ring.
        dip: how much lower the opening's sides lie than its ends.
        depth: how far the inside goes down.
    """
    share = np.linspace(0, 1, rows) ** 0.85
    over_line, under_line = curve(front, 240), curve(back, 240)
    at = np.round(share * 239).astype(np.int64)
    wide = eased(widths, share)
    unit = oval(1.0, 1.0, columns, squareness=2.35)
    rings = []
    for place, upper, lower, half in zip(share, over_line[at], under_line[at], wide, strict=True):
        rings.append(_ring(unit, upper, lower, half, dip * step(0.45, 1.0, np.array(place))))
    rim = rings[-1]
    middle = rim[:-1].mean(axis=0)
    for inset, drop in ((0.985, -0.12), (0.93, -0.1), (0.9, 0.1), (0.88, 0.4 * depth), (0.82, depth)):
        inner = middle + (rim - middle) * np.array([inset, 1.0, inset - 0.03])
        inner[:, 1] = inner[:, 1] - drop if drop < depth else middle[1] - depth
        rings.append(inner)
    grid = capped(np.stack(rings))
    grid[..., 1] = np.maximum(grid[..., 1], floor)
    return grid


def _ring(unit: Floats, upper: Floats, lower: Floats, half: float, dip: Floats) -> Floats:
    middle, reach = (upper + lower) / 2, (upper - lower) / 2
    flat = middle + unit[:, 1:] * reach
    sag = dip * (1 - unit[:, 1:] ** 2)[:, 0]
    return np.column_stack([flat[:, 0], flat[:, 1] - sag, unit[:, 0] * half])


def sole(
    length: float, thickness: float, *, widths: Line = SOLE, grow: float = 0.0, spring: float = 1.2, columns: int = 44
) -> Floats:
    """Build a sole from x = 0 (heel) that lifts a little at the toe."""
    share = (1 - np.cos(np.linspace(0, np.pi, 80))) / 2
    half = eased(widths, share) + grow * np.sqrt(np.clip(np.sin(np.pi * share), 0, 1))
    x = share * (length + 2 * grow) - grow
    outline = np.concatenate([np.column_stack([x, half]), np.column_stack([x, -half])[::-1][1:]])
    outline = respaced(outline, columns + 1)
    middle = np.array([length / 2, 0.0])
    rings = []
    for height, _, inset in rounded(
        [(0, 0, 0), (thickness * 0.5, 0, 0.05), (thickness, 0, 0)], min(0.35, thickness / 3), steps=3
    ):
        flat = middle + (outline - middle) * (1 + inset / 6)
        lift = spring * np.clip((flat[:, 0] / length - 0.72) / 0.28, 0, 1.2) ** 2
        rings.append(np.column_stack([flat[:, 0], height + lift, flat[:, 1]]))
    return capped(np.stack(rings))


def sneaker(upper: str, accent: str, *, lace: str = "#f4f2ee", seams: str = "#d9d6cd") -> list[Part]:
    """Build a low lace-up sneaker with a heel tab in an accent colour."""
    front = [(28.4, 3.0), (27.6, 4.6), (25, 5.9), (20.5, 7.2), (16.5, 9.2), (13.2, 10.8)]
    back = [(28.4, 1.6), (24, 0.2), (14, 0.0), (5, 0.0), (1.0, 1.6), (0.2, 4.4), (0.9, 7.2), (1.2, 9.5)]
    widths = [(0, 0.6), (0.06, 2.6), (0.2, 4.4), (0.36, 4.7), (0.55, 4.1), (0.75, 3.7), (0.9, 3.4), (1, 3.1)]
    skin = leather(upper, grain=0.12, relief=0.008, gloss=0.4)
    looks = _sneaker_skin(skin, accent, seams)
    body = shell(front, back, widths, floor=1.7, dip=1.5, depth=4.2)
    parts = [Part(grid=body, material=looks, detail=1.2)]
    tread = over(plain("#f1efe9", gloss=0.25), ribbed("#e2dfd6", pitch=0.32), lambda at: _band(at.position[..., 1], 0.4, 1.15))
    line = over(
        tread,
        plain(accent, gloss=0.3),
        lambda at: _band(at.position[..., 1] - 0.02 * np.maximum(at.position[..., 0] - 20, 0), 1.5, 1.75),
    )
    parts.append(Part(grid=sole(28.6, 2.7, grow=0.35, spring=0.9), material=line))
    tongue = curve([(18.4, 7.3, 0), (15.6, 9.0, 0), (13.2, 10.7, 0), (11.9, 12.0, 0)], 10)
    wide = np.stack([np.ones(10), eased([(0, 0.5), (0.4, 0.85), (0.9, 1.0), (1, 0.85)], np.linspace(0, 1, 10))], axis=1)
    parts.append(Part(grid=tube(tongue, oval(0.42, 2.3, 16, squareness=3.5), scales=wide, up=(0.6, 0.8, 0)), material=skin))
    for at in np.linspace(0, 1, 6):
        x, y = 21.0 - 7.6 * at, 7.35 + 3.7 * at**1.02
        half = 1.9 - 0.2 * at
        path = curve(
            [
                (x + 0.3, y - 0.75, -half),
                (x + 0.1, y, -half * 0.75),
                (x, y + 0.16, 0),
                (x + 0.1, y, half * 0.75),
                (x + 0.3, y - 0.75, half),
            ],
            9,
        )
        parts.append(Part(grid=tube(path, oval(0.17, 0.36, 8), up=(0.5, 0.8, 0)), material=canvas(lace)))
    return parts


def _sneaker_skin(skin: Material, accent: str, seams: str) -> Material:
    def side(at: Surface) -> Floats:
        x, y = at.position[..., 0], at.position[..., 1]
        return x - 23.6 + 0.25 * (y - 5.5)

    def throat(at: Surface) -> Floats:
        x, y, z = np.moveaxis(at.position, -1, 0)
        away = np.hypot((x - 16) / 7.2, z / 2.9) * 3 - 3.0
        return np.asarray(away + 9.0 * (np.minimum(x - 12.5, y - 5) < 0), dtype=np.float64)

    def heel(at: Surface) -> Floats:
        x, y = at.position[..., 0], at.position[..., 1]
        return x - 4.1 + 0.35 * np.maximum(0, 7.5 - y)

    sewn = stitched(skin, seams, side, pitch=0.4, width=0.07)
    sewn = stitched(sewn, seams, throat, pitch=0.4, width=0.07)
    tab = over(sewn, leather(accent, gloss=0.45), lambda at: step(0.05, -0.05, heel(at)) * step(4.4, 4.5, at.position[..., 1]))
    swoosh = over(tab, leather(accent, gloss=0.45), _flash)
    return over(swoosh, canvas("#cfcac0"), lambda at: step(0.845, 0.85, at.v))


def _flash(at: Surface) -> Floats:
    """A slanted bar on each side."""
    x, y, z = np.moveaxis(at.position, -1, 0)
    lean = x - 10.6 + (y - 4.5) * 0.55
    return step(0.65, 0.6, np.abs(lean)) * step(2.4, 2.6, np.abs(z)) * step(7.4, 7.3, y)


def _band(height: Floats, low: float, high: float) -> Floats:
    return step(low - 0.04, low, height) * step(high + 0.04, high, height)


def chelsea_boot(
    skin: Material, *, thread: str = "#b08a64", elastic_ink: str = "#241a14", sole_ink: str = "#3a2415"
) -> list[Part]:
    """Build an ankle boot with elastic sides."""
    front = [(28.1, 2.6), (27.2, 4.3), (24, 5.6), (19, 7.6), (15, 10.6), (13.0, 14.5), (12.6, 19.0)]
    back = [(28.1, 2.0), (22, 0.2), (12, 0.4), (4, 0.8), (0.9, 2.4), (0.5, 6), (1.6, 11), (1.5, 15), (1.0, 19.4)]
    widths = [(0, 0.6), (0.05, 2.1), (0.16, 3.8), (0.3, 4.4), (0.48, 4.0), (0.66, 3.6), (0.8, 3.9), (1, 4.3)]

    def elastic(at: Surface) -> Floats:
        x, y, z = np.moveaxis(at.position, -1, 0)
        half = 1.5 + 1.7 * np.clip((y - 9) / 9, 0, 1)
        return step(0.12, -0.12, np.abs(x - 6.9) - half) * step(8.9, 9.1, y) * step(1.5, 1.7, np.abs(z))

    def seam(at: Surface) -> Floats:
        x, y = at.position[..., 0], at.position[..., 1]
        half = 1.5 + 1.7 * np.clip((y - 9) / 9, 0, 1)
        return np.abs(x - 6.9) - half - 0.3 + 9.0 * (y - 8.4 < 0)

    sewn = stitched(skin, thread, seam)
    goring = over(sewn, ribbed(elastic_ink, pitch=0.28), elastic)
    inside = over(goring, canvas("#b89b78"), lambda at: step(0.83, 0.835, at.v))
    body = shell(front, back, widths, floor=1.7, dip=0.7, depth=7.0, rows=30)
    parts = [Part(grid=_heeled(body), material=inside, detail=1.2)]
    welt = over(plain(sole_ink, gloss=0.4), plain("#5a3a22", gloss=0.3), lambda at: step(0.7, 0.75, at.v))
    parts.append(Part(grid=_heeled(moved(sole(28.6, 1.2, grow=0.15, spring=0.8), 0, 0.9, 0)), material=welt))
    heel = moved(column(rounded([(0, 3.5, 2.75), (3.0, 3.9, 3.15)], 0.15), 28, squareness=2.8), 3.9, 0, 0)
    parts.append(Part(grid=heel, material=ribbed("#2c1b10", pitch=0.5, relief=0.02, gloss=0.4, across=True)))
    tread = moved(column(rounded([(0.02, 6.4, 4.1), (1.5, 6.6, 4.3)], 0.2), 28, squareness=2.3), 20, 0, 0)
    parts.append(Part(grid=tread, material=plain("#2c1b10", gloss=0.4), mapping=Mapping.TOP))
    tab = curve([(1.3, 19.0, 0), (0.2, 21, 0), (0.1, 22.7, 0), (1.2, 23.1, 0), (2.0, 21, 0)], 14)
    parts.append(Part(grid=tube(tab, oval(0.14, 0.9, 10, squareness=5), up=(-1, 0, 0)), material=ribbed("#3b2a1e", pitch=0.2)))
    return parts


def _heeled(grid: Floats) -> Floats:
    """Lift a shoe's rear onto its heel."""
    lift = 1.6 * step(17.5, 7.5, grid[..., 0])
    return grid + np.stack([np.zeros_like(lift), lift, np.zeros_like(lift)], axis=-1)


def ballet_flat(skin: Material, bow: Material) -> list[Part]:
    """Build a flat pump with a bow."""
    front = [(26.0, 1.9), (25.4, 3.3), (23.6, 4.1), (21.4, 4.5), (19.6, 4.7)]
    back = [(26.0, 0.8), (20, -0.6), (12, -0.6), (4, -0.6), (0.8, 1.0), (0.2, 3.6), (0.7, 6.0)]
    widths = [(0, 0.5), (0.1, 2.6), (0.3, 4.1), (0.6, 4.3), (1, 3.6)]
    inside = over(skin, leather("#d8b48a"), lambda at: step(0.72, 0.725, at.v))
    parts = [Part(grid=shell(front, back, widths, floor=0.7, dip=1.7, depth=3.6), material=inside)]
    parts.append(Part(grid=sole(26.2, 1.0, widths=[(a, b * 0.97) for a, b in SOLE], spring=0.7), material=plain("#2a1a14")))
    for side in (-1, 1):
        wing = respaced(np.array([(0.1, -0.35), (1.9, -1.05), (2.2, 0), (1.9, 1.05), (0.1, 0.35), (0.1, -0.35)]), 25)
        loop = panel(wing * (side, 1), 0.5, bulge=0.2)
        parts.append(Part(grid=moved(turned(loop, x_deg=-70, y_deg=90), 20.6, 4.9, 0), material=bow))
    knot = moved(column(rounded([(0, 0.6, 0.5), (0.9, 0.6, 0.5)], 0.3), 14), 20.6, 4.5, 0)
    return [*parts, Part(grid=knot, material=bow)]
