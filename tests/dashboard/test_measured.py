from __future__ import annotations

from threading import Event

import pytest

from dashboard.measured import Measured
from data.errors import NotEnoughEvidence


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
