"""Laying of articles on a ground: drawn from the stock, dyed, brought into a pose, with or without a shadow."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from data.domain import ByteArray, FloatArray
from matching.backends.cutout_network.stock import Stock
from matching.backends.cutout_network.surfaces import Draws, chance

SIDE_PX = 192
OPAQUE = 255.0


@dataclass(frozen=True, kw_only=True)
class Pose:
    """Where an article lies: centre and longer side in shares of the picture, turn, squeeze and whether mirrored."""

    centre: tuple[float, float]
    size: float
    turn_deg: float
    squeeze: float
    mirrored: bool


def lay(canvas: FloatArray, article: ByteArray, pose: Pose, draws: Draws, *, shadow: bool = False) -> FloatArray:
    """Lay an article on a canvas, which is changed, and give its mask, 0 to 255."""
    pixels, alpha, place = warped(article, pose)
    mask = np.zeros((SIDE_PX, SIDE_PX), dtype=np.float32)
    mask[place] = alpha
    if shadow and alpha.size:
        shift = np.array([[1, 0, draws.normal(0, 5)], [0, 1, abs(draws.normal(0, 6))]], dtype=np.float32)
        fallen = cv2.warpAffine(mask, shift, (SIDE_PX, SIDE_PX))
        fallen = cv2.GaussianBlur(fallen, (0, 0), draws.uniform(1, 9)) * np.float32(draws.uniform(0.15, 0.75) / OPAQUE)
        canvas *= 1 - fallen[..., None]
    over(canvas[place], pixels, alpha)
    return mask


def over(canvas: FloatArray, pixels: FloatArray, mask: FloatArray) -> None:
    """Lay pixels over a canvas, which is changed, where their mask, 0 to 255, says so."""
    share = (mask * np.float32(1 / OPAQUE))[..., None]
    canvas += share * (pixels - canvas)


def warped(article: ByteArray, pose: Pose) -> tuple[FloatArray, FloatArray, tuple[slice, slice]]:
    """Bring an article into a pose: its pixels, its mask, and the part of the picture that they lie in."""
    height, width = article.shape[:2]
    scale = pose.size * SIDE_PX / max(height, width)
    if scale < 0.7:  # noqa: PLR2004  # shrunk by area first, so that nothing flickers
        size = (max(3, round(width * scale)), max(3, round(height * scale)))
        article = np.asarray(cv2.resize(article, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        scale = 1.0
    article = np.asarray(cv2.copyMakeBorder(article, 1, 1, 1, 1, cv2.BORDER_REPLICATE))  # else edges darken as they blend
    article[[0, -1], :, 3], article[:, [0, -1], 3] = 0, 0
    height, width = article.shape[:2]
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), pose.turn_deg, scale)
    if pose.mirrored:
        turn[:, 2] += turn[:, 0] * (width - 1)
        turn[:, 0] *= -1
    turn[:, 2] -= [(width - 1) / 2, (height - 1) / 2]
    turn *= [[np.sqrt(pose.squeeze)], [1 / np.sqrt(pose.squeeze)]]
    turn[:, 2] += np.array(pose.centre) * SIDE_PX
    corners = turn @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]])
    low = np.clip(np.floor(corners.min(1)) - 1, 0, SIDE_PX).astype(int)
    high = np.clip(np.ceil(corners.max(1)) + 1, 0, SIDE_PX).astype(int)
    place = (slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0])))
    if (high <= low).any():
        return np.zeros((0, 0, 3), np.float32), np.zeros((0, 0), np.float32), (slice(0, 0), slice(0, 0))
    turn[:, 2] -= low
    out = cv2.warpAffine(article, turn, (int(high[0] - low[0]), int(high[1] - low[1])), flags=cv2.INTER_LINEAR).astype(np.float32)
    return out[..., :3], out[..., 3], place


def drawn(stock: Stock, draws: Draws) -> ByteArray:
    """Draw an article; now and then it is covered with what a photo shows, so that real surface says nothing of what is meant."""
    article = stock.article(int(draws.integers(len(stock.shapes))))
    if stock.photographed == 0 or chance(draws, 0.65):
        return article
    height, width = article.shape[:2]
    skin = stock.grounds[len(stock.grounds) - 1 - int(draws.integers(stock.photographed))]
    side = int(draws.integers(60, SIDE_PX))
    top, left = (int(draws.integers(0, SIDE_PX - side + 1)) for _ in range(2))
    skin = cv2.resize(skin[top : top + side, left : left + side], (width, height), interpolation=cv2.INTER_LINEAR)
    light = cv2.GaussianBlur(article[..., 1].astype(np.float32), (0, 0), 4)
    level = np.clip(light / max(float(light.mean()), 1.0), 0.4, 1.6) ** np.float32(draws.uniform(0, 0.8))
    return np.dstack([np.clip(skin * level[..., None], 0, 255).astype(np.uint8), article[..., 3]])


def dyed(article: ByteArray, draws: Draws) -> ByteArray:
    """Give an article other colours, most often; its mask stays."""
    if chance(draws, 0.35):
        return article
    mix = np.eye(3)[draws.permutation(3)] * draws.uniform(0.6, 1.25) + draws.normal(0, 0.08, (3, 3))
    dyed = cv2.transform(article[..., :3], np.hstack([mix, draws.normal(0, 12, (3, 1))]))
    return np.dstack([dyed, article[..., 3]])


def spread(stock: Stock, draws: Draws) -> FloatArray:
    """Draw a ground, or a part of one, turned: (192, 192, 3)."""
    painted = len(stock.grounds) - stock.photographed
    from_photo = stock.photographed > 0 and chance(draws, 0.45)
    number = int(draws.integers(painted, len(stock.grounds))) if from_photo else int(draws.integers(painted))
    side = int(SIDE_PX * (draws.uniform(0.45, 1) if chance(draws, 0.6) else 1))
    top, left = (int(draws.integers(0, SIDE_PX - side + 1)) for _ in range(2))
    ground = stock.grounds[number, top : top + side, left : left + side]
    ground = np.rot90(ground, int(draws.integers(4)))
    ground = np.ascontiguousarray(ground[:, ::-1] if chance(draws, 0.5) else ground)
    return np.asarray(cv2.resize(ground, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
