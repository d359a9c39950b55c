"""Decisions when network, server, page and storage fail: nothing lost, nothing twice, nothing on another photo."""

from __future__ import annotations

from collections import Counter

from playwright.sync_api import Browser, Dialog, Page, Route, expect

from data.events import Verdict
from tests.e2e.conftest import DESK, OwnEvents, Server, leave, review_page
from tests.e2e.reviewing import decide, full, saved, settled, shown

DECISIONS = "**/couture/review/decisions"


def test_decisions_without_a_network_are_stored_once_when_it_is_back(page: Page, own_events: OwnEvents) -> None:
    full(page)

    page.context.set_offline(True)
    decided = [decide(page, key) for key in "1n2"]
    expect(page.locator(".mark")).to_contain_text("offline, 3 waiting")
    assert own_events() == []
    page.context.set_offline(False)
    saved(page)

    assert [event.photo_id for event in own_events()] == decided


def test_what_waits_outlives_a_reload(page: Page, own_events: OwnEvents) -> None:
    full(page)
    page.route(DECISIONS, lambda route: route.abort())
    decided = [decide(page, key) for key in "1x"]
    expect(page.locator(".mark")).to_contain_text("offline, 2 waiting")

    page.unroute(DECISIONS)
    page.reload()
    page.wait_for_selector(".card")
    saved(page)

    assert [event.photo_id for event in own_events()] == decided
    assert shown(page) not in decided


def test_a_server_that_is_killed_and_started_again_loses_nothing(
    fresh_page: Page, own_events: OwnEvents, fresh_server: Server
) -> None:
    decided = [decide(fresh_page, key) for key in "1n"]

    fresh_server.kill()
    decided += [decide(fresh_page, key) for key in "2x"]
    expect(fresh_page.locator(".mark")).to_have_attribute("data-state", "offline")
    fresh_server.start()
    decided.append(decide(fresh_page, "1"))
    saved(fresh_page)

    assert [event.photo_id for event in own_events()] == decided


def test_work_goes_on_while_the_server_is_away_and_no_dialog_is_in_the_way(fresh_page: Page, fresh_server: Server) -> None:

    fresh_server.kill()
    fresh_page.wait_for_timeout(6000)
    decided = [decide(fresh_page, "1") for _ in range(3)]

    assert len(set(decided)) == 3
    assert fresh_page.locator("[role=dialog]").count() == 0
    expect(fresh_page.locator(".mark")).to_contain_text("offline, 3 waiting")
    fresh_server.start()


def test_an_answer_that_is_lost_on_its_way_stores_nothing_twice(page: Page, own_events: OwnEvents) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().text())
            route.abort()

    page.route(DECISIONS, lose_the_first)
    photo = decide(page, "1")
    expect(page.locator(".mark")).to_have_attribute("data-state", "offline")
    saved(page)

    assert lost
    assert [event.photo_id for event in own_events()] == [photo]


def test_an_answer_that_is_not_the_servers_is_no_receipt(page: Page, own_events: OwnEvents) -> None:
    page.route(DECISIONS, lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Sign in to the Wi-Fi</h1>"))
    photo = decide(page, "1")
    expect(page.locator(".mark")).to_contain_text("offline, 1 waiting")
    assert own_events() == []

    page.unroute(DECISIONS)
    saved(page)

    assert [event.photo_id for event in own_events()] == [photo]


def test_two_tabs_that_decide_at_once_decide_no_photo_twice(
    fresh_page: Page, fresh_server: Server, reviewer: str, own_events: OwnEvents
) -> None:
    other = review_page(fresh_page.context, fresh_server.address, reviewer)
    full(other)
    tabs = [fresh_page, other]

    for tab in tabs * 3:
        tab.keyboard.press("1")
    for tab in tabs:
        saved(tab)

    counted = Counter(event.photo_id for event in own_events())
    assert len(counted) == 6
    assert set(counted.values()) == {1}


def test_a_tab_sends_what_a_closed_one_left_behind(page: Page, server: Server, reviewer: str, own_events: OwnEvents) -> None:
    full(page)
    page.route(DECISIONS, lambda route: route.abort())
    decided = [decide(page, key) for key in "1n"]
    expect(page.locator(".mark")).to_contain_text("offline, 2 waiting")
    page.close()

    other = page.context.new_page()
    other.goto(f"{server.address}/?reviewer={reviewer}")
    other.wait_for_selector(".card")
    saved(other)

    assert [event.photo_id for event in own_events()] == decided


def test_a_refused_decision_is_told_until_it_is_read(page: Page, own_events: OwnEvents) -> None:
    photo = shown(page)
    changed = "nothing-like-a-verdict"
    page.route(DECISIONS, lambda route: route.continue_(post_data={**(route.request.post_data_json or {}), "verdict": changed}))

    page.keyboard.press("1")
    expect(page.locator(".refusal")).to_contain_text(f"on {photo}")
    saved(page)
    page.reload()
    page.wait_for_selector(".card")
    page.locator(".refused-open").click()

    assert own_events() == []
    expect(page.locator(".refused-list li")).to_have_count(1)
    page.keyboard.press("Escape")
    page.locator(".refused-clear").click()
    expect(page.locator(".refusal")).not_to_be_visible()


def test_a_page_that_the_server_does_not_know_any_more_keeps_its_decisions(page: Page, own_events: OwnEvents) -> None:
    page.route(DECISIONS, lambda route: route.fulfill(status=403, json={"error": "this page is not known here any more"}))
    photo = decide(page, "1")
    expect(page.locator(".stale")).to_be_visible()

    page.unroute(DECISIONS)
    page.locator(".stale button").click()
    page.wait_for_selector(".card")
    settled(page, photo)

    assert [event.photo_id for event in own_events()] == [photo]


def test_a_browser_that_stores_nothing_warns_and_still_delivers(
    browser: Browser, server: Server, reviewer: str, own_events: OwnEvents
) -> None:
    context = browser.new_context(viewport=DESK)
    context.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }")
    page = review_page(context, server.address, reviewer)
    page.route(DECISIONS, lambda route: route.abort())
    photo = decide(page, "1")
    expect(page.locator(".warning")).to_contain_text("Keep it open")

    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    page.unroute(DECISIONS)
    saved(page)

    assert asked == ["beforeunload"]
    assert [event.photo_id for event in own_events()] == [photo]
    leave(page)
    context.close()


def test_an_undo_that_waits_comes_after_what_it_undoes(page: Page, own_events: OwnEvents) -> None:
    full(page)
    page.context.set_offline(True)
    photo = decide(page, "1")
    page.keyboard.press("u")
    expect(page.locator(".mark")).to_contain_text("offline, 2 waiting")
    page.context.set_offline(False)
    saved(page)

    said = [(event.photo_id, event.verdict) for event in own_events()]
    assert said == [(photo, Verdict.MATCH), (photo, Verdict.WITHDRAWN)]
    assert shown(page) == photo
