"""Crops by hand: where in a photo the article is, as a person drew it. Events, never changed; a later one may take one back."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from data.domain import EventId, ImageId, PhotoId
from data.errors import CoutureError
from data.withdrawals import withdrawn_ids

SMALLEST = 0.02
"""Least side of a box, in shares of the picture's: less is a slip of the hand."""

STEPS = 10_000
"""A box is known to so many steps of the picture's sides, so that the same box drawn twice is one."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle in a picture, in shares of its width and height from the left upper corner, rounded to 1/10,000."""

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        """Round, and refuse what lies outside of the picture or has no area."""
        for side in ("left", "top", "right", "bottom"):
            value = getattr(self, side)
            if not (math.isfinite(value) and 0 <= value <= 1):
                raise CoutureError(f"a crop whose {side} is at {value}", remedy="give shares of the picture, from 0 to 1")
            object.__setattr__(self, side, _steps(value) / STEPS)
        # counted in steps: what is 0.02 wide as it is drawn may be a step less, wherever its sides are rounded to
        least = round(SMALLEST * STEPS) - 1
        if _steps(self.right) - _steps(self.left) < least or _steps(self.bottom) - _steps(self.top) < least:
            raise CoutureError("the crop is too small", remedy="draw it around the article")

    @classmethod
    def named(cls, name: str) -> Box:
        """Read a box from its name.

        Raises:
            CoutureError: no box has such a name.
        """
        if re.fullmatch(r"\d{1,5}( \d{1,5}){3}", name, re.ASCII) is None:
            raise CoutureError(f"no box is named '{name[:40]}'", remedy="reload the page")
        left, top, right, bottom = (int(steps) / STEPS for steps in name.split())
        return cls(left=left, top=top, right=right, bottom=bottom)

    @property
    def name(self) -> str:
        """Name of the box: another box, another name."""
        return " ".join(str(_steps(side)) for side in (self.left, self.top, self.right, self.bottom))


def _steps(share: float) -> int:
    return round(share * STEPS)


@dataclass(frozen=True, kw_only=True)
class Crop:
    """A person's word on where in a photo the article is: an event. `sequence` is given by the store.

    `image_id` is the picture that the box was drawn on. What takes such a word back names it in `withdraws`, and no box.
    """

    event_id: EventId
    photo_id: PhotoId
    image_id: ImageId
    by: str
    at: datetime
    box: Box | None = None
    withdraws: EventId | None = None
    sequence: int = -1

    def __post_init__(self) -> None:
        """Refuse a word of nobody or of nothing, and one that says two things."""
        if not self.event_id or not self.by or not self.photo_id or not self.image_id:
            raise CoutureError("a crop without event id, photo, picture or name", remedy="say who crops what")
        if (self.box is None) != (self.withdraws is not None):
            raise CoutureError(
                f"a crop of {self.photo_id} says {self.box} and takes back {self.withdraws}",
                remedy="give a box, or the event to take back",
            )
        if self.at.utcoffset() is None:
            raise CoutureError(f"a crop of {self.photo_id} at {self.at}, of no time zone", remedy="say which, such as +00:00")


def standing_crops(events: Iterable[Crop]) -> dict[ImageId, Crop]:
    """Leave the newest crop of each picture that was not taken back; where it is, the one before it stands again."""
    ordered = sorted(events, key=lambda event: event.sequence)
    withdrawn = withdrawn_ids(ordered)
    return {event.image_id: event for event in ordered if event.box is not None and event.event_id not in withdrawn}
