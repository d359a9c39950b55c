"""The manager's pages in a real browser: figures with their photos and files, and a fit from its start to its way back."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from data.events import Verdict
from data.store import Store, open_store
from feedback.versions import version_before
from tests.builders import review_of
from tests.e2e.conftest import DESK, Server

PATIENCE_MS = 120_000


def label_everything(home: Path) -> Store:
    """Have two reviewers say of every photo what it shows."""
    store = open_store(home / "store")
    truths = store.photos.truths()
    store.events.append(
        [
            review_of(photo_id, Verdict.MATCH, truth.sku) if truth.sku else review_of(photo_id, Verdict.NOT_IN_DAM)
            for photo_id, truth in truths.items()
        ]
    )
    return store


def opened(browser: Browser, server: Server, path: str) -> Page:
    page = browser.new_context(viewport=DESK).new_page()
    page.goto(f"{server.address}/{path}{'&' if '?' in path else '?'}reviewer=Ada")
    return page


def test_a_point_is_chosen_by_keyboard_its_photos_are_seen_and_its_figures_are_a_file(
    browser: Browser, fresh_server: Server, tmp_path: Path
) -> None:
    label_everything(fresh_server.home)
    page = opened(browser, fresh_server, "accuracy?view=sealed")

    chooser = page.get_by_role("combobox", name="See the photos behind").first
    chooser.focus(timeout=PATIENCE_MS)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".cm-photo").first.wait_for(timeout=PATIENCE_MS)
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV").first.click()
    saved.value.save_as(tmp_path / "figures.csv")

    assert page.locator(".cm-photo img").first.get_attribute("alt", timeout=PATIENCE_MS)
    with (tmp_path / "figures.csv").open() as file:
        assert "value" in next(csv.reader(file))


def test_a_fit_survives_a_reload_another_browser_and_a_new_server_and_is_activated_and_rolled_back(
    browser: Browser, fresh_server: Server
) -> None:
    store = label_everything(fresh_server.home)
    before = store.activations.active()
    page = opened(browser, fresh_server, "retune")
    page.get_by_role("button", name="Fit a proposal").click(timeout=PATIENCE_MS)
    goes_on = page.get_by_text("The fit goes on")
    goes_on.wait_for(timeout=PATIENCE_MS)

    page.reload()
    other = opened(browser, fresh_server, "retune")
    for seen in (page, other):
        expect(seen.get_by_text("The fit goes on").or_(seen.get_by_text("The fit is done"))).to_be_visible(timeout=PATIENCE_MS)
    fresh_server.kill()
    fresh_server.start()
    page.goto(f"{fresh_server.address}/retune?reviewer=Ada")
    page.get_by_text("The fit is done").wait_for(timeout=PATIENCE_MS)

    fitted = f"v{store.weights.latest_number()}"
    allowed = page.get_by_role("button", name=f"Activate {fitted}", exact=True)
    allowed.wait_for(timeout=PATIENCE_MS)
    if allowed.is_enabled():
        allowed.click()
    else:
        page.get_by_text("Activate by force").click()
        page.get_by_role("textbox", name="Your reason").fill("a test")
        page.get_by_role("button", name=f"Force {fitted}").click()
    expect(page.get_by_text(f"{fitted} is active.")).to_be_visible(timeout=PATIENCE_MS)
    assert (store.activations.active(), version_before(store)) == (fitted, before)

    page.get_by_role("button", name=f"Roll back to {before}").click()
    expect(page.get_by_text(f"{fitted} is active.")).to_be_hidden(timeout=PATIENCE_MS)
    assert store.activations.active() == before
