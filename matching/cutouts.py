"""Crop and zoom: from a picture and a mask to a cut-out of fixed size."""

from __future__ import annotations

import cv2
import numpy as np

from data.domain import BoolArray, ByteArray
from data.errors import BackendFailed, ShapeMismatch
from matching.ports import CutOut

SIZE_PX = 192
MARGIN = 0.06
WHITE = 255


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
