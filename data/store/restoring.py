"""Restore: a backup is checked whole, beside the store, before anything of the store is touched."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
import zlib
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from data.errors import NotAllowed, StoreError
from data.store.backup import BLOCK_BYTES, BackupReport, Report, all_locked, count_rows, report_of
from data.store.backup_manifest import MANIFEST, BackupFile, BackupManifest
from data.store.connection import LOCKS
from data.store.migrations import SCHEMA_VERSION
from data.store.table import FAULTS

ANOTHER = "take another backup: this one is damaged, or not all of it was copied"


def restore(file: Path, folder: Path, *, replace: bool = False, report: Report | None = None) -> BackupReport:
    """Put the store of a backup into a folder; a store that is there is moved aside, never deleted.

    Raises:
        NotAllowed: the folder has something in it, and may not be replaced.
        StoreError: the file is no backup, is damaged, or is of a later program; nothing was touched.
    """
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not replace):
        raise NotAllowed(f"there is a store at {folder} already", remedy="name another --home, or move it aside with --force")
    try:
        with zipfile.ZipFile(file) as packed:
            manifest = _read_manifest(packed, file)
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder.parent) as made:
                unpacked = Path(made) / "store"
                _unpack(packed, manifest, unpacked, report)
                moved = _swap(unpacked, folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise StoreError(f"{file} is no backup, or is damaged ({error})", remedy=ANOTHER) from error
    except FAULTS as error:
        raise StoreError(f"{file} cannot be restored to {folder}: {error}", remedy="check the paths and the disk") from error
    return report_of(file, manifest, moved)


def _read_manifest(packed: zipfile.ZipFile, file: Path) -> BackupManifest:
    names = packed.namelist()
    if MANIFEST not in names:
        raise StoreError(f"{file} is no backup of this program: it has no {MANIFEST}", remedy="name a file of 'couture backup'")
    manifest = BackupManifest.from_json(packed.read(MANIFEST))
    if manifest.schema_version > SCHEMA_VERSION:
        raise StoreError(
            f"{file} has schema version {manifest.schema_version}, this program reads {SCHEMA_VERSION}",
            remedy="update the program, or restore it with the one that wrote it",
        )
    if sorted(names) != sorted([MANIFEST, *(part.path for part in manifest.files)]):
        raise StoreError(f"{file} does not hold the files that it lists", remedy=ANOTHER)
    return manifest


def _unpack(packed: zipfile.ZipFile, manifest: BackupManifest, target: Path, report: Report | None) -> None:
    """Write every file, each checked against its checksum, and open every table."""
    (target / LOCKS).mkdir(parents=True)
    for done, part in enumerate(manifest.files, start=1):
        _unpack_file(packed, part, target / part.path)
        if report is not None:
            report("restore", done, len(manifest.files))
    if count_rows(target) != manifest.tables:
        raise StoreError("the tables of the backup have other rows than it lists", remedy=ANOTHER)


def _unpack_file(packed: zipfile.ZipFile, part: BackupFile, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with packed.open(part.path) as source, target.open("xb") as written:
        while block := source.read(BLOCK_BYTES):
            digest.update(block)
            size += len(block)
            if size > part.size_bytes:
                break
            written.write(block)
    if (size, digest.hexdigest()) != (part.size_bytes, part.sha256):
        raise StoreError(f"{part.path} in the backup is not what it was", remedy=ANOTHER)


def _swap(unpacked: Path, folder: Path) -> Path | None:
    """Put the folder in its place; say where that which stood there is now, None where nothing did."""
    if not folder.exists() or not any(folder.iterdir()):
        unpacked.replace(folder)
        return None
    aside = folder.with_name(f"{folder.name}-before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    with all_locked(folder) if folder.is_dir() else nullcontext():
        folder.replace(aside)
        try:
            unpacked.replace(folder)
        except OSError:
            aside.replace(folder)
            raise
    return aside
