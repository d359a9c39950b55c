"""Reading CSV files that people made: rows with their line numbers, or one clear refusal."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from data.errors import BadTable, CoutureError, RefusedRow
from data.spreadsheet_cells import plain_cell

SEPARATORS = ",;\t"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a table: `number` counts lines of the file from 1, with the header, and is where the row begins.

    Cells are stripped, missing ones are empty. `surplus` counts filled cells beyond the last column.
    """

    number: int
    cells: Mapping[str, str]
    surplus: int = 0

    def __getitem__(self, column: str) -> str:
        """Give a cell, empty where the column is missing.

        Raises:
            RefusedRow: the row has more cells than the table has columns, so that none can be trusted.
        """
        if self.surplus:
            raise RefusedRow(
                f"the row has {self.surplus} more cells than there are columns",
                remedy="put a cell that has a separator in it between double quotes",
            )
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


class Outcome(StrEnum):
    """What became of a row."""

    TAKEN = "taken"
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class ReportedRow:
    """A row of an import: where it begins, the sku or photo id that it names, and what became of it, or would."""

    number: int
    subject: str
    outcome: Outcome
    what: str = ""
    remedy: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import took, found there already, and refused, or would; `rows` are all of them, where they are told."""

    taken: int = 0
    skipped: int = 0
    refused: tuple[RefusedLine, ...] = ()
    notes: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    rows: tuple[ReportedRow, ...] = ()


def refused_row(line: Line, named: str, error: CoutureError) -> ReportedRow:
    """Report a row that cannot be taken; `named` is the column that says what it is of."""
    subject = line.cells.get(named, "")
    return ReportedRow(number=line.number, subject=subject, outcome=Outcome.REFUSED, what=error.what, remedy=error.remedy)


def report_of(rows: Iterable[ReportedRow], notes: tuple[str, ...], counts: Mapping[str, int]) -> ImportReport:
    """Sum up what became of rows."""
    ordered = sorted(rows, key=lambda row: row.number)
    refused = [row for row in ordered if row.outcome is Outcome.REFUSED]
    return ImportReport(
        taken=sum(row.outcome is Outcome.TAKEN for row in ordered),
        skipped=sum(row.outcome is Outcome.SKIPPED for row in ordered),
        refused=tuple(RefusedLine(number=row.number, what=row.what, remedy=row.remedy) for row in refused),
        notes=notes,
        counts=dict(counts),
        rows=tuple(ordered),
    )


def read_sheet(path: Path, *, required: Iterable[str], optional: Iterable[str]) -> Sheet:
    """Read a CSV file.

    Args:
        path: UTF-8, with or without a byte order mark; separated by comma, semicolon or tab.
        required: columns that must be there.
        optional: columns that may be.

    Raises:
        BadTable: the file is missing, empty, in another encoding, or its header lacks or repeats a column.
    """
    text = _read_text(path)
    separator = max(SEPARATORS, key=re.split(r"[\r\n]", text, maxsplit=1)[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    lines, begins = list[Line](), 1
    try:
        header = [name.strip().casefold() for name in next(reader)]
        _check_header(path, header, tuple(required))
        begins = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                values = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
                surplus = sum(bool(cell.strip()) for cell in cells[len(header) :])
                lines.append(Line(number=begins, cells=values, surplus=surplus))
            begins = reader.line_num + 1
    except StopIteration:
        raise BadTable(f"{path.name} is empty", remedy="give it a header and rows") from None
    except csv.Error as error:
        raise BadTable(f"{path.name}, the row that begins in line {begins}: {error}", remedy="check its quotes") from error
    known = {*required, *optional, ""}
    return Sheet(lines=tuple(lines), ignored=tuple(name for name in header if name not in known))


def unmarked(line: Line) -> Line:
    """Give a row as it was before an export of ours marked its cells for spreadsheets."""
    return replace(line, cells={name: plain_cell(cell) for name, cell in line.cells.items()})


def _read_text(path: Path) -> str:
    remedy = "save it as 'CSV UTF-8' and import it again"
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadTable(f"{path} cannot be read: {error.strerror}", remedy="check the path") from error
    except UnicodeDecodeError as error:
        raise BadTable(f"{path.name} is not UTF-8 (byte {error.start})", remedy=remedy) from error
    if "\0" in text:  # UTF-16 without a mark decodes as UTF-8 where all is ASCII
        raise BadTable(f"{path.name} is not UTF-8 text (byte {text.index(chr(0))})", remedy=remedy)
    return text


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
    try:
        found = (folder / named).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise BadTable(f"{named!r} is no path that can be followed", remedy="check the path") from error
    if not found.is_relative_to(folder):
        raise BadTable(f"{named} lies outside of the table's folder", remedy="copy the file beside the table")
    return found
