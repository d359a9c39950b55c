"""A 3D render that shows something else: a reviewer says so on its card, and takes it back."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from data.events import RenderVerdict
from data.store import open_store
from tests.e2e.conftest import Server
from tests.e2e.reviewing import shown


def second_card(page: Page) -> Locator:
    return page.locator(".card").nth(1)


def left(picture: Locator) -> float:
    box = picture.bounding_box()
    assert box is not None
    return box["x"]


def test_a_render_that_is_called_wrong_is_left_out_until_that_is_taken_back(
    fresh_page: Page, fresh_server: Server, reviewer: str
) -> None:
    photo, card = shown(fresh_page), second_card(fresh_page)
    card.hover()

    card.locator(".wrong").click()
    expect(card.locator(".out")).to_have_text(f"3D render left out: {reviewer} says that it is wrong")
    card.locator(".wrong").click()
    expect(card.locator(".out")).to_have_count(0)

    said = [remark.verdict for remark in open_store(fresh_server.home / "store", create=False).render_remarks.all()]
    assert said == [RenderVerdict.WRONG, RenderVerdict.WITHDRAWN]
    assert shown(fresh_page) == photo


def test_the_picture_of_a_card_stays_where_it_is_when_its_button_is_pressed(fresh_page: Page) -> None:
    picture, card = second_card(fresh_page).locator(".turn img"), second_card(fresh_page)
    card.hover()
    before = left(picture)

    card.locator(".wrong").click()
    expect(card.locator(".out")).to_be_visible()

    assert left(picture) == before
