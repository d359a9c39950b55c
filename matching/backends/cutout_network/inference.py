"""Looking at one picture with the network."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch

from data.domain import ByteArray, FloatArray
from matching.backends.cutout_network.network import INPUT_PX, CutoutNetwork
from matching.backends.cutout_network.weights import read_weights


class Looker:
    """A network that looks at a picture as it is and mirrored, and believes the mean."""

    def __init__(self, file: Path, *, checksum: str = "") -> None:
        self.network = read_weights(file, checksum=checksum)

    def look(self, pixels: ByteArray) -> FloatArray:
        """Say how likely each pixel is the article's: see `likely`."""
        return likely(self.network, pixels)


def likely(network: CutoutNetwork, pixels: ByteArray) -> FloatArray:
    """Say how likely each pixel is the article's.

    Args:
        network: in evaluation mode.
        pixels: (height, width, 3) RGB.

    Returns:
        (192, 192), 0 to 1.
    """
    shrunk = pixels.shape[0] >= INPUT_PX and pixels.shape[1] >= INPUT_PX
    square = cv2.resize(pixels, (INPUT_PX, INPUT_PX), interpolation=cv2.INTER_AREA if shrunk else cv2.INTER_LINEAR)
    both = np.stack([square, square[:, ::-1]]).astype(np.float32).transpose(0, 3, 1, 2)
    given = torch.from_numpy(np.ascontiguousarray(both)).contiguous(memory_format=torch.channels_last)
    with torch.inference_mode():
        found = torch.sigmoid(network(given))[:, 0].numpy()
    return np.asarray((found[0] + found[1][:, ::-1]) / 2, dtype=np.float32)
