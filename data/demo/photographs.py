"""Photos of articles as somebody takes them: anywhere, from anywhere, in any light, with things in the way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from data.demo.cameras import Camera, framed
from data.demo.light import Light, developed
from data.demo.models import Model
from data.demo.props import INKS, prop
from data.demo.scenes import SCENES, Scene, backdrop, light_of, softened
from data.demo.shapes import Floats
from data.demo.shots import SHADOW_SAMPLES, Pose, placed, shadow, shoot, turn_of
from data.demo.studio import jpeg

SIZES = ((800, 640), (640, 800), (720, 720))
PHOTO_QUALITY = 78
VIEW_DEG = 44.0
LYING_PITCH_DEG = 35.0
"""From here up, what can lie on its back does."""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What one photo is of.

    Attributes:
        seed: draws everything else; the photos of a burst share it.
        scene: index into `SCENES`.
        yaw_deg: how far the article is turned.
        instant: 0 for the first of a burst, then 1, 2 …: the hand moves a little.
        lies: it can lie on its back, and does so where one looks down.
        hidden: something stands before a part of it.
    """

    seed: int
    scene: int
    yaw_deg: float
    instant: int = 0
    lies: bool = False
    hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class _Thing:
    model: Model
    pose: Pose


def photograph(model: Model, occasion: Occasion) -> bytes:
    """Take a photo, JPEG."""
    draws = np.random.default_rng(occasion.seed)
    scene = SCENES[occasion.scene]
    light = light_of(scene, draws)
    width, height = SIZES[int(draws.integers(len(SIZES)))]
    pitch_deg = draws.uniform(*scene.pitch_deg)
    lying = occasion.lies and pitch_deg > LYING_PITCH_DEG
    turn = turn_of(yaw_deg=occasion.yaw_deg, x_deg=-90 if lying else 0)
    subject = _Thing(model=model, pose=Pose(turn=turn))
    hand = np.random.default_rng([occasion.seed, occasion.instant]).normal(0, 1, 5) * (1.0 if occasion.instant else 0.0)
    camera = framed(
        placed(model, subject.pose),
        yaw_deg=draws.uniform(-12, 12) + hand[0],
        pitch_deg=pitch_deg + hand[1],
        view_deg=VIEW_DEG,
        width=width,
        height=height,
        fill=draws.uniform(0.52, 0.72) * (1 + 0.03 * hand[2]),
        roll_deg=draws.normal(0, 3.5) + hand[3],
    )
    camera = _off_centre(camera, draws.normal(0, 0.03, 2) + 0.01 * hand[3:5])
    around = _strewn(scene, subject, camera, draws, hidden=occasion.hidden)
    radiance = _drawn(scene, camera, light, subject=subject, around=around, draws=draws)
    return jpeg(_taken(radiance, draws, np.random.default_rng([occasion.seed, occasion.instant, 1])), quality=PHOTO_QUALITY)


def _off_centre(camera: Camera, share: Floats) -> Camera:
    """Move sideways and up by a share of the picture."""
    away = float(np.linalg.norm(camera.eye))
    step = away * min(camera.width, camera.height) / camera.focal_px
    eye = camera.eye + step * (share[0] * camera.turn[0] + share[1] * camera.turn[1])
    return Camera(eye=eye, turn=camera.turn, focal_px=camera.focal_px, width=camera.width, height=camera.height)


def _strewn(scene: Scene, subject: _Thing, camera: Camera, draws: np.random.Generator, *, hidden: bool) -> list[_Thing]:
    """Put things around and behind an article, and one before its edge where it is to be hidden in part."""
    reach = _radius(subject)
    forward = -camera.turn[2] * (1, 0, 1)
    forward /= np.linalg.norm(forward)
    right = np.array([-forward[2], 0.0, forward[0]])
    found: list[_Thing] = []
    spots: list[tuple[float, float]] = []
    angles = np.linspace(-75, 75, 6) + draws.normal(0, 8, 6)
    for angle in np.radians(angles[draws.permutation(6)[: int(draws.integers(3, 6))]]):
        model, size = _pick(scene, draws)
        away = reach + size * 1.05 + draws.uniform(0.05, 0.5) * reach
        spots.append((away * np.sin(angle), away * np.cos(angle)))
        found.append(_put(model, spots[-1], forward, right, draws))
    if hidden:
        model, size = _pick(scene, draws)
        side = draws.choice([-1.0, 1.0])
        found.append(_put(model, (side * (reach * 0.55 + size * 0.5), -reach * 0.5 - size), forward, right, draws))
    elif draws.random() < 0.5:  # noqa: PLR2004
        model, size = _pick(scene, draws)
        found.append(_put(model, (draws.choice([-1.0, 1.0]) * (reach * 1.1 + size), -reach * 0.4), forward, right, draws))
    behind = scene.wall_cm if scene.wall is not None else np.inf
    return [thing for thing in found if thing.pose.z - _radius(thing) > -behind]


def _pick(scene: Scene, draws: np.random.Generator) -> tuple[Model, float]:
    model = _made(scene.things[int(draws.integers(len(scene.things)))], INKS[int(draws.integers(len(INKS)))])
    extent = np.ptp(model.vertices, axis=0)
    return model, float(max(extent[0], extent[2]) / 2)


@cache
def _made(kind: str, ink: str) -> Model:
    return prop(kind, ink=ink)


def _put(model: Model, spot: tuple[float, float], forward: Floats, right: Floats, draws: np.random.Generator) -> _Thing:
    place = right * spot[0] + forward * spot[1]
    return _Thing(model=model, pose=Pose(turn=turn_of(yaw_deg=draws.uniform(0, 360)), x=float(place[0]), z=float(place[2])))


def _radius(thing: _Thing) -> float:
    extent = np.ptp(placed(thing.model, thing.pose), axis=0)
    return float(np.hypot(extent[0], extent[2]) / 2)


def _drawn(
    scene: Scene, camera: Camera, light: Light, *, subject: _Thing, around: list[_Thing], draws: np.random.Generator
) -> Floats:
    """Draw from back to front; what is not the subject is a little out of focus."""
    lit_share = np.ones((camera.height, camera.width))
    for number, thing in enumerate([subject, *around]):
        samples = SHADOW_SAMPLES if thing is subject else SHADOW_SAMPLES // 3
        lit_share *= 1 - shadow(thing.model, thing.pose, camera, light, seed=number, samples=samples)
    canvas = backdrop(scene, camera, light, 1 - lit_share, draws)
    order = sorted([subject, *around], key=lambda thing: -_away(thing, camera))
    blur = camera.width / 520
    for thing in order:
        layer = shoot(thing.model, thing.pose, camera, light, finer=2 if thing is subject else 1)
        covered = layer.coverage[..., None]
        radiance = layer.radiance * covered
        if thing is subject:
            canvas = softened(canvas, blur * 0.7)
        else:
            radiance, covered = softened(radiance, blur), softened(covered[..., 0], blur)[..., None]
        canvas = radiance + canvas * (1 - covered)
    return np.asarray(canvas, dtype=np.float64)


def _away(thing: _Thing, camera: Camera) -> float:
    return float(np.linalg.norm(np.array([thing.pose.x, 0, thing.pose.z]) - camera.eye))


def _taken(radiance: Floats, draws: np.random.Generator, sensor: np.random.Generator) -> Floats:
    """Expose, tint, blur and make noise, as a telephone does."""
    height, width = radiance.shape[:2]
    gains = np.array([np.exp(draws.normal(0, 0.07)), 1.0, np.exp(draws.normal(0, 0.09))])
    metered = 0.30 / max(float(np.median(radiance)), 0.02)
    exposure = float(np.clip(metered, 0.6, 1.6)) ** 0.6 * np.exp(draws.normal(0, 0.16))
    x, y = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    vignette = 1 - 0.16 * (x**2 + y**2) / 2
    picture = developed(radiance * gains * vignette[..., None], exposure=exposure)
    soft = softened(picture, float(draws.uniform(0.45, 0.95)))
    grain = sensor.normal(0, draws.uniform(0.004, 0.013), (height, width, 1)) + sensor.normal(0, 0.004, (height, width, 3))
    return soft + softened(grain, 0.6)
