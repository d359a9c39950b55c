"""The person's crop of a photo: what it bounds, how it is named in the store, and which hypotheses count while it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from data.crops import Box, Crop, standing_crops
from data.domain import BoolArray, ByteArray, ImageId
from matching.backends.grabcut import cut_inside
from matching.ports import MaskHypothesis
from matching.trust import WHOLE_PICTURE

if TYPE_CHECKING:  # worker processes cut without a database
    from data.store import Store

CUT = "cut"
AIR = 0.01
HELD = 0.1
"""A box that is offered has this side at least, so that its handles do not lie on each other."""

MIDDLE = Box(left=0.15, top=0.15, right=0.85, bottom=0.85)
BY_HAND = "crop"
"""Who made the masks of a crop, in the place of a remover; and what the names of their hypotheses begin with."""


@dataclass(frozen=True, kw_only=True)
class DrawnBoxes:
    """What people have drawn up to some moment: the crop that stands, its box, by picture; and every box there ever was."""

    standing: Mapping[ImageId, Crop]
    boxes: Mapping[ImageId, Box]
    ever: frozenset[tuple[ImageId, Box]]


def standing_boxes(store: Store) -> Mapping[ImageId, Box]:
    """Say which pictures a person has cropped, and where."""
    return drawn_boxes(store).boxes


def drawn_boxes(store: Store) -> DrawnBoxes:
    """Read what people have drawn; read again only when there is one more event."""
    return _drawn(store, store.crops.version)


@lru_cache(maxsize=4)
def _drawn(store: Store, version: int) -> DrawnBoxes:  # noqa: ARG001  # the key
    events = store.crops.all()
    ever = frozenset((event.image_id, event.box) for event in events if event.box is not None)
    return DrawnBoxes(standing=standing_crops(events), boxes=boxes_of(events), ever=ever)


def boxes_of(crops: Iterable[Crop]) -> Mapping[ImageId, Box]:
    """Say which pictures are cropped, and where, by the events up to some moment."""
    return {image_id: crop.box for image_id, crop in standing_crops(crops).items() if crop.box is not None}


def name_of(box: Box, part: str) -> str:
    """Name a hypothesis of a box for the store."""
    return f"{BY_HAND} {box.name}-{part}"


def names_of(box: Box) -> tuple[str, str]:
    """Name the hypotheses of a box, in the order in which `cut_by_hand` gives them."""
    return name_of(box, CUT), name_of(box, WHOLE_PICTURE)


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
    inside, whole = names_of(box)
    return [
        MaskHypothesis(name=inside, mask=cut.mask, fell_back=cut.fell_back),
        MaskHypothesis(name=whole, mask=rectangle, fell_back=False),
    ]


def around(mask: BoolArray | None) -> Box:
    """Give the box around a mask, with a little air, large enough to be taken hold of.

    It is the middle of the picture where there is no mask, or all of the picture is in it.
    """
    if mask is None or not mask.any() or mask.all():
        return MIDDLE
    left, right = _reach(np.asarray(mask.any(axis=0), dtype=np.bool_))
    top, bottom = _reach(np.asarray(mask.any(axis=1), dtype=np.bool_))
    return Box(left=left, top=top, right=right, bottom=bottom)


def _reach(there: BoolArray) -> tuple[float, float]:
    """Give where a mask begins and ends along one side of the picture, in shares of it."""
    places = np.flatnonzero(there)
    start, end = max(places[0] / len(there) - AIR, 0.0), min((places[-1] + 1) / len(there) + AIR, 1.0)
    if end - start < HELD:
        start = min(max((start + end - HELD) / 2, 0.0), 1 - HELD)
        end = start + HELD
    return float(start), float(end)


def fill(box: Box, size: tuple[int, int]) -> BoolArray:
    """Give a box as a mask of so many rows and columns; one pixel at least."""
    rows, columns = size
    top, left = min(int(box.top * rows), rows - 1), min(int(box.left * columns), columns - 1)
    bottom, right = max(round(box.bottom * rows), top + 1), max(round(box.right * columns), left + 1)
    mask = np.zeros(size, dtype=np.bool_)
    mask[top:bottom, left:right] = True
    return mask
