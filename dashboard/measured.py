"""Figures that are costly to measure: beside the pages, once per state of the store, one after the other.

A page never waits longer than `PATIENCE_S` for one. Where an earlier one is known it is shown until the new one is there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from data.errors import CoutureError, FailedMeasurement

_log = logging.getLogger(__name__)

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
            build: measures it. What it raises is raised here, until `forget_failure` or another state.

        Raises:
            FailedMeasurement: measuring ended in what is no error of ours.
        """
        until = time.monotonic() + PATIENCE_S
        while True:
            with self._guard:
                self._settle()
                held = self._held
                if held is not None and held.state == state:
                    return _value(held)
                if self._next is None and not self._rests():
                    self._next = _Measuring(state=state, began_s=time.monotonic(), future=_measuring.submit(_timed, build))
                going = self._next
            left = until - time.monotonic()
            slow = held is not None and _took_s(held) > PATIENCE_S
            if going is None or slow or left <= 0:
                return None if held is None else _value(held)
            wait([going.future], timeout=left)

    def forget_failure(self) -> None:
        """Measure anew what could not be measured, when it is asked for next."""
        with self._guard:
            self._settle()
            if self._held is not None and self._held.future.exception() is not None:
                self._held = None

    def _settle(self) -> None:
        """Take over what has been measured; the guard is held."""
        if self._next is not None and self._next.future.done():
            self._held, self._next = self._next, None

    def _rests(self) -> bool:
        if self._held is None or _took_s(self._held) <= PATIENCE_S:
            return False
        return time.monotonic() - self._held.began_s < (1 + REST) * _took_s(self._held)


def _value(done: _Measuring[Value]) -> Value:
    """Give what was measured; of a failure an error without the way it went the last time it was raised."""
    error = done.future.exception()
    if error is None:
        return done.future.result()[0]
    if isinstance(error, CoutureError):
        raise error.with_traceback(None)
    raise FailedMeasurement(
        f"this could not be measured ({type(error).__name__}: {error})",
        remedy="try again; if it stays, 'couture doctor' says whether the store is sound",
    ) from error


def _timed(build: Callable[[], Value]) -> tuple[Value, float]:
    began_s = time.monotonic()
    try:
        return build(), time.monotonic() - began_s
    except CoutureError:
        raise
    except Exception:
        _log.exception("a figure could not be measured")
        raise


def _took_s(done: _Measuring[Value]) -> float:
    return 0.0 if done.future.exception() is not None else done.future.result()[1]
