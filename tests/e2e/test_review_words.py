"""Words on the review screen: a reviewer corrects one, and sees it after a reload; a model's answers are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.background import index_everything
from dashboard.settings import FILE
from dashboard.wiring import open_services
from data.domain import PhotoId
from data.events import Attribute, Correction
from data.store import open_store
from tests.e2e.conftest import DESK, Server, free_port, leave, review_page, serving
from tests.e2e.reviewing import decide, saved, shown
from tests.matching.tiny_describers import blip_choices
from tests.small_catalogue import copy_store

PHOTO, FIRST_CANDIDATE = 0, 1


def word(page: Page, attribute: Attribute, column: int) -> Locator:
    """Find a word of the table: of the photo in column 0, then of each candidate."""
    return page.locator(".attributes tr").nth(list(Attribute).index(attribute)).locator(".said").nth(column)


def corrections(server: Server, reviewer: str) -> list[Correction]:
    stored = open_store(server.home / "store", create=False).corrections.all()
    return [event for event in stored if event.by == reviewer]


def correct(page: Page, place: Locator, value: str) -> None:
    place.click()
    page.locator(".correct input").fill(value)
    page.keyboard.press("Enter")
    saved(page)


def test_a_word_that_is_corrected_by_a_click_stands_after_a_reload(page: Page, server: Server, reviewer: str) -> None:
    photo, colour = shown(page), word(page, Attribute.COLOUR, PHOTO)

    correct(page, colour, "navy blue")
    expect(colour).to_have_text("navy")
    page.reload()
    page.wait_for_selector(".card", timeout=60_000)

    assert shown(page) == photo
    expect(colour).to_have_text("navy")
    expect(colour).to_have_attribute("title", f"colour of the photo, corrected by {reviewer}: “navy blue”. Click to correct it.")
    assert [(event.photo_id, event.attribute, event.value) for event in corrections(server, reviewer)] == [
        (photo, Attribute.COLOUR, "navy blue")
    ]


def test_a_word_is_corrected_without_a_mouse_and_decides_nothing(page: Page, server: Server, reviewer: str) -> None:
    photo = shown(page)
    for key in ("e", "e", "e", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".correct input")).to_be_focused()
    page.keyboard.type("suede 1 n x")
    page.keyboard.press("Enter")
    saved(page)

    assert [event.value for event in corrections(server, reviewer)] == ["suede 1 n x"]
    expect(word(page, Attribute.TEXTURE, PHOTO)).to_have_text("suede")
    expect(word(page, Attribute.TEXTURE, PHOTO)).to_be_focused()
    assert shown(page) == photo


def test_a_word_that_is_typed_after_its_key_is_a_correction_and_no_decision(page: Page, server: Server, reviewer: str) -> None:
    photo = shown(page)

    page.keyboard.press("e")
    page.keyboard.press("e")
    page.wait_for_timeout(1_500)  # however long somebody looks: the word is marked until it is left
    page.keyboard.type("navy")  # n alone would say that the article is not in the DAM
    expect(page.locator(".correct input")).to_have_value("navy")
    page.keyboard.press("Enter")
    saved(page)

    assert [(event.attribute, event.value) for event in corrections(server, reviewer)] == [(Attribute.COLOUR, "navy")]
    assert shown(page) == photo
    expect(page.locator(".said.asked")).to_have_count(0)
    page.keyboard.press("s")  # what is corrected is marked no more: a letter is a key again, though the word has the focus
    expect(page.locator(".review")).not_to_have_attribute("data-photo", photo)


def test_escape_leaves_the_word_that_was_asked_for_and_letters_are_keys_again(page: Page) -> None:
    photo = shown(page)

    page.keyboard.press("e")
    expect(page.locator(".said.asked")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".said.asked")).to_have_count(0)
    page.keyboard.press("s")

    expect(page.locator(".review")).not_to_have_attribute("data-photo", photo)


def test_an_assets_word_is_corrected_and_what_differs_is_marked_at_once(page: Page, server: Server, reviewer: str) -> None:
    correct(page, word(page, Attribute.COLOUR, PHOTO), "magenta")
    asset = word(page, Attribute.COLOUR, FIRST_CANDIDATE)
    expect(asset.locator("..")).to_have_class("differs")

    correct(page, asset, "fuchsia")

    expect(asset).to_have_text("magenta")
    expect(asset.locator("..")).not_to_have_class("differs")
    sku = page.locator(".card .sku").first.inner_text()
    assert [(event.photo_id, event.sku) for event in corrections(server, reviewer)][1:] == [(None, sku)]


def test_undo_takes_the_correction_back_before_the_decision_before_it(page: Page, server: Server, reviewer: str) -> None:
    decided = decide(page, "1")
    colour = word(page, Attribute.COLOUR, PHOTO)
    before = colour.inner_text()
    correct(page, colour, "lime")
    expect(colour).to_have_text("green")

    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(colour).to_have_text(before)
    page.keyboard.press("u")
    expect(page.locator(".review")).to_have_attribute("data-photo", decided)
    saved(page)

    own = corrections(server, reviewer)
    assert [event.withdraws for event in own] == [None, own[0].event_id]


def test_a_correction_is_taken_back_in_its_field(page: Page, server: Server, reviewer: str) -> None:
    texture = word(page, Attribute.TEXTURE, PHOTO)
    before = texture.inner_text()
    correct(page, texture, "velvet")

    texture.click()
    page.locator(".correct .back").click()
    expect(texture).to_have_text(before)
    saved(page)

    assert [event.withdraws is None for event in corrections(server, reviewer)] == [True, False]


def test_escape_leaves_a_word_as_it_was(page: Page, server: Server, reviewer: str) -> None:
    colour = word(page, Attribute.COLOUR, PHOTO)
    before = colour.inner_text()

    colour.click()
    page.locator(".correct input").fill("navy")
    page.keyboard.press("Escape")

    expect(colour).to_have_text(before)
    assert corrections(server, reviewer) == []


def test_a_correction_that_is_made_offline_is_stored_when_the_network_is_back(page: Page, server: Server, reviewer: str) -> None:
    colour = word(page, Attribute.COLOUR, PHOTO)
    page.context.set_offline(offline=True)
    colour.click()
    page.locator(".correct input").fill("teal")
    page.keyboard.press("Enter")
    expect(colour).to_have_text("teal")
    expect(page.locator(".mark")).to_have_attribute("data-state", "offline")

    page.context.set_offline(offline=False)
    saved(page)

    assert [event.value for event in corrections(server, reviewer)] == ["teal"]


@pytest.fixture
def blip_page(browser: Browser, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, Path]]:
    """The Review page of the small catalogue, described by a small BLIP that settings name."""
    home = tmp_path / "home"
    home.mkdir()
    copy_store(tmp_path_factory.getbasetemp(), home / "store")
    named = "".join(f'[models.{choice.name}]\nsource = "{choice.source}"\n' for choice in blip_choices(tmp_path / "models"))
    (home / FILE).write_text(f'renderer = "none"\ndescriber = "blip"\ndevice = "cpu"\n{named}')
    index_everything(open_services(home))
    context = browser.new_context(viewport=DESK)
    with serving(home, free_port()) as address:
        opened = review_page(context, address, "anna")
        yield opened, home
        leave(opened)
        context.close()


def test_the_answers_of_a_small_blip_are_in_the_table(blip_page: tuple[Page, Path]) -> None:
    page, home = blip_page
    services = open_services(home)
    image = services.store.photos.get(PhotoId(shown(page))).image_id
    said = services.store.descriptions.of([image], "blip")[image]

    assert all((said.caption, said.object, said.colour, said.texture, said.specificity))
    for attribute in Attribute:
        told = word(page, attribute, PHOTO).get_attribute("title") or ""
        assert "said by the model" in told
        assert getattr(said, attribute) in (told + word(page, attribute, PHOTO).inner_text())
