"""Masks as they are stored, and the pictures that they are laid over."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from data.domain import BoolArray, ByteArray
from data.pictures import decode
from matching.cutouts import TILTS_DEG, tilt, zoom
from matching.ports import CutOut

WORKING_PX = 512
DETAIL_PX = 1024
"""Models of embedders take larger cut-outs than descriptors, so theirs are cut from a larger picture."""

MASK_PX = 384
HALF = 127


def working_picture(content: bytes) -> ByteArray:
    """Decode a picture as removers see it: (height, width, 3) RGB, at most 512 px.

    Raises:
        BadPicture: it is no picture that can be read.
    """
    return shrink(decode(content), WORKING_PX)


def decode_mask(png: bytes) -> BoolArray:
    """Read a stored mask: (height, width)."""
    grey = np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE))
    return np.asarray(grey > HALF, dtype=np.bool_)


def encode_mask(mask: BoolArray) -> bytes:
    """Write a mask as it is stored: a PNG of 0 and 255, at most 384 px."""
    small = shrink(mask.astype(np.uint8) * 255, MASK_PX)
    return cv2.imencode(".png", np.where(small > HALF, 255, 0).astype(np.uint8))[1].tobytes()


def fit_mask(mask: BoolArray, pixels: ByteArray) -> BoolArray:
    """Bring a mask to the size of a picture; a thin part of a larger one stays."""
    size = (pixels.shape[1], pixels.shape[0])
    return np.asarray(cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0, dtype=np.bool_)


def cut_large(whole: ByteArray, masks: Sequence[bytes], size_px: int, *, tilted: bool) -> list[CutOut]:
    """Cut a picture out for a model, with masks as they are stored: upright ones first, then those tilted.

    Args:
        whole: (height, width, 3) RGB, as decoded.
        masks: as `encode_mask` gives them; one that is empty, since it was thinner than a pixel, lets all of the picture stand.
        size_px: side of the cut-outs.
        tilted: whether tilted ones follow, as of catalogue pictures.
    """
    pixels = shrink(whole, DETAIL_PX)
    found = [_smooth(decode_mask(png), pixels) for png in masks]
    turned = [tilt(pixels, mask, angle_deg, size_px=size_px) for mask in found for angle_deg in TILTS_DEG] if tilted else []
    return [*(zoom(pixels, mask, size_px=size_px) for mask in found), *turned]


def _smooth(mask: BoolArray, pixels: ByteArray) -> BoolArray:
    size = (pixels.shape[1], pixels.shape[0])
    found = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0.5  # noqa: PLR2004
    return np.asarray(found if found.any() else np.ones_like(found), dtype=np.bool_)


def shrink(pixels: ByteArray, most_px: int) -> ByteArray:
    """Bring the longer side of a picture down to so many pixels; a smaller one stays."""
    scale = most_px / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(2, round(pixels.shape[1] * scale)), max(2, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
