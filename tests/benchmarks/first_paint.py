"""First paint of every page, warm, and what memory the server takes, with 20,000 assets and 100,000 photos in the store.

    python -m tests.benchmarks.first_paint                       # the store is made for the run
    python -m tests.benchmarks.first_paint --home var/large      # made there once, and kept
    python -m tests.benchmarks.first_paint --home var/reviewed --reviews 25000

Painted: the page's script has run to its end and the pictures in sight are drawn. Warm: the server has shown the page before,
and the browser has a cache. Memory: what the server's process holds of RAM when that page was shown last, and its peak until
then. The load of the machine stands beside it: what others compute in the meantime makes a paint slower.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from playwright.sync_api import Page, sync_playwright

from data.store import open_store
from tests.benchmarks.synthetic import add_reviews, demo_home, grown_home
from tests.e2e.conftest import CHROMIUM, DESK, FLAGS, Server, free_port, leave
from tests.e2e.screens import PAGES, Screen, asset_screen, visit

SECONDS = 2.0
GIGABYTES = 2.0
KIB = 1_024
HEADER = "| page | median s | slowest s | first s | memory GB | peak GB | load | |\n|---|---|---|---|---|---|---|---|"


def main(
    home: Annotated[Path | None, typer.Option(help="A home of that size, made there if it is not.")] = None,
    assets: Annotated[int, typer.Option(help="Assets in the store.")] = 20_000,
    photos: Annotated[int, typer.Option(help="Photos in the store.")] = 100_000,
    reviews: Annotated[int, typer.Option(help="Photos that were reviewed on a suggestion, in a store that is made.")] = 5_000,
    paints: Annotated[int, typer.Option(help="First paints of each page.")] = 5,
    only: Annotated[list[str] | None, typer.Option(help="Name of a page; may be given more than once.")] = None,
) -> None:
    """Print each page's median and slowest first paint, the server's memory, and whether they keep the promise."""
    with TemporaryDirectory() as scratch, sync_playwright() as playwright:
        large = home or Path(scratch) / "large"
        if not large.exists():
            grown_home(demo_home(Path(scratch) / "demo"), large, assets=assets, photos=photos)
            add_reviews(open_store(large / "store"), reviews)
        store = open_store(large / "store", create=False)
        typer.echo(f"{store.assets.count():,} assets, {store.photos.count():,} photos, {store.events.count():,} decisions")
        typer.echo(f"n = {paints} paints of each page, after the first\n\n{HEADER}")
        screens = [screen for screen in (*PAGES, asset_screen(store.assets.all()[-1].sku)) if not only or screen.name in only]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        server = Server(large, free_port())
        server.start()
        try:
            with browser.new_context(viewport=DESK) as context:
                page = context.new_page()
                kept = [_measure(page, server, screen, paints) for screen in screens]
                leave(page)
        finally:
            server.stop()
        browser.close()
    typer.echo("kept" if all(kept) else "not kept")


def _measure(page: Page, server: Server, screen: Screen, paints: int) -> bool:
    """Show a page once, then measure how long it takes; say whether its median and the server's peak keep the promise."""
    cold = _paint(page, server.address, screen)
    took = [_paint(page, server.address, screen) for _ in range(paints)]
    middle, (memory, peak), load = statistics.median(took), _memory(server), os.getloadavg()[0]
    kept = middle <= SECONDS and peak <= GIGABYTES
    figures = f"{middle:.2f} | {max(took):.2f} | {cold:.2f} | {memory:.2f} | {peak:.2f} | {load:.1f}"
    typer.echo(f"| {screen.name} | {figures} | {'kept' if kept else 'not kept'} |")
    return kept


def _paint(page: Page, address: str, screen: Screen) -> float:
    """Open a page until it is painted: seconds."""
    leave(page)
    began = time.monotonic()
    visit(page, address, screen)
    return time.monotonic() - began


def _memory(server: Server) -> tuple[float, float]:
    """Read what the server's process holds of RAM, and its peak, in gigabytes of 10⁹ bytes."""
    said = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
    now, peak = (int(said.split(f"{field}:")[1].split()[0]) * KIB / 1e9 for field in ("VmRSS", "VmHWM"))
    return now, peak


if __name__ == "__main__":
    typer.run(main)
