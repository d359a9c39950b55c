"""A reviewer at the screen: what is pressed there is found in the store."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.domain import Review, Verdict
from data.store import Store, open_store
from feedback.labels import LabelKind, labels_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def shown(page: Page) -> str:
    """The photo that is on the screen."""
    return page.locator(".review").get_attribute("data-photo") or ""


def settled(page: Page, other_than: str) -> str:
    """Wait until another photo is painted and everything is saved."""
    expect(page.locator(".review")).not_to_have_attribute("data-photo", other_than)
    expect(page.locator(".mark")).to_have_attribute("data-state", "saved", timeout=20_000)
    return shown(page)


def events(home: Path) -> list[Review]:
    store: Store = open_store(home / "store", create=False)
    return store.events.all()


def test_a_key_confirms_the_candidate_that_it_names(page: Page, home: Path) -> None:
    photo, sku = shown(page), page.locator(".card .sku").nth(1).inner_text()

    page.keyboard.press("2")
    settled(page, photo)

    [event] = events(home)
    assert (event.photo_id, event.verdict, event.sku, event.reviewer) == (photo, Verdict.MATCH, sku, "Ada")


def test_a_click_confirms_as_a_key_does(page: Page, home: Path) -> None:
    photo, sku = shown(page), page.locator(".card .sku").nth(0).inner_text()

    page.locator(".card").nth(0).click()
    settled(page, photo)

    assert [(event.photo_id, event.sku) for event in events(home)] == [(photo, sku)]


def test_a_correction_is_found_by_words(page: Page, home: Path) -> None:
    photo = shown(page)

    page.keyboard.press("f")
    page.keyboard.press("/")
    page.keyboard.type("hat")
    expect(page.locator(".find .card .title").first).to_contain_text("hat", ignore_case=True)
    chosen = page.locator(".find .card .sku").first.inner_text()
    page.keyboard.press("Enter")
    settled(page, photo)

    assert [(event.photo_id, event.sku) for event in events(home)] == [(photo, chosen)]


def test_typing_words_decides_nothing(page: Page, home: Path) -> None:
    page.keyboard.press("f")
    page.keyboard.press("/")
    page.keyboard.type("1 nlxs 2")
    page.keyboard.press("Escape")

    expect(page.locator(".find")).not_to_be_visible()
    assert events(home) == []


def test_each_decision_has_its_key(page: Page, home: Path) -> None:
    photos = []
    for key in "nlx":
        photos.append(shown(page))
        page.keyboard.press(key)
        settled(page, photos[-1])

    said = [(event.photo_id, event.verdict) for event in events(home)]
    assert said == list(zip(photos, [Verdict.NOT_IN_DAM, Verdict.NOT_LISTED, Verdict.UNUSABLE], strict=True))


def test_undo_brings_the_photo_back_and_takes_the_label_away(page: Page, home: Path) -> None:
    photo = shown(page)
    page.keyboard.press("1")
    other = settled(page, photo)

    page.keyboard.press("u")
    settled(page, other)

    assert shown(page) == photo
    assert [event.verdict for event in events(home)] == [Verdict.MATCH, Verdict.WITHDRAWN]
    assert labels_of(events(home)) == {}


def test_after_a_reload_everything_is_stored_and_undo_still_works(page: Page, home: Path) -> None:
    decided = []
    for key in "1n":
        decided.append(shown(page))
        page.keyboard.press(key)
        settled(page, decided[-1])

    page.reload()
    page.wait_for_selector(".card", timeout=60_000)
    after = shown(page)
    page.keyboard.press("u")
    settled(page, after)

    assert after not in decided
    assert shown(page) == decided[1]
    assert {photo: label.kind for photo, label in labels_of(events(home)).items()} == {decided[0]: LabelKind.MATCH}


def test_what_was_painted_is_recorded_with_the_weights_that_ranked_it(page: Page, home: Path) -> None:
    photo = shown(page)
    listed = page.locator(".card .sku").all_inner_texts()
    page.keyboard.press("1")
    settled(page, photo)

    store = open_store(home / "store", create=False)
    [event] = store.events.all()
    [suggestion] = store.suggestions.of(event.photo_id)
    assert suggestion.suggestion_id == event.suggestion_id
    assert [candidate.sku for candidate in suggestion.candidates] == listed
    assert suggestion.weights == store.activations.active()


def test_twelve_keys_in_a_burst_are_twelve_decisions_each_on_its_own_photo(page: Page, home: Path) -> None:
    for _ in range(12):
        page.keyboard.press("1")
        page.wait_for_timeout(50)
    expect(page.locator(".mark")).to_have_attribute("data-state", "saved", timeout=30_000)
    page.wait_for_timeout(500)

    decided = [event.photo_id for event in events(home)]
    assert len(decided) == len(set(decided))
    assert decided


def test_pictures_are_closed_to_other_sites_and_cacheable_for_ever(page: Page, address: str) -> None:
    source = page.locator(".card img").first.get_attribute("src") or ""

    answer = page.request.get(f"{address}/{source}")

    assert answer.status == 200
    assert "immutable" in answer.headers["cache-control"]
    assert "private" in answer.headers["cache-control"]


def test_a_decision_from_another_site_is_refused(page: Page, address: str, home: Path) -> None:
    answer = page.request.post(
        f"{address}/couture/review/decisions", data={"event_id": "x"}, headers={"Origin": "http://evil.example"}
    )

    assert answer.status == 403
    assert events(home) == []


def test_the_screen_says_what_to_do_where_there_is_nothing(page_of_an_empty_home: Page) -> None:
    expect(page_of_an_empty_home.locator(".empty")).to_contain_text("couture import", timeout=60_000)
