"""Batches of made photos, the same for the same seed however many processes make them."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from matching.backends.cutout_network.composites import composite
from matching.backends.cutout_network.stock import Stock

TRAINED, HELD_OUT = 10, 11
"""Streams of random numbers that never meet."""


class Composites(Dataset[tuple[Tensor, Tensor]]):
    """Made photos by number; each is drawn from the seed and its number alone."""

    def __init__(self, stock: Stock, *, seed: int, first: int, count: int, stream: int = TRAINED) -> None:
        self.stock, self.seed, self.first, self.count, self.stream = stock, seed, first, count, stream

    def __len__(self) -> int:
        """How many there are."""
        return self.count

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        """Make one: (3, side, side) RGB as bytes, (1, side, side) mask as bytes."""
        if number >= self.count:
            raise IndexError(number)
        made = composite(self.stock, np.random.default_rng((self.seed, self.stream, self.first + number)))
        pixels = torch.from_numpy(np.ascontiguousarray(made.pixels.transpose(2, 0, 1)))
        return pixels, torch.from_numpy(np.ascontiguousarray(made.mask[None]))


Examples = Dataset[tuple[Tensor, Tensor]]
"""Pictures and what is known of each pixel, by number, as bytes."""


def batches(made: Examples, *, batch: int, workers: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Give pictures in their order, as float32 from 0 to 255, and what is known of them, from 0 to 1.

    Args:
        made: what to give.
        batch: how many at once.
        workers: processes beside this one; 0 makes them here.
    """
    loader = DataLoader(
        made, batch_size=batch, num_workers=workers, worker_init_fn=_alone, prefetch_factor=8 if workers else None
    )
    for pixels, masks in loader:
        yield pixels.to(torch.float32).contiguous(memory_format=torch.channels_last), masks.to(torch.float32) / 255


def _alone(_worker: int) -> None:
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
