"""The table of crops by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pyarrow as pa

from data.crops import Box, Crop
from data.store.event_log import EventLog
from data.store.table import MOMENT

SIDES = ("left", "top", "right", "bottom")


class CropTable(EventLog[Crop]):
    """Crops as events: append-only, in server sequence, each id stored exactly once."""

    record = Crop
    remedy = "crop it again, as a new event"
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("event_id", pa.string()),
            ("photo_id", pa.string()),
            ("image_id", pa.string()),
            ("by", pa.string()),
            ("at", MOMENT),
            ("box", pa.struct([(side, pa.float64()) for side in SIDES])),
            ("withdraws", pa.string()),
            ("sequence", pa.int64()),
        ]
    )

    def subject(self, record: Crop) -> str:
        """Name the photo."""
        return f"photo '{record.photo_id}'"

    def to_row(self, record: Crop) -> dict[str, Any]:
        """Flatten the box too."""
        box = record.box
        return {**super().to_row(record), "box": None if box is None else {side: getattr(box, side) for side in SIDES}}

    def from_row(self, row: Mapping[str, Any]) -> Crop:
        """Build a crop from a row."""
        box = row["box"]
        return Crop(**{**row, "box": None if box is None or box["left"] is None else Box(**box)})
