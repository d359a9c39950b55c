"""Light on a surface: a sky, one soft key light, and what gloss and metal mirror of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.noise import step
from data.demo.shapes import Floats

SHOULDER = 0.7
"""Brightness from which a picture holds back."""


@dataclass(frozen=True, kw_only=True)
class Light:
    """Where light comes from.

    Attributes:
        toward: unit vector from the article to the key light.
        key, sky, ground: linear RGB of the key light, of what is above, and of what comes back from below.
        softness: 0 a lamp, 1 an overcast window.
    """

    toward: Floats
    key: Floats
    sky: Floats
    ground: Floats
    softness: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Skin:
    """What is lit: colour (n, 3), gloss, metal, openness to the sky and to the key light (n,), all from 0 to 1."""

    colour: Floats
    gloss: Floats
    metal: Floats
    open_sky: Floats
    open_key: Floats


def unit(vectors: Floats) -> Floats:
    """Give vectors the length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), dtype=np.float64)


STUDIO = Light(
    toward=unit(np.array([-0.55, 0.85, 0.65])),
    key=np.array([0.92, 0.9, 0.88]),
    sky=np.array([0.62, 0.64, 0.68]),
    ground=np.array([0.42, 0.41, 0.4]),
    softness=0.7,
)


def lit(skin: Skin, normal: Floats, view: Floats, light: Light) -> Floats:
    """Light a surface, in linear RGB.

    Args:
        skin: what it is made of.
        normal: (n, 3) unit.
        view: (n, 3) unit, toward the camera.
        light: what shines on it.
    """
    wrap = 0.25 * light.softness
    facing = np.clip((normal @ light.toward + wrap) / (1 + wrap), 0, 1)
    around = _around(normal[:, 1], light)
    soft = skin.open_sky[:, None] * around + (facing * skin.open_key)[:, None] * light.key
    metal = skin.metal[:, None]
    cosine = np.clip((normal * view).sum(axis=1), 0, 1)
    mirrored = unit(2 * cosine[:, None] * normal - view)
    grazing = (1 - cosine) ** 5 * skin.gloss
    share = (0.09 * skin.gloss**1.5 + 0.45 * grazing)[:, None] * (1 - metal) + skin.colour * metal
    shine = _mirrored(mirrored, skin.gloss, light) * (0.25 + 0.75 * skin.open_sky)[:, None]
    return np.asarray(skin.colour * soft * (1 - metal) + share * shine, dtype=np.float64)


def developed(radiance: Floats, *, exposure: float = 1.0) -> Floats:
    """Turn linear light into sRGB from 0 to 1, highlights rolling off softly."""
    bright = np.clip(radiance * exposure, 0, None)
    room = 1 - SHOULDER
    rolled = np.where(bright < SHOULDER, bright, SHOULDER + room * (1 - np.exp(-(bright - SHOULDER) / room)))
    return np.asarray(np.where(rolled < 0.0031308, 12.92 * rolled, 1.055 * rolled ** (1 / 2.4) - 0.055))  # noqa: PLR2004


def _around(up: Floats, light: Light) -> Floats:
    share = (0.5 + 0.5 * up)[:, None]
    return light.ground * (1 - share) + light.sky * share


def _mirrored(direction: Floats, gloss: Floats, light: Light) -> Floats:
    """What a mirror sees: dark at the horizon, bright above, a softbox at the key light and a strip opposite."""
    blur = (1.05 - gloss)[:, None]
    up = direction[:, 1:2]
    room = light.ground * 0.5 + (light.sky * 1.5 - light.ground * 0.5) * step(-0.1 - blur, 0.6, up)
    floor = light.ground * 0.9 * step(-0.15, -0.7, up)
    towards = (direction @ light.toward)[:, None]
    width = 0.06 + 0.22 * light.softness
    box = step(-0.5, 0.5, (towards - 1 + width) / np.maximum(blur * 0.6, 0.05)) * (1.5 - 0.9 * np.minimum(blur, 1))
    strip = step(0.9, 0.97, direction[:, 0:1] * 0.9 + direction[:, 2:3] * 0.2) * 0.8 * (1 - blur)
    return np.asarray(room + floor + light.key * 2.4 * np.maximum(box, 0) + light.sky * strip, dtype=np.float64)
