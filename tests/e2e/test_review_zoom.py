"""The comparison of photo and candidate: it shows, and decides nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Server, leave, review_page
from tests.e2e.reviewing import shown


@pytest.fixture
def zoomed(page: Page) -> Page:
    page.keyboard.press("z")
    expect(page.locator(".zoom")).to_be_visible()
    return page


def transforms(page: Page) -> list[str]:
    found: list[str] = page.locator(".pane img").evaluate_all("images => images.map((image) => image.style.transform)")
    return found


def line_ends(page: Page) -> list[str]:
    found: list[str] = page.locator(".lines line.over").evaluate_all(
        "lines => lines.map((line) => ['x1', 'y1', 'x2', 'y2'].map((end) => Math.round(line.getAttribute(end))).join())"
    )
    return found


def test_no_key_decides_while_zooming(zoomed: Page) -> None:
    photo = shown(zoomed)
    sent: list[str] = []
    zoomed.on("request", lambda request: sent.append(request.url) if "decisions" in request.url else None)

    for key in ["n", "l", "x", "s", "f", "u", "1", "5", "2", "+", "-", "0", "o", "b", "w", "c", "r", "Enter", "ArrowLeft"]:
        zoomed.keyboard.press(key)
    zoomed.wait_for_timeout(300)

    assert shown(zoomed) == photo
    assert sent == []
    expect(zoomed.locator(".zoom")).to_be_visible()
    zoomed.keyboard.press("z")
    expect(zoomed.locator(".zoom")).not_to_be_visible()


def test_both_pictures_move_together_by_wheel_drag_and_key(zoomed: Page) -> None:
    box = zoomed.locator(".pane").first.bounding_box()
    assert box is not None
    seen = [transforms(zoomed)]

    zoomed.mouse.move(box["x"] + 100, box["y"] + 100)
    zoomed.mouse.wheel(0, -400)
    seen.append(transforms(zoomed))
    zoomed.mouse.down()
    zoomed.mouse.move(box["x"] + 60, box["y"] + 80)
    zoomed.mouse.up()
    seen.append(transforms(zoomed))
    zoomed.keyboard.press("+")
    seen.append(transforms(zoomed))
    zoomed.keyboard.press("0")

    assert all(one == other for one, other in seen)
    assert len({one for one, _ in seen}) == 4
    assert transforms(zoomed) == seen[0]


def test_two_fingers_zoom(browser: Browser, server: Server, reviewer: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = review_page(context, server.address, reviewer)
    phone.locator("[data-act=zoom]").last.tap()
    box = phone.locator(".pane").first.bounding_box()
    assert box is not None
    fingers = context.new_cdp_session(phone)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    for kind, apart in [("touchStart", 20), ("touchMove", 40), ("touchMove", 60)]:
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    one, other = transforms(phone)
    assert one == other
    assert "scale(3)" in one
    leave(phone)
    context.close()


def test_keys_choose_the_candidate_and_turn_through_its_renders(zoomed: Page) -> None:
    second = zoomed.locator(".card .title").nth(1).inner_text()
    caption = zoomed.locator(".pane figcaption").nth(1)

    zoomed.keyboard.press("2")
    expect(zoomed.locator(".zoom-title")).to_have_text(second)
    expect(caption).to_have_text("reference")
    zoomed.keyboard.press("ArrowRight")

    expect(caption).to_contain_text("render")


def test_one_picture_lies_over_the_other_and_the_divider_can_be_dragged(zoomed: Page) -> None:
    zoomed.keyboard.press("o")
    boxes = [pane.bounding_box() for pane in zoomed.locator(".pane").all()]
    divider = zoomed.locator(".divider")
    expect(divider).to_have_attribute("aria-valuenow", "50")
    expect(zoomed.locator(".pane figcaption").first).to_contain_text("cut-out")
    box = divider.bounding_box()
    assert box is not None

    zoomed.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    zoomed.mouse.down()
    zoomed.mouse.move(box["x"] - 200, box["y"] + box["height"] / 2)
    zoomed.mouse.up()

    assert boxes[0] == boxes[1]
    assert 20 < float(divider.get_attribute("aria-valuenow") or 0) < 45


def zoom_where_details_match(page: Page) -> Page:
    """Skip photos until one has details that match its first candidate, and ask for these."""
    for _ in range(12):
        page.keyboard.press("z")
        expect(page.locator(".zoom")).to_be_visible()
        page.keyboard.press("w")
        expect(page.locator(".word")).to_contain_text("details match", timeout=15_000)
        if "No details" not in page.locator(".word").inner_text():
            return page
        page.keyboard.press("z")
        expect(page.locator(".zoom")).not_to_be_visible()
        before = shown(page)
        page.keyboard.press("s")
        expect(page.locator(".review")).not_to_have_attribute("data-photo", before)
    raise AssertionError("of twelve photos none has details that match")


def test_why_draws_lines_that_follow_the_zoom(page: Page) -> None:
    zoomed = zoom_where_details_match(page)
    expect(zoomed.locator(".lines line.over").first).to_be_attached()
    before = line_ends(zoomed)
    zoomed.keyboard.press("+")
    after = line_ends(zoomed)
    zoomed.keyboard.press("w")

    assert before
    assert after != before
    expect(zoomed.locator(".lines line")).to_have_count(0)


def test_why_has_a_word_where_nothing_matches(zoomed: Page) -> None:
    zoomed.route("**/couture/review/geometry*", lambda route: route.fulfill(json={"photo": "", "view": "", "pairs": []}))

    zoomed.keyboard.press("w")

    expect(zoomed.locator(".word")).to_contain_text("No details match")


def test_the_confidence_is_hidden_until_asked_for_and_hidden_again_for_the_next_photo(page: Page) -> None:
    sure = page.locator(".card .why").first
    expect(sure).not_to_be_visible()

    page.keyboard.press("w")

    expect(sure).to_be_visible()
    expect(sure).to_contain_text("% sure")
