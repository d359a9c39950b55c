"""Pictures of every screen, light and dark, with the demo catalogue, each from the top to the bottom of the page.

    python -m tests.e2e.screenshots                               # into docs/screens, 1,440 px wide
    python -m tests.e2e.screenshots --out var/screens --width 1280 --width 1920 --width 820
    python -m tests.e2e.screenshots --home var/demo --only review --only search
    python -m tests.e2e.screenshots --out var/screens --every     # and what stands behind tabs and choices

A window narrower than 1,000 px is a tablet's: as high as one, and touched. Nothing moves and nothing is drawn by chance, so
that the same code on the same demo gives the same pictures.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

import typer
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from data.store import open_store
from tests.e2e.conftest import CHROMIUM, FLAGS, free_port, leave, serving
from tests.e2e.screens import FOUND, PAGES, REVIEWER, VIEWS, Screen, asset_screen, stretch, visit

HEIGHT_PX = 900
TABLET_PX, TABLET_HEIGHT_PX = 1000, 1180
"""A window narrower than the first is a tablet's, held upright, and as high as the second."""

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
STILL = "*, ::before, ::after { animation: none !important; transition: none !important; caret-color: transparent !important; }"


def main(  # noqa: PLR0917
    out: Annotated[Path, typer.Option(help="Where the pictures go.")] = Path("docs/screens"),
    home: Annotated[
        Path | None, typer.Option(help="A home that is indexed; else the demo is loaded into one for the run.")
    ] = None,
    width: Annotated[list[int] | None, typer.Option(help="Width of the window in px; may be given more than once.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="Name of a screen; may be given more than once.")] = None,
    reviewer: Annotated[str, typer.Option(help="Who looks: which photos come first differs from one to the next.")] = REVIEWER,
    fold: Annotated[bool, typer.Option("--fold", help="What a window shows, not the page to its end.")] = False,
    every: Annotated[bool, typer.Option("--every", help="What stands behind tabs and choices too.")] = False,
) -> None:
    """Make a picture of every screen in both schemes."""
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch, sync_playwright() as playwright:
        shown = home or demo_home(Path(scratch) / "home")
        screens = [screen for screen in _screens(shown, every=every or bool(only)) if not only or screen.name in only]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with serving(shown, free_port()) as address:
            for wide in width or [1440]:
                for scheme in SCHEMES:
                    for made in _pictures(browser, address, screens, out, wide=wide, scheme=scheme, reviewer=reviewer, fold=fold):
                        typer.echo(made)
        browser.close()


def demo_home(home: Path) -> Path:
    """Load and index the demo as a newcomer does, and fit a proposal as its manager would."""
    for words in (["demo"], ["retune", "--by", REVIEWER]):
        subprocess.run([sys.executable, "-m", "dashboard", "--home", str(home), *words], check=True, env={**os.environ})
    return home


def _screens(home: Path, *, every: bool) -> list[Screen]:
    """List the pages, a search, and an asset that has renders; with every, what stands behind tabs and choices."""
    skus = sorted(view.sku for view in open_store(home / "store", create=False).views.all() if view.yaw_deg is not None)
    return [*PAGES, FOUND, *([asset_screen(skus[0])] if skus else []), *(VIEWS if every else ())]


def _pictures(
    browser: Browser,
    address: str,
    screens: Iterable[Screen],
    out: Path,
    *,
    wide: int,
    scheme: Literal["light", "dark"],
    reviewer: str,
    fold: bool,
) -> Iterable[Path]:
    tablet = wide < TABLET_PX
    window = ViewportSize(width=wide, height=TABLET_HEIGHT_PX if tablet else HEIGHT_PX)
    with browser.new_context(
        viewport=window, color_scheme=scheme, reduced_motion="reduce", locale="en-GB", has_touch=tablet
    ) as context:
        page = context.new_page()
        for screen in screens:
            page.set_viewport_size(window)
            visit(page, address, screen, reviewer)
            page.add_style_tag(content=STILL)
            if not fold and not screen.upload:  # closed panels of a search hold pictures that are drawn when they open
                stretch(page)
            made = out / f"{screen.name}-{scheme}-{wide}.png"
            page.screenshot(path=made, animations="disabled")
            yield made
        leave(page)


if __name__ == "__main__":
    typer.run(main)
