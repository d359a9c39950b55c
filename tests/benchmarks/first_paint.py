"""First paint of every page, warm, and what memory the server takes, with 20,000 assets and 100,000 photos in the store.

    python -m tests.benchmarks.first_paint                       # the store is made for the run
    python -m tests.benchmarks.first_paint --home var/large     # made there once, and kept

Painted: the page's script has run to its end and the pictures in sight are drawn. Warm: the server has shown the page before,
and the browser has a cache. Memory: what the server's process holds of RAM when all pages were shown, and its peak.
"""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer
from playwright.sync_api import Page, sync_playwright

from data.domain import EventId, Reviewer
from data.events import Review, Verdict
from data.store import Store, open_store
from tests.benchmarks.synthetic import START, demo_home, grown_home
from tests.e2e.conftest import CHROMIUM, DESK, FLAGS, Server, free_port, leave
from tests.e2e.screens import PAGES, Screen, asset_screen, visit

SECONDS = 2.0
GIB = 2.0
MEMORY = (("memory", "VmRSS"), ("peak", "VmHWM"))


def main(
    home: Annotated[Path | None, typer.Option(help="A home of that size, made there if it is not.")] = None,
    assets: Annotated[int, typer.Option(help="Assets in the store.")] = 20_000,
    photos: Annotated[int, typer.Option(help="Photos in the store.")] = 100_000,
    reviews: Annotated[int, typer.Option(help="Decisions in the store.")] = 5_000,
    paints: Annotated[int, typer.Option(help="First paints of each page.")] = 5,
    only: Annotated[list[str] | None, typer.Option(help="Name of a page; may be given more than once.")] = None,
) -> None:
    """Print each page's median and slowest first paint, the server's memory, and whether they keep the promise."""
    with TemporaryDirectory() as scratch, sync_playwright() as playwright:
        large = home or Path(scratch) / "large"
        if not large.exists():
            grown_home(demo_home(Path(scratch) / "demo"), large, assets=assets, photos=photos)
            _decide(open_store(large / "store"), reviews)
        store = open_store(large / "store", create=False)
        typer.echo(f"{store.assets.count():,} assets, {store.photos.count():,} photos, {store.events.count():,} decisions")
        screens = [screen for screen in (*PAGES, asset_screen(store.assets.all()[-1].sku)) if not only or screen.name in only]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        server = Server(large, free_port())
        server.start()
        try:
            with browser.new_context(viewport=DESK) as context:
                page = context.new_page()
                kept = [_measure(page, server.address, screen, paints) for screen in screens]
                leave(page)
            kept.append(_memory(server))
        finally:
            server.stop()
        browser.close()
    typer.echo("kept" if all(kept) else "not kept")


def _measure(page: Page, address: str, screen: Screen, paints: int) -> bool:
    """Show a page once, then measure how long it takes; say whether its median keeps the promise."""
    cold = _paint(page, address, screen)
    took = [_paint(page, address, screen) for _ in range(paints)]
    middle = statistics.median(took)
    verdict = "kept" if middle <= SECONDS else f"over {SECONDS:g} s"
    typer.echo(f"{screen.name:10} {middle:6.2f} s, slowest {max(took):.2f} (n = {paints}); the first {cold:.2f}: {verdict}")
    return middle <= SECONDS


def _paint(page: Page, address: str, screen: Screen) -> float:
    """Open a page until it is painted: seconds."""
    leave(page)
    began = time.monotonic()
    visit(page, address, screen)
    return time.monotonic() - began


def _memory(server: Server) -> bool:
    """Say what the server's process takes; say whether its peak keeps the promise."""
    said = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
    found = {name: int(said.split(f"{field}:")[1].split()[0]) / 2**20 for name, field in MEMORY}
    verdict = "kept" if found["peak"] <= GIB else f"over {GIB:g} GiB"
    typer.echo(f"{'server':10} {found['memory']:6.2f} GiB, peak {found['peak']:.2f}: {verdict}")
    return found["peak"] <= GIB


def _decide(store: Store, count: int) -> None:
    """Let four reviewers decide photos: every tenth is not in the DAM, the others match some asset, drawn with seed 0."""
    chance = np.random.default_rng(0)
    skus = [asset.sku for asset in store.assets.all()]
    decided = list(store.photos.submissions())[:count]
    store.events.append(
        [
            Review(
                event_id=EventId(f"decided-{at:06d}"),
                photo_id=photo_id,
                reviewer=Reviewer(("Ada", "Ben", "Carla", "Dov")[at % 4]),
                verdict=Verdict.MATCH if at % 10 else Verdict.NOT_IN_DAM,
                at=START + timedelta(minutes=at),
                sku=skus[chance.integers(len(skus))] if at % 10 else None,
                seconds=float(chance.uniform(2, 20)),
            )
            for at, photo_id in enumerate(decided)
        ]
    )


if __name__ == "__main__":
    typer.run(main)
