"""Tables of what ranks: the catalogue's basis, the versions of the weights, and which of them was in use when."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import ClassVar

import pyarrow as pa

from data.domain import WeightsVersion
from data.errors import ConflictingRecord
from data.ranking import Activation, BasisRecord, WeightsRecord
from data.store.table import MOMENT, Record, RecordTable


class _ImmutableTable(RecordTable[Record]):
    """Records that are never written twice with other content."""

    def put(self, records: Iterable[Record]) -> int:
        """Store the records that are not there yet; say how many were new.

        Raises:
            ConflictingRecord: one is there already with other content.
        """
        wanted = [self.to_row(record) for record in records]
        name = self.key[0]
        with self.table.lock.held():
            there = {row[name]: row for row in self.table.scan_in(name, [row[name] for row in wanted]).to_pylist()}
            for row in wanted:
                if there.setdefault(row[name], row) != row:
                    raise ConflictingRecord(
                        f"{self.table.name} '{row[name]}' is stored already with other content",
                        remedy="store it as a new version",
                    )
            return self.table.insert_new(wanted)


class BasisTable(_ImmutableTable[BasisRecord]):
    """What was fitted on the catalogue, by version."""

    record = BasisRecord
    key = ("version",)
    schema: ClassVar[pa.Schema] = pa.schema([("version", pa.string()), ("created_at", MOMENT), ("payload", pa.large_binary())])

    def latest(self) -> BasisRecord | None:
        """Read the newest basis; None before the first."""
        found = self.table.scan(["version"])["version"].to_pylist()
        return self.get(max(found, key=_number)) if found else None


class WeightsTable(_ImmutableTable[WeightsRecord]):
    """Versions of the weights."""

    record = WeightsRecord
    key = ("version",)
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("version", pa.string()),
            ("parent", pa.string()),
            ("basis", pa.string()),
            ("created_at", MOMENT),
            ("created_by", pa.string()),
            ("watermark", pa.int64()),
            ("seed", pa.int64()),
            ("parameters", pa.large_string()),
            ("metrics", pa.large_string()),
        ]
    )

    def latest_number(self) -> int:
        """Give the number of the newest version; 0 before the first."""
        return max((_number(version) for version in self.table.scan(["version"])["version"].to_pylist()), default=0)


class ActivationTable(RecordTable[Activation]):
    """Which version ranked from when on."""

    record = Activation
    key = ("sequence",)
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("version", pa.string()),
            ("activated_by", pa.string()),
            ("at", MOMENT),
            ("reason", pa.string()),
            ("sequence", pa.int64()),
        ]
    )

    def append(self, activation: Activation) -> Activation:
        """Take a version into use from now on."""
        with self.table.lock.held():
            numbered = dataclasses.replace(activation, sequence=self.count())
            self.table.append([self.to_row(numbered)])
        return numbered

    def put(self, records: Iterable[Activation]) -> int:
        """Take versions into use, one after the other; say how many."""
        return len([self.append(activation) for activation in records])

    def all(self) -> list[Activation]:
        """Read every activation in order."""
        return sorted(super().all(), key=lambda activation: activation.sequence)

    def active(self) -> WeightsVersion | None:
        """Say which version ranks; None before the first activation."""
        history = self.all()
        return history[-1].version if history else None


def _number(version: str) -> int:
    return int(version[1:])
