"""The table of what people corrected: the word for an attribute of a photo or of an asset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pyarrow as pa

from data.events import Attribute, Correction
from data.store.event_log import EventLog
from data.store.table import MOMENT


class CorrectionTable(EventLog[Correction]):
    """Corrections as events: append-only, in server sequence, each id stored exactly once."""

    record = Correction
    remedy = "correct it again, as a new event"
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("event_id", pa.string()),
            ("by", pa.string()),
            ("at", MOMENT),
            ("photo_id", pa.string()),
            ("sku", pa.string()),
            ("attribute", pa.string()),
            ("value", pa.string()),
            ("withdraws", pa.string()),
            ("sequence", pa.int64()),
        ]
    )

    def subject(self, record: Correction) -> str:
        """Name the photo or the sku."""
        return f"photo '{record.photo_id}'" if record.photo_id else f"sku '{record.sku}'"

    def from_row(self, row: Mapping[str, Any]) -> Correction:
        """Build a correction from a row."""
        return Correction(**{**row, "attribute": Attribute(row["attribute"]) if row["attribute"] else None})
