"""Tables of the shares at which photos are drawn, and of the photos whose answer is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pyarrow as pa

from data.drawing import DrawPurpose, DrawShare, GoldMark
from data.events import Verdict
from data.store.event_log import EventLog
from data.store.table import MOMENT


class DrawShareTable(EventLog[DrawShare]):
    """Shares as events: append-only, in server sequence, each id stored exactly once."""

    record = DrawShare
    remedy = "set it again, as a new event"
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("event_id", pa.string()),
            ("purpose", pa.string()),
            ("share", pa.float64()),
            ("by", pa.string()),
            ("at", MOMENT),
            ("since", MOMENT),
            ("sequence", pa.int64()),
        ]
    )

    def subject(self, record: DrawShare) -> str:
        """Name the purpose."""
        return f"the share of {record.purpose}"

    def from_row(self, row: Mapping[str, Any]) -> DrawShare:
        """Build a share from a row."""
        return DrawShare(**{**row, "purpose": DrawPurpose(row["purpose"])})


class GoldTable(EventLog[GoldMark]):
    """Gold marks as events: append-only, in server sequence, each id stored exactly once."""

    record = GoldMark
    remedy = "mark it again, as a new event"
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("event_id", pa.string()),
            ("photo_id", pa.string()),
            ("by", pa.string()),
            ("at", MOMENT),
            ("verdict", pa.string()),
            ("sku", pa.string()),
            ("watermark", pa.int64()),
            ("withdraws", pa.string()),
            ("sequence", pa.int64()),
        ]
    )

    def subject(self, record: GoldMark) -> str:
        """Name the photo."""
        return f"photo '{record.photo_id}'"

    def from_row(self, row: Mapping[str, Any]) -> GoldMark:
        """Build a mark from a row."""
        return GoldMark(**{**row, "verdict": Verdict(row["verdict"]) if row["verdict"] else None})
