"""Long work in a process of its own: one of a kind per home at a time, on a record that any page can read.

The record is a file beside the store, so that a page that is loaded again, another browser, and a server that was started anew
all find the same run: how far it is, or how it ended. A run whose process is gone without having said so was interrupted.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from dashboard.settings import HOME_VARIABLE
from data.errors import CoutureError, NotAllowed

WRITTEN_EVERY_S = 0.3
"""A record is written when a stage begins, and no oftener than this between."""

LOOKED_AT_S = 5
"""So long a run waits for its lock: a page that asks whether one runs holds it for a moment."""

STARTING = "starting"


class RunKind(StrEnum):
    """What runs beside the dashboard."""

    RETUNE = "retune"
    RANKING = "ranking"


class RunState(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """A run as it stands.

    Attributes:
        kind: what runs.
        by: who asked for it.
        started_at: when.
        state: how it stands.
        stage: what it does, or did last.
        done: of `total`, in that stage.
        total: 0 where it is not known yet.
        ended_at: when it ended; None before, and where nobody was there to say so.
        said: what came of it, such as the version that was fitted; of a refusal, what was wrong.
        remedy: of a refusal, what to do about it.
        pid: of the process that does it; 0 before it says so.
    """

    kind: RunKind
    by: str
    started_at: datetime
    state: RunState = RunState.RUNNING
    stage: str = STARTING
    done: int = 0
    total: int = 0
    ended_at: datetime | None = None
    said: str = ""
    remedy: str = ""
    pid: int = 0


class RunLog:
    """Keeps the record of the run that this process does."""

    def __init__(self, home: Path, record: RunRecord) -> None:
        self._home, self._record = home, record
        self._written_s = 0.0
        _write(home, record)

    def progress(self, stage: str, done: int, total: int) -> None:
        """Note how far it is."""
        begins = stage != self._record.stage
        self._record = replace(self._record, stage=stage, done=done, total=total)
        if begins or time.monotonic() - self._written_s >= WRITTEN_EVERY_S:
            self._written_s = time.monotonic()
            _write(self._home, self._record)

    def end(self, state: RunState, said: str = "", remedy: str = "") -> None:
        """Note how it ended; what was noted first stays."""
        if self._record.state is RunState.RUNNING:
            self._record = replace(self._record, state=state, ended_at=datetime.now(UTC), said=said, remedy=remedy)
            _write(self._home, self._record)


_starting = Lock()
_started: dict[tuple[Path, RunKind], subprocess.Popen[bytes]] = {}
"""What this process has started: a process needs seconds until it holds its lock."""


@contextmanager
def recorded_run(home: Path, kind: RunKind, by: str) -> Iterator[RunLog]:
    """Be the one run of a kind, on the record; a refusal is noted and raised on.

    Raises:
        NotAllowed: another process does such a run.
    """
    try:
        with FileLock(_lock_path(home, kind), timeout=LOOKED_AT_S):
            log = RunLog(home, RunRecord(kind=kind, by=by, started_at=datetime.now(UTC), pid=os.getpid()))
            try:
                yield log
            except CoutureError as error:
                log.end(RunState.REFUSED, error.what, error.remedy)
                raise
            log.end(RunState.DONE)
    except Timeout as error:
        raise NotAllowed(f"a {kind} of {home} runs already", remedy="wait until it is done") from error


def start_run(home: Path, kind: RunKind, by: str, arguments: Sequence[str]) -> None:
    """Start a command of ours that does a run, in a process that outlives this one.

    Raises:
        NotAllowed: one of that kind runs already.
    """
    with _starting:
        if is_running(home, kind):
            raise NotAllowed(f"a {kind} runs already", remedy="wait until it is done: this page shows how far it is")
        _write(home, RunRecord(kind=kind, by=by, started_at=datetime.now(UTC)))
        _started[home, kind] = launch(home, log_path(home, kind), arguments)


def launch(home: Path, log: Path, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a command of ours in a process that outlives this one, and what it writes in a file."""
    command = [sys.executable, "-m", "dashboard", "--home", str(home), *arguments]
    environment = {**os.environ, HOME_VARIABLE: str(home)}
    with log.open("w", encoding="utf-8") as written:
        return subprocess.Popen(  # noqa: S603  # our own
            command, stdout=written, stderr=written, stdin=subprocess.DEVNULL, env=environment, start_new_session=True
        )


def stop_run(home: Path, kind: RunKind) -> None:
    """Have a run end as if by Ctrl-C; what it stored stays. Nothing happens where none goes on."""
    found = _read(home, kind)
    if found is not None and found.pid and found.state is RunState.RUNNING and is_running(home, kind):
        with suppress(ProcessLookupError):  # it has just ended
            os.kill(found.pid, signal.SIGINT)


def read_run(home: Path, kind: RunKind) -> RunRecord | None:
    """Read the record of the last run of a kind; None where there was none."""
    found = _read(home, kind)
    if found is None or found.state is not RunState.RUNNING or is_running(home, kind):
        return found
    found = _read(home, kind)  # it may have ended between the two looks
    gone = found is not None and found.state is RunState.RUNNING
    return replace(found, state=RunState.INTERRUPTED) if found is not None and gone else found


def is_running(home: Path, kind: RunKind) -> bool:
    """Say whether a run of a kind goes on, whoever started it."""
    started = _started.get((home, kind))
    if started is not None and started.poll() is None:
        return True
    try:
        with FileLock(_lock_path(home, kind), timeout=0):
            return False
    except Timeout:
        return True


def log_path(home: Path, kind: RunKind) -> Path:
    """Name the file with what a run's process wrote."""
    return home / f"{kind}.log"


def _lock_path(home: Path, kind: RunKind) -> Path:
    return home / f"{kind}.lock"


def _write(home: Path, record: RunRecord) -> None:
    """Put a record in the place of the one before, at once and as a whole."""
    said = {**asdict(record), "started_at": record.started_at.isoformat()}
    said["ended_at"] = record.ended_at.isoformat() if record.ended_at else None
    fresh = home / f"{record.kind}.run.{os.getpid()}"
    fresh.write_text(json.dumps(said), encoding="utf-8")
    fresh.replace(home / f"{record.kind}.run.json")


def _read(home: Path, kind: RunKind) -> RunRecord | None:
    try:
        said = json.loads((home / f"{kind}.run.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    ended = said["ended_at"]
    moments = {
        "started_at": datetime.fromisoformat(said["started_at"]),
        "ended_at": datetime.fromisoformat(ended) if ended else None,
    }
    return RunRecord(**{**said, **moments, "kind": RunKind(said["kind"]), "state": RunState(said["state"])})
