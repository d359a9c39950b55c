"""Made photos: one article that is meant, on a ground, among others, held, cut by nothing but what lies over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from data.domain import ByteArray, FloatArray
from matching.backends.cutout_network.faults import photographed
from matching.backends.cutout_network.hands import hand
from matching.backends.cutout_network.laying import OPAQUE, SIDE_PX, Pose, drawn, dyed, lay, over, spread, warped
from matching.backends.cutout_network.stock import Stock
from matching.backends.cutout_network.surfaces import Draws, chance, clouds, colour


@dataclass(frozen=True, kw_only=True)
class Composite:
    """A made photo and its truth: (192, 192, 3) RGB, and (192, 192) 0 to 255 where the article is to be seen."""

    pixels: ByteArray
    mask: ByteArray


def composite(stock: Stock, draws: Draws) -> Composite:
    """Make one photo of a scene drawn at random."""
    scene = SCENES[int(draws.choice(len(SCENES), p=SHARES))]
    canvas, mask = scene(stock, draws)
    return Composite(pixels=photographed(canvas, draws), mask=np.asarray(np.clip(mask, 0, 255), dtype=np.uint8))


def on_ground(stock: Stock, draws: Draws) -> tuple[FloatArray, FloatArray]:
    """The article alone on a ground, or with a few others around and under it."""
    canvas = spread(stock, draws)
    for _ in range(int(draws.choice([0, 0, 1, 2, 4]))):
        lay(canvas, dyed(drawn(stock, draws), draws), _aside(draws), draws)
    return _meant(canvas, dyed(drawn(stock, draws), draws), draws)


def over_another(stock: Stock, draws: Draws) -> tuple[FloatArray, FloatArray]:
    """The article over a larger one that fills much of the picture: a cup on a pullover, a box held before another box."""
    canvas = spread(stock, draws)
    at = draws.uniform(0.3, 0.7, 2)
    large = Pose(
        centre=(float(at[0]), float(at[1])),
        size=draws.uniform(0.8, 1.5),
        turn_deg=draws.uniform(0, 360),
        squeeze=1,
        mirrored=False,
    )
    lay(canvas, dyed(drawn(stock, draws), draws), large, draws)
    return _meant(canvas, dyed(drawn(stock, draws), draws), draws, sizes=(0.28, 0.7))


def in_a_heap(stock: Stock, draws: Draws) -> tuple[FloatArray, FloatArray]:
    """The article, whole, on a heap: of its own kind, or of another, dyed nearly alike."""
    canvas = spread(stock, draws)
    kind = dyed(drawn(stock, draws), draws)
    own = chance(draws, 0.4)
    size, tidy = draws.uniform(0.14, 0.5), chance(draws, 0.4)
    steps = np.arange(-0.5 * size, 1 + size, size * draws.uniform(0.55, 0.85))
    turn = draws.uniform(0, 360)
    for row in steps[:10]:
        for column in steps[:10]:
            away = draws.normal(0, 0.02 if tidy else 0.09, 2)
            twist = draws.normal(0, 6) if tidy else draws.uniform(0, 360)
            pose = Pose(
                centre=(column + away[0], row + away[1]),
                size=size * draws.uniform(0.85, 1.15),
                turn_deg=turn + twist,
                squeeze=1.0,
                mirrored=chance(draws, 0.5) and not tidy,
            )
            lay(canvas, kind, pose, draws, shadow=not tidy)
    article = kind if own else dyed(drawn(stock, draws), draws)
    sizes = (max(0.3, size), max(0.4, min(0.95, size * 1.7))) if own else (0.3, 0.8)
    return _meant(canvas, article, draws, sizes=sizes, aside=0.07)


def on_a_shelf(stock: Stock, draws: Draws) -> tuple[FloatArray, FloatArray]:
    """The article in front of shelves of others, of which some are its own kind in other colours."""
    canvas = spread(stock, draws)
    meant = drawn(stock, draws)
    rows, wide = int(draws.integers(2, 4)), draws.uniform(0.12, 0.3)
    board = np.array(colour(draws), dtype=np.float32)
    for row in range(rows):
        foot = (row + 1) / rows
        canvas[int(foot * SIDE_PX) - 5 : int(foot * SIDE_PX)] = board
        kind = dyed(meant if chance(draws, 0.4) else drawn(stock, draws), draws)
        for place in np.arange(draws.uniform(-0.1, 0.1), 1.1, wide):
            if chance(draws, 0.3):
                kind = dyed(drawn(stock, draws), draws)
            pose = Pose(
                centre=(place, foot - 0.5 / rows), size=0.85 / rows, turn_deg=draws.normal(0, 3), squeeze=1, mirrored=False
            )
            lay(canvas, kind, pose, draws)
    canvas = np.asarray(cv2.GaussianBlur(canvas, (0, 0), draws.uniform(0.2, 2.2)), dtype=np.float32)
    scene = held if chance(draws, 0.6) else _meant
    return scene(canvas, dyed(meant, draws), draws)


def in_a_hand(stock: Stock, draws: Draws) -> tuple[FloatArray, FloatArray]:
    """The article held in front of a ground or of others."""
    canvas = spread(stock, draws)
    for _ in range(int(draws.choice([0, 1, 3, 6]))):
        lay(canvas, dyed(drawn(stock, draws), draws), _aside(draws), draws)
    canvas = np.asarray(cv2.GaussianBlur(canvas, (0, 0), draws.uniform(0.2, 2.5)), dtype=np.float32)
    return held(canvas, dyed(drawn(stock, draws), draws), draws)


def in_a_pair(stock: Stock, draws: Draws) -> tuple[FloatArray, FloatArray]:
    """Two of a kind beside each other, both meant: shoes, gloves."""
    canvas, kind = spread(stock, draws), dyed(drawn(stock, draws), draws)
    size, turn, total = draws.uniform(0.35, 0.6), draws.uniform(0, 360), np.zeros((SIDE_PX, SIDE_PX), dtype=np.float32)
    for sign in (-1, 1):
        at = (0.5 + sign * size * draws.uniform(0.28, 0.42), 0.5 + draws.normal(0, 0.05))
        pose = Pose(centre=at, size=size, turn_deg=turn + draws.normal(0, 12), squeeze=1, mirrored=sign > 0)
        total = np.maximum(total, lay(canvas, kind, pose, draws, shadow=True))
    return canvas, total


def in_the_studio(stock: Stock, draws: Draws) -> tuple[FloatArray, FloatArray]:
    """The article on one colour, often white, large in the frame."""
    level = draws.uniform(200, 256) if chance(draws, 0.5) else 0
    tint = np.full(3, level) + draws.normal(0, 3, 3) if level else np.array(colour(draws))
    canvas = np.broadcast_to(tint.astype(np.float32), (SIDE_PX, SIDE_PX, 3)).copy()
    canvas *= 1 + clouds(draws, SIDE_PX, coarsest=2, octaves=2)[..., None] * np.float32(draws.uniform(0, 0.12))
    return _meant(canvas, dyed(drawn(stock, draws), draws), draws, sizes=(0.4, 0.98), aside=0.05)


def held(canvas: FloatArray, article: ByteArray, draws: Draws) -> tuple[FloatArray, FloatArray]:
    """Lay an article near the middle of a canvas, which is changed, with a hand behind it and fingers over it."""
    pose = _central(draws, sizes=(0.4, 0.9), aside=0.08)
    _, alpha, place = warped(article, pose)
    mask = np.zeros((SIDE_PX, SIDE_PX), dtype=np.float32)
    mask[place] = alpha
    if mask.max() < 200:  # noqa: PLR2004  # too thin to be held
        return _meant(canvas, article, draws)
    grip = hand(mask.astype(np.uint8), draws)
    over(canvas, grip.behind[..., :3].astype(np.float32), grip.behind[..., 3].astype(np.float32))
    lay(canvas, article, pose, draws)
    fingers = grip.before[..., 3].astype(np.float32)
    over(canvas, grip.before[..., :3].astype(np.float32), fingers)
    return canvas, mask * (1 - fingers / OPAQUE)


def _meant(
    canvas: FloatArray, article: ByteArray, draws: Draws, *, sizes: tuple[float, float] = (0.3, 0.95), aside: float = 0.1
) -> tuple[FloatArray, FloatArray]:
    mask = lay(canvas, article, _central(draws, sizes=sizes, aside=aside), draws, shadow=chance(draws, 0.5))
    return canvas, mask


def _central(draws: Draws, *, sizes: tuple[float, float], aside: float) -> Pose:
    away = np.clip(draws.normal(0, aside, 2), -0.22, 0.22)
    return Pose(
        centre=(0.5 + float(away[0]), 0.5 + float(away[1])),
        size=draws.uniform(*sizes),
        turn_deg=draws.choice([draws.normal(0, 12), draws.uniform(0, 360)]),
        squeeze=float(np.exp(draws.normal(0, 0.15))),
        mirrored=chance(draws, 0.5),
    )


def _aside(draws: Draws) -> Pose:
    angle, away = draws.uniform(0, 2 * np.pi), draws.uniform(0.36, 0.65)
    return Pose(
        centre=(0.5 + away * np.cos(angle), 0.5 + away * np.sin(angle)),
        size=draws.uniform(0.15, 0.6),
        turn_deg=draws.uniform(0, 360),
        squeeze=1,
        mirrored=False,
    )


SCENES: tuple[Callable[[Stock, Draws], tuple[FloatArray, FloatArray]], ...] = (
    on_ground, over_another, in_a_heap, on_a_shelf, in_a_hand, in_a_pair, in_the_studio,
)  # fmt: skip
SHARES = (0.34, 0.2, 0.13, 0.09, 0.12, 0.04, 0.08)
