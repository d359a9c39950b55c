"""Pictures of which a person said where the article is: examples by number, beside made photos of which every pixel is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from data.crops import Box
from data.domain import ByteArray, FloatArray
from data.pictures import decode
from matching.backends.cutout_network.composites import composite
from matching.backends.cutout_network.faults import photographed
from matching.backends.cutout_network.network import INPUT_PX
from matching.backends.cutout_network.stock import Stock
from matching.backends.cutout_network.surfaces import Draws, chance
from matching.masks import shrink

PICTURE_PX = 320
MADE, DRAWN = 12, 13
"""Streams of random numbers that meet no other."""

LOOSE, TIGHT = 0.02, 0.1
"""Hands are not exact, in shares of the box's sides: so far outside of it nothing is said, and so far inside of its edges the
article need not reach.
"""

AIR = 0.05
YES = 255


@dataclass(frozen=True, kw_only=True)
class DrawnPicture:
    """A photo, (height, width, 3) RGB of at most 320 px, and where a person says that the article is."""

    pixels: ByteArray
    box: Box


def drawn_picture(content: bytes, box: Box) -> DrawnPicture:
    """Read an encoded picture for training.

    Raises:
        BadPicture: it is none.
    """
    return DrawnPicture(pixels=shrink(decode(content), PICTURE_PX), box=box)


@dataclass(frozen=True, kw_only=True)
class Mix:
    """What a training from crops learns from: `share` of each batch of so many are crops, the rest made photos."""

    stock: Stock
    pictures: Sequence[DrawnPicture]
    seed: int
    batch: int
    share: float

    @property
    def crops_in_batch(self) -> int:
        """How many of a batch are crops; one at least, and one made photo."""
        return min(max(1, round(self.batch * self.share)), self.batch - 1)


class Mixed(Dataset[tuple[Tensor, Tensor]]):
    """Crops and made photos by number; each is drawn from the seed and its number alone."""

    def __init__(self, mix: Mix, *, first: int, count: int) -> None:
        self.mix, self.first, self.count = mix, first, count

    def __len__(self) -> int:
        """How many there are."""
        return self.count

    def __getitem__(self, at: int) -> tuple[Tensor, Tensor]:
        """Make one: (3, side, side) RGB as bytes, and (2, side, side) bytes: where the article may be, and where it must reach.

        Of a made photo the first says exactly where it is, and the second nothing.
        """
        if at >= self.count:
            raise IndexError(at)
        number, mix = self.first + at, self.mix
        if number % mix.batch < mix.crops_in_batch:
            pixels, known = _from_crop(mix, np.random.default_rng((mix.seed, DRAWN, number)))
        else:
            made = composite(mix.stock, np.random.default_rng((mix.seed, MADE, number)))
            pixels, known = made.pixels, np.stack([made.mask, np.zeros_like(made.mask)])
        return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))), torch.from_numpy(np.ascontiguousarray(known))


def _from_crop(mix: Mix, draws: Draws) -> tuple[ByteArray, ByteArray]:
    picture = mix.pictures[int(draws.integers(len(mix.pictures)))]
    sides = np.array([[picture.box.left, picture.box.right], [picture.box.top, picture.box.bottom]])
    window = np.array([_around(draws, *own) for own in sides]) if chance(draws, 0.6) else np.array([[0.0, 1.0]] * 2)
    pixels = _windowed(picture.pixels, window)
    inside = (sides - window[:, :1]) / (window[:, 1:] - window[:, :1])
    if chance(draws, 0.5):
        pixels, inside[0] = pixels[:, ::-1], 1 - inside[0, ::-1]
    if chance(draws, 0.5):
        pixels = photographed(pixels.astype(np.float32), draws)
    return np.ascontiguousarray(pixels), known_of(inside)


def known_of(sides: FloatArray) -> ByteArray:
    """Say what a box tells of pixels: where the article may be, and the part in each row and column of which it must reach.

    Args:
        sides: (2, 2) in shares of the picture: left and right, top and bottom.

    Returns:
        (2, side, side), 0 or 255; the second is never empty.
    """
    grown = LOOSE * (sides[:, 1:] - sides[:, :1]) * np.array([-1, 1])
    shrunk = TIGHT * (sides[:, 1:] - sides[:, :1]) * np.array([1, -1])
    known = np.zeros((2, INPUT_PX, INPUT_PX), dtype=np.uint8)
    for layer, ((left, right), (top, bottom)) in zip(known, (sides + grown, sides + shrunk), strict=True):
        rows, columns = _pixels(top, bottom), _pixels(left, right)
        layer[rows, columns] = YES
    return known


def _pixels(start: float, end: float) -> slice:
    first = min(max(round(start * INPUT_PX), 0), INPUT_PX - 1)
    return slice(first, max(min(round(end * INPUT_PX), INPUT_PX), first + 1))


def _around(draws: Draws, start: float, end: float) -> tuple[float, float]:
    """Draw a part of one side of a picture that has the box in it, with a little air."""
    air = AIR * (end - start)
    return draws.uniform(0, max(start - air, 0)), draws.uniform(min(end + air, 1), 1)


def _windowed(pixels: ByteArray, window: FloatArray) -> ByteArray:
    """Cut a part of a picture out and bring it to the network's size; the part begins between pixels."""
    size = np.array([pixels.shape[1], pixels.shape[0]])
    (left, right), (top, bottom) = window * size[:, None]
    scale = np.array([right - left, bottom - top]) / INPUT_PX
    to = np.array([[scale[0], 0, left + (scale[0] - 1) / 2], [0, scale[1], top + (scale[1] - 1) / 2]])
    turn = partial(cv2.warpAffine, M=to, dsize=(INPUT_PX, INPUT_PX), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turn(pixels, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP), dtype=np.uint8)
