"""Scenes: a ground, what stands behind, the light of the place, and how it is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from data.demo.cameras import Camera
from data.demo.grounds import boards, chevrons, flat_surface, linen, marble, pavement, plaster, rug, shelves, terrazzo, tiles
from data.demo.light import Light, Skin, lit, unit
from data.demo.materials import Finish, Material, linear
from data.demo.noise import step
from data.demo.shapes import Floats

FARTHEST_CM = 420.0
NUDGE_CM = 0.3


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A place where photos are taken.

    Attributes:
        ground: what articles stand on.
        wall: what is behind; None where lights are out of focus, or where one looks down.
        wall_cm: how far behind the article.
        pitch_deg: lowest and highest pitch of the camera.
        tint: of the key light and of the sky.
        harsh: 0 an overcast window, 1 a lamp or the sun.
        things: what lies about.
    """

    name: str
    ground: Material
    wall: Material | None = None
    wall_cm: float = 70.0
    pitch_deg: tuple[float, float] = (10.0, 26.0)
    tint: tuple[str, str] = ("#fff4e2", "#dfe8f5")
    harsh: float = 0.4
    things: tuple[str, ...] = ("mug", "books", "plant", "fruit", "bottle", "case")


SCENES = (
    Scene(name="oak table", ground=boards("#c79a63", "#8a5a2e"), wall=plaster("#d8cdb8"), wall_cm=60),
    Scene(
        name="walnut desk", ground=boards("#7a5234", "#3f2716", width=16), wall=shelves(), wall_cm=75, tint=("#ffdcae", "#cfd3de")
    ),
    Scene(name="marble counter", ground=marble("#e9e6e1", "#7b7d82"), wall=tiles("#dfe6e2", "#9aa29e", side=9), wall_cm=45),
    Scene(
        name="checked floor",
        ground=tiles("#d9d2c4", "#6d675c", side=20, checks="#59636b"),
        wall=plaster("#b9b2a6"),
        wall_cm=170,
        pitch_deg=(28, 48),
        things=("box", "basket", "books", "plant"),
    ),
    Scene(
        name="terrazzo",
        ground=terrazzo("#cfc8bd", ("#8c4a3a", "#48504f", "#d9b36a")),
        wall=plaster("#9fb0a6"),
        wall_cm=80,
        pitch_deg=(16, 34),
    ),
    Scene(
        name="linen",
        ground=linen("#cfd6da"),
        wall=plaster("#b9b2a6"),
        wall_cm=170,
        pitch_deg=(38, 60),
        things=("books", "case", "fruit", "cushion"),
        harsh=0.6,
    ),
    Scene(
        name="checked cloth",
        ground=linen("#e8e0d0", checks="#a44a3f", folds=1.0),
        wall=plaster("#b9b2a6"),
        wall_cm=170,
        pitch_deg=(36, 58),
        things=("fruit", "mug", "basket", "case"),
    ),
    Scene(name="street", ground=pavement(), harsh=0.9, tint=("#fff1d6", "#bcd0ee"), things=("box", "bottle", "plant", "basket")),
    Scene(
        name="shop shelf",
        ground=boards("#e2d6c2", "#b9a78a", width=30),
        wall=shelves(),
        wall_cm=34,
        pitch_deg=(6, 16),
        things=("box", "basket", "plant", "bottle"),
    ),
    Scene(
        name="rug",
        ground=rug("#a8895f", "#7a2f2a", "#273a52"),
        wall=plaster("#c7c2b8"),
        wall_cm=110,
        pitch_deg=(20, 40),
        things=("cushion", "basket", "plant", "books"),
    ),
    Scene(
        name="white bed",
        ground=linen("#d9d3c6", folds=0.9),
        wall=plaster("#a9a49a"),
        wall_cm=170,
        pitch_deg=(40, 62),
        things=("books", "case", "cushion", "mug"),
        harsh=0.5,
    ),
    Scene(
        name="herringbone floor",
        ground=chevrons("#b98d5c", "#7d5430"),
        wall=plaster("#c9c4ba"),
        wall_cm=190,
        pitch_deg=(42, 62),
        things=("books", "box", "plant", "basket"),
    ),
)


def light_of(scene: Scene, draws: np.random.Generator) -> Light:
    """Draw where the light of a place comes from at this moment."""
    side = draws.choice([-1.0, 1.0])
    toward = unit(np.array([side * draws.uniform(0.25, 0.9), draws.uniform(0.75, 1.3), draws.uniform(0.1, 0.9)]))
    key, sky = (linear(tint) for tint in scene.tint)
    share = 0.45 + 0.35 * scene.harsh
    return Light(
        toward=toward,
        key=key * 1.9 * share,
        sky=sky * 1.15 * (1 - 0.55 * scene.harsh),
        ground=linear("#8a7d6c") * 0.9,
        softness=1 - 0.8 * scene.harsh,
    )


def backdrop(scene: Scene, camera: Camera, light: Light, missing: Floats, draws: np.random.Generator) -> Floats:
    """Draw ground and wall, in linear RGB (h, w, 3).

    Args:
        scene: the place.
        camera: from where.
        light: of the moment.
        missing: (h, w), how much light of the ground is in shadow.
        draws: where boards and folds happen to lie, and the lights of the street.
    """
    rays = camera.rays(*np.indices((camera.height, camera.width)))
    down = np.minimum(rays[..., 1], -1e-4)
    reach = -camera.eye[1] / down
    to_wall = np.full(reach.shape, np.inf)
    if scene.wall is not None:
        to_wall = (-scene.wall_cm - camera.eye[2]) / np.minimum(rays[..., 2], -1e-4)
    far = _far(scene, camera, light, rays=rays, to_wall=to_wall, draws=draws)
    place = camera.eye + rays * np.minimum(reach, FARTHEST_CM)[..., None]
    angle = draws.uniform(-0.6, 0.6)
    x, z = place[..., 0] + 300, place[..., 2] + 300
    s, t = np.cos(angle) * x + np.sin(angle) * z, np.cos(angle) * z - np.sin(angle) * x
    s, t = s + draws.uniform(0, 150), t + draws.uniform(0, 150)
    finish = scene.ground(flat_surface(s, t))
    normal = _relief(scene.ground, finish, s, t, angle)
    ground = _lit(finish, normal, -rays, light) * (1 - 0.85 * missing)[..., None]
    shown = np.where(np.isfinite(to_wall), 1.0, step(0.75, 0.25, reach / FARTHEST_CM)) * (reach < to_wall)
    soft = softened(shown, 1.5)[..., None]
    return np.asarray(ground * soft + far * (1 - soft), dtype=np.float64)


def softened(plane: Floats, sigma_px: float) -> Floats:
    """Blur a picture."""
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma_px), dtype=np.float64)


def _relief(ground: Material, finish: Finish, s: Floats, t: Floats, angle: float) -> Floats:
    """Find the ground's normals from its height, which is measured again a little to the side."""
    if not finish.height.any():
        return np.broadcast_to(np.array([0.0, 1.0, 0.0]), (*s.shape, 3))
    along, across = (ground(flat_surface(s + a, t + b)).height - finish.height for a, b in ((NUDGE_CM, 0), (0, NUDGE_CM)))
    slope_x, slope_z = np.cos(angle) * along - np.sin(angle) * across, np.sin(angle) * along + np.cos(angle) * across
    return unit(np.stack([-slope_x / NUDGE_CM, np.ones_like(s), -slope_z / NUDGE_CM], axis=-1))


def _far(scene: Scene, camera: Camera, light: Light, *, rays: Floats, to_wall: Floats, draws: np.random.Generator) -> Floats:
    if scene.wall is None:
        return _bokeh(camera, draws)
    place = camera.eye + rays * np.clip(to_wall, 0, 900)[..., None]
    finish = scene.wall(flat_surface(place[..., 0] + 400 + draws.uniform(0, 200), place[..., 1] + 68))
    normal = np.broadcast_to(np.array([0.0, 0.0, 1.0]), rays.shape)
    wall = _lit(finish, normal, -rays, light) * 0.8
    return softened(wall, camera.width / 130)


def _bokeh(camera: Camera, draws: np.random.Generator) -> Floats:
    """Lights of a street, out of focus."""
    rows = np.linspace(0, 1, camera.height)[:, None, None]
    far = linear("#44566b") * (1 - rows) + linear("#8a7b68") * rows + np.zeros((camera.height, camera.width, 3))
    for _ in range(26):
        left, wide = draws.uniform(0, camera.width), draws.uniform(30, 150)
        tone = linear(str(draws.choice(["#30343c", "#6d5a48", "#8d97a3", "#54433a", "#b7b0a2"])))
        x = np.arange(camera.width)[None, :, None]
        far = far + (tone - far) * 0.6 * ((x > left) & (x < left + wide))
    far = softened(far, camera.width / 40)
    for _ in range(34):
        centre = (int(draws.uniform(0, camera.width)), int(draws.uniform(0, camera.height * 0.6)))
        disc = np.zeros(far.shape[:2])
        cv2.circle(disc, centre, int(draws.uniform(0.012, 0.04) * camera.width), 1.0, -1, cv2.LINE_AA)
        tone = linear(str(draws.choice(["#ffd9a0", "#ffb070", "#ff8a70", "#d8e8ff", "#fff3d0", "#a8ffd0"])))
        far = far + softened(disc, 1.5)[..., None] * tone * draws.uniform(0.25, 0.9)
    return np.asarray(far, dtype=np.float64)


def _lit(finish: Finish, normal: Floats, view: Floats, light: Light) -> Floats:
    count = finish.gloss.size
    skin = Skin(
        colour=finish.colour.reshape(count, 3),
        gloss=finish.gloss.ravel() * 0.6,
        metal=finish.metal.ravel(),
        open_sky=np.ones(count),
        open_key=np.ones(count),
    )
    return lit(skin, normal.reshape(count, 3), view.reshape(count, 3), light).reshape(normal.shape)
