"""Garments as they hang: a torso, sleeves, a neck, and what is drawn on their cloth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.demo.materials import SILVER, Finish, Material, Surface, linear, over, plain, ribbed
from data.demo.models import Part
from data.demo.noise import clouds, step
from data.demo.shapes import Floats, column, curve, eased, oval, tube

INSIDE_CM = 5.0
"""How far one sees into a garment from below."""

HEM_SHARE, CUFF_SHARE = 0.212, 0.938
"""Where along its rows a torso comes out at the hem, and a sleeve ends."""

Line = Sequence[Sequence[float]]
Place = Callable[[Surface], Floats]

STRAIGHT: Line = (
    (0, 23.5, 5.6),
    (4, 23.8, 6.0),
    (26, 23.2, 6.3),
    (46, 24.0, 6.8),
    (54, 22.6, 6.3),
    (59, 18.5, 5.4),
    (62, 9.5, 4.5),
    (63, 8.4, 4.2),
)
TAILORED: Line = (
    (0, 24.0, 5.9),
    (10, 23.4, 6.0),
    (27, 20.6, 6.0),
    (46, 23.8, 7.0),
    (55, 23.4, 6.5),
    (59.5, 19.0, 5.5),
    (62, 9.5, 4.7),
    (63, 8.4, 4.4),
)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """The shape of a top: levels (height, half width, half depth), how long its sleeves are, and how much it crumples."""

    levels: Line = STRAIGHT
    sleeve_cm: float = 47.0
    cuff: float = 4.3
    crumpled: float = 0.5


def torso(cut: Cut) -> Floats:
    """Span a body from the hem to the neck, with folds that fall from the shoulders."""
    levels = np.asarray(cut.levels, dtype=np.float64)
    heights = np.concatenate([np.linspace(0, 52, 26), np.linspace(53.5, 63, 12)])
    knots = np.stack([heights, *(eased(levels[:, [0, axis]].tolist(), heights) for axis in (1, 2))], axis=1)
    hem = knots[:1] * (1, 0.965, 0.93)
    knots[0, 0] += 0.35
    inside = hem * (1, 0.97, 0.9) + np.array([[INSIDE_CM, 0, 0], [1.0, 0, 0]])
    grid = column(np.concatenate([inside, hem, knots]), 64, squareness=2.7)
    x, y, z = np.moveaxis(grid, -1, 0)
    down = np.clip((50 - y) / 40, 0, 1)
    fall = np.sin(x * 0.42 + 1.4 * np.sin(y * 0.05)) + 0.7 * np.sin(x * 0.21 + y * 0.09)
    crease = 2 * (clouds(x * 0.12 + 40, y * 0.09 + 40 + np.sign(z) * 7, octaves=3) - 0.5)
    out = cut.crumpled * (0.55 * fall * down + 1.6 * crease * np.clip((60 - y) / 10, 0, 1))
    grid[..., 2] += np.sign(z) * out * np.clip(np.abs(z) / 3, 0, 1)
    return grid


def sleeves(cut: Cut, cloth: Material, cuff: Material | None = None) -> list[Part]:
    """Hang two sleeves from the shoulders."""
    parts = []
    end = 57.0 - cut.sleeve_cm
    for side in (-1, 1):
        path = curve(
            [
                (side * 12.0, 52.6, 0),
                (side * 18.6, 52.0, 0.1),
                (side * 23.4, 47.5, 0.5),
                (side * 26.0, 38, 1.2),
                (side * 27.2, max(26, end + 4), 1.8),
                (side * 27.8, end, 2.8),
            ],
            30,
        )
        along = np.linspace(0, 1, 30)
        wide = eased([(0, 3.2), (0.12, 5.4), (0.26, 6.0), (0.55, 5.6), (1, cut.cuff)], along)
        scales = np.stack([wide * 1.0, wide * 0.74], axis=1)
        grid = tube(path, oval(1.0, 1.0, 30), scales=scales, up=(side, 0.3, 0))
        x, y, z = np.moveaxis(grid, -1, 0)
        fold = cut.crumpled * (np.sin(y * 0.55 + x * 0.3) + 0.8 * np.sin(y * 0.31 - z * 0.5 + side)) * 0.28
        grid[..., 2] += fold * np.sign(z)
        grid[..., 0] += fold * side * 0.7
        both = cloth if cuff is None else over(cloth, cuff, _last(0.87))
        dark = over(both, plain("#14100e", gloss=0.03), _last(CUFF_SHARE))
        parts.append(Part(grid=grid, material=dark))
    return parts


def _last(share: float) -> Place:
    return lambda at: step(share - 0.004, share + 0.004, at.v)


def hook() -> list[Part]:
    """Build what shows of a hanger: its hook, and the wood inside of the neck."""
    wire = curve(
        [(0, 59, 0), (0, 66, 0), (0.2, 68, 0), (2.4, 69.8, 0), (3.9, 71.8, 0), (2.6, 74, 0), (0, 74.6, 0), (-1.8, 73.4, 0)], 30
    )
    wood = curve([(-9, 60.4, 0), (-4, 62.6, 0), (0, 63.6, 0), (4, 62.6, 0), (9, 60.4, 0)], 18)
    return [
        Part(grid=tube(wire, oval(0.26, 0.26, 8)), material=SILVER, detail=2),
        Part(grid=tube(wood, oval(1.0, 0.7, 12), up=(0, 1, 0)), material=plain("#a8753f", gloss=0.5, unevenness=0.2)),
    ]


def rib_ring(
    material: Material, *, half_width: float = 8.6, half_depth: float = 4.9, height: float = 62.4, thick: float = 1.15
) -> Part:
    """Put a band around the neck that dips in front."""
    angle = np.linspace(-np.pi / 2, 1.5 * np.pi, 49)
    dip = 2.6 * np.clip(np.sin(angle), 0, 1) ** 1.5
    path = np.column_stack([half_width * np.cos(angle), height - dip, half_depth * np.sin(angle) + 0.4])
    path[-1] = path[0]
    return Part(grid=tube(path, oval(thick, 0.55, 12), up=(0, 1, 0), loop=True), material=material)


def dark_neck(cloth: Material, *, half_width: float = 8.2, inside: str = "#1b1512") -> Material:
    """Show what is inside of a neck, and above the hem."""
    below = over(cloth, plain("#14100e", gloss=0.03), lambda at: step(HEM_SHARE + 0.004, HEM_SHARE - 0.004, at.v))
    return over(
        below,
        plain(inside, gloss=0.05),
        lambda at: step(62.5, 62.9, at.position[..., 1]) * step(half_width + 1, half_width, np.abs(at.position[..., 0])),
    )


def pullover(yarn: Material, rib: Material, cut: Cut) -> list[Part]:
    """Build a jumper with a round neck, and ribs at hem and cuffs."""
    body = over(yarn, rib, lambda at: step(5.6, 5.4, at.position[..., 1]))
    return [
        Part(grid=torso(cut), material=dark_neck(body), detail=1.15),
        *sleeves(cut, yarn, rib),
        rib_ring(rib),
        *hook(),
    ]


def drawn(cloth: Material, colour: str | None, place: Place, *, rise: float = 0.0, dark: float = 1.0) -> Material:
    """Draw on the front of a cloth: recolour a place, lift it by `rise` cm, or darken it."""

    def look(at: Surface) -> Finish:
        finish, share = cloth(at), place(at)
        tone = finish.colour if colour is None else finish.colour + (linear(colour) - finish.colour) * share[..., None]
        tone = tone * (1 - (1 - dark) * share)[..., None]
        return replace(finish, colour=tone, height=finish.height + rise * share)

    return look


def sweater_rib(yarn: str) -> Material:
    """Ribs of a knitted cuff."""
    return ribbed(yarn, pitch=0.9, relief=0.12, gloss=0.05)


def cloth_stripes(first: Material, second: Material, *, pitch: float, share: float) -> Material:
    """Stripes across a garment, by height."""
    return over(first, second, lambda at: step(-0.03, 0.03, share - np.mod(at.position[..., 1] / pitch, 1.0)))
