"""The short form of `tests/benchmarks/faults.py`: every kind of fault twice, while two tabs decide."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.benchmarks.synthetic import grown_home
from tests.e2e.conftest import DESK, Server, free_port
from tests.e2e.faults import Storm, faults_of
from tests.e2e.reviewing import events
from tests.e2e.wire import Wire

FAULTS = 10


def test_through_every_fault_each_decision_is_stored_once_on_its_photo(browser: Browser, demo_home: Path, tmp_path: Path) -> None:
    server = Server(grown_home(demo_home, tmp_path / "home", assets=0, photos=200), free_port())
    server.start()
    context = browser.new_context(viewport=DESK)
    with Wire(server.port) as wire:
        tally = Storm(context, server, wire, "storm", seed=1).run(FAULTS)
        context.close()
    tally.stored = events(server.home)
    server.stop()

    assert faults_of(tally) == []
    assert len(tally.decided) >= FAULTS
    assert len(tally.acknowledged) > FAULTS / 2
    assert sum(tally.faults.values()) == FAULTS
