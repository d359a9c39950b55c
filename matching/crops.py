"""The person's crop of a photo: what it bounds, how it is named in the store, and which hypotheses count while it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np

from data.crops import Box, Crop, standing_crops
from data.domain import BoolArray, ByteArray, ImageId
from data.store import Store
from matching.backends.grabcut import cut_inside
from matching.ports import MaskHypothesis
from matching.trust import WHOLE_PICTURE

BY_HAND = "crop"
"""Who made the masks of a crop, in the place of a remover; and what the names of their hypotheses begin with."""


def standing_boxes(store: Store) -> Mapping[ImageId, Box]:
    """Say which pictures a person has cropped, and where; read again only when there is one more event."""
    return _boxes(store, store.crops.version)


@lru_cache(maxsize=4)
def _boxes(store: Store, version: int) -> Mapping[ImageId, Box]:  # noqa: ARG001  # the key
    return boxes_of(store.crops.all())


def boxes_of(crops: Iterable[Crop]) -> Mapping[ImageId, Box]:
    """Say which pictures are cropped, and where, by the events up to some moment."""
    return {image_id: crop.box for image_id, crop in standing_crops(crops).items() if crop.box is not None}


def name_of(box: Box, part: str) -> str:
    """Name a hypothesis of a box for the store."""
    return f"{BY_HAND} {box.name}-{part}"


def counts(hypothesis: str, box: Box | None) -> bool:
    """Say whether a hypothesis of a picture counts: those of the box that stands, or those of the remover where none does."""
    return hypothesis.startswith(f"{BY_HAND} {box.name}-" if box else BY_HAND) == (box is not None)


def cut_by_hand(pixels: ByteArray, box: Box) -> list[MaskHypothesis]:
    """Find the article inside of a person's box: cut from what is around it, and all of the box.

    Args:
        pixels: (height, width, 3) RGB.
        box: where a person says that it is.
    """
    rectangle = fill(box, (pixels.shape[0], pixels.shape[1]))
    cut = cut_inside(pixels, rectangle)
    return [
        MaskHypothesis(name=name_of(box, "cut"), mask=cut.mask, fell_back=cut.fell_back),
        MaskHypothesis(name=name_of(box, WHOLE_PICTURE), mask=rectangle, fell_back=False),
    ]


def fill(box: Box, size: tuple[int, int]) -> BoolArray:
    """Give a box as a mask of so many rows and columns; one pixel at least."""
    rows, columns = size
    top, left = min(int(box.top * rows), rows - 1), min(int(box.left * columns), columns - 1)
    bottom, right = max(round(box.bottom * rows), top + 1), max(round(box.right * columns), left + 1)
    mask = np.zeros(size, dtype=np.bool_)
    mask[top:bottom, left:right] = True
    return mask
