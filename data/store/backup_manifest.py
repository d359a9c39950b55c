"""What a backup says of itself: its schema, its tables, and a checksum for each file."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath

from data.errors import StoreError

MANIFEST = "couture-backup.json"
FORMAT = 1
SAFE_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")
"""What a part of a path may be: nothing that leads out of a folder, on any system."""


@dataclass(frozen=True, kw_only=True)
class BackupFile:
    """One file of the store: its path in the store's folder, its size and its SHA-256."""

    path: str
    size_bytes: int
    sha256: str

    def __post_init__(self) -> None:
        """Refuse a path that may lead out of the store's folder."""
        parts = self.path.split("/")
        if (
            not all(SAFE_PART.fullmatch(part) for part in parts)
            or not PurePosixPath(parts[0]).match("*.lance")
            or len(parts) == 1
        ):
            raise StoreError(f"the backup names the file {self.path!r}, which is no table's", remedy="take another backup")


@dataclass(frozen=True, kw_only=True)
class TableRows:
    """How many rows a table had."""

    name: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class BackupManifest:
    """What a backup holds."""

    schema_version: int
    installation_id: str
    made_at: datetime
    tables: tuple[TableRows, ...]
    files: tuple[BackupFile, ...]

    def to_json(self) -> str:
        """Write it down."""
        return json.dumps({"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}, indent=1)

    @classmethod
    def from_json(cls, text: bytes) -> BackupManifest:
        """Read it again.

        Raises:
            StoreError: it is none, is of a later program, or names a file outside of the store.
        """
        try:
            said = json.loads(text)
            if said["format"] > FORMAT:
                raise StoreError(
                    f"the backup is of format {said['format']}, this program reads {FORMAT}", remedy="update the program"
                )
            return cls(
                schema_version=int(said["schema_version"]),
                installation_id=str(said["installation_id"]),
                made_at=datetime.fromisoformat(said["made_at"]),
                tables=tuple(TableRows(name=str(row["name"]), rows=int(row["rows"])) for row in said["tables"]),
                files=tuple(BackupFile(**row) for row in said["files"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(f"the backup's list of contents cannot be read ({error!r})", remedy="take another backup") from error
