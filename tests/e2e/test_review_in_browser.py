"""A reviewer at the screen: what is pressed there is found in the store."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import Browser, Page, expect

from data.events import Verdict
from data.store import open_store
from feedback.labels import LabelKind, labels_of
from tests.e2e.conftest import DESK, OwnEvents, Server, leave, review_page
from tests.e2e.reviewing import full, saved, seen_at_keys, settled, shown


def test_a_key_confirms_the_candidate_that_it_names(page: Page, own_events: OwnEvents) -> None:
    photo, sku = shown(page), page.locator(".card .sku").nth(1).inner_text()

    page.keyboard.press("2")
    settled(page, photo)

    [event] = own_events()
    assert (event.photo_id, event.verdict, event.sku) == (photo, Verdict.MATCH, sku)


def test_a_click_confirms_as_a_key_does(page: Page, own_events: OwnEvents) -> None:
    photo, sku = shown(page), page.locator(".card .sku").nth(0).inner_text()

    page.locator(".card").nth(0).click()
    settled(page, photo)

    assert [(event.photo_id, event.sku) for event in own_events()] == [(photo, sku)]


def test_a_correction_is_found_by_words(page: Page, own_events: OwnEvents) -> None:
    photo = shown(page)

    page.keyboard.press("f")
    page.keyboard.press("/")
    page.keyboard.type("hat")
    expect(page.locator(".find .grid")).to_have_attribute("aria-busy", "false")
    expect(page.locator(".find .card .title").first).to_contain_text("hat", ignore_case=True)
    chosen = page.locator(".find .card .sku").first.inner_text()
    page.keyboard.press("Enter")
    settled(page, photo)

    assert [(event.photo_id, event.sku) for event in own_events()] == [(photo, chosen)]


def test_words_are_typed_without_a_key_before_them(page: Page, own_events: OwnEvents) -> None:
    """The first letter marks a card, and decides nothing: it may be the first of a word."""
    page.keyboard.press("f")
    expect(page.locator(".find .letter").nth(1)).to_have_text("B")
    page.keyboard.type("belt")

    expect(page.locator(".find input")).to_have_value("belt")
    expect(page.locator(".find input")).to_be_focused()
    expect(page.locator(".find .card .title").first).to_contain_text("belt", ignore_case=True)
    page.keyboard.press("Escape")
    assert own_events() == []


def test_a_letter_marks_an_asset_and_enter_confirms_it(page: Page, own_events: OwnEvents) -> None:
    photo = shown(page)

    page.keyboard.press("f")
    marked = page.locator(".find .card").nth(2)
    sku = marked.locator(".sku").inner_text()
    page.keyboard.press("a")
    page.wait_for_timeout(1_100)  # soon after the first it would be a word
    page.keyboard.press("c")
    expect(marked).to_be_focused()
    assert own_events() == []
    page.keyboard.press("Enter")
    settled(page, photo)

    assert [(event.photo_id, event.sku) for event in own_events()] == [(photo, sku)]


def test_typing_words_decides_nothing(page: Page, own_events: OwnEvents) -> None:
    page.keyboard.press("f")
    page.keyboard.press("/")
    page.keyboard.type("1 nlxs 2")
    page.keyboard.press("Escape")

    expect(page.locator(".find")).not_to_be_visible()
    assert own_events() == []


def test_each_decision_has_its_key(page: Page, own_events: OwnEvents) -> None:
    photos = []
    for key in "nlx":
        photos.append(shown(page))
        page.keyboard.press(key)
        settled(page, photos[-1])

    said = [(event.photo_id, event.verdict) for event in own_events()]
    assert said == list(zip(photos, [Verdict.NOT_IN_DAM, Verdict.NOT_LISTED, Verdict.UNUSABLE], strict=True))


def test_undo_brings_the_photo_back_and_takes_the_label_away(page: Page, own_events: OwnEvents) -> None:
    photo = shown(page)
    page.keyboard.press("1")
    other = settled(page, photo)

    page.keyboard.press("u")
    settled(page, other)

    assert shown(page) == photo
    assert [event.verdict for event in own_events()] == [Verdict.MATCH, Verdict.WITHDRAWN]
    assert labels_of(own_events()) == {}


def test_after_a_reload_everything_is_stored_and_undo_still_works(page: Page, own_events: OwnEvents) -> None:
    decided = []
    for key in "1n":
        decided.append(shown(page))
        page.keyboard.press(key)
        settled(page, decided[-1])

    page.reload()
    page.wait_for_selector(".card", timeout=60_000)
    after = shown(page)
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_have_text(f"Undone: not in DAM on {decided[1]}")
    settled(page, after)

    assert after not in decided
    assert shown(page) == decided[1]
    assert {photo: label.kind for photo, label in labels_of(own_events()).items()} == {decided[0]: LabelKind.MATCH}


def test_what_was_painted_is_recorded_with_the_weights_that_ranked_it(page: Page, server: Server, own_events: OwnEvents) -> None:
    photo = shown(page)
    listed = page.locator(".card .sku").all_inner_texts()
    page.keyboard.press("1")
    settled(page, photo)

    store = open_store(server.home / "store", create=False)
    [event] = own_events()
    [suggestion] = [one for one in store.suggestions.of(event.photo_id) if one.suggestion_id == event.suggestion_id]
    assert [candidate.sku for candidate in suggestion.candidates] == listed
    assert suggestion.weights == store.activations.active()


def test_twelve_keys_in_a_burst_are_twelve_decisions_on_the_photos_shown(fresh_page: Page, own_events: OwnEvents) -> None:

    for _ in range(12):
        fresh_page.keyboard.press("1")
        fresh_page.wait_for_timeout(50)
    saved(fresh_page)

    decided = [event.photo_id for event in own_events()]
    assert decided == seen_at_keys(fresh_page)
    assert len(set(decided)) == 12


def test_a_key_that_is_held_down_decides_once(page: Page, own_events: OwnEvents) -> None:
    photo = shown(page)

    for _ in range(6):  # each but the first is a repetition, as a keyboard sends them
        page.keyboard.down("1")
    page.keyboard.up("1")
    settled(page, photo)

    assert [event.photo_id for event in own_events()] == [photo]


def test_a_double_click_decides_once(page: Page, own_events: OwnEvents) -> None:
    photo = shown(page)

    page.locator(".card").nth(0).dblclick()
    settled(page, photo)

    assert [event.photo_id for event in own_events()] == [photo]


def test_a_key_that_was_pressed_before_the_photo_came_decides_nothing(page: Page, own_events: OwnEvents) -> None:
    full(page)
    photo = shown(page)

    page.evaluate(  # two keys in the queue of a page that is busy: the second was pressed while the first photo was shown
        """() => {
          const keys = ["1", "2"].map((key) => new KeyboardEvent("keydown", { key, code: `Digit${key}`, bubbles: true }));
          keys.forEach((event) => document.body.dispatchEvent(event));
        }"""
    )
    settled(page, photo)

    assert [event.photo_id for event in own_events()] == [photo]
    expect(page.locator(".toast")).to_contain_text("decided nothing")


def test_undo_walks_back_and_says_what_it_undid(page: Page, own_events: OwnEvents) -> None:
    first, sku = shown(page), page.locator(".card .sku").first.inner_text()
    page.keyboard.press("1")
    second = settled(page, first)
    page.keyboard.press("n")
    settled(page, second)

    page.keyboard.press("u")
    expect(page.locator(".toast")).to_have_text(f"Undone: not in DAM on {second}")
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_have_text(f"Undone: match {sku} on {first}")
    settled(page, second)

    assert shown(page) == first
    assert labels_of(own_events()) == {}


def test_the_screen_says_what_another_reviewer_holds(fresh_page: Page, browser: Browser, fresh_server: Server) -> None:
    held = open_store(fresh_server.home / "store", create=False).leases.held(datetime.now(UTC))
    context = browser.new_context(viewport=DESK)
    other = review_page(context, fresh_server.address, "Bob")

    assert shown(other) not in held
    assert len(held) >= 13  # what is ahead, and the rest of any burst among it
    expect(other.locator(".held")).to_contain_text(f"{len(held)} photos are held by another reviewer until")
    context.close()


def test_leaving_the_page_frees_its_photos(fresh_page: Page, browser: Browser, fresh_server: Server) -> None:
    photo = shown(fresh_page)

    leave(fresh_page)
    context = browser.new_context(viewport=DESK)
    other = review_page(context, fresh_server.address, "Bob")

    assert shown(other) == photo
    expect(other.locator(".held")).to_be_empty()
    context.close()


def test_a_phone_decides_by_touch_and_no_button_is_too_small(
    browser: Browser, server: Server, reviewer: str, own_events: OwnEvents
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = review_page(context, server.address, reviewer)
    photo = shown(phone)

    sizes = phone.locator(".review button:visible").evaluate_all("all => all.map((one) => [one.offsetWidth, one.offsetHeight])")
    assert min(min(size) for size in sizes) >= 40
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.locator("[data-act=not_in_dam]").tap()
    settled(phone, photo)

    assert [(event.photo_id, event.verdict) for event in own_events()] == [(photo, Verdict.NOT_IN_DAM)]
    leave(phone)
    context.close()


def test_a_letter_that_streamlit_would_take_does_nothing(page: Page) -> None:
    page.keyboard.press("c")
    page.keyboard.press("f")
    page.keyboard.press("/")
    page.keyboard.type("cr")
    page.wait_for_timeout(500)

    assert page.locator("[role=dialog]").count() == 0


def test_on_a_desk_the_whole_screen_is_in_sight(page: Page) -> None:
    fits = page.locator("[data-testid=stMain]").evaluate("main => main.scrollHeight <= main.clientHeight")

    assert fits


def test_pictures_are_closed_to_other_sites_and_cacheable_for_ever(page: Page, server: Server) -> None:
    source = page.locator(".card img").first.get_attribute("src") or ""

    answer = page.request.get(f"{server.address}/{source}")

    assert answer.status == 200
    assert "immutable" in answer.headers["cache-control"]
    assert "private" in answer.headers["cache-control"]


def test_a_decision_from_another_site_is_refused(page: Page, server: Server, own_events: OwnEvents) -> None:
    answer = page.request.post(
        f"{server.address}/couture/review/decisions", data={"event_id": "x"}, headers={"Origin": "http://evil.example"}
    )

    assert answer.status == 403
    assert own_events() == []


def test_the_screen_says_what_to_do_where_there_is_nothing(page_of_an_empty_home: Page) -> None:
    expect(page_of_an_empty_home.locator(".empty")).to_contain_text("couture import", timeout=60_000)
