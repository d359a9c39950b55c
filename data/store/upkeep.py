"""Compaction beside the writers: small fragments are merged on a thread of its own, and nobody who decides waits for it.

Lance lets a compaction and appended rows be committed side by side; where a compaction meets changed rows, it is the compaction
that gives way, and is tried again after the next write.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock

from data.errors import StoreError

COMPACT_EVERY = 200
"""Versions of a table, whoever wrote them: a command that writes once must count too."""

_log = logging.getLogger(__name__)
_worker = ThreadPoolExecutor(1, thread_name_prefix="compaction")
"""One for all tables of this process; a command ends when it has finished, so that none is begun in vain."""


class Upkeep:
    """Has a table compacted whenever it has come so many versions further. Safe to share between threads."""

    def __init__(self, name: str, compact: Callable[[], None], version: int) -> None:
        self._name, self._compact = name, compact
        self._lock = Lock()
        self._next = _following(version)
        self._running: Future[None] | None = None

    def note(self, version: int) -> None:
        """Say which version a write has made; compaction begins beside it where it is due."""
        with self._lock:
            if version < self._next or (self._running is not None and not self._running.done()):
                return
            with contextlib.suppress(RuntimeError):  # the program is ending: the next one will find it due
                self._running = _worker.submit(self._try, version)

    def settle(self) -> None:
        """Wait until a compaction that has begun is over."""
        with self._lock:
            running = self._running
        if running is not None:
            wait([running])

    def _try(self, version: int) -> None:
        """Compact. What was written is durable: a failure here must not make it look lost."""
        try:
            self._compact()
        except StoreError as error:
            _log.warning("the table '%s' could not be compacted, and will be later: %s", self._name, error)
        else:
            with self._lock:
                self._next = _following(version)


def _following(version: int) -> int:
    return (version // COMPACT_EVERY + 1) * COMPACT_EVERY
