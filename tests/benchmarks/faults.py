"""500 faults while a scripted reviewer decides in two tabs: what was acknowledged and lost, stored twice, or on the wrong photo.

    python -m tests.benchmarks.faults --faults 500

The server is killed, sockets and the network are cut, pages are reloaded and tabs closed, each in the middle of a decision.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from playwright.sync_api import sync_playwright

from tests.benchmarks.synthetic import demo_home, grown_home
from tests.e2e.conftest import CHROMIUM, DESK, FLAGS, Server, free_port
from tests.e2e.faults import Storm, Tally, faults_of
from tests.e2e.reviewing import events
from tests.e2e.wire import Wire

AT_ONCE = 50
"""Faults of one browser: a fresh one after them, so that its memory does not grow."""


def main(
    faults: Annotated[int, typer.Option(help="How many.")] = 500, seed: Annotated[int, typer.Option(help="Of their order.")] = 0
) -> None:
    """Decide through faults, and compare what was decided with what is stored."""
    began = time.monotonic()
    with TemporaryDirectory() as scratch:
        home = grown_home(demo_home(Path(scratch) / "demo"), Path(scratch) / "home", assets=0, photos=200 + 8 * faults)
        server = Server(home, free_port())
        server.start()
        whole = Tally()
        for number, start in enumerate(range(0, faults, AT_ONCE)):
            found = _storm(server, f"storm {number}", seed + number, min(AT_ONCE, faults - start))
            whole.faults += found.faults
            whole.decided += found.decided
            whole.acknowledged |= found.acknowledged
            typer.echo(f"{sum(whole.faults.values())} faults, {len(whole.decided)} decisions, {time.monotonic() - began:.0f} s")
        server.stop()
        whole.stored = events(home)
    typer.echo(f"seed {seed}: " + ", ".join(f"{count} × {name}" for name, count in whole.faults.items()))
    typer.echo(f"{len(whole.decided)} decisions by key, {len(whole.acknowledged)} seen acknowledged, {len(whole.stored)} stored")
    wrong = faults_of(whole)
    typer.echo("nothing lost, nothing twice, nothing on the wrong photo" if not wrong else "; ".join(wrong))
    for name, rows in (("lost", whole.lost), ("unasked", whole.unasked), ("twice", whole.twice)):
        for row in rows:
            typer.echo(f"  {name}: {row}")
    raise typer.Exit(1 if wrong else 0)


def _storm(server: Server, reviewer: str, seed: int, faults: int) -> Tally:
    with sync_playwright() as playwright, Wire(server.port) as wire:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tally = Storm(browser.new_context(viewport=DESK), server, wire, reviewer, seed).run(faults)
        browser.close()
    return tally


if __name__ == "__main__":
    typer.run(main)
