"""Imports that are asked for on a page: checked first, then done, each in a process of its own.

What would be taken is known before anything is stored. How far it is stands on a record: see `dashboard.intake_record`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from dashboard.intake_record import (
    FILES,
    FOLDER,
    RECORD,
    Intake,
    IntakeRecord,
    Stage,
    names_of_imports,
    read_record,
    reporter,
    write_record,
    write_rows,
)
from dashboard.settings import HOME_VARIABLE
from dashboard.wiring import Services
from data.archives import find_source
from data.catalogue import import_catalogue, preview_catalogue
from data.errors import BadTable, CoutureError, NotAllowed
from data.photos import import_photos, preview_photos
from data.tabular import ImportReport, Outcome

LOCK, LOG = "imports.lock", "imports.log"
UNDER_WAY = frozenset({Stage.CHECKING, Stage.IMPORTING})
UNPACKED_WITHIN = timedelta(hours=1)
"""An upload that has no record by then is nobody's any more."""

_starting = Lock()
_started: dict[Path, subprocess.Popen[bytes]] = {}
"""What this process has started, by home: a process needs seconds until it holds its lock."""


def prepare_upload(home: Path) -> Path:
    """Make the folder of a new import, for its files; what earlier uploads left behind that never became one goes."""
    clear_abandoned(home, before=datetime.now(UTC) - UNPACKED_WITHIN)
    files = home / FOLDER / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:6]}" / FILES
    files.mkdir(parents=True)
    return files


def clear_abandoned(home: Path, *, before: datetime) -> None:
    """Remove the folders that have no record and were made before a moment: of a server that ended while it unpacked."""
    for folder in (home / FOLDER).glob("*/"):
        with suppress(FileNotFoundError):  # another upload has removed it
            made = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
            if made < before and not (folder / RECORD).exists():
                shutil.rmtree(folder, ignore_errors=True)


def begin_check(services: Services, intake: Intake, *, by: str, path: str = "", files: Path | None = None) -> IntakeRecord:
    """Begin to check what an import would do, of a path on this machine or of files in the folder of an upload.

    Raises:
        BadTable: nothing is there.
        NotAllowed: another import is under way.
    """
    if files is None and not path.strip():
        raise BadTable("nothing is given to import", remedy="wait until the upload is complete, or give a path on this server")
    source = find_source(files) if files is not None else _on_this_server(path.strip())
    name = (files or prepare_upload(services.home)).parent.name
    record = IntakeRecord(name=name, intake=intake, source=str(source.absolute()), by=by, at=datetime.now(UTC))
    _start(services.home, record)
    return record


def _on_this_server(path: str) -> Path:
    try:
        source = Path(path).expanduser()
        there = source.exists()
    except (OSError, RuntimeError) as error:
        raise BadTable(f"'{path[:80]}' cannot be looked at: {error}", remedy="give another path on this server") from error
    if not there:
        raise BadTable(f"there is nothing at '{path}'", remedy="give the path of a CSV file or a folder on this server")
    return source


def begin_import(services: Services, name: str) -> None:
    """Begin to do what was checked.

    Raises:
        NotAllowed: another import is under way.
        NotFound: there is no such import.
    """
    _start(services.home, replace(read_record(services.home, name), stage=Stage.IMPORTING, done=0, what="", remedy=""))


def begin_again(services: Services, name: str) -> None:
    """Begin anew with what was interrupted: to check, or to import.

    Raises:
        NotAllowed: another import is under way.
        NotFound: there is no such import.
    """
    _start(services.home, replace(read_record(services.home, name), done=0))


def discard(services: Services, name: str) -> None:
    """Forget an import, with its files and its report; what it stored stays.

    Raises:
        NotAllowed: one is under way.
    """
    if is_under_way(services.home):
        raise NotAllowed("an import is under way", remedy="wait until it is done")
    shutil.rmtree(services.home / FOLDER / Path(name).name, ignore_errors=True)


def read_imports(home: Path) -> list[IntakeRecord]:
    """List the imports that were asked for, the newest first; one whose process is gone was interrupted."""
    running = is_under_way(home)
    found = [read_record(home, name) for name in names_of_imports(home)]
    return [replace(one, stage=Stage.INTERRUPTED) if one.stage in UNDER_WAY and not running else one for one in found]


def is_under_way(home: Path) -> bool:
    """Say whether an import of this home goes on, whoever started it."""
    if home in _started and _started[home].poll() is None:
        return True
    try:
        with FileLock(home / LOCK, timeout=0):
            return False
    except Timeout:
        return True


def carry_out(services: Services, name: str) -> IntakeRecord:
    """Do what a record says, in this process; give the record as it stands then.

    Raises:
        NotAllowed: another process imports.
        NotFound: there is no such import.
    """
    home = services.home
    try:
        with FileLock(home / LOCK, timeout=0):
            record = read_record(home, name)
            try:
                ended = _carry_out(services, record)
            except CoutureError as error:
                ended = replace(record, stage=Stage.REFUSED, what=error.what, remedy=error.remedy)
            write_record(home, ended)
    except Timeout as error:
        raise NotAllowed(f"{home} takes an import already", remedy="wait until that is done") from error
    if ended.stage is Stage.DONE:
        shutil.rmtree(home / FOLDER / name / FILES, ignore_errors=True)
    return ended


def _carry_out(services: Services, record: IntakeRecord) -> IntakeRecord:
    store, source, report = services.store, Path(record.source), reporter(services.home, record)
    importing = record.stage is Stage.IMPORTING
    if record.intake is Intake.PHOTOS and importing:
        found = import_photos(store, source, submitted_by=record.by, on_progress=report)
    elif record.intake is Intake.PHOTOS:
        found = preview_photos(store, source, on_progress=report)
    else:
        found = (import_catalogue if importing else preview_catalogue)(store, source, on_progress=report)
    write_rows(services.home, record.name, found.rows)
    return _summed(replace(record, stage=Stage.DONE if importing else Stage.CHECKED), found)


def _summed(record: IntakeRecord, found: ImportReport) -> IntakeRecord:
    return replace(
        record,
        done=len(found.rows),
        total=len(found.rows),
        outcomes={outcome.value: sum(row.outcome is outcome for row in found.rows) for outcome in Outcome},
        counts={name: number for name, number in found.counts.items() if number},
        notes=found.notes,
    )


def _start(home: Path, record: IntakeRecord) -> None:
    with _starting:
        if is_under_way(home):
            raise NotAllowed("another import is under way", remedy="wait until it is done: this page shows how far it is")
        write_record(home, record)
        command = [sys.executable, "-m", "dashboard", "--home", str(home), "import", "carry-out", record.name]
        environment = {**os.environ, HOME_VARIABLE: str(home)}
        with (home / LOG).open("w", encoding="utf-8") as log:
            _started[home] = subprocess.Popen(  # noqa: S603  # our own
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment, start_new_session=True
            )
