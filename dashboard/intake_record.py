"""The record of an import that was asked for on a page: how far it is, and what became of each row, or would.

It is a folder beside the store, so that a page that is loaded again, another browser, and a server that was started anew all find
the same import.
"""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from data.errors import NotFound
from data.spreadsheet_cells import plain_cell, safe_cell
from data.tabular import Outcome, ReportedRow

FOLDER, RECORD, ROWS, FILES = "imports", "import.json", "rows.csv", "files"
COLUMNS = ("line", "subject", "outcome", "what", "remedy")
WRITTEN_EVERY_S = 0.3
FIRST = (Outcome.REFUSED, Outcome.TAKEN, Outcome.SKIPPED)
"""In which order rows are shown: what somebody must mend comes first."""


class Intake(StrEnum):
    """What may be imported."""

    CATALOGUE = "catalogue"
    PHOTOS = "photos"


class Stage(StrEnum):
    """How far an import is."""

    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"


UNDER_WAY = frozenset({Stage.CHECKING, Stage.IMPORTING})


@dataclass(frozen=True, kw_only=True)
class IntakeRecord:
    """An import as it stands.

    Attributes:
        name: of the import.
        intake: what is imported.
        source: the file or folder with the rows.
        by: who asked for it.
        at: when.
        stage: how far it is.
        done: rows of `total`.
        total: 0 where it is not known yet.
        outcomes: how many rows were, or would be, taken, skipped and refused.
        counts: what that made, or would make.
        notes: remarks on the table.
        what: of a refusal of the whole, what was wrong.
        remedy: of a refusal, what to do about it.
    """

    name: str
    intake: Intake
    source: str
    by: str
    at: datetime
    stage: Stage = Stage.CHECKING
    done: int = 0
    total: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    what: str = ""
    remedy: str = ""


def names_of_imports(home: Path) -> list[str]:
    """List the imports of a home, the newest first."""
    return sorted((path.parent.name for path in (home / FOLDER).glob(f"*/{RECORD}")), reverse=True)


def read_record(home: Path, name: str) -> IntakeRecord:
    """Read how far an import is.

    Raises:
        NotFound: there is no such import.
    """
    try:
        said = json.loads((home / FOLDER / Path(name).name / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFound(f"there is no import '{name}'", remedy="begin a new one on the page Catalogue") from error
    known = {"intake": Intake(said["intake"]), "stage": Stage(said["stage"]), "at": datetime.fromisoformat(said["at"])}
    return IntakeRecord(**{**said, **known, "notes": tuple(said["notes"])})


def write_record(home: Path, record: IntakeRecord) -> None:
    """Put a record in the place of the one before, at once and as a whole."""
    folder = home / FOLDER / record.name
    fresh = folder / f"{RECORD}.{os.getpid()}"
    fresh.write_text(json.dumps({**asdict(record), "at": record.at.isoformat()}), encoding="utf-8")
    fresh.replace(folder / RECORD)


def reporter(home: Path, record: IntakeRecord) -> Callable[[int, int], None]:
    """Give what notes how many rows are done, not oftener than a person sees."""
    written = 0.0

    def report(done: int, total: int) -> None:
        nonlocal written
        if time.monotonic() - written >= WRITTEN_EVERY_S:
            written = time.monotonic()
            write_record(home, replace(record, done=done, total=total))

    return report


def rows_path(home: Path, name: str) -> Path:
    """Name the CSV with what became of each row of an import, or would; safe to open as a spreadsheet."""
    return home / FOLDER / Path(name).name / ROWS


def write_rows(home: Path, name: str, rows: Iterable[ReportedRow]) -> None:
    """Write what became of each row: those first that somebody must mend, then by line."""
    ordered = sorted(rows, key=lambda row: (FIRST.index(row.outcome), row.number))
    with rows_path(home, name).open("w", encoding="utf-8-sig", newline="") as file:
        written = csv.writer(file)
        written.writerow(COLUMNS)
        written.writerows((row.number, *map(safe_cell, (row.subject, row.outcome, row.what, row.remedy))) for row in ordered)


def read_rows(home: Path, name: str, most: int) -> list[ReportedRow]:
    """Read the first rows of what `write_rows` wrote."""
    with rows_path(home, name).open(encoding="utf-8-sig", newline="") as file:
        listed = [row for _, row in zip(range(most), csv.DictReader(file), strict=False)]
    return [
        ReportedRow(
            number=int(row["line"]),
            subject=plain_cell(row["subject"]),
            outcome=Outcome(row["outcome"]),
            what=plain_cell(row["what"]),
            remedy=plain_cell(row["remedy"]),
        )
        for row in listed
    ]
