"""One lock per table, across threads and processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from data.errors import StoreError

PATIENCE_S = 60.0

_shared: dict[Path, tuple[threading.RLock, FileLock]] = {}
"""One pair per file and process, so that two handles on one store in one thread do not wait for each other."""

_guard = threading.Lock()


class TableLock:
    """Serialises the writers of one table; readers never wait."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with _guard:
            made = (threading.RLock(), FileLock(path, timeout=PATIENCE_S, thread_local=False))
            self._thread, self._process = _shared.setdefault(path.resolve(), made)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for one batch.

        Raises:
            StoreError: another process has held it for a minute.
        """
        with self._thread:
            try:
                self._process.acquire()
            except Timeout as error:
                raise StoreError(
                    f"another process has been writing for {PATIENCE_S:.0f} s ({self._path.name})",
                    remedy="end the process that hangs, then try again",
                ) from error
            try:
                yield
            finally:
                self._process.release()
