"""A burst at the screen: a decision for all of it counts for photos that were seen, and is undone photo by photo."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import PIL.Image
import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.background import index_everything
from dashboard.wiring import open_services
from data.domain import PhotoId, Reviewer
from data.events import Verdict
from data.photos import import_photos
from data.store import open_store
from feedback.labels import labels_of
from feedback.queue import next_photos
from tests.e2e.conftest import DESK, OwnEvents, Server, free_port, leave, review_page
from tests.e2e.reviewing import full, saved, settled, shown

COPIES = ("copy-1", "copy-2")


@pytest.fixture(scope="module")
def burst_home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, in which the first photo of the queue was taken three times: it and two that were recompressed."""
    folder = tmp_path_factory.mktemp("burst")
    home = Path(shutil.copytree(demo_home, folder / "home"))
    services = open_services(home)
    [first] = next_photos(services.store, reviewer=Reviewer("nobody"), count=1)
    picture = PIL.Image.open(io.BytesIO(services.store.images.content(services.store.photos.get(first).image_id)))
    (folder / "copies").mkdir()
    for quality, name in zip((70, 80), COPIES, strict=True):
        picture.convert("RGB").save(folder / "copies" / f"{name}.jpg", quality=quality)
    import_photos(services.store, folder / "copies")
    index_everything(services, catalogue=False)
    return home


@pytest.fixture
def fresh_server(burst_home: Path, tmp_path: Path) -> Iterator[Server]:
    """The dashboard on a copy of that home."""
    server = Server(Path(shutil.copytree(burst_home, tmp_path / "home")), free_port())
    server.start()
    yield server
    server.stop()


def strip(page: Page) -> list[str]:
    """Read which photos the strip shows."""
    titles: list[str] = page.locator(".burst-photos span").evaluate_all("all => all.map((cell) => cell.title)")
    return titles


def whole(page: Page) -> None:
    """Ask for the whole burst, once every thumbnail is there."""
    for image in page.locator(".burst-photos img").all():
        expect(image).not_to_have_js_property("naturalWidth", 0)
    page.keyboard.press("b")
    expect(page.locator(".burst button")).to_have_attribute("aria-pressed", "true")


def test_the_strip_shows_the_photo_and_those_that_wait_with_it(fresh_page: Page) -> None:
    assert strip(fresh_page) == [shown(fresh_page), *COPIES]
    expect(fresh_page.locator(".burst-words")).to_have_text("3 photos of one burst")


def test_a_decision_counts_for_the_photo_alone_unless_asked(fresh_page: Page, own_events: OwnEvents) -> None:
    photo = shown(fresh_page)
    fresh_page.keyboard.press("1")
    settled(fresh_page, photo)

    assert [(event.photo_id, event.note) for event in own_events()] == [(photo, "")]


def test_a_decision_for_the_whole_burst_is_one_event_for_each_photo_of_the_strip(fresh_page: Page, own_events: OwnEvents) -> None:
    photo, sku = shown(fresh_page), fresh_page.locator(".card .sku").nth(1).inner_text()

    whole(fresh_page)
    fresh_page.keyboard.press("2")
    settled(fresh_page, photo)

    assert [(event.photo_id, event.sku, event.note) for event in own_events()] == [
        (name, sku, f"burst:{photo}") for name in (photo, *COPIES)
    ]
    assert len({event.event_id for event in own_events()}) == 3


def test_what_was_decided_with_its_burst_does_not_come_again(fresh_page: Page, own_events: OwnEvents) -> None:
    photo = shown(fresh_page)
    whole(fresh_page)
    fresh_page.keyboard.press("1")
    after = settled(fresh_page, photo)

    asked = [after]
    while (asked[-1] not in {"", *asked[:-1]}) and len(asked) < 36:
        fresh_page.keyboard.press("n")
        fresh_page.wait_for_timeout(60)
        asked.append(shown(fresh_page))
    saved(fresh_page)

    assert not {photo, *COPIES} & set(asked)


def test_undo_takes_the_whole_burst_back(fresh_page: Page, own_events: OwnEvents) -> None:
    photo = shown(fresh_page)
    whole(fresh_page)
    fresh_page.keyboard.press("1")
    other = settled(fresh_page, photo)

    fresh_page.keyboard.press("u")
    expect(fresh_page.locator(".toast")).to_contain_text("and 2 more of its burst")
    settled(fresh_page, other)

    assert labels_of(own_events()) == {}
    assert [event.verdict for event in own_events()] == [Verdict.MATCH] * 3 + [Verdict.WITHDRAWN] * 3
    assert strip(fresh_page) == [photo, *COPIES]


def test_after_a_reload_undo_still_takes_the_whole_burst_back(fresh_page: Page, own_events: OwnEvents) -> None:
    photo = shown(fresh_page)
    whole(fresh_page)
    fresh_page.keyboard.press("n")
    settled(fresh_page, photo)

    fresh_page.reload()
    fresh_page.wait_for_selector(".card", timeout=60_000)
    after = shown(fresh_page)
    fresh_page.keyboard.press("u")
    settled(fresh_page, after)

    assert (shown(fresh_page), labels_of(own_events())) == (photo, {})
    assert strip(fresh_page) == [photo, *COPIES]


def test_a_burst_with_a_photo_that_was_not_seen_cannot_be_decided_whole(
    browser: Browser, fresh_server: Server, reviewer: str, own_events: OwnEvents
) -> None:
    context = browser.new_context(viewport=DESK)
    lost = open_store(fresh_server.home / "store", create=False).photos.get(COPIES[1]).image_id
    context.route(f"**/couture/pictures/{lost}?size=thumb", lambda route: route.abort())
    page = review_page(context, fresh_server.address, reviewer)
    photo = shown(page)
    for at in (0, 1):
        expect(page.locator(".burst-photos img").nth(at)).not_to_have_js_property("naturalWidth", 0)

    page.keyboard.press("b")
    expect(page.locator(".toast")).to_contain_text("1 of 3 photos of the burst cannot be seen yet")
    page.keyboard.press("1")
    settled(page, photo)

    assert [event.photo_id for event in own_events()] == [photo]
    leave(page)
    context.close()


def test_the_strip_leaves_out_what_another_reviewer_holds(browser: Browser, fresh_server: Server, fresh_page: Page) -> None:
    context = browser.new_context(viewport=DESK)
    other = review_page(context, fresh_server.address, "Bob")
    full(other)

    held = {PhotoId(name) for name in strip(fresh_page)}
    assert not held & {PhotoId(name) for name in strip(other)}
    assert shown(other) not in held
    leave(other)
    context.close()


def test_a_click_asks_for_the_whole_burst_as_the_key_does(fresh_page: Page, own_events: OwnEvents) -> None:
    photo = shown(fresh_page)
    whole(fresh_page)
    fresh_page.locator(".burst button").click()
    expect(fresh_page.locator(".burst button")).to_have_attribute("aria-pressed", "false")
    fresh_page.locator(".burst button").click()
    expect(fresh_page.locator(".burst-words")).to_have_text("Counts for all 3 photos")
    fresh_page.keyboard.press("x")
    settled(fresh_page, photo)

    assert sorted(event.photo_id for event in own_events()) == sorted([photo, *COPIES])


def test_the_next_photo_is_decided_alone_again(fresh_page: Page, own_events: OwnEvents) -> None:
    photo = shown(fresh_page)
    whole(fresh_page)
    fresh_page.keyboard.press("1")
    other = settled(fresh_page, photo)
    fresh_page.keyboard.press("1")
    settled(fresh_page, other)

    assert [event.photo_id for event in own_events()] == [photo, *COPIES, other]
    assert own_events()[-1].note == ""


def test_on_a_desk_the_screen_with_a_burst_is_in_sight(fresh_page: Page) -> None:
    assert fresh_page.locator("[data-testid=stMain]").evaluate("main => main.scrollHeight <= main.clientHeight")
