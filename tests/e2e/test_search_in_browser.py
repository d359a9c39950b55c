"""Search in a real browser: a picture comes by upload, paste or drop, is cropped by hand, and becomes a review."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from data.crops import Crop
from data.domain import Photo
from data.events import Review, Verdict
from data.store import open_store
from tests.builders import png
from tests.crops import two_articles
from tests.e2e.conftest import DESK, Server

PATIENCE_MS = 60_000
FIELD = '[data-testid="stFileUploaderDropzoneInput"]'
VERDICT = ".cs-verdict"
COPY = """async (data) => {
  const blob = await (await fetch(`data:image/png;base64,${data}`)).blob();
  await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}"""
DROP = """(data) => {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const given = new DataTransfer();
  given.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
  document.querySelector("h1").dispatchEvent(new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def picture(reviewer: str) -> bytes:
    """A photo of two articles that no other test uses."""
    pixels = two_articles("ball-red", "bag-blue")
    pixels[: len(reviewer), 0] = 7
    return png(pixels)


@pytest.fixture
def search(browser: Browser, server: Server, reviewer: str) -> Iterator[Page]:
    """The Search page, ready for a picture."""
    context = browser.new_context(viewport=DESK, permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.goto(f"{server.address}/search?reviewer={reviewer}")
    opened.wait_for_selector(FIELD, state="attached", timeout=PATIENCE_MS)
    opened.wait_for_selector(".intake", timeout=PATIENCE_MS)
    yield opened
    context.close()


def upload(page: Page, content: bytes, name: str = "seen.png") -> None:
    page.set_input_files(FIELD, {"name": name, "mimeType": "image/png", "buffer": content})
    page.wait_for_selector(VERDICT, timeout=PATIENCE_MS)
    expect(area(page)).to_be_hidden()


def area(page: Page) -> Locator:
    return page.locator(".crop-area")


def cropped(page: Page) -> Locator:
    return page.get_by_text("what is searched: your crop")


def stored(server: Server, reviewer: str) -> tuple[list[Photo], list[Review], list[Crop]]:
    """Read what is stored of a reviewer's searches."""
    store = open_store(server.home / "store", create=False)
    photos = [photo for photo in store.photos.all() if photo.submitted_by == reviewer]
    reviews = [review for review in store.events.all() if review.reviewer == reviewer]
    return photos, reviews, [crop for crop in store.crops.all() if crop.by == reviewer]


def test_a_pasted_picture_is_searched(search: Page, picture: bytes) -> None:
    search.evaluate(COPY, base64.b64encode(picture).decode())

    search.keyboard.press("Control+V")

    search.wait_for_selector(VERDICT, timeout=PATIENCE_MS)
    expect(search.get_by_text("pasted-")).to_be_visible()


def test_a_picture_that_is_dropped_beside_the_field_is_searched(search: Page, picture: bytes) -> None:
    search.evaluate(DROP, base64.b64encode(picture).decode())

    search.wait_for_selector(VERDICT, timeout=PATIENCE_MS)


def test_what_is_no_picture_is_refused_and_the_next_one_is_taken(search: Page, picture: bytes) -> None:
    search.set_input_files(FIELD, {"name": "broken.png", "mimeType": "image/png", "buffer": b"no picture at all"})
    expect(search.get_by_text("save it again as JPEG or PNG")).to_be_visible(timeout=PATIENCE_MS)

    upload(search, picture)


def test_a_box_drawn_with_the_mouse_is_searched_decided_and_undone(
    search: Page, server: Server, reviewer: str, picture: bytes
) -> None:
    upload(search, picture)
    frame = search.locator(".crop-stage img").bounding_box()
    assert frame is not None
    search.mouse.move(frame["x"] + 0.55 * frame["width"], frame["y"] + 0.1 * frame["height"])
    search.mouse.down()
    search.mouse.move(frame["x"] + 0.95 * frame["width"], frame["y"] + 0.9 * frame["height"], steps=4)
    search.mouse.up()
    search.get_by_role("button", name="Search this crop").click()
    expect(cropped(search)).to_be_visible(timeout=PATIENCE_MS)

    search.get_by_role("button", name="It is this one").first.click()
    expect(search.get_by_text("Your decision is stored")).to_be_visible(timeout=PATIENCE_MS)
    photos, reviews, crops = stored(server, reviewer)
    assert [photo.source for photo in photos] == ["search"]
    assert [(review.verdict, review.photo_id) for review in reviews] == [(Verdict.MATCH, photos[0].photo_id)]
    [box] = [crop.box for crop in crops]
    assert box is not None
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx((0.55, 0.1, 0.95, 0.9), abs=0.01)

    search.get_by_role("button", name="Undo").click()
    expect(search.get_by_text("waits for review")).to_be_visible(timeout=PATIENCE_MS)
    assert [review.verdict for review in stored(server, reviewer)[1]] == [Verdict.MATCH, Verdict.WITHDRAWN]


def test_a_box_is_moved_resized_used_and_taken_back_without_a_mouse(
    search: Page, server: Server, reviewer: str, picture: bytes
) -> None:
    upload(search, picture)
    search.get_by_role("button", name="Send to review").click()
    expect(search.get_by_text("waits for review")).to_be_visible(timeout=PATIENCE_MS)

    search.get_by_role("button", name="Crop by hand").press("Enter")
    expect(area(search)).to_be_focused()
    before = sides(search)
    for key in ("Shift+ArrowLeft", "Shift+ArrowUp", "ArrowRight"):
        search.keyboard.press(key)
    left, top, right, bottom = sides(search)
    assert (right - left, bottom - top) == pytest.approx((before[2] - before[0] - 1, before[3] - before[1] - 1), abs=0.1)
    search.keyboard.press("Enter")
    expect(cropped(search)).to_be_visible(timeout=PATIENCE_MS)

    search.get_by_role("button", name="Automatic cut-out").press("Enter")
    expect(search.get_by_text("what is searched: the automatic cut-out")).to_be_visible(timeout=PATIENCE_MS)
    crops = stored(server, reviewer)[2]
    assert [crop.withdraws for crop in crops] == [None, crops[0].event_id]


def sides(page: Page) -> tuple[float, float, float, float]:
    """Read where the box is drawn, in per cent of the picture."""
    left, top, width, height = (float(side) for side in page.evaluate(BOX_STYLE))
    return left, top, left + width, top + height


BOX_STYLE = """() => {
  const roots = [...document.querySelectorAll("*")].map((node) => node.shadowRoot).filter(Boolean);
  const area = [document, ...roots].map((root) => root.querySelector(".crop-area")).find(Boolean);
  return ["left", "top", "width", "height"].map((side) => parseFloat(area.style[side]));
}"""
