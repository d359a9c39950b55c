from __future__ import annotations

from threading import Event

import pytest

from dashboard.measured import Measured
from data.errors import FailedMeasurement, NotEnoughEvidence


def test_a_figure_is_measured_once_for_one_state() -> None:
    measured, calls = Measured[int](), list[int]()

    def build() -> int:
        calls.append(1)
        return len(calls)

    assert [measured.get("a", build), measured.get("a", build), measured.get("b", build)] == [1, 1, 2]


def test_a_page_does_not_wait_for_a_slow_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.measured.PATIENCE_S", 0.01)
    measured, go_on = Measured[int](), Event()

    def build() -> int:
        go_on.wait(20)
        return 7

    first = measured.get("a", build)
    busy = measured.renewing
    go_on.set()
    monkeypatch.setattr("dashboard.measured.PATIENCE_S", 20)

    assert (first, busy, measured.get("a", build)) == (None, True, 7)


def test_what_measuring_raises_is_raised_to_whoever_asks() -> None:
    def build() -> int:
        raise NotEnoughEvidence("nothing yet")

    with pytest.raises(NotEnoughEvidence, match="nothing yet"):
        Measured[int]().get("a", build)


def test_what_failed_is_measured_again_only_when_it_is_asked_for() -> None:
    measured, calls = Measured[int](), list[int]()

    def build() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("disk went away")
        return 7

    for _ in range(2):
        with pytest.raises(FailedMeasurement, match="OSError: disk went away"):
            measured.get("a", build)
    measured.forget_failure()

    assert (measured.get("a", build), len(calls)) == (7, 2)


def test_a_failure_that_is_shown_often_does_not_grow() -> None:
    def build() -> int:
        raise NotEnoughEvidence("nothing yet")

    measured = Measured[int]()
    depths = []
    for _ in range(4):
        with pytest.raises(NotEnoughEvidence) as raised:
            measured.get("a", build)
        depths.append(len(raised.traceback))

    assert depths[1] == depths[3]
