"""Flat articles: clothes laid out, tools, straps and shapes that have no name, with holes, hems, folds and prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from data.domain import ByteArray, FloatArray
from matching.backends.cutout_network.surfaces import Draws, chance, clouds, colour, paint, write

DRAWN_PX = 192
FINER = 2
"""Outlines are drawn so many times larger, and averaged."""


def flat(draws: Draws) -> ByteArray:
    """Make a flat article: (height, width, 4) RGBA, cropped to it."""
    stencil = outline(draws)
    canvas = paint(draws, DRAWN_PX).astype(np.float32)
    while chance(draws, 0.3):
        canvas = _pieced(canvas, stencil, draws)
    if chance(draws, 0.35):
        canvas = _with_print(canvas, stencil, draws)
    canvas *= 1 + _folds(draws)[..., None]
    canvas = _edged(canvas, stencil, draws)
    rows, columns = np.flatnonzero((stencil > 127).any(1)), np.flatnonzero((stencil > 127).any(0))  # noqa: PLR2004
    both = np.dstack([np.clip(canvas, 0, 255), stencil]).astype(np.uint8)
    return both[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def outline(draws: Draws) -> ByteArray:
    """Draw a shape: (192, 192), 0 to 255."""
    side = DRAWN_PX * FINER
    canvas = np.zeros((side, side), dtype=np.uint8)
    maker = MAKERS[int(draws.choice(len(MAKERS), p=SHARES))]
    maker(canvas, draws)
    if chance(draws, 0.15):
        at, axes = draws.uniform(0.35, 0.65, 2) * side, draws.uniform(0.03, 0.13, 2) * side
        cv2.ellipse(canvas, (int(at[0]), int(at[1])), (int(axes[0]), int(axes[1])), 0, 0, 360, 0, -1)
    if chance(draws, 0.5):
        canvas = _wavy(canvas, draws)
    small = cv2.resize(canvas, (DRAWN_PX, DRAWN_PX), interpolation=cv2.INTER_AREA)
    if (small > 127).mean() < 0.02:  # noqa: PLR2004
        cv2.circle(small, (DRAWN_PX // 2, DRAWN_PX // 2), DRAWN_PX // 4, 255, -1)
    return np.asarray(small, dtype=np.uint8)


def blob(canvas: ByteArray, draws: Draws) -> None:
    """A closed curve of a few waves, round or with lobes."""
    angle = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    radius = np.ones_like(angle)
    for wave in range(1, int(draws.integers(3, 9))):
        radius += draws.normal(0, 0.28 / wave) * np.cos(wave * angle + draws.uniform(0, 6.3))
    radius = np.clip(radius, 0.15, None)
    points = np.stack([np.cos(angle), np.sin(angle)], 1) * (radius / radius.max())[:, None] * np.array([1, draws.uniform(0.3, 1)])
    _fill(canvas, points)


def polygon(canvas: ByteArray, draws: Draws) -> None:
    """A polygon of 3 to 9 corners, regular, starred or loose."""
    corners = int(draws.integers(3, 10))
    angle = np.sort(draws.uniform(0, 2 * np.pi, corners)) if chance(draws, 0.5) else np.arange(corners) * 2 * np.pi / corners
    radius = draws.uniform(0.35, 1, corners) if chance(draws, 0.6) else np.ones(corners)
    points = np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None]
    _fill(canvas, points.astype(np.float32))


def top(canvas: ByteArray, draws: Draws) -> None:
    """A shirt, pullover, coat or dress: body, neck, sleeves short or long."""
    shoulder, hem, waist = draws.uniform(0.36, 0.5), draws.uniform(0.35, 0.75), draws.uniform(0.3, 0.5)
    length, neck, dip = draws.uniform(0.7, 1), draws.uniform(0.1, 0.25), draws.uniform(0.0, 0.25)
    fall, reach, cuff = draws.uniform(0.2, 1.3), draws.uniform(0, 0.95), draws.uniform(0.1, 0.24)
    arm = np.array([np.cos(fall), np.sin(fall)]) * reach
    across = np.array([-np.sin(fall), np.cos(fall)]) * cuff
    pit = (shoulder * 0.9, -0.45)
    right = [(neck, -0.9), (shoulder, -0.8)]
    if reach > 0.1:  # noqa: PLR2004
        end = np.array([shoulder, -0.8]) + arm
        right += [tuple(end), tuple(end + across)]
    right += [pit, (waist, draws.uniform(-0.1, 0.3)), (hem, -0.9 + 1.85 * length)]
    _mirrored(canvas, right, [(0.0, -0.9 + dip)], draws)


def bottom(canvas: ByteArray, draws: Draws) -> None:
    """Trousers, shorts or a skirt."""
    waist, hip, length = draws.uniform(0.25, 0.5), draws.uniform(0.35, 0.6), draws.uniform(0.1, 1)
    hem, inner = draws.uniform(0.3, 0.85), draws.uniform(0.02, 0.25)
    right: list[tuple[float, float]] = [(waist, -0.9), (hip, -0.4), (hem, -0.2 + 1.1 * length)]
    if chance(draws, 0.6):
        right += [(min(inner, hem - 0.1), -0.2 + 1.1 * length), (0.0, draws.uniform(-0.3, -0.1))]
    else:
        right += [(0.0, -0.2 + 1.1 * length + draws.uniform(0, 0.08))]
    _mirrored(canvas, right, [(0.0, -0.9)], draws)


def bag(canvas: ByteArray, draws: Draws) -> None:
    """A body with one or two handles, whose opening is not the article."""
    side = canvas.shape[0]
    wide, high = draws.uniform(0.3, 0.9), draws.uniform(0.3, 0.6)
    taper = draws.uniform(0.75, 1.25)
    lift, span, thick = (
        draws.uniform(0.2, 1.1 - 0.6 * high),
        wide * draws.uniform(0.4, 0.95),
        int(side * draws.uniform(0.012, 0.05)),
    )
    rim = 0.95 - 2 * high
    at = (side // 2, int(side * (0.5 + rim / 2)))
    axes = (int(side * span / 2), max(4, int(side * min(lift, rim + 0.95) / 2)))
    cv2.ellipse(canvas, at, axes, 0, 180, 360, 255, max(3, thick), cv2.LINE_AA)
    corners = [(-wide * taper, 0.95), (wide * taper, 0.95), (wide, rim), (-wide, rim)]
    _fill(canvas, np.clip(np.array(corners), -0.97, 0.97))


def rod(canvas: ByteArray, draws: Draws) -> None:
    """A handle with a head or two: tools, cutlery, brushes."""
    side = canvas.shape[0]
    middle, width = side // 2, side * draws.uniform(0.02, 0.09)
    steps = np.linspace(0.04, 0.96, 60)
    thick = width * np.interp(steps, np.linspace(0, 1, 5), draws.uniform(0.6, 1.5, 5))
    sway = side * draws.uniform(0, 0.12) * np.sin(steps * draws.uniform(1, 6))
    for at, radius, aside in zip(steps, thick, sway, strict=True):
        cv2.circle(canvas, (int(middle + aside), int(at * side)), max(2, int(radius)), 255, -1)
    for end in (0.14, 0.86)[: int(draws.integers(0, 3))]:
        axes = (int(side * draws.uniform(0.05, 0.3)), int(side * draws.uniform(0.05, 0.13)))
        cv2.ellipse(canvas, (middle, int(end * side)), axes, 0, 0, 360, 255, -1)
        if chance(draws, 0.3):
            cv2.ellipse(canvas, (middle, int(end * side)), (axes[0] // 2, axes[1] // 2), 0, 0, 360, 0, -1)


def strap(canvas: ByteArray, draws: Draws) -> None:
    """A band along a curve, open or closed: belts, chains, frames, scarves."""
    side = canvas.shape[0]
    angle = np.linspace(0, 2 * np.pi * draws.uniform(0.5, 1.0), 200)
    wave = draws.uniform(0, 0.35) * np.cos(angle * draws.integers(2, 6) + draws.uniform(0, 6))
    radius = (0.66 + wave) / (1 + np.abs(wave).max())
    points = np.stack([np.cos(angle) * radius, np.sin(angle) * radius * draws.uniform(0.3, 1)], 1)
    thick, chained = int(side * draws.uniform(0.015, 0.12)), chance(draws, 0.3)
    line = ((points * 0.5 + 0.5) * side).astype(np.int32)
    if chained:
        for at in line[:: max(3, thick // 4)]:
            cv2.circle(canvas, (int(at[0]), int(at[1])), max(4, thick // 2), 255, max(2, thick // 6), cv2.LINE_AA)
    else:
        cv2.polylines(canvas, [line.reshape(-1, 1, 2)], False, 255, max(3, thick), cv2.LINE_AA)


def union(canvas: ByteArray, draws: Draws) -> None:
    """Two or three shapes that overlap."""
    for _ in range(int(draws.integers(2, 4))):
        piece = np.zeros_like(canvas)
        (blob, polygon, rod, strap)[int(draws.integers(4))](piece, draws)
        side = canvas.shape[0]
        turn = cv2.getRotationMatrix2D((side / 2, side / 2), draws.uniform(0, 360), draws.uniform(0.35, 0.7))
        turn[:, 2] += draws.uniform(-0.16, 0.16, 2) * side
        np.maximum(canvas, cv2.warpAffine(piece, turn, (side, side)), out=canvas)


def _mirrored(
    canvas: ByteArray, right: Sequence[tuple[float, float]], middle: Sequence[tuple[float, float]], draws: Draws
) -> None:
    points = np.array([*middle, *right, *[(-x, y) for x, y in reversed(right)]], dtype=np.float64)
    points += draws.normal(0, 0.025, points.shape)
    points -= (points.max(0) + points.min(0)) / 2
    _fill(canvas, points / max(1.0, np.abs(points).max() * 1.04))
    radius = int(draws.integers(1, 16))
    canvas[:] = np.where(cv2.GaussianBlur(canvas, (0, 0), radius) > 127, 255, 0)  # noqa: PLR2004  # round corners


def _fill(canvas: ByteArray, points: FloatArray) -> None:
    side = canvas.shape[0]
    cv2.fillPoly(canvas, [((points * 0.48 + 0.5) * side).astype(np.int32).reshape(-1, 1, 2)], 255, cv2.LINE_AA)


def _wavy(canvas: ByteArray, draws: Draws) -> ByteArray:
    side = canvas.shape[0]
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    strength = side * draws.uniform(0.005, 0.05)
    shift = [cv2.resize(clouds(draws, 64, octaves=2), (side, side)) * strength for _ in range(2)]
    return np.asarray(cv2.remap(canvas, columns + shift[0], rows + shift[1], cv2.INTER_LINEAR), dtype=np.uint8)


def _folds(draws: Draws) -> FloatArray:
    deep = draws.uniform(0, 0.3)
    return clouds(draws, DRAWN_PX, coarsest=int(draws.integers(2, 8)), octaves=3) * np.float32(deep)


def _pieced(canvas: FloatArray, stencil: ByteArray, draws: Draws) -> FloatArray:
    """Sew another material over a part: yokes, soles, cuffs, handles."""
    angle, at = draws.uniform(0, 2 * np.pi), draws.uniform(-0.35, 0.35)
    along = np.linspace(-0.5, 0.5, DRAWN_PX)
    there = along[None] * np.cos(angle) + along[:, None] * np.sin(angle) > at
    if chance(draws, 0.4):
        there &= along[None] * np.cos(angle) + along[:, None] * np.sin(angle) < at + draws.uniform(0.04, 0.3)
    return np.where((there & (stencil > 0))[..., None], paint(draws, DRAWN_PX).astype(np.float32), canvas)


def _with_print(canvas: FloatArray, stencil: ByteArray, draws: Draws) -> FloatArray:
    ink = np.ascontiguousarray(np.clip(canvas, 0, 255).astype(np.uint8))
    at, size = draws.uniform(0.35, 0.6, 2) * DRAWN_PX, draws.uniform(0.05, 0.2, 2) * DRAWN_PX
    place = (int(at[0]), int(at[1])), (int(size[0]), int(size[1]))
    cv2.ellipse(ink, *place, draws.uniform(0, 180), 0, 360, colour(draws), -1 if chance(draws, 0.6) else 3, cv2.LINE_AA)
    for _ in range(int(draws.integers(0, 4))):
        write(ink, draws)
    return np.where(stencil[..., None] > 0, ink, canvas).astype(np.float32)


def _edged(canvas: FloatArray, stencil: ByteArray, draws: Draws) -> FloatArray:
    """Darken or lighten along the outline, as a body that curves away, or a hem."""
    inside = cv2.distanceTransform((stencil > 127).astype(np.uint8), cv2.DIST_L2, 3)  # noqa: PLR2004
    strength = draws.choice([0, draws.uniform(-0.55, 0.25)])
    near = np.exp(-inside / draws.uniform(1.5, 14)) * strength
    if chance(draws, 0.3):
        at = draws.uniform(3, 10)
        near = near + np.where(np.abs(inside - at) < draws.uniform(0.6, 1.4), draws.uniform(-0.5, 0.5), 0)
    return np.asarray(canvas * (1 + near[..., None]), dtype=np.float32)


MAKERS: tuple[Callable[[ByteArray, Draws], None], ...] = (blob, polygon, top, bottom, bag, rod, strap, union)
SHARES = (0.13, 0.07, 0.24, 0.16, 0.1, 0.1, 0.07, 0.13)
