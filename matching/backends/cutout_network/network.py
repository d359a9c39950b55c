"""The network: a small residual U-Net from a picture to how likely each pixel is the article's."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pixel_shuffle, relu

INPUT_PX = 192
WIDTHS = (16, 32, 64, 128, 160)
BLOCKS = (1, 2, 2, 2)
"""How many blocks each halving has."""


class Block(nn.Module):
    """Two convolutions and a way around them (He et al., "Deep residual learning", CVPR 2016)."""

    def __init__(self, incoming: int, outgoing: int, *, stride: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(incoming, outgoing, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outgoing)
        self.second = nn.Conv2d(outgoing, outgoing, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(outgoing)
        same = incoming == outgoing and stride == 1
        self.around = nn.Identity() if same else nn.Sequential(nn.Conv2d(incoming, outgoing, 1, stride), nn.BatchNorm2d(outgoing))

    def forward(self, given: Tensor) -> Tensor:
        """Transform features: (n, incoming, height, width) to (n, outgoing, height / stride, width / stride)."""
        inner = relu(self.first_norm(self.first(given)))
        return relu(self.second_norm(self.second(inner)) + self.around(given))


class CutoutNetwork(nn.Module):
    """Ronneberger et al., "U-Net", MICCAI 2015, with sums where features meet and the last doubling by pixel shuffle."""

    def __init__(self, widths: tuple[int, ...] = WIDTHS, blocks: tuple[int, ...] = BLOCKS) -> None:
        super().__init__()
        self.widths, self.blocks = widths, blocks
        self.stem = nn.Sequential(nn.Conv2d(3, widths[0], 3, 2, 1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU())
        self.down = nn.ModuleList()
        for incoming, outgoing, count in zip(widths, widths[1:], blocks, strict=False):
            more = [Block(outgoing, outgoing) for _ in range(count - 1)]
            self.down.append(nn.Sequential(Block(incoming, outgoing, stride=2), *more))
        backward = list(zip(widths[:0:-1], widths[-2::-1], strict=True))
        self.narrow = nn.ModuleList(nn.Conv2d(incoming, outgoing, 1) for incoming, outgoing in backward)
        self.join = nn.ModuleList(
            nn.Sequential(nn.Conv2d(outgoing, outgoing, 3, 1, 1, bias=False), nn.BatchNorm2d(outgoing), nn.ReLU())
            for _, outgoing in backward
        )
        self.head = nn.Conv2d(widths[0], 4, 3, 1, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Say what each pixel is.

        Args:
            pictures: (n, 3, side, side) RGB, 0 to 255; the side is a multiple of 32.

        Returns:
            (n, 1, side, side) logits, above 0 where the article is likelier than not.
        """
        features = [self.stem(pictures * (1 / 64) - 2)]
        for down in self.down:
            features.append(down(features[-1]))
        joined = features.pop()
        for narrow, join in zip(self.narrow, self.join, strict=True):
            joined = join(interpolate(narrow(joined), scale_factor=2.0, mode="nearest") + features.pop())
        return pixel_shuffle(self.head(joined), 2)


def parameters_of(network: nn.Module) -> int:
    """Count the numbers that training sets."""
    return sum(values.numel() for values in network.parameters())


def loss_of(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy per pixel plus one minus the soft overlap (Milletari et al., "V-Net", 3DV 2016), both as means.

    Args:
        logits: (n, 1, side, side).
        truth: of the same shape, 0 to 1.
    """
    entropy = nn.functional.binary_cross_entropy_with_logits(logits, truth)
    likely = torch.sigmoid(logits)
    both = (likely * truth).sum((1, 2, 3))
    overlap = (both + 1) / (likely.sum((1, 2, 3)) + truth.sum((1, 2, 3)) - both + 1)
    return entropy + (1 - overlap).mean()
