"""Backup: the whole store as of one moment, in one file with a list of checksums.

Files of a table are never changed once they are written, so hard links to them, made while every table's lock is held, are the
store as of that moment. What takes long, the copying, is done from the links, and keeps no writer waiting.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import lancedb

from data.errors import NotAllowed, StoreError
from data.store.backup_manifest import MANIFEST, BackupFile, BackupManifest, TableRows
from data.store.connection import LOCKS, Store
from data.store.locks import TableLock
from data.store.migrations import SCHEMA_VERSION
from data.store.table import FAULTS

Report = Callable[[str, int, int], None]
"""Told the stage, and how many of how many files are done."""
FIRST_LOCKED = ("meta", "photos", "leases")
"""Whose writers take other tables' locks inside of theirs: in their order, nobody waits for one who waits for him."""
ATTEMPTS = 50
"""How often a table is read anew that is being compacted meanwhile: compaction alone takes no lock."""
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, kw_only=True)
class BackupReport:
    """What a backup holds, or what a restore has put back."""

    file: Path
    tables: int
    rows: int
    files: int
    size_bytes: int
    moved_aside: Path | None = None


def back_up(store: Store, file: Path, *, overwrite: bool = False, report: Report | None = None) -> BackupReport:
    """Write the store as of now to one file; writers go on, and what was acknowledged before is in it.

    Raises:
        NotAllowed: there is a file of that name, and it may not be overwritten.
        StoreError: the store cannot be read, or the place cannot be written; what was there before stays.
    """
    if file.is_dir() or (file.exists() and not overwrite):
        raise NotAllowed(f"{file} is there already", remedy="name another file, or overwrite it with --force")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with _frozen(store) as frozen:
            manifest = _pack(frozen, part, store.installation_id, report)
        if overwrite:
            part.replace(file)
        else:
            _place(part, file)
    except FAULTS as error:
        raise StoreError(f"no backup could be written to {file}: {error}", remedy="check the disk and the path") from error
    finally:
        part.unlink(missing_ok=True)
    return report_of(file, manifest)


def report_of(file: Path, manifest: BackupManifest, moved_aside: Path | None = None) -> BackupReport:
    """Count what a backup holds."""
    return BackupReport(
        file=file,
        tables=len(manifest.tables),
        rows=sum(table.rows for table in manifest.tables),
        files=len(manifest.files),
        size_bytes=sum(part.size_bytes for part in manifest.files),
        moved_aside=moved_aside,
    )


@contextmanager
def all_locked(folder: Path) -> Iterator[list[str]]:
    """Keep every writer of a store out for a moment; give the names of its tables."""
    names = table_names(folder)
    first = [name for name in FIRST_LOCKED if name in names]
    with ExitStack() as held:
        for name in (*first, *(name for name in names if name not in first)):
            held.enter_context(TableLock(folder / LOCKS / f"{name}.lock").held())
        yield names


def table_names(folder: Path) -> list[str]:
    """List the tables that lie in a folder, in order of the alphabet."""
    return sorted(path.stem for path in folder.glob("*.lance") if path.is_dir())


def count_rows(folder: Path) -> tuple[TableRows, ...]:
    """Open every table of a folder and count its rows."""
    database = lancedb.connect(folder)
    return tuple(TableRows(name=name, rows=int(database.open_table(name).count_rows())) for name in table_names(folder))


@contextmanager
def _frozen(store: Store) -> Iterator[Path]:
    """Give a folder with the store as of one moment."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=store.address) as made:
        folder = Path(made)
        with all_locked(store.address) as names:
            for name in names:
                _link_table(store.address / f"{name}.lance", folder / f"{name}.lance")
        yield folder


def _link_table(source: Path, target: Path) -> None:
    for _ in range(ATTEMPTS):
        found = _listing(source)
        try:
            for path, _, _ in found:
                _link(source / path, target / path)
        except FileNotFoundError:
            pass  # a compaction has taken it away; the listing says so
        if _listing(source) == found:
            return
        shutil.rmtree(target, ignore_errors=True)
    raise StoreError(f"the table {source.stem} is compacted without end", remedy="try again when nothing is being indexed")


def _listing(folder: Path) -> list[tuple[str, int, int]]:
    """List path, size and time of change of every finished file; what is being written has a hidden name until it is."""
    found = []
    for path in folder.rglob("*"):
        try:
            facts = path.stat()
        except FileNotFoundError:
            continue
        if not path.is_dir() and not path.name.startswith("."):
            found.append((path.relative_to(folder).as_posix(), facts.st_size, facts.st_mtime_ns))
    return sorted(found)


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)


def _pack(folder: Path, part: Path, installation_id: str, report: Report | None) -> BackupManifest:
    tables = count_rows(folder)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = []
    with part.open("xb") as raw:
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as packed:
            for done, path in enumerate(paths, start=1):
                files.append(_pack_file(packed, path, path.relative_to(folder).as_posix()))
                if report is not None:
                    report("backup", done, len(paths))
            manifest = BackupManifest(
                schema_version=SCHEMA_VERSION,
                installation_id=installation_id,
                made_at=datetime.now(UTC),
                tables=tables,
                files=tuple(files),
            )
            packed.writestr(MANIFEST, manifest.to_json())
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


def _pack_file(packed: zipfile.ZipFile, path: Path, name: str) -> BackupFile:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, packed.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        while block := source.read(BLOCK_BYTES):
            digest.update(block)
            size += len(block)
            target.write(block)
    return BackupFile(path=name, size_bytes=size, sha256=digest.hexdigest())


def _place(part: Path, file: Path) -> None:
    """Give a finished file its name, unless somebody has taken it meanwhile."""
    try:
        os.link(part, file)
    except FileExistsError as error:
        raise NotAllowed(f"{file} is there already", remedy="name another file, or overwrite it with --force") from error
    except OSError:  # a file system without hard links
        part.replace(file)
