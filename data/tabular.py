"""Reading CSV files that people made: rows with their line numbers, or one clear refusal."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from data.errors import BadTable

SEPARATORS = ",;\t"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a table: `number` counts from 1 with the header; cells are stripped, missing ones are empty."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Give a cell, empty where the column is missing."""
        return self.cells.get(column, "")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table with its rows; `ignored` are the columns that nobody asked for."""

    lines: tuple[Line, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RefusedLine:
    """A row that was not taken: what was wrong, and what to do."""

    number: int
    what: str
    remedy: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import took, found there already, and refused, row by row."""

    taken: int = 0
    skipped: int = 0
    refused: tuple[RefusedLine, ...] = ()
    notes: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


def read_sheet(path: Path, *, required: Iterable[str], optional: Iterable[str]) -> Sheet:
    """Read a CSV file.

    Args:
        path: UTF-8, with or without a byte order mark; separated by comma, semicolon or tab.
        required: columns that must be there.
        optional: columns that may be.

    Raises:
        BadTable: the file is missing, empty, in another encoding, or its header lacks or repeats a column.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadTable(f"{path} cannot be read: {error.strerror}", remedy="check the path") from error
    except UnicodeDecodeError as error:
        raise BadTable(
            f"{path.name} is not UTF-8 (byte {error.start})", remedy="save it as 'CSV UTF-8' and import it again"
        ) from error
    header_line = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=header_line.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    try:
        header = [name.strip().casefold() for name in next(reader)]
        _check_header(path, header, tuple(required))
        lines = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                values = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
                lines.append(Line(number=reader.line_num, cells=values))
    except StopIteration:
        raise BadTable(f"{path.name} is empty", remedy="give it a header and rows") from None
    except csv.Error as error:
        raise BadTable(f"{path.name}, line {reader.line_num}: {error}", remedy="check its quotes") from error
    known = {*required, *optional}
    return Sheet(lines=tuple(lines), ignored=tuple(name for name in header if name not in known))


def _check_header(path: Path, header: list[str], required: tuple[str, ...]) -> None:
    missing = [name for name in required if name not in header]
    if missing:
        raise BadTable(
            f"{path.name} has no column {' and '.join(missing)}; its columns are {', '.join(header) or 'none'}",
            remedy=f"name them {', '.join(required)} in the first line",
        )
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise BadTable(f"{path.name} has the column {' and '.join(twice)} twice", remedy="leave one of them")


def file_beside(table: Path, named: str) -> Path:
    """Find the file that a cell names, in the table's own folder or below.

    Raises:
        BadTable: the cell is empty, or the path leads out of the folder.
    """
    if not named:
        raise BadTable("no file is named", remedy="give a path beside the table")
    folder = table.parent.resolve()
    found = (folder / named).resolve()
    if not found.is_relative_to(folder):
        raise BadTable(f"{named} lies outside of the table's folder", remedy="copy the file beside the table")
    return found
