"""Builder of crops by hand, and of a photo that shows two articles."""

from __future__ import annotations

import numpy as np

from data.crops import Box, Crop
from data.domain import ByteArray, EventId, ImageId, PhotoId, Sku
from tests.builders import ARTICLES, NOON, photo_picture

LEFT = Box(left=0.02, top=0.02, right=0.48, bottom=0.98)
RIGHT = Box(left=0.52, top=0.02, right=0.98, bottom=0.98)


def crop_of(
    event: str,
    box: Box | None = LEFT,
    *,
    photo: str = "p1",
    image: str = "i1",
    by: str = "anna",
    withdraws: str | None = None,
    sequence: int = -1,
) -> Crop:
    """Make a crop of a photo, or what takes one back."""
    return Crop(
        event_id=EventId(event),
        photo_id=PhotoId(photo),
        image_id=ImageId(image),
        by=by,
        at=NOON,
        box=None if withdraws else box,
        withdraws=EventId(withdraws) if withdraws else None,
        sequence=sequence,
    )


def two_articles(left: str, right: str) -> ByteArray:
    """Take one picture of two articles, side by side."""
    return np.hstack([photo_picture(ARTICLES[Sku(sku)], number) for sku, number in ((left, 7_001), (right, 7_002))])
