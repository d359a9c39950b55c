"""Tables of what is to be identified: photos, who holds them, and which were drawn for audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import pyarrow as pa
from lancedb.expr import col, lit

from data.domain import Draw, GroupAlias, GroupMember, ImageId, Lease, Photo, PhotoId, Side, Sku, Truth
from data.store.table import MOMENT, RecordTable


class PhotoTable(RecordTable[Photo]):
    """Photos, by photo id. Their truth lies in the same table and is read by `truths` alone."""

    record = Photo
    key = ("photo_id",)
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("photo_id", pa.string()),
            ("image_id", pa.string()),
            ("group", pa.string()),
            ("side", pa.string()),
            ("submitted_by", pa.string()),
            ("submitted_at", MOMENT),
            ("source", pa.string()),
            ("truth_sku", pa.string()),
            ("truth_in_dam", pa.bool_()),
        ]
    )

    def put(self, records: Iterable[Photo], truths: Iterable[Truth] = ()) -> int:
        """Store the photos that are not there yet, with what is known of them; say how many were new."""
        known = {truth.photo_id: truth for truth in truths}
        return self.table.insert_new([self._with_truth(photo, known.get(photo.photo_id)) for photo in records])

    def all(self) -> list[Photo]:
        """Read every photo, without its truth."""
        return self.from_rows(self.table.scan(self._open_columns()))

    def get(self, key: str) -> Photo:
        """Read one photo, without its truth.

        Raises:
            NotFound: there is none.
        """
        return super().get(key)

    def of(self, photo_ids: Iterable[PhotoId]) -> list[Photo]:
        """Read some photos, without their truth; those that are not there are left out."""
        return self.from_rows(self.table.scan_in("photo_id", photo_ids, self._open_columns()))

    def submissions(self) -> dict[PhotoId, float]:
        """Read when each photo was submitted, in seconds since 1970; much faster than reading the photos."""
        found = self.table.scan(["photo_id", "submitted_at"])
        stamps = found["submitted_at"].cast(pa.int64()).to_numpy() / 1e6
        return dict(zip(found["photo_id"].to_pylist(), stamps.tolist(), strict=True))

    def image_ids(self) -> dict[PhotoId, ImageId]:
        """Read the picture of each photo; much faster than reading the photos."""
        found = self.table.scan(["photo_id", "image_id"])
        return dict(zip(found["photo_id"].to_pylist(), found["image_id"].to_pylist(), strict=True))

    def groups_and_sides(self) -> dict[PhotoId, tuple[str, Side]]:
        """Read group and side of each photo; much faster than reading the photos."""
        found = self.table.scan(["photo_id", "group", "side"])
        sides = {side.value: side for side in Side}
        rows = zip(found["photo_id"].to_pylist(), found["group"].to_pylist(), found["side"].to_pylist(), strict=True)
        return {photo_id: (group, sides[side]) for photo_id, group, side in rows}

    def members(self) -> list[GroupMember]:
        """Read which group each photo is of, in the order of submission; much faster than reading the photos."""
        found = self.table.scan(["submitted_at", "photo_id", "image_id", "group"])
        ordered = found.sort_by([("submitted_at", "ascending"), ("photo_id", "ascending")]).drop_columns("submitted_at")
        return [GroupMember(**row) for row in ordered.to_pylist()]

    def truths(self) -> dict[PhotoId, Truth]:
        """Read what is known of the photos. Only evaluation may call this."""
        found = self.table.scan(["photo_id", "truth_sku", "truth_in_dam"]).to_pylist()
        return {
            PhotoId(row["photo_id"]): Truth(
                photo_id=PhotoId(row["photo_id"]),
                sku=Sku(row["truth_sku"]) if row["truth_sku"] else None,
                in_dam=row["truth_in_dam"],
            )
            for row in found
            if row["truth_in_dam"] is not None
        }

    def quarantine(self, photo_ids: Iterable[PhotoId]) -> None:
        """Keep photos from being fitted on and tested on, for good. A side is never changed otherwise."""
        with self.table.lock.held():
            rows = self.table.scan_in("photo_id", photo_ids).to_pylist()
            self.table.replace([{**row, "side": Side.QUARANTINED.value} for row in rows])

    def from_row(self, row: Mapping[str, Any]) -> Photo:
        """Build a photo from a row, leaving its truth behind."""
        shown = {name: value for name, value in row.items() if not name.startswith("truth_")}
        return Photo(**{**shown, "side": Side(row["side"])})

    def _open_columns(self) -> list[str]:
        return [name for name in self.schema.names if not name.startswith("truth_")]

    def _with_truth(self, photo: Photo, truth: Truth | None) -> dict[str, Any]:
        known = {"truth_sku": truth.sku if truth else None, "truth_in_dam": truth.in_dam if truth else None}
        return {**self.to_row(photo), **known}


class GroupAliasTable(RecordTable[GroupAlias]):
    """Group names that mean another group, by name. Of two groups for one name the first stays."""

    record = GroupAlias
    key = ("name",)
    schema: ClassVar[pa.Schema] = pa.schema([("name", pa.string()), ("group", pa.string())])

    def groups(self) -> dict[str, str]:
        """Read which group each such name means."""
        found = self.table.scan()
        return dict(zip(found["name"].to_pylist(), found["group"].to_pylist(), strict=True))


class LeaseTable(RecordTable[Lease]):
    """Who has which photo on the screen."""

    record = Lease
    changes_rows = True
    key = ("photo_id",)
    schema: ClassVar[pa.Schema] = pa.schema([("photo_id", pa.string()), ("holder", pa.string()), ("until", MOMENT)])

    def claim(self, photo_ids: Iterable[PhotoId], holder: str, until: datetime, *, now: datetime) -> list[PhotoId]:
        """Take the photos that nobody else holds, or extend one's own; say which were had."""
        wanted = list(dict.fromkeys(photo_ids))
        with self.table.lock.held():
            held = self.held(now)
            free = [photo_id for photo_id in wanted if photo_id not in held or held[photo_id].holder == holder]
            self.table.replace([{"photo_id": photo_id, "holder": holder, "until": until} for photo_id in free])
        return free

    def release(self, photo_ids: Iterable[PhotoId], holder: str, *, now: datetime) -> None:
        """Give photos back that this holder has."""
        wanted = frozenset(photo_ids)
        with self.table.lock.held():
            mine = [lease for lease in self.held(now).values() if lease.holder == holder and lease.photo_id in wanted]
            self.table.replace([{"photo_id": lease.photo_id, "holder": holder, "until": now} for lease in mine])

    def held(self, now: datetime) -> dict[PhotoId, Lease]:
        """List the leases that have not run out; what photos were ever leased costs nothing but a filter."""
        found = self.from_rows(self.table.scan(where=col("until") > lit(now.astimezone(UTC))))
        return {lease.photo_id: lease for lease in found}


class DrawTable(RecordTable[Draw]):
    """Photos drawn for audit, gold or a second opinion, with their probability."""

    record = Draw
    key = ("draw_id",)
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("draw_id", pa.string()),
            ("photo_id", pa.string()),
            ("purpose", pa.string()),
            ("probability", pa.float64()),
            ("drawn_at", MOMENT),
        ]
    )

    def counts(self) -> dict[str, int]:
        """Count the draws of each purpose; none of them becomes an object."""
        found = self.table.scan(["purpose"])["purpose"].value_counts()
        return {row["values"]: row["counts"] for row in found.to_pylist()}
