"""Bodies in the round, made of one to five parts and seen from any side: dense points, each lit, the nearest one drawn.

Masks are exact: what is drawn is the article, and nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from data.domain import ByteArray, FloatArray
from matching.backends.cutout_network.surfaces import Draws, chance, paint, plain, printed

DRAWN_PX = 176
KIND_CUTS = (0.2, 0.55)
"""Up to where a body is a carton, and one part; above, it has several."""

DENSE = 300
NEAREST = 2.2
"""How far away the camera stands at least, in radii of the body."""


@dataclass(frozen=True, kw_only=True)
class Points:
    """A surface as points: (n, 3) places, (n, 3) unit normals, (n, 3) RGB."""

    places: FloatArray
    normals: FloatArray
    colours: FloatArray


def solid(draws: Draws) -> ByteArray:
    """Make a body and look at it: (height, width, 4) RGBA."""
    kind = int(np.searchsorted(KIND_CUTS, draws.random(), side="right"))
    parts = [carton(draws)] if kind == 0 else [_part(draws, whole=True)] if kind == 1 else _compound(draws)
    return look(parts, draws)


def _compound(draws: Draws) -> list[Points]:
    parts = [_part(draws, whole=True)]
    shared = plain(draws, 8) if chance(draws, 0.5) else None
    for _ in range(int(draws.integers(1, 4))):
        added = _part(draws, whole=False, skin=shared)
        size = draws.uniform(0.15, 0.8)
        anchor = parts[0].places[int(draws.integers(len(parts[0].places)))] * draws.uniform(0.6, 1.1)
        turned = _rotation(draws) if chance(draws, 0.6) else np.eye(3, dtype=np.float32)
        parts.append(
            Points(
                places=(added.places @ turned.T * size + anchor).astype(np.float32),
                normals=(added.normals @ turned.T).astype(np.float32),
                colours=added.colours,
            )
        )
    return parts


def _part(draws: Draws, *, whole: bool, skin: ByteArray | None = None) -> Points:
    maker = MAKERS[int(draws.choice(len(MAKERS), p=SHARES))]
    dense = DENSE if whole else DENSE * 2 // 3
    grid = maker(draws, dense)
    return _covered(grid, paint(draws) if skin is None else skin, draws)


def superquadric(draws: Draws, dense: int) -> FloatArray:
    """Lay out a superellipsoid, from a ball to a rounded box or a diamond: (dense, dense, 3)."""
    down = np.linspace(-np.pi / 2, np.pi / 2, dense, dtype=np.float32)
    around = np.linspace(-np.pi, np.pi, dense, dtype=np.float32)
    tall, wide = _radius(down, draws.uniform(0.1, 1.5)), _radius(around, draws.uniform(0.1, 1.5))
    ring = (tall * np.cos(down))[:, None]
    level = np.broadcast_to((tall * np.sin(down))[:, None], (dense, dense))
    grid = np.stack([ring * (wide * np.cos(around))[None], level, ring * (wide * np.sin(around))[None]], axis=2)
    return np.asarray(grid * draws.uniform(0.3, 1, 3), dtype=np.float32)


def lathed(draws: Draws, dense: int) -> FloatArray:
    """Lay out a turned profile: bottles, cans, cups, bowls, plates, handles."""
    knots = int(draws.integers(2, 7))
    radii = draws.uniform(0.25, 1, knots) if chance(draws, 0.7) else np.sort(draws.uniform(0.15, 1, knots))
    if chance(draws, 0.35):
        radii[:] = radii[0]
    at = np.linspace(0, 1, dense)
    smooth = cv2.GaussianBlur(np.interp(at, np.linspace(0, 1, knots), radii)[:, None], (1, 0), 0.1, sigmaY=draws.uniform(1, 25))
    profile, height = np.asarray(smooth)[:, 0], draws.uniform(0.15, 3)
    heights = (at - 0.5) * 2 * height
    caps = dense // 6
    ends = np.linspace(0, 1, caps)
    open_top = chance(draws, 0.4)
    rim = np.linspace(1, 0, caps) if not open_top else np.linspace(0.98, 0.9, caps)
    fall = np.full(caps, heights[-1]) if not open_top else np.linspace(heights[-1], heights[0] * 0.8, caps)
    radius = np.concatenate([ends * profile[0], profile, rim * profile[-1]])
    level = np.concatenate([np.full(caps, heights[0]), heights, fall])
    angle = np.linspace(-np.pi, np.pi, dense)
    power = draws.choice([1.0, 1.0, draws.uniform(0.3, 1)])
    x, z = _signed(np.cos(angle), power), _signed(np.sin(angle), power) * draws.uniform(0.5, 1)
    grid = np.stack(
        [radius[:, None] * x[None], np.broadcast_to(level[:, None], (len(radius), dense)), radius[:, None] * z[None]], 2
    )
    return np.asarray(_bent(grid, draws) / max(1.0, height), dtype=np.float32)


def tube(draws: Draws, dense: int) -> FloatArray:
    """Lay out a tube along a curve: handles, cables, rings, tongs."""
    at = np.linspace(0, 1, dense)
    if chance(draws, 0.35):
        angle = at * draws.uniform(1.2, 2) * np.pi
        path = np.stack([np.cos(angle) * draws.uniform(0.4, 1), np.sin(angle), 0.2 * np.sin(angle * draws.integers(0, 3))], 1)
    else:
        knots = draws.uniform(-1, 1, (int(draws.integers(2, 5)), 3)) * np.array([0.5, 1.2, 0.4])
        line = np.stack([np.interp(at, np.linspace(0, 1, len(knots)), knots[:, axis]) for axis in range(3)], 1)
        path = np.asarray(cv2.GaussianBlur(line, (1, 0), 0.1, sigmaY=dense / 12))
    along = np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-6
    side = np.cross(along, [0.1, 0.2, 1.0])
    side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-6
    other = np.cross(along, side)
    radius = draws.uniform(0.05, 0.25) * np.interp(at, np.linspace(0, 1, 4), draws.uniform(0.6, 1.4, 4))
    radius[[0, -1]] = 0
    angle = np.linspace(-np.pi, np.pi, max(60, dense // 3))
    flat = draws.uniform(0.4, 1)
    offset = side[:, None] * np.cos(angle)[None, :, None] + other[:, None] * np.sin(angle)[None, :, None] * flat
    return np.asarray(path[:, None] + radius[:, None, None] * offset, dtype=np.float32)


def carton(draws: Draws) -> Points:
    """Make a box with a print on every side, now and then with a gable or slanted."""
    size = draws.uniform(0.25, 1, 3)
    body = printed if chance(draws, 0.75) else paint
    skins = [body(draws, 160) for _ in range(2)] + [paint(draws, 96)]
    made, lean = [], draws.uniform(-0.12, 0.12, 2)
    at = np.linspace(-1, 1, 230, dtype=np.float32)
    for axis in range(3):
        for sign in (-1.0, 1.0):
            face = np.zeros((len(at), len(at), 3), dtype=np.float32)
            face[..., (axis + 1) % 3], face[..., (axis + 2) % 3] = at[None], at[:, None]
            face[..., axis] = sign
            normal = np.zeros(3, dtype=np.float32)
            normal[axis] = sign
            colours = _read(skins[axis], *face.shape[:2])
            face *= size.astype(np.float32)
            face[..., 0] += lean[0] * face[..., 1]
            face[..., 2] += lean[1] * face[..., 1]
            made.append((face.reshape(-1, 3), np.broadcast_to(normal, (face.shape[0] * face.shape[1], 3)), colours))
    places, normals, colours = (np.concatenate(column).astype(np.float32) for column in zip(*made, strict=True))
    return Points(places=places, normals=normals, colours=colours)


def look(parts: list[Points], draws: Draws) -> ByteArray:
    """Draw a body from a side drawn at random: (height, width, 4) RGBA, cropped to it."""
    places = np.concatenate([part.places for part in parts])
    normals, colours = (np.concatenate([getattr(part, name) for part in parts]) for name in ("normals", "colours"))
    turn = _rotation(draws)
    centred = places - (places.max(0) + places.min(0)) / 2
    centred = (centred / np.linalg.norm(centred, axis=1).max()) @ turn.T
    depth = draws.uniform(NEAREST, 6) - centred[:, 2]
    flat = centred[:, :2] / depth[:, None]
    low, high = flat.min(0), flat.max(0)
    pixels = ((flat - low) / (high - low).max() * (DRAWN_PX - 3) + 1).astype(np.int32)
    order = np.argsort(-depth, kind="stable")
    at = (DRAWN_PX - 1 - pixels[order, 1], pixels[order, 0])
    canvas = np.zeros((DRAWN_PX, DRAWN_PX, 4), dtype=np.float32)
    canvas[(*at, slice(0, 3))] = _lit(colours, normals @ turn.T, draws)[order]
    canvas[(*at, 3)] = 1
    return _closed(canvas)


def _closed(canvas: FloatArray) -> ByteArray:
    """Close the gaps between points; colours run on a little outside of the mask, so that no edge darkens when it is resized."""
    known = canvas[..., 3]
    mask = cv2.morphologyEx(known.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    pixels = canvas[..., :3]
    for width in (3, 9):
        near = cv2.blur(pixels * known[..., None], (width, width)) / np.maximum(cv2.blur(known, (width, width)), 1e-3)[..., None]
        pixels = np.where(known[..., None] > 0, pixels, near)
        known = (cv2.blur(known, (width, width)) > 0).astype(np.float32)
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    soft = cv2.GaussianBlur(mask * 255, (3, 3), 0.7)
    both = np.dstack([np.clip(pixels, 0, 255), soft]).astype(np.uint8)
    return both[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _lit(colours: FloatArray, normals: FloatArray, draws: Draws) -> FloatArray:
    facing = normals * np.where(normals[:, 2:] < 0, -1, 1)
    toward = draws.standard_normal(3) * np.array([1, 1, 0.5]) + np.array([0, 0.6, 0.8])
    toward /= np.linalg.norm(toward)
    ambient = draws.uniform(0.35, 1.0)
    level = ambient + (1.15 - ambient) * np.clip(facing @ toward, 0, 1)
    half = toward + np.array([0, 0, 1.0])
    shine = np.clip(facing @ (half / np.linalg.norm(half)), 0, 1) ** draws.uniform(8, 80) * draws.choice(
        [0, draws.uniform(0, 190)]
    )
    return np.asarray(colours * level[:, None] + shine[:, None], dtype=np.float32)


def _covered(grid: FloatArray, skin: ByteArray, draws: Draws) -> Points:
    down, across = np.gradient(grid, axis=0), np.gradient(grid, axis=1)
    normals = np.cross(across, down)
    normals /= np.linalg.norm(normals, axis=2, keepdims=True) + 1e-8
    if chance(draws, 0.25):
        skin = np.ascontiguousarray(skin.transpose(1, 0, 2))
    colours = _read(skin, *grid.shape[:2])
    return Points(places=grid.reshape(-1, 3), normals=normals.reshape(-1, 3).astype(np.float32), colours=colours)


def _read(skin: ByteArray, rows: int, columns: int) -> FloatArray:
    return np.asarray(cv2.resize(skin, (columns, rows), interpolation=cv2.INTER_LINEAR), dtype=np.float32).reshape(-1, 3)


def _bent(grid: FloatArray, draws: Draws) -> FloatArray:
    if chance(draws, 0.7):
        return grid
    bend = draws.uniform(-0.6, 0.6)
    grid[..., 0] += bend * grid[..., 1] ** 2
    return grid


def _rotation(draws: Draws) -> FloatArray:
    turn, upper = np.linalg.qr(draws.standard_normal((3, 3)))
    turn = turn * np.sign(np.diag(upper))
    turn[:, 0] *= np.sign(np.linalg.det(turn))
    return np.asarray(turn, dtype=np.float32)


def _signed(values: FloatArray, power: float) -> FloatArray:
    return np.asarray(np.sign(values) * np.abs(values) ** power, dtype=np.float32)


def _radius(angles: FloatArray, squareness: float) -> FloatArray:
    """Distance of a superellipse from its centre: squareness 1 is a circle, near 0 a square, 2 a diamond."""
    power = 2 / squareness
    return np.asarray((np.abs(np.cos(angles)) ** power + np.abs(np.sin(angles)) ** power) ** (-1 / power), dtype=np.float32)


MAKERS: tuple[Callable[[Draws, int], FloatArray], ...] = (superquadric, lathed, tube)
SHARES = (0.42, 0.4, 0.18)
