"""Looking at one picture with the network: as it is and mirrored, and the mean of both is believed."""

from __future__ import annotations

import cv2
import numpy as np
import torch

from data.domain import ByteArray, FloatArray
from matching.backends.cutout_network.network import INPUT_PX, CutoutNetwork


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
