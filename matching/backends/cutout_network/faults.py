"""What a camera does to a picture: light, colour cast, blur, noise, JPEG."""

from __future__ import annotations

import cv2
import numpy as np

from data.domain import ByteArray, FloatArray
from matching.backends.cutout_network.surfaces import Draws, chance, clouds


def photographed(canvas: FloatArray, draws: Draws) -> ByteArray:
    """Take a picture of a scene.

    Args:
        canvas: (side, side, 3) RGB, about 0 to 255; may be changed.
        draws: decide which faults the picture has.
    """
    side = canvas.shape[0]
    gain = np.float32(np.exp(draws.normal(0, 0.22))) * (1 + draws.normal(0, 0.07, 3)).astype(np.float32)
    if chance(draws, 0.4):
        light = 1 + clouds(draws, 24, coarsest=2, octaves=1) * np.float32(draws.uniform(0, 0.35))
        canvas = canvas * cv2.resize(light, (side, side), interpolation=cv2.INTER_CUBIC)[..., None]
    canvas = canvas * gain
    if chance(draws, 0.4):
        mean, contrast = np.float32(draws.uniform(90, 150)), np.float32(draws.uniform(0.7, 1.25))
        canvas = (canvas - mean) * contrast + mean
    if chance(draws, 0.45):
        canvas = np.asarray(_blurred(canvas, draws), dtype=np.float32)
    if chance(draws, 0.5):
        noise = draws.standard_normal((side, side, 1 if chance(draws, 0.5) else 3), dtype=np.float32)
        canvas = canvas + noise * np.float32(draws.uniform(1, 11))
    taken = np.clip(canvas, 0, 255).astype(np.uint8)
    if chance(draws, 0.5):
        quality = int(draws.integers(30, 95))
        coded = cv2.imencode(".jpg", taken, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        taken = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)
    return taken


def _blurred(canvas: FloatArray, draws: Draws) -> FloatArray:
    if chance(draws, 0.75):
        return np.asarray(cv2.GaussianBlur(canvas, (0, 0), draws.uniform(0.3, 1.3)), dtype=np.float32)
    length = int(draws.integers(2, 6))
    kernel = np.zeros((length, length), dtype=np.float32)
    ends = ((0, int(draws.integers(length))), (length - 1, int(draws.integers(length))))
    cv2.line(kernel, *ends, 1.0)
    return np.asarray(cv2.filter2D(canvas, -1, kernel / kernel.sum()), dtype=np.float32)
