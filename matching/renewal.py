"""Keeping what is costly to read: renewed at once where that is quick, else beside those who use it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable
from threading import Lock, RLock, Thread
from typing import Generic, TypeVar

from data.errors import CoutureError

QUICK_S = 0.3
"""What took longer the last time is renewed beside its users, who see the earlier one until then."""

REST = 5
"""So many times as long as it took, it then stays as it is: an import that goes on may cost a sixth of a core, and no more."""

Value = TypeVar("Value")
_log = logging.getLogger(__name__)


class Renewal(Generic[Value]):
    """One value, and the state of the store that it was read from. Safe to share between threads."""

    def __init__(self) -> None:
        self._guard, self._building = Lock(), RLock()
        self._held: tuple[Hashable, Value] | None = None
        self._took_s = self._ended_s = 0.0
        self._beside: Thread | None = None

    def get(self, state: Hashable, build: Callable[[], Value], *, usable: Callable[[Value], bool] = lambda _: True) -> Value:
        """Give the value of a state of the store, or an earlier one while it is being renewed.

        Args:
            state: what the value is read from; another state means another value.
            build: reads it.
            usable: whether an earlier value still serves; if not, this call waits for the new one.
        """
        with self._guard:
            held = self._held
            if held is not None and held[0] == state:
                return held[1]
            if held is not None and self._took_s > QUICK_S and usable(held[1]):
                self._renew_beside(state, build)
                return held[1]
        return self._build(state, build)

    def settle(self) -> None:
        """Wait until a renewal that has begun beside is over."""
        with self._guard:
            beside = self._beside
        if beside is not None:
            beside.join()

    def _build(self, state: Hashable, build: Callable[[], Value]) -> Value:
        with self._building:
            with self._guard:
                if self._held is not None and self._held[0] == state:  # while this one waited
                    return self._held[1]
            began = time.monotonic()
            value = build()
            with self._guard:
                self._held = (state, value)
                self._ended_s = time.monotonic()
                self._took_s = self._ended_s - began
            return value

    def _renew_beside(self, state: Hashable, build: Callable[[], Value]) -> None:
        """Begin, unless one runs or the last one was just now; the guard is held."""
        running = self._beside is not None and self._beside.is_alive()
        if not running and time.monotonic() - self._ended_s >= REST * self._took_s:
            self._beside = Thread(target=self._try, args=(state, build), name="renewal", daemon=True)
            self._beside.start()

    def _try(self, state: Hashable, build: Callable[[], Value]) -> None:
        try:
            self._build(state, build)
        except CoutureError:
            _log.warning("what is kept in memory could not be renewed, and will be later", exc_info=True)
