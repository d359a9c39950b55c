"""Closed surfaces as grids of points: every part of every article is one.

Lengths are centimetres; x right, y up, z toward the viewer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator

Floats = npt.NDArray[np.float64]
"""A grid is (rows, columns, 3): the last column repeats the first, and the first and last row are single points (poles)."""

DENSE = 720


def curve(points: Sequence[Sequence[float]], count: int) -> Floats:
    """Lay a smooth curve through points without overshooting them, (count, dimensions), evenly spaced along it."""
    knots = np.asarray(points, dtype=np.float64)
    chord = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(knots, axis=0), axis=1))])
    dense = PchipInterpolator(chord, knots, axis=0)(np.linspace(0, chord[-1], DENSE))
    return respaced(np.asarray(dense, dtype=np.float64), count)


def respaced(line: Floats, count: int) -> Floats:
    """Walk along a polyline in equal steps."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, line[:, axis]) for axis in range(line.shape[1])], axis=1)


def eased(knots: Sequence[Sequence[float]], at: Floats) -> Floats:
    """Read a smooth function from its knots (place, value), flat beyond its ends."""
    places, values = np.asarray(knots, dtype=np.float64).T
    return np.asarray(PchipInterpolator(places, values)(np.clip(at, places[0], places[-1])), dtype=np.float64)


def oval(half_width: float, half_depth: float, columns: int, *, squareness: float = 2.0) -> Floats:
    """Draw a closed superellipse, (columns + 1, 2), from the back; squareness 2 is an ellipse, 6 nearly a box."""
    angle = np.linspace(-np.pi / 2, 1.5 * np.pi, DENSE)
    power = 2.0 / squareness
    x = half_width * np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** power
    y = half_depth * np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** power
    outline = respaced(np.stack([x, y], axis=1), columns + 1)
    outline[-1] = outline[0]
    return outline


def capped(rings: Floats) -> Floats:
    """Close both ends of a stack of rings with a point each."""
    ends = [np.broadcast_to(ring[:-1].mean(axis=0), ring.shape) for ring in (rings[0], rings[-1])]
    return np.concatenate([ends[0][None], rings, ends[1][None]])


def rounded(levels: Sequence[Sequence[float]], radius: float, *, steps: int = 4) -> Floats:
    """Round off both ends of a stack of levels (height, half width, half depth)."""
    rows = np.asarray(levels, dtype=np.float64)
    angle = np.linspace(0, np.pi / 2, steps)
    inset, rise = radius * (1 - np.sin(angle)), radius * (1 - np.cos(angle))
    low = np.stack([rows[0, 0] + rise, rows[0, 1] - inset, rows[0, 2] - inset], axis=1)
    high = np.stack([rows[-1, 0] - rise, rows[-1, 1] - inset, rows[-1, 2] - inset], axis=1)[::-1]
    return np.concatenate([low, rows[1:-1], high])


def column(levels: Floats, columns: int, *, squareness: float = 2.0) -> Floats:
    """Stack superellipses of the given levels (height, half width, half depth) into a closed body."""
    unit = oval(1.0, 1.0, columns, squareness=squareness)
    rings = [np.stack([w * unit[:, 0], np.full(columns + 1, y), d * unit[:, 1]], axis=1) for y, w, d in levels]
    return capped(np.stack(rings))


def basket(levels: Floats, columns: int, *, wall: float, depth: float, squareness: float = 2.0) -> Floats:
    """Stack superellipses into a body that is open at the top: over the rim, and down inside to `depth`."""
    height, width, half = levels[-1]
    inner = [(height + 0.05, width - wall / 2, half - wall / 2)]
    for share in (0.0, 0.15, 0.6, 1.0):
        low = height - depth * share
        inner.append((low, *(np.interp(low, levels[:, 0], levels[:, axis]) - wall for axis in (1, 2))))
    return column(np.concatenate([levels, np.array(inner)]), columns, squareness=squareness)


def lathe(profile: Floats, columns: int, *, depth: float = 1.0) -> Floats:
    """Turn a profile (radius, height) around the y axis; `depth` squeezes or stretches it along z."""
    return column(np.stack([profile[:, 1], profile[:, 0], profile[:, 0] * depth], axis=1), columns)


def panel(outline: Floats, thickness: float, *, bulge: float = 0.0, edge: float | None = None) -> Floats:
    """Fill an outline (columns + 1, 2) to a plate facing z, with a rounded edge and a cushion of height `bulge` on both sides."""
    radius = thickness / 2 if edge is None else edge
    middle = outline[:-1].mean(axis=0)
    along = np.gradient(outline, axis=0)
    along[0] = along[-1] = (along[0] + along[-1]) / 2
    spokes, edges = outline[:-1] - middle, np.diff(outline, axis=0)
    turns = np.sign((spokes[:, 0] * edges[:, 1] - spokes[:, 1] * edges[:, 0]).sum())
    out = turns * np.stack([along[:, 1], -along[:, 0]], axis=1) / np.maximum(np.linalg.norm(along, axis=1), 1e-9)[:, None]
    rings: list[Floats] = []
    for share in (0.02, 0.5, 0.82, 0.97):
        flat = middle + (outline - out * radius - middle) * share
        rings.append(np.column_stack([flat, np.full(len(flat), thickness / 2 + bulge * (1 - share**2))]))
    for angle in np.linspace(np.pi / 2, 0, 3):
        flat = outline - out * radius * (1 - np.cos(angle))
        rings.append(np.column_stack([flat, np.full(len(flat), thickness / 2 - radius * (1 - np.sin(angle)))]))
    back = [ring * np.array([1.0, 1.0, -1.0]) for ring in reversed(rings)]
    return capped(np.stack([*rings, *back]))


def tube(
    path: Floats, section: Floats, *, scales: Floats | None = None, up: Sequence[float] = (0, 0, 1), loop: bool = False
) -> Floats:
    """Draw a section (columns + 1, 2) along a path (rows, 3).

    Args:
        path: where its middle goes; a loop repeats its first point at the end.
        section: first coordinate toward `up`, second to the side.
        scales: (rows, 2), of the section at each point of the path.
        up: roughly where the section's first coordinate points at the start.
        loop: the path closes on itself, and the ends meet instead of being capped.
    """
    along = np.gradient(path, axis=0)
    if loop:
        along[0] = along[-1] = path[1] - path[-2]
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    factors = np.ones((len(path), 2)) if scales is None else scales
    ahead = np.asarray(up, dtype=np.float64)
    rings: list[Floats] = []
    for point, forward, factor in zip(path, along, factors, strict=True):
        ahead = ahead - forward * (ahead @ forward)
        ahead /= max(float(np.linalg.norm(ahead)), 1e-9)
        side = np.cross(forward, ahead)
        rings.append(point + section[:, :1] * factor[0] * ahead + section[:, 1:] * factor[1] * side)
    if loop:
        rings[-1] = rings[0]
        return np.stack(rings)
    return capped(np.stack(rings))


def moved(grid: Floats, x: float, y: float, z: float) -> Floats:
    """Shift points."""
    return np.asarray(grid + np.array([x, y, z]), dtype=np.float64)


def turned(grid: Floats, *, x_deg: float = 0.0, y_deg: float = 0.0, z_deg: float = 0.0) -> Floats:
    """Turn points about the axes, x first, then z, then y."""
    return np.asarray(grid @ rotation(x_deg=x_deg, y_deg=y_deg, z_deg=z_deg).T, dtype=np.float64)


def rotation(*, x_deg: float = 0.0, y_deg: float = 0.0, z_deg: float = 0.0) -> Floats:
    """Give the matrix that turns columns about x first, then z, then y."""
    (cx, sx), (cy, sy), (cz, sz) = ((np.cos(a), np.sin(a)) for a in np.radians([x_deg, y_deg, z_deg]))
    about_x = np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]])
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_z = np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]])
    return np.asarray(about_y @ about_z @ about_x, dtype=np.float64)


def ring_path(half_width: float, half_height: float, count: int, *, squareness: float = 2.0) -> Floats:
    """Draw a closed loop facing z, for a tube."""
    flat = oval(half_width, half_height, count, squareness=squareness)
    return np.column_stack([flat, np.zeros(len(flat))])
