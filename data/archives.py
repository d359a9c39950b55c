"""Unpacking what people upload: a ZIP of a table and its pictures, into a folder of its own and nowhere else."""

from __future__ import annotations

import lzma
import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from data.errors import BadTable

MOST_FILES = 200_000
MOST_BYTES = 8 * 2**30
"""Of all files together, unpacked: counted as they come out, whatever the archive says of itself."""

KEPT_FREE = 2**28
"""Of the disk, whatever is unpacked: the store beside it goes on writing decisions."""

CHUNK = 2**20
NOT_MEANT = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError, ValueError)


def keep(upload: BinaryIO, archive: Path) -> None:
    """Write what was uploaded to a file.

    Raises:
        BadTable: the disk does not take it, or would have no room for decisions then.
    """
    try:
        with archive.open("wb") as target:
            while part := upload.read(CHUNK):
                _check_room(len(part), "the upload", archive.parent)
                target.write(part)
    except OSError as error:
        raise BadTable(
            f"the upload cannot be written to {archive.parent}: {error.strerror}",
            remedy="free some space there, and send it again",
        ) from error


def unpack(archive: Path, folder: Path) -> int:
    """Unpack a ZIP into a folder; say how many files it had. What a computer adds by itself is left out.

    Raises:
        BadTable: it is no ZIP that can be read, has a password, is too large for us or for the disk, or names a file that would
            lie elsewhere; what was unpacked so far stays in the folder.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [member for member in opened.infolist() if not member.is_dir() and _is_meant(member)]
            if len(members) > MOST_FILES:
                raise BadTable(f"{archive.name} has {len(members):,} files, more than {MOST_FILES:,}", remedy="split it")
            folder.mkdir(parents=True, exist_ok=True)
            _check_room(sum(member.file_size for member in members), archive.name, folder)
            room = MOST_BYTES
            for member in members:
                room = _extract(opened, member, folder / _inside(member), room)
    except BROKEN as error:
        raise BadTable(
            f"{archive.name} cannot be unpacked ({error})", remedy="pack it anew, as a ZIP without a password"
        ) from error
    except OSError as error:
        raise BadTable(f"{archive.name} cannot be unpacked: {error.strerror}", remedy="check the disk") from error
    return len(members)


def find_source(folder: Path) -> Path:
    """Find what to import in a folder that was unpacked: its only table, else the folder of pictures.

    Raises:
        BadTable: there are several tables, or nothing.
    """
    tables = sorted(path for path in folder.rglob("*") if path.suffix.casefold() == ".csv" and path.is_file())
    if len(tables) > 1:
        names = ", ".join(path.relative_to(folder).as_posix() for path in tables[:5])
        raise BadTable(f"there are {len(tables)} tables: {names}", remedy="send one at a time, with its pictures")
    if tables:
        return tables[0]
    inner = list(folder.iterdir())
    while len(inner) == 1 and inner[0].is_dir():
        folder, inner = inner[0], list(inner[0].iterdir())
    if not inner:
        raise BadTable("the archive is empty", remedy="pack a CSV with its pictures, or a folder of pictures")
    return folder


def _is_meant(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    return not any(part in NOT_MEANT or (part.startswith(".") and not part.startswith("..")) for part in parts)


def _inside(member: zipfile.ZipInfo) -> PurePosixPath:
    """Give where a file goes below the folder.

    Raises:
        BadTable: its name leads out of it, or it is a link.
    """
    named = PurePosixPath(member.filename)
    strange = not named.parts or named.is_absolute() or ".." in named.parts or "\\" in member.filename or ":" in named.parts[0]
    if strange or stat.S_ISLNK(member.external_attr >> 16):
        raise BadTable(f"the archive names '{member.filename[:80]}'", remedy="pack files of one folder, without links")
    return named


def _check_room(needed: int, name: str, folder: Path) -> None:
    """Refuse what the disk has no room for, by what the archive says of itself, before anything is written.

    Raises:
        BadTable: there is not enough.
    """
    free = shutil.disk_usage(folder).free
    if needed > free - KEPT_FREE:
        raise BadTable(
            f"{name} takes {_size(needed)} more, and the disk of {folder} has {_size(free)} free, of which {_size(KEPT_FREE)} "
            "are kept for decisions",
            remedy="free some space there, split the archive, or import from a folder on the server, which copies nothing",
        )


def _size(count: int) -> str:
    return f"{count / 2**30:,.1f} GiB" if count >= 2**30 else f"{count / 2**20:,.1f} MiB"


def _extract(opened: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path, room: int) -> int:
    """Write a file; give how many bytes there is room for then."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with opened.open(member) as source, to.open("wb") as target:
        while chunk := source.read(CHUNK):
            room -= len(chunk)
            if room < 0:
                raise BadTable(f"the archive is larger than {MOST_BYTES // 2**30} GiB, unpacked", remedy="split it")
            if shutil.disk_usage(to.parent).free < KEPT_FREE + len(chunk):
                raise BadTable(f"the disk of {to.parent} is full", remedy="free some space there, or split the archive")
            target.write(chunk)
    return room
