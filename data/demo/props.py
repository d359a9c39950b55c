"""What lies about in photos: mugs, books, boxes, plants, fruit, bottles."""

from __future__ import annotations

import numpy as np

from data.demo.materials import canvas, leather, over, plain, ribbed, striped
from data.demo.models import Model, Part, assemble
from data.demo.noise import step
from data.demo.shapes import Floats, basket, column, curve, lathe, oval, rounded, tube

ATLAS_PX = 384
INKS = ("#b4492f", "#2f5d73", "#d8c9a8", "#3f5a3c", "#c9a03a", "#53384f", "#e8e4da", "#30343a")


def prop(kind: str, *, ink: str) -> Model:
    """Build a thing of a kind in `KINDS`, in a colour."""
    return assemble(KINDS[kind](ink), size=ATLAS_PX)


def _mug(ink: str) -> list[Part]:
    body = basket(np.array([(0, 3.4, 3.4), (0.3, 3.9, 3.9), (4.5, 4.1, 4.1), (9, 4.1, 4.1)]), 32, wall=0.4, depth=7)
    grip = tube(curve([(3.9, 7.6, 0), (6.6, 7.2, 0), (6.7, 3.2, 0), (3.8, 2.2, 0)], 16), oval(0.5, 0.6, 10))
    glaze = over(plain(ink, gloss=0.75), plain("#efe9dd", gloss=0.7), lambda at: step(7.9, 8.0, at.position[..., 1]))
    return [Part(grid=body, material=glaze), Part(grid=grip, material=plain(ink, gloss=0.75))]


def _books(ink: str) -> list[Part]:
    parts, height = [], 0.0
    for number in range(3):
        cover = INKS[(INKS.index(ink) + 3 * number) % len(INKS)]
        thick = 1.8 + 0.9 * ((number * 7) % 3)
        block = column(
            rounded([(height, 8.4 - number, 11.6 - 1.3 * number), (height + thick, 8.4 - number, 11.6 - 1.3 * number)], 0.25),
            32,
            squareness=14,
        )
        turned_x = np.cos(0.2 * number) * block[..., 0] + np.sin(0.2 * number) * block[..., 2]
        turned_z = -np.sin(0.2 * number) * block[..., 0] + np.cos(0.2 * number) * block[..., 2]
        grid = np.stack([turned_x, block[..., 1], turned_z], axis=-1)
        parts.append(Part(grid=grid, material=canvas(cover, thread=0.2)))
        height += thick
    return parts


def _box(ink: str) -> list[Part]:
    body = column(rounded([(0, 15, 9.5), (9, 15, 9.5)], 0.2), 36, squareness=16)
    lid = column(rounded([(8.2, 15.3, 9.8), (11, 15.3, 9.8)], 0.2), 36, squareness=16)
    return [Part(grid=body, material=plain(ink, gloss=0.15)), Part(grid=lid, material=plain(ink, gloss=0.2))]


def _plant(ink: str) -> list[Part]:
    pot = basket(np.array([(0, 4.6, 4.6), (0.4, 5, 5), (9, 6.3, 6.3)]), 32, wall=0.6, depth=2.5)
    parts = [Part(grid=pot, material=plain(ink, gloss=0.2))]
    draws = np.random.default_rng(7)
    for number in range(13):
        around = number * 2.4
        reach, rise = 5 + 6 * draws.random(), 9 + 13 * draws.random()
        tip = np.array([np.cos(around) * reach, 7 + rise * 0.8, np.sin(around) * reach])
        middle = np.array([tip[0] * 0.45, 7 + rise, tip[2] * 0.45])
        leaf = curve([(0, 6.5, 0), tuple(middle), tuple(tip)], 10)
        share = np.linspace(0, 1, 10)
        wide = np.stack([np.ones(10), 0.12 + np.sin(np.pi * share**0.8)], axis=1)
        green = ("#3d6b35", "#2f5530", "#5b8244")[number % 3]
        parts.append(
            Part(grid=tube(leaf, oval(0.08, 1.5, 8), scales=wide, up=(0, 1, 0)), material=plain(green, gloss=0.4, unevenness=0.3))
        )
    return parts


def _fruit(ink: str) -> list[Part]:
    around = np.linspace(0.02, np.pi - 0.02, 16)
    skin = np.column_stack([3.7 * np.sin(around), 3.3 - 3.3 * np.cos(around) - 0.5 * np.exp(-(((np.pi - around) / 0.5) ** 2))])
    stalk = tube(curve([(0, 5.9, 0), (0.2, 7.4, 0.2)], 4), oval(0.16, 0.16, 8))
    return [
        Part(grid=lathe(skin, 28), material=plain(ink, gloss=0.55, unevenness=0.4)),
        Part(grid=stalk, material=plain("#4a3520")),
    ]


def _bottle(ink: str) -> list[Part]:
    profile = [(0, 3.4), (0.4, 3.7), (12, 3.7), (15, 3.0), (18, 1.35), (22, 1.25), (22.2, 1.5), (23, 1.5)]
    body = column(np.array([(y, r, r) for y, r in profile], dtype=np.float64), 28)
    label = over(
        plain(ink, gloss=0.9),
        canvas("#eee6d2"),
        lambda at: step(3.4, 3.5, at.position[..., 1]) * step(10.6, 10.5, at.position[..., 1]),
    )
    return [Part(grid=body, material=label)]


def _cushion(ink: str) -> list[Part]:
    levels = [(1.0, 13.0, 13.0)] + [
        (9 + 8 * np.sin(a), 20 * np.cos(a) ** 0.6, 20 * np.cos(a) ** 0.6) for a in np.linspace(-1.2, 1.3, 14)
    ]
    grid = column(np.array(levels), 44, squareness=4)
    return [Part(grid=grid, material=striped(ink, "#efe8da", width=6.0))]


def _case(ink: str) -> list[Part]:
    body = column(rounded([(0, 4.1, 8.2), (1.1, 4.1, 8.2)], 0.4), 32, squareness=7)
    return [Part(grid=body, material=leather(ink))]


def _basket(ink: str) -> list[Part]:
    levels: Floats = np.array([(0, 11, 11), (0.6, 11.8, 11.8), (8, 13.5, 13.5), (17, 13, 13)], dtype=np.float64)
    return [Part(grid=basket(levels, 40, wall=0.9, depth=13), material=ribbed(ink, pitch=1.1, relief=0.3, across=True))]


KINDS = {
    "mug": _mug,
    "books": _books,
    "box": _box,
    "plant": _plant,
    "fruit": _fruit,
    "bottle": _bottle,
    "cushion": _cushion,
    "case": _case,
    "basket": _basket,
}
