"""Figures that are costly to measure: beside the pages, once per state of the store, one after the other.

A page never waits longer than `PATIENCE_S` for one. Where an earlier one is known it is shown until the new one is there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

PATIENCE_S = 1.0
"""So long a page waits for a first figure, or for the next one where the last was measured in less."""

REST = 5
"""So many times as long as it took, a slow figure stays before it is measured anew: reviewers' decisions never stop."""

Value = TypeVar("Value")
_measuring = ThreadPoolExecutor(1, thread_name_prefix="measuring")


@dataclass(frozen=True, kw_only=True)
class _Measuring(Generic[Value]):
    state: Hashable
    began_s: float
    future: Future[tuple[Value, float]]


class Measured(Generic[Value]):
    """One figure, and the state of the store that it was measured in. Safe to share between threads."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._held: _Measuring[Value] | None = None
        self._next: _Measuring[Value] | None = None

    @property
    def renewing(self) -> bool:
        """Say whether it is being measured."""
        with self._guard:
            return self._next is not None

    def get(self, state: Hashable, build: Callable[[], Value]) -> Value | None:
        """Give the figure, or an earlier one while it is measured anew; None while the first is: ask again.

        Args:
            state: what is measured; another state means another figure.
            build: measures it. What it raises is raised here.
        """
        until = time.monotonic() + PATIENCE_S
        while True:
            with self._guard:
                self._settle()
                held = self._held
                if held is not None and held.state == state:
                    return held.future.result()[0]
                if self._next is None and not self._rests():
                    self._next = _Measuring(state=state, began_s=time.monotonic(), future=_measuring.submit(_timed, build))
                going = self._next
            left = until - time.monotonic()
            slow = held is not None and _took_s(held) > PATIENCE_S
            if going is None or slow or left <= 0:
                return None if held is None else held.future.result()[0]
            wait([going.future], timeout=left)

    def _settle(self) -> None:
        """Take over what has been measured; the guard is held."""
        if self._next is not None and self._next.future.done():
            self._held, self._next = self._next, None

    def _rests(self) -> bool:
        if self._held is None or _took_s(self._held) <= PATIENCE_S:
            return False
        return time.monotonic() - self._held.began_s < (1 + REST) * _took_s(self._held)


def _timed(build: Callable[[], Value]) -> tuple[Value, float]:
    began_s = time.monotonic()
    return build(), time.monotonic() - began_s


def _took_s(done: _Measuring[Value]) -> float:
    return 0.0 if done.future.exception() is not None else done.future.result()[1]
