"""From keypress to the next item painted, ours and Streamlit's native widgets in one run; and the page's first paint.

    python -m tests.benchmarks.review_speed                       # the demo catalogue, 200 photos
    python -m tests.benchmarks.review_speed --large               # and 20,000 assets with 100,000 photos queued

Painted: another photo stands on the screen, every picture of it is decoded, and the browser has drawn the frame.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.settings import HOME_VARIABLE
from tests.benchmarks.synthetic import demo_home, grown_home
from tests.e2e.conftest import CHROMIUM, DESK, FLAGS, free_port, leave, serving, wait_for
from tests.e2e.reviewing import saved

PATIENCE_MS = 120_000
OURS = """() => {
  const review = document.querySelector("[data-testid=stBidiComponentIsolated]")?.shadowRoot?.querySelector(".review");
  if (!review || review.querySelector(".stage").hidden) return null;
  return [review.dataset.photo, [...review.querySelectorAll(".stage img")]];
}"""
NATIVE = """() => {
  const photo = [...document.querySelectorAll("[data-testid=stMarkdown]")].pop()?.textContent;
  return photo?.startsWith("photo") ? [photo, [...document.querySelectorAll("[data-testid=stImage] img")]] : null;
}"""
STOPWATCH = """
  window.took = [];
  window.look = () => {
    const [photo, pictures] = (SCREEN)() || ["", []];
    return photo && pictures.length > 6 && pictures.every((one) => one.complete && one.naturalWidth) ? photo : "";
  };
  addEventListener("keydown", (event) => {
    const before = window.look();
    const drawn = new MessageChannel();
    drawn.port1.onmessage = () => window.took.push(performance.now() - event.timeStamp);
    const frame = () => {
      const now = window.look();
      if (now && now !== before) drawn.port2.postMessage(0); else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }, true);
"""


def main(
    keys: Annotated[int, typer.Option(help="Decisions measured of each.")] = 50,
    pause_ms: Annotated[int, typer.Option(help="How long the reviewer looks.")] = 700,
    large: Annotated[bool, typer.Option("--large", help="Also 20,000 assets and 100,000 photos.")] = False,
    paints: Annotated[int, typer.Option(help="First paints measured, server and cache warm.")] = 7,
) -> None:
    """Measure both, and print medians, p95 and ratios."""
    with TemporaryDirectory() as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        demo = demo_home(Path(scratch) / "demo")
        small = grown_home(demo, Path(scratch) / "small", assets=0, photos=200)
        ours, first = _ours(browser, small, keys, pause_ms, paints)
        native = _native(browser, grown_home(demo, Path(scratch) / "native", assets=0, photos=200), keys, pause_ms)
        _show("component, demo catalogue", ours)
        _show("native buttons and st.image", native)
        ratio = _interval(native, ours)
        typer.echo(f"native / component, medians: {ratio[0]:.1f} × (95 % {ratio[1]:.1f} to {ratio[2]:.1f}, {keys} keys each)")
        _show("first paint, warm", first)
        if large:
            many = grown_home(demo, Path(scratch) / "large", assets=20_000, photos=100_000)
            at_scale, first_at_scale = _ours(browser, many, keys, pause_ms, paints)
            _show("component, 20,000 assets and 100,000 photos", at_scale)
            _show("first paint, warm, at that size", first_at_scale)
            ratio = _interval(at_scale, ours)
            typer.echo(f"large / small, medians: {ratio[0]:.2f} × (95 % {ratio[1]:.2f} to {ratio[2]:.2f})")
        browser.close()


def _ours(browser: Browser, home: Path, keys: int, pause_ms: int, paints: int) -> tuple[list[float], list[float]]:
    with serving(home, free_port()) as address, browser.new_context(viewport=DESK) as context:
        page = context.new_page()
        page.add_init_script(STOPWATCH.replace("SCREEN", OURS))
        _paint(page, f"{address}/?reviewer=bench")
        took = _press(page, keys, pause_ms)
        saved(page)
        first = []
        for _ in range(paints):
            leave(page)
            first.append(_paint(page, f"{address}/?reviewer=bench"))
        leave(page)
    return took, first


def _native(browser: Browser, home: Path, keys: int, pause_ms: int) -> list[float]:
    with _native_server(home) as address, browser.new_context(viewport=DESK) as context:
        page = context.new_page()
        page.add_init_script(STOPWATCH.replace("SCREEN", NATIVE))
        _paint(page, address)
        return _press(page, keys, pause_ms)


def _paint(page: Page, address: str) -> float:
    """Open a page and wait until its first item is painted: milliseconds."""
    began = time.monotonic()
    page.goto(address)
    page.wait_for_function("() => window.look()", timeout=PATIENCE_MS)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return 1000 * (time.monotonic() - began)


def _press(page: Page, keys: int, pause_ms: int) -> list[float]:
    """Look, press, wait until the next item is painted, and so on: milliseconds of each key."""
    for done in range(keys):
        page.wait_for_timeout(pause_ms)
        page.keyboard.press("1")
        page.wait_for_function(f"() => window.took.length > {done}", timeout=PATIENCE_MS)
    found: list[float] = page.evaluate("window.took")
    return found


@contextmanager
def _native_server(home: Path) -> Iterator[str]:
    port = free_port()
    script = Path(__file__).with_name("native_page.py")
    flags = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true", "--browser.gatherUsageStats=false"]
    environment = {**os.environ, HOME_VARIABLE: str(home), "PYTHONPATH": str(Path(__file__).parents[2])}
    with (home / "native.log").open("w") as log:
        command = [sys.executable, "-m", "streamlit", "run", str(script), *flags]
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, home / "native.log")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _interval(above: Sequence[float], below: Sequence[float]) -> tuple[float, float, float]:
    """Give the ratio of two medians with its 95 % bootstrap interval, 10,000 draws, seed 0."""
    chance = np.random.default_rng(0)
    drawn = [np.median(chance.choice(one, (10_000, len(one))), axis=1) for one in (np.array(above), np.array(below))]
    low, high = np.percentile(drawn[0] / drawn[1], [2.5, 97.5])
    return statistics.median(above) / statistics.median(below), float(low), float(high)


def _show(name: str, took_ms: Sequence[float]) -> None:
    typer.echo(
        f"{name}: median {statistics.median(took_ms):.0f} ms, p95 {np.percentile(took_ms, 95):.0f} ms (n = {len(took_ms)})"
    )


if __name__ == "__main__":
    typer.run(main)
