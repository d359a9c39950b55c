"""Crop and zoom: from a picture and a mask to a cut-out of fixed size."""

from __future__ import annotations

import cv2
import numpy as np

from data.domain import BoolArray, ByteArray
from data.errors import BackendFailed, ShapeMismatch
from matching.ports import CutOut

SIZE_PX = 192
TILTS_DEG = (-20.0, 20.0)
"""Photos are rarely upright: a catalogue picture is described tilted both ways too (CONTRIBUTING, "Decisions")."""
MARGIN = 0.06
WHITE = 255

TILTED = "@"


def tilted_name(hypothesis: str, angle_deg: float) -> str:
    """Name the tilted cut-out of a mask hypothesis."""
    return f"{hypothesis}{TILTED}{angle_deg:+.0f}"


def upright_name(hypothesis: str) -> str:
    """Name the mask hypothesis that a cut-out was made with, tilted or not."""
    return hypothesis.partition(TILTED)[0]


def zoom(pixels: ByteArray, mask: BoolArray, *, size_px: int = SIZE_PX) -> CutOut:
    """Crop a picture to its mask, square it and resize it, white outside of the mask.

    Args:
        pixels: (height, width, 3) RGB.
        mask: (height, width).
        size_px: side of the cut-out.

    Raises:
        ShapeMismatch: the mask is not as large as the picture.
        BackendFailed: the mask is empty.
    """
    if pixels.shape[:2] != mask.shape:
        raise ShapeMismatch(f"a mask of {mask.shape} for a picture of {pixels.shape[:2]}")
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        raise BackendFailed("the mask is empty: no article was found", remedy="crop the picture by hand")
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    side = round(max(bottom - top, right - left) * (1 + 2 * MARGIN))
    canvas = np.full((side, side, 3), WHITE, dtype=np.uint8)
    stencil = np.zeros((side, side), dtype=np.uint8)
    y, x = (side - (bottom - top)) // 2, (side - (right - left)) // 2
    inside = mask[top:bottom, left:right]
    canvas[y : y + bottom - top, x : x + right - left][inside] = pixels[top:bottom, left:right][inside]
    stencil[y : y + bottom - top, x : x + right - left] = inside.astype(np.uint8) * WHITE
    shrink = cv2.INTER_AREA if side > size_px else cv2.INTER_LINEAR
    small = cv2.resize(canvas, (size_px, size_px), interpolation=shrink)
    small_mask = cv2.resize(stencil, (size_px, size_px), interpolation=shrink) > WHITE // 2
    if not small_mask.any():
        small_mask[size_px // 2, size_px // 2] = True
    return CutOut(pixels=np.asarray(small, dtype=np.uint8), mask=np.asarray(small_mask, dtype=np.bool_))


def tilt(pixels: ByteArray, mask: BoolArray, angle_deg: float, *, size_px: int = SIZE_PX) -> CutOut:
    """Turn a picture around its article, counter-clockwise, and cut it out: resampled from the picture, as `zoom` does.

    Args:
        pixels: (height, width, 3) RGB.
        mask: (height, width), not empty.
        angle_deg: how far.
        size_px: side of the cut-out.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    window = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    height, width = mask[window].shape
    side = int(np.ceil(np.hypot(height, width))) + 2
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle_deg, 1.0)
    turn[:, 2] += [(side - width) / 2, (side - height) / 2]
    ground = (WHITE, WHITE, WHITE)
    turned = cv2.warpAffine(pixels[window], turn, (side, side), flags=cv2.INTER_LINEAR, borderValue=ground)
    stencil = cv2.warpAffine(mask[window].astype(np.uint8), turn, (side, side), flags=cv2.INTER_NEAREST) > 0
    return zoom(np.asarray(turned, dtype=np.uint8), np.asarray(stencil, dtype=np.bool_), size_px=size_px)
