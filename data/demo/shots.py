"""One model in front of a camera: lit pixels with their coverage, and the shadow on the ground."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from data.demo.cameras import Camera, look
from data.demo.light import Light, Skin, lit, unit
from data.demo.models import Model
from data.demo.occlusion import open_key
from data.demo.shapes import Floats, rotation

SHADOW_SAMPLES = 24


@dataclass(frozen=True, kw_only=True)
class Pose:
    """Where a model stands: turned by a matrix (3, 3), its lowest point on the ground at (x, z)."""

    turn: Floats
    x: float = 0.0
    z: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Layer:
    """What a camera saw: linear radiance (h, w, 3), not multiplied by the coverage (h, w)."""

    radiance: Floats
    coverage: Floats


def placed(model: Model, pose: Pose) -> Floats:
    """Give a model's vertices in the world, centred over (x, z)."""
    points = model.vertices @ pose.turn.T
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    return np.asarray(points - np.array([middle[0] - pose.x, low[1], middle[2] - pose.z]), dtype=np.float64)


def shoot(model: Model, pose: Pose, camera: Camera, light: Light, *, finer: int = 2) -> Layer:
    """Draw a model at `finer` times the camera's size and shrink it, so that edges are smooth."""
    fine = Camera(
        eye=camera.eye,
        turn=camera.turn,
        focal_px=camera.focal_px * finer,
        width=camera.width * finer,
        height=camera.height * finer,
    )
    sight = look(fine, placed(model, pose), model.faces, model.uvs)
    seen = np.isfinite(sight.distance)
    rays = fine.rays(*np.nonzero(seen))
    toward = light.toward @ pose.turn
    key = np.ones(model.used.shape)
    key[model.used] = open_key(model.volume, model.position[model.used], model.normal[model.used], toward)
    flat = np.stack([model.gloss, model.metal, model.openness, key], axis=-1)
    at = (sight.uv[seen] * model.used.shape[0] - 0.5).astype(np.float32)
    colour, normal, rest = (_read(plane, at) for plane in (model.colour, model.normal, flat))
    skin = Skin(colour=colour, gloss=rest[:, 0], metal=rest[:, 1], open_sky=rest[:, 2], open_key=rest[:, 3])
    pixels = np.zeros((*seen.shape, 4))
    pixels[seen, :3] = lit(skin, unit(normal @ pose.turn.T), -rays, light)
    pixels[seen, 3] = 1.0
    small = np.asarray(cv2.resize(pixels, (camera.width, camera.height), interpolation=cv2.INTER_AREA), dtype=np.float64)
    return Layer(radiance=small[..., :3] / np.maximum(small[..., 3:], 1e-6), coverage=small[..., 3])


def shadow(model: Model, pose: Pose, camera: Camera, light: Light, *, seed: int, samples: int = SHADOW_SAMPLES) -> Floats:
    """Find how much light the ground lacks, (h, w), 0 to 1: the key light's shadow, and the dark at the contact."""
    draws = np.random.default_rng(seed)
    points = placed(model, pose)
    spread = 0.12 + 0.5 * light.softness
    total = np.zeros((camera.height, camera.width))
    for _ in range(samples):
        toward = unit(light.toward + draws.normal(0, spread, 3) * 0.5)
        total += _fallen(points, model, camera, toward)
    sky = np.zeros_like(total)
    for _ in range(samples):
        toward = unit(np.array([draws.normal(0, 0.9), 1.0, draws.normal(0, 0.9)]))
        sky += _fallen(points, model, camera, toward)
    key_share = float(light.key.mean() * light.toward[1])
    sky_share = float(light.sky.mean())
    missing = (total * key_share + sky * sky_share * 0.9) / (samples * (key_share + sky_share))
    return np.asarray(cv2.GaussianBlur(missing, (0, 0), 1.6 * camera.width / 800), dtype=np.float64)


def _fallen(points: Floats, model: Model, camera: Camera, toward: Floats) -> Floats:
    """Project a model onto the ground along a direction and draw it at a quarter of the size."""
    ground = points - toward * (points[:, 1:2] / max(float(toward[1]), 0.15))
    seen = camera.project(ground)[:, :2] / 4
    size = (camera.height // 4, camera.width // 4)
    cast = np.zeros(size, dtype=np.uint8)
    corners = np.round(np.clip(seen[model.faces], -4000, 4000) * 16).astype(np.int32)
    for corner in corners:
        cv2.fillConvexPoly(cast, corner, 255, cv2.LINE_AA, 4)
    whole = cv2.resize(cast, (camera.width, camera.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole / 255, dtype=np.float64)


def _read(plane: Floats, at: Floats) -> Floats:
    """Read texels between texels, (n, channels)."""
    across, down = (np.ascontiguousarray(at[:, axis]) for axis in (0, 1))
    x, y = (
        np.clip(np.floor(across), 0, plane.shape[1] - 2).astype(np.int64),
        np.clip(np.floor(down), 0, plane.shape[0] - 2).astype(np.int64),
    )
    a, b = np.clip(across - x, 0, 1)[:, None], np.clip(down - y, 0, 1)[:, None]
    high = plane[y, x] * (1 - a) + plane[y, x + 1] * a
    low = plane[y + 1, x] * (1 - a) + plane[y + 1, x + 1] * a
    return np.asarray(high * (1 - b) + low * b, dtype=np.float64)


def turn_of(*, yaw_deg: float = 0.0, x_deg: float = 0.0, z_deg: float = 0.0) -> Floats:
    """Give the matrix of a pose."""
    return rotation(x_deg=x_deg, y_deg=yaw_deg, z_deg=z_deg)
