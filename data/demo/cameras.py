"""A small perspective camera: which texel of a model each pixel sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.light import unit
from data.demo.models import Ints
from data.demo.shapes import Floats, rotation

NEAR_CM = 1.0


@dataclass(frozen=True, kw_only=True)
class Camera:
    """Where it stands and what it sees.

    Attributes:
        eye: (3,), cm; turn: (3, 3), from the world to right, up, back.
        focal_px: of a pixel grid of `width` × `height`.
    """

    eye: Floats
    turn: Floats
    focal_px: float
    width: int
    height: int

    def project(self, points: Floats) -> Floats:
        """Find pixel x, pixel y and distance, (n, 3), of points in the world."""
        seen = (points - self.eye) @ self.turn.T
        away = np.maximum(-seen[:, 2], NEAR_CM)
        x = self.width / 2 + self.focal_px * seen[:, 0] / away
        y = self.height / 2 - self.focal_px * seen[:, 1] / away
        return np.stack([x, y, away], axis=1)

    def rays(self, rows: Ints, columns: Ints) -> Floats:
        """Give the direction of pixels, (..., 3), unit."""
        x, y = columns + 0.5 - self.width / 2, self.height / 2 - rows - 0.5
        return unit(np.stack([x, y, np.full(x.shape, -self.focal_px)], axis=-1) @ self.turn)


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What pixels see of a model: uv (h, w, 2), and distance (h, w), infinite where they see nothing."""

    uv: Floats
    distance: Floats


def stand(
    target: Floats,
    *,
    yaw_deg: float,
    pitch_deg: float,
    away: float,
    view_deg: float,
    width: int,
    height: int,
    roll_deg: float = 0.0,
) -> Camera:
    """Put a camera `away` cm from a target, looking at it; `view_deg` is the angle across the shorter side."""
    yaw, pitch = np.radians([yaw_deg, pitch_deg])
    back = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
    right = unit(np.cross(np.array([0.0, 1.0, 0.0]), back))
    level = np.stack([right, np.cross(back, right), back])
    focal_px = min(width, height) / 2 / np.tan(np.radians(view_deg) / 2)
    turn = rotation(z_deg=roll_deg) @ level
    return Camera(eye=target + away * back, turn=turn, focal_px=float(focal_px), width=width, height=height)


def look(camera: Camera, points: Floats, faces: Ints, uvs: Floats) -> Sight:
    """Draw triangles into a depth buffer; those that face away are left out."""
    uv = np.zeros((camera.height, camera.width, 2))
    distance = np.full((camera.height, camera.width), np.inf)
    seen = camera.project(points)
    corners = seen[faces]
    low = np.clip(np.floor(corners[..., :2].min(axis=1)).astype(np.int64), 0, (camera.width - 1, camera.height - 1))
    high = np.clip(np.ceil(corners[..., :2].max(axis=1)).astype(np.int64) + 1, 1, (camera.width, camera.height))
    first, second = corners[:, 1, :2] - corners[:, 0, :2], corners[:, 2, :2] - corners[:, 0, :2]
    doubled = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    shown = (doubled < -1e-6) & (high > low).all(axis=1) & (corners[..., 2].min(axis=1) > NEAR_CM)  # noqa: PLR2004
    for at in np.flatnonzero(shown):
        box = (slice(low[at, 1], high[at, 1]), slice(low[at, 0], high[at, 0]))
        _draw(corners[at], uvs[faces[at]], float(doubled[at]), low=low[at], uv=uv[box], distance=distance[box])
    return Sight(uv=uv, distance=distance)


def _draw(corners: Floats, uvs: Floats, doubled: float, *, low: Ints, uv: Floats, distance: Floats) -> None:
    x = np.arange(distance.shape[1]) + (low[0] + 0.5)
    y = (np.arange(distance.shape[0]) + (low[1] + 0.5))[:, None]
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = corners
    b = ((cx - ax) * (ay - y) - (ax - x) * (cy - ay)) / doubled
    c = ((ax - x) * (by - ay) - (bx - ax) * (ay - y)) / doubled
    a = 1 - b - c
    slack = -1e-4
    near = 1 / np.maximum(a / az + b / bz + c / cz, 1e-9)
    shown = (a >= slack) & (b >= slack) & (c >= slack) & (near < distance)
    if shown.any():
        mixed = [(a * uvs[0, k] / az + b * uvs[1, k] / bz + c * uvs[2, k] / cz) * near for k in (0, 1)]
        distance[shown] = near[shown]
        uv[shown] = np.stack(mixed, axis=-1)[shown]


def framed(
    points: Floats,
    *,
    yaw_deg: float,
    pitch_deg: float,
    view_deg: float,
    width: int,
    height: int,
    fill: float,
    roll_deg: float = 0.0,
) -> Camera:
    """Stand so far away that points take up `fill` of the picture's width or height, and aim at their middle."""
    target = (points.min(axis=0) + points.max(axis=0)) / 2
    away = 4.0 * float(np.linalg.norm(points - target, axis=1).max())
    for _ in range(4):
        camera = stand(
            target,
            yaw_deg=yaw_deg,
            pitch_deg=pitch_deg,
            away=away,
            view_deg=view_deg,
            width=width,
            height=height,
            roll_deg=roll_deg,
        )
        seen = camera.project(points)[:, :2]
        low, high = seen.min(axis=0), seen.max(axis=0)
        off = ((low + high) / 2 - (width / 2, height / 2)) * away / camera.focal_px
        target = target + off[0] * camera.turn[0] - off[1] * camera.turn[1]
        away *= float(((high - low) / (width, height)).max()) / fill
    return camera
