"""Hands that hold an article: an arm and a palm behind it, fingers in front of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from data.domain import ByteArray, FloatArray
from matching.backends.cutout_network.surfaces import Draws, chance, clouds

Floats: TypeAlias = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Two layers of RGBA, each (side, side, 4): what lies behind the article and what lies over it."""

    behind: ByteArray
    before: ByteArray


def hand(mask: ByteArray, draws: Draws) -> Hand:
    """Put a hand around an article.

    Args:
        mask: (side, side), 0 to 255, where the article is.
        draws: decide how.
    """
    side = mask.shape[0]
    outline, _ = cv2.findContours((mask > 127).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)  # noqa: PLR2004
    points = max(outline, key=len)[:, 0, :].astype(np.float32) if outline else np.full((1, 2), side / 2, dtype=np.float32)
    middle = points.mean(0)
    toward = draws.choice([np.pi / 2, draws.uniform(0, np.pi), draws.uniform(-0.6, np.pi + 0.6)])
    way = np.array([np.cos(toward), np.sin(toward)], dtype=np.float32)
    across = np.array([-way[1], way[0]], dtype=np.float32)
    along, aside = (points - middle) @ way, (points - middle) @ across
    wide = float(np.ptp(aside)) / 2
    wrist = middle + way * side * 1.2 + across * draws.uniform(-0.3, 0.3) * side
    thick = side * draws.uniform(0.07, 0.13)
    palm = middle + way * along.max() * draws.uniform(0.3, 0.8)
    behind, before = np.zeros((side, side), dtype=np.uint8), np.zeros((side, side), dtype=np.float32)
    cv2.line(behind, _at(palm), _at(wrist), 255, int(thick * draws.uniform(2, 3.2)), cv2.LINE_AA)
    reach = int(max(wide * 0.9, thick))
    cv2.ellipse(behind, _at(palm), (reach, int(thick * 2)), np.degrees(toward) + 90, 0, 360, 255, -1)
    fingers = int(draws.integers(1, 5))
    sides = [(1.0, fingers), (-1.0, 1)] if chance(draws, 0.8) else [(float(draws.choice([-1, 1])), int(draws.integers(1, 5)))]
    flip = float(draws.choice([-1, 1]))
    level = np.zeros((side, side), dtype=np.float32)
    for sign, count in sides:
        for number in range(count):
            root = palm + across * flip * sign * (wide + thick * 0.4) - way * (number * thick * draws.uniform(0.8, 1.15))
            tip = (
                root
                - across * flip * sign * draws.uniform(0.25, 0.9) * min(wide, thick * 3.5)
                - way * draws.normal(0.4, 0.5) * thick
            )
            _finger(before, level, root, tip, thick * draws.uniform(0.35, 0.5))
            cv2.line(behind, _at(root), _at(palm), 255, int(thick * 0.9), cv2.LINE_AA)
    skin = _skin(draws, side)
    shade = cv2.distanceTransform((behind > 127).astype(np.uint8), cv2.DIST_L2, 3)  # noqa: PLR2004
    lit = 0.62 + 0.4 * np.clip(shade / (thick * 0.9), 0, 1)
    return Hand(behind=_layer(skin * lit[..., None], behind), before=_layer(skin * level[..., None], before))


def _finger(before: FloatArray, level: FloatArray, root: Floats, tip: Floats, radius: float) -> None:
    """Lay a finger over what is there, round and lighter along its middle."""
    stencil = np.zeros(before.shape, dtype=np.uint8)
    bow = (root + tip) / 2
    for start, end in ((root, bow), (bow, tip)):
        cv2.line(stencil, _at(start), _at(end), 255, max(3, int(radius * 2)), cv2.LINE_AA)
    inside = cv2.distanceTransform((stencil > 127).astype(np.uint8), cv2.DIST_L2, 3)  # noqa: PLR2004
    there = stencil > 0
    level[there] = (0.6 + 0.45 * np.sqrt(np.clip(inside / max(radius, 1), 0, 1)))[there]
    np.maximum(before, stencil, out=before)


def _skin(draws: Draws, side: int) -> FloatArray:
    light, dark = np.array([246, 206, 180]), np.array([92, 58, 42])
    share = draws.beta(1.2, 2.2)
    base = light * (1 - share) + dark * share + draws.normal(0, 8, 3)
    if chance(draws, 0.06):  # a glove
        base = draws.uniform(20, 250, 3)
    uneven = 1 + 0.1 * clouds(draws, side, coarsest=3, octaves=3)
    return np.asarray(base[None, None] * uneven[..., None], dtype=np.float32)


def _layer(pixels: FloatArray, mask: ByteArray | FloatArray) -> ByteArray:
    return np.dstack([np.clip(pixels, 0, 255), mask]).astype(np.uint8)


def _at(point: Floats) -> tuple[int, int]:
    return (int(point[0]), int(point[1]))
