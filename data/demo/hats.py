"""Hats: a crown, a brim and a band."""

from __future__ import annotations

import numpy as np

from data.demo.materials import Material, Surface, canvas, felt, knit, over, plain, ribbed, stitched, straw
from data.demo.models import Mapping, Part
from data.demo.noise import step
from data.demo.shapes import Floats, column, curve, lathe, oval, panel, respaced, rounded


def brimmed(outer: Floats, columns: int, *, depth: float) -> Floats:
    """Turn the outside of a hat, from the top's middle to the brim's edge, and give it an inside 0.35 cm away."""
    along = np.gradient(outer, axis=0)
    normal = np.stack([along[:, 1], -along[:, 0]], axis=1)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    inner = (outer + normal * 0.35)[::-2]
    inner[:, 0] = np.maximum(inner[:, 0], 0.05)
    return lathe(np.concatenate([outer, inner]), columns, depth=depth)


def straw_hat(strand: str, ribbon: str) -> list[Part]:
    """Build a wide straw hat with a ribbon."""
    outer = curve(
        [(0.05, 11.6), (5.5, 11.4), (7.4, 10.6), (8.2, 7.5), (8.7, 2.4), (9.2, 1.0), (12, 0.7), (16, 0.6), (19.6, 0.9)], 21
    )
    grid = brimmed(outer, 46, depth=1.12)
    radius = np.hypot(grid[..., 0], grid[..., 2] / 1.12)
    rim = np.clip((radius - 9.5) / 10, 0, 1)
    angle = np.arctan2(grid[..., 2], grid[..., 0])
    grid[..., 1] += rim**1.5 * (1.5 * np.cos(2 * angle) - 0.6 * np.sin(3 * angle + 0.6)) + 1.2
    return [
        Part(grid=grid, material=straw(strand), detail=1.3),
        *_band(8.35, 8.95, low=3.1, high=6.6, depth=1.12, material=ribbed(ribbon, pitch=0.18, across=True)),
    ]


def _band(high_radius: float, low_radius: float, *, low: float, high: float, depth: float, material: Material) -> list[Part]:
    levels = rounded(
        [(low, low_radius + 0.15, (low_radius + 0.15) * depth), (high, high_radius + 0.15, (high_radius + 0.15) * depth)],
        0.12,
        steps=3,
    )
    parts = [Part(grid=column(levels, 44), material=material)]
    x, middle = low_radius * 0.99, (low + high) / 2
    for side in (-1, 1):
        wing = panel(
            respaced(np.array([(0, -0.6), (2.6, -1.5), (2.9, 0), (2.6, 1.5), (0, 0.6), (0, -0.6)]), 25), 0.35, bulge=0.12
        )
        turned = np.stack([wing[..., 2], wing[..., 1], -wing[..., 0] * side], axis=-1)
        parts.append(Part(grid=turned + np.array([x + 0.15 - 0.25, middle, 0]), material=material))
    knot = panel(oval(0.75, 1.1, 20, squareness=4), 0.7, bulge=0.1)
    parts.append(
        Part(
            grid=np.stack([knot[..., 2], knot[..., 1], -knot[..., 0]], axis=-1) + np.array([x + 0.2, middle, 0]),
            material=material,
        )
    )
    return parts


def fedora(wool: str, ribbon: str) -> list[Part]:
    """Build a pinched felt hat with a snapped brim."""
    outer = curve(
        [(0.05, 12.8), (4.5, 12.7), (6.6, 12.0), (7.6, 9.6), (8.3, 5), (8.6, 2.0), (9.2, 0.9), (12, 0.7), (15.2, 1.0)], 23
    )
    grid = brimmed(outer, 48, depth=1.18)
    x, y, z = np.moveaxis(grid, -1, 0)
    tall = np.clip((y - 5) / 7.5, 0, 1)
    crease = 3.0 * np.exp(-((x / 2.6) ** 2)) * step(-9.5, -5, z) * tall**3
    pinch = 1 - 0.38 * tall * np.exp(-(((z - 7.5) / 4.2) ** 2))
    radius = np.hypot(x, z / 1.18)
    rim = np.clip((radius - 8.9) / 6.3, 0, 1)
    angle = np.arctan2(z / 1.18, x)
    curl = rim**1.4 * (
        2.3 * np.cos(angle) ** 2 - 1.6 * np.clip(np.sin(angle), 0, 1) ** 2 + 1.5 * np.clip(-np.sin(angle), 0, 1) ** 2
    )
    grid = np.stack([x * pinch, y - crease - 0.8 * tall**2 * np.clip(-z / 9, 0, 1) + curl + 1.7, z], axis=-1)
    parts = _band(8.15, 8.6, low=3.4, high=7.0, depth=1.18, material=ribbed(ribbon, pitch=0.18, across=True))
    return [Part(grid=grid, material=felt(wool), detail=1.3), *parts]


def baseball_cap(cloth: str, thread: str, badge_ink: str) -> list[Part]:
    """Build a cap of six panels with a curved peak."""
    profile = curve([(0.05, 11.6), (3, 11.3), (6, 9.9), (8.2, 7.2), (9.1, 4), (9.2, 0.2)], 20)
    inner = (profile * np.array([0.95, 0.95]))[::-1]
    grid = lathe(np.concatenate([profile, inner]), 48, depth=1.12)
    twill = canvas(cloth, thread=0.09)

    def seams(at_angle: Floats, radius: Floats) -> Floats:
        phase = (at_angle / (np.pi / 3) + 0.5) % 1.0 - 0.5
        return np.asarray(phase * np.pi / 3 * radius, dtype=np.float64)

    sewn = stitched(
        twill,
        thread,
        lambda at: (
            np.abs(
                seams(np.arctan2(at.position[..., 2], at.position[..., 0]), np.hypot(at.position[..., 0], at.position[..., 2]))
            )
            - 0.22
        ),
        pitch=0.35,
        width=0.07,
    )
    badge = over(sewn, plain(badge_ink, gloss=0.15), _badge)
    parts = [Part(grid=grid, material=badge, detail=1.2)]
    button = column(rounded([(11.2, 0.9, 0.9), (12.1, 0.8, 0.8)], 0.4), 16)
    parts.append(Part(grid=button, material=twill))
    peak = _peak()
    rows = stitched(
        twill,
        thread,
        lambda at: ((np.hypot(at.position[..., 0], at.position[..., 2]) - 9) % 1.1) - 0.55,
        pitch=0.35,
        width=0.07,
    )
    parts.append(Part(grid=peak, material=rows, mapping=Mapping.TOP))
    return parts


def _peak() -> Floats:
    """Strip between the crown and the peak's edge, arched and thin."""
    angle = np.linspace(0.22, np.pi - 0.22, 29)
    near = np.column_stack([8.95 * np.cos(angle), 10.0 * np.sin(angle)])
    far = np.column_stack([9.1 * np.cos(angle) * (1 + 0.1 * np.sin(angle)), 9.8 * np.sin(angle) + 7.6 * np.sin(angle) ** 0.8])
    rings = []
    for inside, outside in zip(near, far, strict=True):
        flat = [inside + (outside - inside) * share for share in (0, 0.35, 0.7, 0.96, 1, 0.96, 0.7, 0.35, 0)]
        lift = [0.18, 0.18, 0.18, 0.14, 0, -0.14, -0.18, -0.18, -0.18]
        rings.append(
            [
                (p[0], 1.25 + rise - 0.012 * p[0] ** 2 - 0.12 * max(0.0, p[1] - 9), p[1])
                for p, rise in zip(flat, lift, strict=True)
            ]
        )
    stack = np.array(rings)
    closed = np.concatenate([stack, stack[:, :1]], axis=1)
    ends = [np.broadcast_to(ring[:-1].mean(axis=0), ring.shape)[None] for ring in (closed[0], closed[-1])]
    return np.concatenate([ends[0], closed, ends[1]])


def _badge(at: Surface) -> Floats:
    """A lozenge in a lozenge, embroidered on the front."""
    x, y, z = np.moveaxis(at.position, -1, 0)
    away = np.abs(x) / 1.5 + np.abs(y - 6.2) / 2.2
    line = np.maximum(step(0.14, 0.11, np.abs(away - 0.9)), step(0.42, 0.38, away))
    return np.asarray(line * step(4, 5, z) * step(0.5, 0.45, at.v), dtype=np.float64)


def beanie(yarn: str, bobble_ink: str) -> list[Part]:
    """Build a knitted beanie with a cuff and a bobble."""
    profile = curve([(0.05, 17.5), (3, 17.2), (6.4, 15.2), (8.6, 11), (9.2, 6), (9.0, 0.4)], 20)
    inner = (profile * np.array([0.93, 0.95]))[::-1]
    body = lathe(np.concatenate([profile, inner]), 40, depth=1.1)
    wool = knit(yarn)
    cuff = column(rounded([(0, 9.5, 10.4), (3, 9.9, 10.8), (6, 9.6, 10.5)], 0.7), 44)
    round_about = np.linspace(0.03, np.pi - 0.03, 14)
    bobble = lathe(np.column_stack([3.4 * np.sin(round_about), 19.6 + 3.2 * np.cos(round_about)]), 26)
    parts = [Part(grid=body, material=wool), Part(grid=cuff, material=ribbed(yarn, pitch=0.8, relief=0.18, gloss=0.05))]
    return [*parts, Part(grid=bobble, material=felt(bobble_ink))]


def bucket_hat(cloth: str, thread: str) -> list[Part]:
    """Build a bucket hat whose brim slopes down, sewn in rows."""
    outer = curve([(0.05, 9.6), (6.4, 9.4), (7.7, 8.7), (8.6, 5.2), (9.3, 2.6), (11.2, 0.6), (14.2, -2.4)], 22)
    grid = brimmed(outer, 48, depth=1.1)
    angle = np.arctan2(grid[..., 2], grid[..., 0])
    rim = np.clip((np.hypot(grid[..., 0], grid[..., 2] / 1.1) - 9.4) / 5, 0, 1)
    grid[..., 1] += rim * (0.7 * np.cos(2 * angle + 0.5) + 0.35 * np.sin(3 * angle)) + 2.9
    twill = canvas(cloth, thread=0.12)
    rows = stitched(twill, thread, lambda at: (_radius(at) % 0.95) - 0.475 + 9.0 * (_radius(at) < 9.6), pitch=0.35, width=0.06)  # noqa: PLR2004
    seam = stitched(rows, thread, lambda at: at.position[..., 1] - 11.75, pitch=0.35, width=0.06)
    eyelets = over(seam, plain("#8d8f93", gloss=0.8, metal=1.0), _eyelets)
    return [Part(grid=grid, material=eyelets, detail=1.2)]


def _radius(at: Surface) -> Floats:
    return np.asarray(np.hypot(at.position[..., 0], at.position[..., 2] / 1.1), dtype=np.float64)


def _eyelets(at: Surface) -> Floats:
    x, y, z = np.moveaxis(at.position, -1, 0)
    away = np.hypot(np.abs(z) - 1.4, y - 9.6)
    return np.asarray(step(0.38, 0.33, away) * step(0.17, 0.22, away) * step(5, 6, np.abs(x)), dtype=np.float64)
