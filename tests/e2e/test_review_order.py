"""The order of the photos, chosen on the screen."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import Browser, Page, expect

from data.domain import PhotoId, Reviewer
from data.store import Store, open_store
from feedback.outlooks import refresh_outlooks
from feedback.queue import QueueChoice, QueueOrder, next_photos, next_picks
from matching.backends import Backends
from tests.e2e.conftest import DESK, OwnEvents, Server, leave, review_page
from tests.e2e.reviewing import decide, full, saved, shown


def choose(page: Page, name: str, value: str) -> None:
    """Choose from a list of the header and wait until as many photos are ready as the screen keeps."""
    with page.expect_response(lambda answer: f"{name}={value}" in answer.url and "/items" in answer.url):
        page.locator(f"select[name={name}]").select_option(value)
    full(page)


def held(server: Server) -> set[PhotoId]:
    """Read which photos are on a screen, or next."""
    return set(open_store(server.home / "store").leases.held(datetime.now(UTC)))


def ranked(server: Server) -> Store:
    """Rank what waits, as an administrator would."""
    store = open_store(server.home / "store")
    refresh_outlooks(store, Backends())
    return store


def test_the_next_photos_follow_the_order_that_was_chosen(fresh_page: Page, fresh_server: Server, reviewer: str) -> None:
    store, first, who = ranked(fresh_server), PhotoId(shown(fresh_page)), Reviewer(reviewer)
    expected = next_picks(store, reviewer=who, count=4, held={first}, choice=QueueChoice(order=QueueOrder.UNCERTAIN))
    oldest = next_photos(store, reviewer=who, count=4, held={first})
    choose(fresh_page, "order", "uncertain")
    decided = [decide(fresh_page, "1") for _ in range(5)]

    assert decided == [first, *(pick.photo_id for pick in expected)]  # what somebody looks at stays
    assert decided[1:] != oldest


def test_what_was_painted_is_recorded_with_the_order_that_was_chosen(fresh_page: Page, fresh_server: Server) -> None:
    store = ranked(fresh_server)
    choose(fresh_page, "order", "useful")
    before = decide(fresh_page, "1")
    after = decide(fresh_page, "1")
    saved(fresh_page)

    assert [one.queue_order for one in store.suggestions.of(before)] == ["oldest"]
    assert {one.queue_order for one in store.suggestions.of(after)} == {"useful"}
    assert all(0 < (one.queue_propensity or 0) <= 1 for one in store.suggestions.of(after))


def test_photos_of_the_chosen_category_come_first(fresh_page: Page, fresh_server: Server) -> None:
    store, first = ranked(fresh_server), PhotoId(shown(fresh_page))
    choice = QueueChoice(category="hats")
    [expected] = next_picks(store, reviewer=Reviewer("anybody"), count=1, held={first}, choice=choice)
    expect(fresh_page.locator("select[name=category] option")).to_have_count(7)
    choose(fresh_page, "category", "hats")
    decide(fresh_page, "1")

    assert shown(fresh_page) == expected.photo_id


def test_a_photo_that_was_only_fetched_is_free_for_others_after_another_order_was_chosen(
    fresh_page: Page, fresh_server: Server
) -> None:
    ranked(fresh_server)
    before = held(fresh_server)
    choose(fresh_page, "order", "uncertain")
    after = held(fresh_server)

    # thirteen are ahead; what is held beside them is of their bursts, so there are thirteen groups at most
    group_of = {photo.photo_id: photo.group for photo in open_store(fresh_server.home / "store").photos.all()}
    for photos in (before, after):
        assert len({group_of[photo_id] for photo_id in photos}) <= 13 <= len(photos)
    assert before - after
    assert PhotoId(shown(fresh_page)) in before & after


def test_the_choice_is_kept_when_the_page_is_opened_again(browser: Browser, server: Server, reviewer: str) -> None:
    context = browser.new_context(viewport=DESK)
    page = review_page(context, server.address, reviewer)
    choose(page, "order", "newest")
    leave(page)
    again = review_page(context, server.address, reviewer)

    expect(again.locator("select[name=order]")).to_have_value("newest")
    context.close()


def test_no_key_decides_while_a_list_has_the_focus(page: Page, own_events: OwnEvents) -> None:
    photo = shown(page)
    page.locator("select[name=order]").focus()
    for key in "1nlxs":
        page.keyboard.press(key)
    page.wait_for_timeout(300)

    assert (shown(page), own_events()) == (photo, [])


def test_escape_gives_the_keys_back_to_the_decisions(page: Page) -> None:
    photo = shown(page)
    page.locator("select[name=order]").focus()
    page.keyboard.press("Escape")

    assert decide(page, "s") == photo
