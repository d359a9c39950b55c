from __future__ import annotations

import threading

import pytest

from data.errors import StoreError
from matching.renewal import Renewal


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is built counts as slow, and may be renewed at once again."""
    monkeypatch.setattr("matching.renewal.QUICK_S", -1.0)
    monkeypatch.setattr("matching.renewal.REST", 0)


def test_a_state_is_read_once() -> None:
    kept, names = Renewal[str](), iter(["one", "two", "three"])

    assert [kept.get(1, lambda: next(names)) for _ in range(3)] == ["one"] * 3


def test_what_is_quick_is_renewed_at_once() -> None:
    kept = Renewal[str]()
    kept.get(1, lambda: "one")

    assert kept.get(2, lambda: "two") == "two"


def test_what_is_slow_is_renewed_beside_its_users(slow: None) -> None:
    kept, go_on = Renewal[str](), threading.Event()
    kept.get(1, lambda: "one")

    meanwhile = kept.get(2, lambda: "two" if go_on.wait(30) else "late")
    go_on.set()
    kept.settle()

    assert (meanwhile, kept.get(2, lambda: "never")) == ("one", "two")


def test_what_does_not_serve_any_more_is_waited_for(slow: None) -> None:
    kept = Renewal[str]()
    kept.get(1, lambda: "one")

    assert kept.get(2, lambda: "two", usable=lambda earlier: earlier != "one") == "two"


def test_one_renewal_runs_at_a_time(slow: None) -> None:
    kept, go_on, read = Renewal[str](), threading.Event(), list[int]()
    kept.get(1, lambda: "one")

    def build() -> str:
        read.append(1)
        assert go_on.wait(30)
        return "new"

    for state in (2, 3, 4):
        kept.get(state, build)
    go_on.set()
    kept.settle()

    assert read == [1]


def test_after_a_renewal_it_rests(slow: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.renewal.REST", 1e9)
    kept = Renewal[str]()
    kept.get(1, lambda: "one")
    kept.get(2, lambda: "two")
    kept.settle()

    assert kept.get(2, lambda: "two") == "one"


def test_a_renewal_that_fails_leaves_what_there_was_and_is_tried_again(slow: None, caplog: pytest.LogCaptureFixture) -> None:
    kept = Renewal[str]()
    kept.get(1, lambda: "one")

    def fail() -> str:
        raise StoreError("the disk is gone", remedy="bring it back")

    found = kept.get(2, fail)
    kept.settle()
    kept.get(2, lambda: "two")
    kept.settle()

    assert (found, kept.get(2, lambda: "never")) == ("one", "two")
    assert "could not be renewed" in caplog.text


def test_a_first_reading_that_fails_says_so() -> None:
    def fail() -> str:
        raise StoreError("the disk is gone", remedy="bring it back")

    with pytest.raises(StoreError, match="the disk is gone"):
        Renewal[str]().get(1, fail)
