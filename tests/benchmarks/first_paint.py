"""First paint of every page, warm, and what memory the server takes, with 20,000 assets and 100,000 photos in the store.

    python -m tests.benchmarks.first_paint                       # the store is made for the run
    python -m tests.benchmarks.first_paint --home var/large      # made there once, and kept
    python -m tests.benchmarks.first_paint --home var/reviewed --reviews 25000

Painted: the page's script has run to its end and the pictures in sight are drawn. Warm: the server has shown every page before,
and the browser has a cache; the pages are painted in rounds, so that none is alone with what a server reads after its start.
Memory: what the server's process holds of RAM at the end, and its peak. The load of the machine stands beside it: what others
compute in the meantime makes a paint slower.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
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
HEADER = "| page | median s | slowest s | first s | |\n|---|---|---|---|---|"


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
        typer.echo(f"n = {paints} paints of each page, after the first of each\n\n{HEADER}")
        screens = [screen for screen in (*PAGES, asset_screen(store.assets.all()[-1].sku)) if not only or screen.name in only]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        server = Server(large, free_port())
        server.start()
        try:
            with browser.new_context(viewport=DESK) as context:
                page = context.new_page()
                rounds = [[_paint(page, server.address, screen) for screen in screens] for _ in range(1 + paints)]
                kept = [_told(screen, took) for screen, took in zip(screens, zip(*rounds, strict=True), strict=True)]
                leave(page)
                memory, peak = _memory(server)
                typer.echo(f"\nmemory {memory:.2f} GB, peak {peak:.2f} GB; load {os.getloadavg()[0]:.1f}")
        finally:
            server.stop()
        browser.close()
    typer.echo("kept" if all(kept) and peak <= GIGABYTES else "not kept")


def _told(screen: Screen, took: Sequence[float]) -> bool:
    """Print what a page took, seconds of the first paint and of those after it; say whether their median keeps the promise."""
    first, *warm = took
    middle = statistics.median(warm)
    figures = f"{middle:.2f} | {max(warm):.2f} | {first:.2f}"
    typer.echo(f"| {screen.name} | {figures} | {'kept' if middle <= SECONDS else 'not kept'} |")
    return middle <= SECONDS


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
