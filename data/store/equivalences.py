"""The table of what people said of skus: that several are one article."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pyarrow as pa

from data.events import Equivalence
from data.store.event_log import EventLog
from data.store.table import MOMENT


class EquivalenceTable(EventLog[Equivalence]):
    """Equivalences as events: append-only, in server sequence, each id stored exactly once."""

    record = Equivalence
    remedy = "say it again, as a new event"
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("event_id", pa.string()),
            ("skus", pa.list_(pa.string())),
            ("by", pa.string()),
            ("at", MOMENT),
            ("withdraws", pa.string()),
            ("sequence", pa.int64()),
        ]
    )

    def subject(self, record: Equivalence) -> str:
        """Name the skus, or the event that is taken back."""
        return f"event '{record.withdraws}'" if record.withdraws else " and ".join(f"'{sku}'" for sku in record.skus)

    def from_row(self, row: Mapping[str, Any]) -> Equivalence:
        """Build an equivalence from a row."""
        return Equivalence(**{**row, "skus": tuple(row["skus"])})
