"""Tables of what is known of renders: how near they come to the reference, and what people said of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import pyarrow as pa

from data.domain import BlockFront, MeshQuality, Sku
from data.events import RenderRemark, RenderVerdict
from data.store.event_log import EventLog
from data.store.table import MOMENT, RecordTable


class MeshQualityTable(RecordTable[MeshQuality]):
    """How much each asset's renders look like its reference, by sku."""

    record = MeshQuality
    key = ("sku",)
    changes_rows = True
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("sku", pa.string()),
            ("made_from", pa.string()),
            ("front_yaw_deg", pa.float64()),
            ("similarity", pa.float64()),
            ("outline_iou", pa.float64()),
            ("own_share", pa.float64()),
            (
                "fronts",
                pa.list_(pa.struct([("block", pa.string()), ("yaw_deg", pa.float64()), ("similarity", pa.float64())])),
            ),
        ]
    )

    def replace(self, qualities: Iterable[MeshQuality]) -> None:
        """Store qualities in the place of those of the same assets."""
        self.table.replace([self.to_row(quality) for quality in qualities])

    def made_from(self) -> dict[Sku, str]:
        """Read what each quality was measured with."""
        found = self.table.scan(["sku", "made_from"])
        return dict(zip(found["sku"].to_pylist(), found["made_from"].to_pylist(), strict=True))

    def to_row(self, record: MeshQuality) -> dict[str, Any]:
        """Flatten the blocks too."""
        return {**super().to_row(record), "fronts": [dataclasses.asdict(front) for front in record.fronts]}

    def from_row(self, row: Mapping[str, Any]) -> MeshQuality:
        """Build a quality from a row."""
        return MeshQuality(**{**row, "fronts": tuple(BlockFront(**front) for front in row["fronts"])})


class RenderRemarkTable(EventLog[RenderRemark]):
    """Words on renders as events: append-only, in server sequence, each id stored exactly once."""

    record = RenderRemark
    remedy = "say it again, as a new event"
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("event_id", pa.string()),
            ("sku", pa.string()),
            ("verdict", pa.string()),
            ("by", pa.string()),
            ("at", MOMENT),
            ("withdraws", pa.string()),
            ("sequence", pa.int64()),
        ]
    )

    def subject(self, record: RenderRemark) -> str:
        """Name the asset whose renders are meant."""
        return f"the renders of '{record.sku}'"

    def from_row(self, row: Mapping[str, Any]) -> RenderRemark:
        """Build a word from a row."""
        return RenderRemark(**{**row, "verdict": RenderVerdict(row["verdict"])})
