"""A moving picture of Review for the README: a photo, the right candidate confirmed by its key, the next one, and an undo.

    python -m tests.e2e.moving_picture                                # into docs/screens/review.webp
    python -m tests.e2e.moving_picture --home var/demo --out var/review.gif

It is made of a few still frames, so that it stays small; the keys that are pressed stand below the cards. What is decided goes
into a copy of the home.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import PIL.Image
import typer
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from data.domain import PhotoId
from data.store import open_store
from tests.e2e.conftest import CHROMIUM, FLAGS, free_port, leave, serving
from tests.e2e.reviewing import decide, saved, shown
from tests.e2e.screens import PAGES, PATIENCE_MS, REVIEWER, visit, wait_until_here
from tests.e2e.screenshots import STILL, demo_home

WINDOW = ViewportSize(width=1280, height=760)
LOOK_MS, PRESS_MS, LAST_MS = 1_700, 800, 2_200
MOST_SKIPPED = 20
MOST_BYTES = 2 * 2**20
KEYCAP = """(key) => {
  document.querySelector("#keycap")?.remove();
  if (!key) return;
  const cap = document.createElement("kbd");
  cap.id = "keycap";
  cap.textContent = key;
  cap.style.cssText = "position:fixed;left:50%;bottom:20px;transform:translateX(-50%);z-index:99;min-width:46px;padding:9px 16px;"
    + "box-sizing:border-box;text-align:center;font:600 26px/1 'Source Sans',sans-serif;color:#fff;background:#8f4a22;"
    + "border-radius:11px;box-shadow:0 3px 0 #5f3014";
  document.body.append(cap);
}"""
MARK = "(card, on) => { card.style.outline = on ? '4px solid #8f4a22' : ''; card.style.outlineOffset = '-2px'; }"


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A still, and how long it stands."""

    picture: PIL.Image.Image
    shown_ms: int


def main(
    out: Annotated[Path, typer.Option(help="Where it goes, .webp or .gif.")] = Path("docs/screens/review.webp"),
    home: Annotated[Path | None, typer.Option(help="A home that is indexed; else the demo is loaded into one.")] = None,
) -> None:
    """Make the moving picture."""
    expect.set_options(timeout=PATIENCE_MS)
    with TemporaryDirectory() as scratch, sync_playwright() as playwright:
        shown_home = Path(shutil.copytree(home or demo_home(Path(scratch) / "demo"), Path(scratch) / "home"))
        truths = open_store(shown_home / "store", create=False).photos.truths()
        right = {photo_id: truth.sku for photo_id, truth in truths.items() if truth.sku}
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with (
            serving(shown_home, free_port()) as address,
            browser.new_context(viewport=WINDOW, color_scheme="light", reduced_motion="reduce") as context,
        ):
            page = context.new_page()
            visit(page, address, PAGES[0], REVIEWER)
            page.add_style_tag(content=STILL)
            frames = list(_film(page, right))
            leave(page)
        browser.close()
    _write(frames, out)
    typer.echo(f"{out}: {len(frames)} frames, {out.stat().st_size / 2**20:.2f} MiB")


def _film(page: Page, right: Mapping[PhotoId, str]) -> Iterator[Frame]:
    """Decide two photos whose right asset is shown, and take the second back."""
    for _ in range(2):
        key = _key_of_the_right_one(page, right)
        yield _still(page, LOOK_MS)
        card = page.locator(".candidates > .card").nth(int(key) - 1)
        page.evaluate(KEYCAP, key)
        card.evaluate(MARK, True)
        yield _still(page, PRESS_MS)
        card.evaluate(MARK, False)
        page.evaluate(KEYCAP, "")
        decide(page, key)
    yield _still(page, LOOK_MS)
    page.evaluate(KEYCAP, "U")
    yield _still(page, PRESS_MS)
    page.evaluate(KEYCAP, "")
    decide(page, "u")
    yield _still(page, LAST_MS)


def _key_of_the_right_one(page: Page, right: Mapping[PhotoId, str]) -> str:
    """Give the key of the right candidate; photos whose asset is not among those shown are skipped.

    Raises:
        BadParameter: it is among those shown of none of the photos looked at.
    """
    for _ in range(MOST_SKIPPED):
        skus = page.locator(".candidates > .card .sku").all_inner_texts()
        answer = right.get(PhotoId(shown(page)))
        if answer in skus:
            return str(skus.index(answer) + 1)
        decide(page, "s")
    raise typer.BadParameter(f"the right asset is shown for none of {MOST_SKIPPED} photos: index the home first")


def _still(page: Page, shown_ms: int) -> Frame:
    saved(page)
    wait_until_here(page)
    picture = PIL.Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    return Frame(picture=picture, shown_ms=shown_ms)


def _write(frames: list[Frame], out: Path) -> None:
    """Write the frames as one file that goes on for ever.

    Raises:
        BadParameter: it is larger than a README should load.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    first, *rest = (frame.picture for frame in frames)
    durations = [frame.shown_ms for frame in frames]
    how = {"quality": 82, "method": 6} if out.suffix == ".webp" else {"optimize": True}
    first.save(out, save_all=True, append_images=rest, duration=durations, loop=0, **how)
    if out.stat().st_size > MOST_BYTES:
        raise typer.BadParameter(f"{out} has {out.stat().st_size:,} bytes, more than {MOST_BYTES:,}")


if __name__ == "__main__":
    typer.run(main)
