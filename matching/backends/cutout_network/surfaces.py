"""Painted surfaces: what bodies, clothes and grounds of made pictures are covered with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np

from data.domain import ByteArray, FloatArray

Draws: TypeAlias = np.random.Generator
SURFACE_PX = 192
COLOUR_CUTS = (0.18, 0.32, 0.42)
"""Up to where a colour is white, dark and grey; above, it has a hue."""

GREY = 2
LETTERS = "ABCDEFGHIKLMNOPRSTUVXYZ0123456789&%"
GLYPHS = tuple(getattr(cv2, name) for name in ("FONT_HERSHEY_SIMPLEX", "FONT_HERSHEY_DUPLEX", "FONT_HERSHEY_TRIPLEX"))


def chance(draws: Draws, share: float) -> bool:
    """Say yes in so many of all cases."""
    return bool(draws.random() < share)


def colour(draws: Draws) -> tuple[int, int, int]:
    """Draw an RGB colour: strong, pale, grey, dark or white, each often enough."""
    kind = int(np.searchsorted(COLOUR_CUTS, draws.random(), side="right"))
    if kind == 0:
        level = int(draws.integers(215, 256))
        return (level, level - int(draws.integers(0, 12)), level - int(draws.integers(0, 22)))
    if kind == 1:
        level = int(draws.integers(8, 60))
        return (level, level, level + int(draws.integers(0, 10)))
    if kind == GREY:
        level = int(draws.integers(60, 215))
        return (level, level, level)
    hsv = np.array([[[draws.integers(0, 180), draws.integers(40, 256), draws.integers(40, 256)]]], dtype=np.uint8)
    red, green, blue = np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB))[0, 0]
    return (int(red), int(green), int(blue))


def clouds(draws: Draws, size: int, *, coarsest: int = 3, octaves: int = 4, gain: float = 0.55) -> FloatArray:
    """Draw smooth noise, (size, size), about -1 to 1."""
    total = np.zeros((size, size), dtype=np.float32)
    for octave in range(octaves):
        cells = min(size, coarsest * 2**octave)
        lattice = draws.standard_normal((cells, cells)).astype(np.float32)
        total += gain**octave * cv2.resize(lattice, (size, size), interpolation=cv2.INTER_CUBIC)
    return np.asarray(total / (np.abs(total).max() + 1e-6), dtype=np.float32)


def paint(draws: Draws, size: int = SURFACE_PX) -> ByteArray:
    """Paint a surface of a kind drawn at random: (size, size, 3) RGB."""
    kind = PAINTERS[int(draws.choice(len(PAINTERS), p=SHARES))]
    painted = kind(draws, size).astype(np.float32)
    grain = draws.standard_normal((size, size, 1)).astype(np.float32) * draws.uniform(0, 9)
    uneven = clouds(draws, size, octaves=3)[..., None] * draws.uniform(0, 22)
    return np.asarray(np.clip(painted + grain + uneven, 0, 255), dtype=np.uint8)


def plain(draws: Draws, size: int) -> ByteArray:
    """One colour."""
    return np.full((size, size, 3), colour(draws), dtype=np.uint8)


def shaded(draws: Draws, size: int) -> ByteArray:
    """One colour that runs into another."""
    along = np.linspace(0, 1, size, dtype=np.float32)
    angle = draws.uniform(0, 2 * np.pi)
    place = np.clip((along[None] - 0.5) * np.cos(angle) + (along[:, None] - 0.5) * np.sin(angle) + 0.5, 0, 1)
    return _blend(place ** draws.uniform(0.5, 2), colour(draws), colour(draws))


def striped(draws: Draws, size: int) -> ByteArray:
    """Stripes, or checks of two sets of stripes."""
    canvas = plain(draws, size).astype(np.float32)
    for turn in range(int(draws.integers(1, 3))):
        period, share = draws.uniform(6, 60), draws.uniform(0.15, 0.7)
        angle = draws.choice([0.0, np.pi / 2, draws.uniform(0, np.pi)]) + turn * np.pi / 2
        rows, columns = np.mgrid[:size, :size].astype(np.float32)
        on = ((rows * np.sin(angle) + columns * np.cos(angle)) / period) % 1 < share
        canvas[on] = canvas[on] * (1 - 0.7) + np.array(colour(draws), dtype=np.float32) * 0.7
    return np.asarray(canvas.astype(np.uint8))


def blotched(draws: Draws, size: int) -> ByteArray:
    """Patches of two to four colours with hard or soft borders: marble, camouflage, fur, wood."""
    canvas = plain(draws, size)
    for _ in range(int(draws.integers(1, 4))):
        coarsest = int(draws.integers(2, 16))
        field = clouds(draws, size, coarsest=coarsest, octaves=3)
        if chance(draws, 0.3):  # grain along one way
            field = _stretched(field, int(draws.integers(6, 20)))
        edge = draws.uniform(0.02, 0.5)
        share = np.clip((field - draws.uniform(-0.2, 0.4)) / edge, 0, 1)[..., None]
        canvas = (canvas * (1 - share) + np.array(colour(draws), dtype=np.float32) * share).astype(np.uint8)
    return canvas


def _stretched(field: FloatArray, times: int) -> FloatArray:
    return np.asarray(cv2.resize(field[::times], field.shape, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def dotted(draws: Draws, size: int) -> ByteArray:
    """Spots, rings, squares or flowers, strewn or in rows."""
    canvas = plain(draws, size)
    inks = [colour(draws) for _ in range(int(draws.integers(1, 4)))]
    step = int(draws.integers(10, 56))
    radius, kind, loose = max(1, int(step * draws.uniform(0.12, 0.5))), int(draws.integers(0, 4)), chance(draws, 0.6)
    for row in range(0, size + step, step):
        for column in range(0, size + step, step):
            away = draws.integers(-step // 3, step // 3 + 1, 2) if loose else (0, 0)
            centre = (int(column + away[0]), int(row + away[1]))
            _spot(canvas, centre, radius, inks[int(draws.integers(len(inks)))], kind)
    return canvas


def _spot(canvas: ByteArray, centre: tuple[int, int], radius: int, ink: tuple[int, int, int], kind: int) -> None:
    if kind == 0:
        cv2.circle(canvas, centre, radius, ink, -1, cv2.LINE_AA)
    elif kind == 1:
        cv2.circle(canvas, centre, radius, ink, max(1, radius // 4), cv2.LINE_AA)
    elif kind == 2:  # noqa: PLR2004
        cv2.rectangle(canvas, (centre[0] - radius, centre[1] - radius), (centre[0] + radius, centre[1] + radius), ink, -1)
    else:
        for petal in np.arange(5) * 2 * np.pi / 5:
            at = (int(centre[0] + 0.6 * radius * np.cos(petal)), int(centre[1] + 0.6 * radius * np.sin(petal)))
            cv2.circle(canvas, at, max(1, radius // 2), ink, -1, cv2.LINE_AA)


def printed(draws: Draws, size: int) -> ByteArray:
    """A label: a body, most often white or pale, with bands, badges, a picture and lines of text."""
    white = chance(draws, 0.55)
    canvas = np.full((size, size, 3), draws.integers(225, 256) if white else 0, dtype=np.uint8)
    if not white:
        canvas[:] = plain(draws, size)
    for _ in range(int(draws.integers(0, 3))):
        top, height = int(draws.integers(0, size)), int(draws.integers(size // 20, size // 2))
        canvas[top : top + height] = colour(draws)
    for _ in range(int(draws.integers(0, 4))):
        at, axes = draws.integers(0, size, 2), draws.integers(size // 16, size // 4, 2)
        place = (int(at[0]), int(at[1])), (int(axes[0]), int(axes[1]))
        cv2.ellipse(canvas, *place, int(draws.integers(0, 180)), 0, 360, colour(draws), -1, cv2.LINE_AA)
    for _ in range(int(draws.integers(1, 9))):
        write(canvas, draws)
    return canvas


def write(canvas: ByteArray, draws: Draws) -> None:
    """Write a word somewhere on a canvas, which is changed."""
    word = "".join(draws.choice(list(LETTERS), int(draws.integers(2, 9))))
    at = (int(draws.integers(-10, canvas.shape[1] // 2)), int(draws.integers(10, canvas.shape[0])))
    size = draws.uniform(0.3, 1.9)
    glyphs = GLYPHS[int(draws.integers(len(GLYPHS)))]
    cv2.putText(canvas, word, at, glyphs, size, colour(draws), int(draws.integers(1, 5)), cv2.LINE_AA)


def woven(draws: Draws, size: int) -> ByteArray:
    """Threads that go over and under: cloth, knit, straw."""
    pitch = draws.uniform(3, 12)
    rows, columns = np.mgrid[:size, :size].astype(np.float32)
    over = np.sin(rows / pitch * np.pi) * np.sin(columns / pitch * np.pi * draws.choice([1.0, 0.5, 2.0]))
    level = np.clip(0.5 + over * draws.uniform(0.1, 0.5) + clouds(draws, size, octaves=2) * 0.2, 0, 1)
    first = np.array(colour(draws), dtype=np.float32)
    return _blend(level, tuple(first * draws.uniform(0.5, 0.9)), tuple(first))


def tiled(draws: Draws, size: int) -> ByteArray:
    """Tiles, bricks or boards, each of a shade of its own, with joints."""
    canvas = np.full((size, size, 3), colour(draws), dtype=np.uint8)
    high, wide = int(draws.integers(8, 90)), int(draws.integers(12, 190))
    joint, base = int(draws.integers(1, 4)), np.array(colour(draws), dtype=np.float32)
    spread, stagger = draws.uniform(2, 30), chance(draws, 0.6)
    for number, top in enumerate(range(0, size, high)):
        for left in range(-(wide // 2) * (number % 2) if stagger else 0, size, wide):
            shade = np.clip(base + draws.normal(0, spread) + draws.normal(0, spread / 4, 3), 0, 255)
            canvas[top + joint : top + high, max(0, left + joint) : max(0, left + wide)] = shade
    return canvas


def _blend(share: FloatArray, low: tuple[float, ...], high: tuple[float, ...]) -> ByteArray:
    first, second = np.array(low, dtype=np.float32), np.array(high, dtype=np.float32)
    return np.clip(first + share[..., None] * (second - first), 0, 255).astype(np.uint8)


PAINTERS: tuple[Callable[[Draws, int], ByteArray], ...] = (
    plain, shaded, striped, blotched, dotted, printed, woven, tiled,
)  # fmt: skip
SHARES = (0.2, 0.1, 0.11, 0.14, 0.1, 0.17, 0.1, 0.08)
