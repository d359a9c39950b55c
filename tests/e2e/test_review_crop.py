"""A photo is cropped by hand on the review screen, by keys and by pointer, while decisions go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from data.crops import Box, Crop
from data.domain import PhotoId
from data.events import Verdict
from data.store import open_store
from feedback.crops import crop_photo
from tests.e2e.conftest import OwnEvents, Server, leave, review_page
from tests.e2e.reviewing import decide, saved, shown
from tests.e2e.test_accessibility import findings

PATIENCE_MS = 60_000
RERANK = "**/couture/review/rerank"


class Gate:
    """Holds requests back until it is opened."""

    def __init__(self) -> None:
        self._held: list[Route] | None = []

    def meet(self, route: Route) -> None:
        """Hold a request back, or let it through."""
        if self._held is None:
            route.continue_()
        else:
            self._held.append(route)

    def open(self) -> None:
        """Let through what was held back, and all that comes."""
        held, self._held = self._held or [], None
        for route in held:
            route.continue_()


def crops(server: Server, reviewer: str) -> list[Crop]:
    return [event for event in open_store(server.home / "store", create=False).crops.all() if event.by == reviewer]


def skus(page: Page) -> list[str]:
    """Read what the ranking put first; the fifth may explore."""
    return page.locator(".candidates .sku").all_inner_texts()[:4]


def cut_out(page: Page) -> str:
    return page.locator(".cutout").get_attribute("src") or ""


def crop_by_keys(page: Page) -> None:
    """Draw another box than the one that is offered, without a mouse, and use it."""
    page.keyboard.press("k")
    expect(page.locator(".crop-area")).to_be_focused()
    for key in ("Shift+ArrowLeft", "Shift+ArrowUp", "ArrowDown", "Enter"):
        page.keyboard.press(key)


def ranked_anew(page: Page, state: str = "cropped") -> None:
    """Wait until the photo on the screen is ranked by what stands now."""
    expect(page.locator(".cut")).to_have_attribute("data-state", state, timeout=PATIENCE_MS)


def test_a_photo_is_cropped_by_keys_and_undone_by_the_undo_key(page: Page, server: Server, reviewer: str) -> None:
    photo, before, candidates = shown(page), cut_out(page), skus(page)

    crop_by_keys(page)
    ranked_anew(page)
    assert "?crop=" in cut_out(page)
    page.keyboard.press("u")
    ranked_anew(page, "")

    assert (shown(page), cut_out(page), skus(page)) == (photo, before, candidates)
    own = crops(server, reviewer)
    assert [(event.photo_id, event.withdraws) for event in own] == [(photo, None), (photo, own[0].event_id)]


def test_a_crop_is_undone_before_the_decision_before_it_after_a_reload_too(page: Page, server: Server, reviewer: str) -> None:
    decided = decide(page, "1")
    photo, before = shown(page), cut_out(page)
    crop_by_keys(page)
    ranked_anew(page)
    saved(page)
    page.reload()
    expect(page.locator(".review")).to_have_attribute("data-photo", photo, timeout=PATIENCE_MS)

    page.keyboard.press("u")
    ranked_anew(page, "")
    assert cut_out(page) == before
    page.keyboard.press("u")
    expect(page.locator(".review")).to_have_attribute("data-photo", decided)
    saved(page)

    own = crops(server, reviewer)
    assert [event.withdraws for event in own] == [None, own[0].event_id]


def test_a_box_that_is_drawn_by_mouse_is_stored_and_taken_back_by_its_button(page: Page, server: Server, reviewer: str) -> None:
    """It begins in the middle, inside of the box that is offered: that one is drawn over, not moved."""
    page.get_by_role("button", name="Crop the photo by hand").click()
    frame = page.locator(".crop-stage").bounding_box()
    assert frame is not None
    corners = [(frame["x"] + frame["width"] * share, frame["y"] + frame["height"] * share) for share in (0.35, 0.8)]
    page.mouse.move(*corners[0])
    page.mouse.down()
    page.mouse.move(*corners[1], steps=4)
    page.mouse.up()
    page.get_by_role("button", name="use this crop").click()
    ranked_anew(page)

    page.locator(".cut").get_by_role("button", name="Take the crop back").click()
    ranked_anew(page, "")

    drawn, taken = crops(server, reviewer)
    assert drawn.box is not None
    assert [drawn.box.left, drawn.box.top, drawn.box.right, drawn.box.bottom] == pytest.approx([0.35, 0.35, 0.8, 0.8], abs=0.01)
    assert taken.withdraws == drawn.event_id


def test_a_crop_that_was_taken_back_by_its_button_is_drawn_again_by_the_undo_key(
    page: Page, server: Server, reviewer: str
) -> None:
    crop_by_keys(page)
    ranked_anew(page)
    cropped = cut_out(page)
    page.locator(".cut").get_by_role("button", name="Take the crop back").click()
    ranked_anew(page, "")

    page.keyboard.press("u")
    ranked_anew(page)
    assert cut_out(page) == cropped
    page.keyboard.press("u")
    ranked_anew(page, "")

    drawn, *later = crops(server, reviewer)
    assert [(event.box, event.withdraws) for event in later] == [
        (None, drawn.event_id),
        (drawn.box, None),
        (None, later[1].event_id),
    ]


def test_enter_that_is_still_held_down_stores_no_box_that_nobody_looked_at(page: Page, server: Server, reviewer: str) -> None:
    """Enter on the button opens the dialog; held a moment too long, it comes again."""
    page.get_by_role("button", name="Crop the photo by hand").focus()
    page.keyboard.down("Enter")
    expect(page.locator(".crop-area")).to_be_focused()
    page.keyboard.down("Enter")  # without a key that goes up in between, it is a repeat
    page.keyboard.up("Enter")

    expect(page.locator("dialog.crop")).to_be_visible()
    assert crops(server, reviewer) == []


def test_a_photo_that_a_colleague_cropped_looks_as_if_it_were_cut_out_by_itself(page: Page, server: Server) -> None:
    store = open_store(server.home / "store", create=False)
    photo = PhotoId(page.locator(".review").get_attribute("data-photo") or "")
    crop_photo(store, photo, Box(left=0.3, top=0.3, right=0.9, bottom=0.9), by="somebody else", at=datetime.now(UTC))

    page.reload()
    expect(page.locator(".review")).to_have_attribute("data-photo", photo, timeout=PATIENCE_MS)

    assert "?crop=" in cut_out(page)
    expect(page.locator(".cut figcaption")).to_have_text("cut-out")
    expect(page.locator(".cut [data-crop=back]")).to_be_hidden()


def test_escape_leaves_a_photo_as_it_was(page: Page, server: Server, reviewer: str) -> None:
    before = cut_out(page)

    for key in ("k", "ArrowRight", "Escape"):
        page.keyboard.press(key)

    expect(page.locator("dialog.crop")).to_be_hidden()
    assert (cut_out(page), crops(server, reviewer)) == (before, [])


def test_a_photo_may_be_decided_while_it_is_ranked_anew(page: Page, own_events: OwnEvents) -> None:
    gate = Gate()
    page.route(RERANK, gate.meet)
    photo, first = shown(page), skus(page)[0]
    crop_by_keys(page)
    expect(page.locator(".cut")).to_have_attribute("data-state", "waiting")

    assert decide(page, "1") == photo
    following = skus(page)
    gate.open()
    saved(page)
    page.wait_for_timeout(300)

    assert [(event.photo_id, event.sku) for event in own_events()] == [(photo, first)]
    assert skus(page) == following
    page.keyboard.press("u")
    expect(page.locator(".review")).to_have_attribute("data-photo", photo)
    ranked_anew(page)


def test_a_key_that_meets_candidates_that_came_just_now_means_those_before(page: Page, own_events: OwnEvents) -> None:
    """The candidates are swapped by hand for others, so that the place of the first is another's for certain."""
    photo, before = shown(page), skus(page)

    def turned(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        said["items"][0]["candidates"].reverse()
        route.fulfill(response=answer, json=said)

    page.route(RERANK, turned)
    page.evaluate(
        """() => {
          const root = document.querySelector("[data-testid=stBidiComponentIsolated]").shadowRoot;
          const press = () => window.dispatchEvent(new KeyboardEvent("keydown", { key: "1", code: "Digit1", bubbles: true }));
          new MutationObserver((_, watch) => { watch.disconnect(); setTimeout(press, 50); })
            .observe(root.querySelector(".candidates"), { childList: true });
        }"""
    )
    crop_by_keys(page)
    expect(page.locator(".review")).not_to_have_attribute("data-photo", photo, timeout=PATIENCE_MS)
    page.unroute_all(behavior="wait")
    saved(page)

    assert [(event.photo_id, event.verdict, event.sku) for event in own_events()] == [(photo, Verdict.MATCH, before[0])]


def test_a_crop_that_is_drawn_offline_is_stored_and_shown_when_the_network_is_back(
    page: Page, server: Server, reviewer: str
) -> None:
    page.context.set_offline(offline=True)
    crop_by_keys(page)
    expect(page.locator(".mark")).to_have_attribute("data-state", "offline")

    page.context.set_offline(offline=False)
    ranked_anew(page)

    assert len(crops(server, reviewer)) == 1


def test_a_digit_in_the_dialog_decides_nothing(page: Page, own_events: OwnEvents) -> None:
    photo = shown(page)

    for key in ("k", "1", "n", "x", "k"):
        page.keyboard.press(key)

    expect(page.locator("dialog.crop")).to_be_hidden()
    assert (shown(page), own_events()) == (photo, [])


@pytest.fixture(params=["light", "dark"])
def tablet(request: pytest.FixtureRequest, browser: Browser, server: Server, reviewer: str) -> Iterator[Page]:
    """The Review page on a tablet."""
    size = {"width": 820, "height": 1180}
    with browser.new_context(viewport=size, has_touch=True, color_scheme=request.param, reduced_motion="reduce") as context:  # type: ignore[arg-type]
        opened = review_page(context, server.address, reviewer.replace("[", "-").replace("]", ""))
        yield opened
        leave(opened)


def test_the_dialog_has_targets_for_fingers_and_nothing_that_axe_calls_serious(tablet: Page) -> None:
    tablet.get_by_role("button", name="Crop the photo by hand").tap()
    expect(tablet.locator("dialog.crop")).to_be_visible()

    heights = [box["height"] for one in tablet.locator("dialog.crop button:visible").all() if (box := one.bounding_box())]
    assert min(heights) >= 44
    assert findings(tablet) == []
