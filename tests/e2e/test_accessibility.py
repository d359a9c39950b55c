"""Every page can be read and used by anybody: axe finds nothing serious, and every page's main action works by keys alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dashboard.wiring import open_services
from data.demo import demo_folder
from feedback.retune import retune
from tests.builders import match_all
from tests.e2e.conftest import DESK, Server, free_port, leave
from tests.e2e.reviewing import events
from tests.e2e.screens import PAGES, Screen, asset_screen, stretch, visit, wait_until_here, wait_until_still

SERIOUS = ("serious", "critical")
SHOWN = (*PAGES, asset_screen("BAG-0101"))
BY_NAME = {screen.name: screen for screen in SHOWN}
MOST_TABS = 150
FOCUSED = """() => {
  let one = document.activeElement;
  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  if (!one || one.matches("body, main")) return ""; // their text is the whole page's
  return `${one?.ariaLabel || ""} ${one?.innerText || ""}`.trim();
}"""


@pytest.fixture(scope="module")
def server(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard on a demo that has been worked with: photos are decided, and weights were proposed."""
    home = Path(shutil.copytree(demo_home, tmp_path_factory.mktemp("used") / "home"))
    opened = open_services(home)
    known = {photo_id: truth.sku for photo_id, truth in opened.store.photos.truths().items() if truth.sku}
    match_all(opened.store, dict(sorted(known.items())[:20]))
    retune(opened.store, opened.backends, by="test")
    started = Server(home, free_port())
    started.start()
    yield started
    started.stop()


@pytest.fixture(params=["light", "dark"])
def plain_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page in one colour scheme, nothing opened yet."""
    with browser.new_context(viewport=DESK, color_scheme=request.param, reduced_motion="reduce") as context:
        opened = context.new_page()
        yield opened
        leave(opened)


@pytest.fixture
def keyed_page(browser: Browser) -> Iterator[Page]:
    """A page that no mouse touches, nothing opened yet."""
    with browser.new_context(viewport=DESK) as context:
        opened = context.new_page()
        yield opened
        leave(opened)


def findings(page: Page) -> list[str]:
    """Let axe look at a page, shadow roots and frames too; say each serious finding with the element that it is about."""
    found: dict[str, Any] = Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [
        f"{rule['id']}: {node.get('failureSummary', '')} {node['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


def tab_to(page: Page, name: str) -> None:
    """Press Tab until something is focused whose name has this in it."""
    seen = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
        if name.lower() in seen[-1].lower():
            return
    raise AssertionError(f"Tab did not come to '{name}', but to {seen}")


@pytest.mark.parametrize("screen", SHOWN, ids=lambda screen: screen.name)
def test_axe_finds_nothing_serious(plain_page: Page, server: Server, screen: Screen) -> None:
    visit(plain_page, server.address, screen)
    stretch(plain_page)

    assert findings(plain_page) == []


@pytest.mark.parametrize("key", ["f", "z", "?"])
def test_axe_finds_nothing_serious_in_what_review_opens(plain_page: Page, server: Server, key: str) -> None:
    visit(plain_page, server.address, BY_NAME["review"])
    plain_page.keyboard.press(key)
    expect(plain_page.locator("dialog[open]")).to_be_visible()

    assert findings(plain_page) == []


@pytest.mark.parametrize(("screen", "opener"), [("history", "Export"), ("asset", "Correct a word")])
def test_axe_finds_nothing_serious_in_what_a_button_opens(plain_page: Page, server: Server, screen: str, opener: str) -> None:
    visit(plain_page, server.address, BY_NAME[screen])
    plain_page.get_by_role("button", name=opener).click()
    expect(plain_page.get_by_test_id("stPopoverBody")).to_be_visible()
    wait_until_still(plain_page)

    assert findings(plain_page) == []


def test_axe_finds_nothing_serious_where_somebody_is_asked_for_a_name(plain_page: Page, server: Server) -> None:
    plain_page.goto(f"{server.address}/history")
    expect(plain_page.get_by_role("button", name="Start reviewing")).to_be_visible()
    wait_until_still(plain_page)

    assert findings(plain_page) == []


def test_every_picture_says_what_it_shows(keyed_page: Page, server: Server) -> None:
    for screen in SHOWN:
        visit(keyed_page, server.address, screen)

        silent = keyed_page.locator("img:not([alt]):visible, .cm-picture img[alt='']:visible, .stage img[alt='']:visible")
        assert silent.count() == 0, screen.name


def test_a_photo_is_decided_by_tab_and_enter(keyed_page: Page, server: Server) -> None:
    visit(keyed_page, server.address, BY_NAME["review"], "Tabea")
    before = keyed_page.locator(".review").get_attribute("data-photo") or ""
    tab_to(keyed_page, "Confirm")

    keyed_page.keyboard.press("Enter")

    expect(keyed_page.locator(".review")).not_to_have_attribute("data-photo", before)
    expect(keyed_page.locator(".mark")).to_have_attribute("data-state", "saved")
    assert [event.photo_id for event in events(server.home) if event.reviewer == "Tabea"] == [before]


def test_a_photo_is_searched_by_tab_and_enter(keyed_page: Page, server: Server) -> None:
    visit(keyed_page, server.address, BY_NAME["search"])
    expect(keyed_page.get_by_text("pastes a picture")).to_be_visible(timeout=30_000)
    wait_until_here(keyed_page)
    photo = sorted((demo_folder() / "photos").iterdir())[0]
    # asked for before anything is pressed: a dialog that opens while the browser is being told so is nobody's
    keyed_page.on("filechooser", lambda chooser: chooser.set_files(photo))
    tab_to(keyed_page, "Upload")

    keyed_page.keyboard.press("Enter")

    expect(keyed_page.get_by_role("button", name="It is this one").first).to_be_visible(timeout=60_000)


def test_an_asset_is_opened_by_tab_and_enter(keyed_page: Page, server: Server) -> None:
    visit(keyed_page, server.address, BY_NAME["catalogue"])
    tab_to(keyed_page, "Envelope clutch")

    keyed_page.keyboard.press("Enter")

    expect(keyed_page.get_by_role("heading", name="Envelope clutch")).to_be_visible(timeout=30_000)


def test_the_figures_of_a_chart_are_taken_by_tab_and_enter(keyed_page: Page, server: Server) -> None:
    visit(keyed_page, server.address, BY_NAME["accuracy"])
    tab_to(keyed_page, "CSV")

    with keyed_page.expect_download() as taken:
        keyed_page.keyboard.press("Enter")

    assert taken.value.suggested_filename.endswith(".csv")


def test_a_proposal_is_fitted_by_tab_and_enter(keyed_page: Page, server: Server) -> None:
    visit(keyed_page, server.address, BY_NAME["retune"])
    before = len(open_services(server.home).store.weights.all())
    tab_to(keyed_page, "Fit")

    keyed_page.keyboard.press("Enter")

    expect(keyed_page.get_by_text(f"v{before + 1}").first).to_be_visible(timeout=120_000)


def test_the_history_is_exported_by_tab_and_enter(keyed_page: Page, server: Server) -> None:
    visit(keyed_page, server.address, BY_NAME["history"])
    tab_to(keyed_page, "Export")
    keyed_page.keyboard.press("Enter")
    expect(keyed_page.get_by_role("button", name="CSV")).to_be_visible()
    tab_to(keyed_page, "CSV")

    with keyed_page.expect_download() as taken:
        keyed_page.keyboard.press("Enter")

    assert taken.value.suggested_filename.endswith(".csv")
