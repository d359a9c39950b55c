"""The table of who turned auto-accept on and off, when and why."""

from __future__ import annotations

from typing import ClassVar

import pyarrow as pa

from data.events import AcceptSwitch
from data.store.event_log import EventLog
from data.store.table import MOMENT


class AcceptSwitchTable(EventLog[AcceptSwitch]):
    """Words on auto-accept as events: append-only, in server sequence, each id stored exactly once."""

    record = AcceptSwitch
    remedy = "say it again, as a new event"
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("event_id", pa.string()),
            ("on", pa.bool_()),
            ("by", pa.string()),
            ("at", MOMENT),
            ("reason", pa.string()),
            ("promised", pa.float64()),
            ("threshold", pa.float64()),
            ("audit_share", pa.float64()),
            ("weights", pa.string()),
            ("sequence", pa.int64()),
        ]
    )

    def subject(self, record: AcceptSwitch) -> str:
        """Say which way it was turned."""
        return f"auto-accept, {'on' if record.on else 'off'}"

    def last(self) -> AcceptSwitch | None:
        """Give the word that counts; None where nobody has said any."""
        return max(self.all(), key=lambda record: record.sequence, default=None)
