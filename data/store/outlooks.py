"""The table of outlooks: what ranking the waiting photos said, numbered in the order of writing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, ClassVar

import pyarrow as pa
from lancedb.expr import col, lit

from data.domain import PhotoId, WeightsVersion
from data.ranking import Outlook
from data.store.table import RecordTable


class OutlookTable(RecordTable[Outlook]):
    """What ranking a photo with a version of the weights said, one row for both.

    Each row that is written is numbered higher than all before it, so that a reader asks for what is new alone.
    """

    record = Outlook
    key = ("photo_id", "weights")
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("photo_id", pa.string()),
            ("weights", pa.string()),
            ("entropy", pa.float64()),
            ("margin", pa.float64()),
            ("no_match", pa.float64()),
            ("sku", pa.string()),
            ("category", pa.string()),
            ("sequence", pa.int64()),
        ]
    )

    def put(self, records: Iterable[Outlook]) -> int:
        """Store the outlooks that are not there yet; say how many were new."""
        with self.alone():
            return self.table.insert_new(self._numbered(records))

    def replace(self, records: Iterable[Outlook]) -> None:
        """Store outlooks in the place of those of the same photos and versions."""
        with self.alone():
            self.table.replace(self._numbered(records))

    def since(self, weights: WeightsVersion, sequence: int) -> list[Outlook]:
        """Read what was written by a version of the weights after a sequence number, in order."""
        where = (col("weights") == lit(weights)) & (col("sequence") > lit(sequence))
        return sorted(self.from_rows(self.table.scan(where=where)), key=lambda outlook: outlook.sequence)

    def done(self, weights: WeightsVersion) -> set[PhotoId]:
        """List the photos of which a version of the weights has said something."""
        return set(self.table.scan(["photo_id"], col("weights") == lit(weights))["photo_id"].to_pylist())

    def _numbered(self, records: Iterable[Outlook]) -> list[dict[str, Any]]:
        following = max(self.table.scan(["sequence"])["sequence"].to_pylist(), default=-1) + 1
        return [self.to_row(dataclasses.replace(record, sequence=at)) for at, record in enumerate(records, following)]
