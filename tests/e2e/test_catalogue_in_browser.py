"""The page Catalogue in a real browser: seek, open an asset by its address, import with a preview."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from data.store import open_store
from tests.conftest import encode, make_picture
from tests.e2e.conftest import DESK, Server

CARDS = "a.cm-card"
PATIENCE_MS = 60_000


@pytest.fixture
def catalogue(browser: Browser, fresh_server: Server) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.goto(f"{fresh_server.address}/catalogue?reviewer=Ada")
    expect(page.locator(CARDS).first).to_be_visible(timeout=PATIENCE_MS)
    yield page
    context.close()


def test_filters_by_keyboard_an_asset_by_its_address_and_an_import_with_preview(
    catalogue: Page, fresh_server: Server, tmp_path: Path
) -> None:
    _seek(catalogue)
    _open_and_reload(catalogue)
    _import(catalogue, fresh_server, tmp_path)


def _seek(page: Page) -> None:
    everything = page.locator(CARDS).count()
    page.get_by_label("Words").focus()
    page.keyboard.type("belt")
    expect(page.locator(CARDS)).not_to_have_count(everything)
    for text in page.locator(CARDS).all_inner_texts():
        assert "belt" in text.casefold()
    expect(page).to_have_url(re.compile("find=belt"))


def _open_and_reload(page: Page) -> None:
    title = page.locator(CARDS).first.locator("b").inner_text()
    page.locator(CARDS).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=title, level=2)).to_be_visible(timeout=PATIENCE_MS)
    expect(page).to_have_url(re.compile(r"sku=.*reviewer=Ada"))

    page.reload()

    expect(page.get_by_role("heading", name=title, level=2)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".cm-turn img")).to_have_count(8)
    page.get_by_role("button", name="All assets").press("Enter")
    expect(page.locator(CARDS).first).to_be_visible(timeout=PATIENCE_MS)


def _import(page: Page, server: Server, folder: Path) -> None:
    page.get_by_role("tab", name="Import").click()
    page.locator("input[type=file]").set_input_files(_packed(folder))
    expect(page.get_by_text("autumn.zip")).to_be_visible()
    page.get_by_role("button", name="Check what would be taken").click()
    expect(page.get_by_role("heading", name="This would be taken")).to_be_visible(timeout=PATIENCE_MS)
    assert "NEW-1" not in open_store(server.home / "store").assets.skus()

    page.reload()
    page.get_by_role("tab", name="Import").click()
    page.get_by_role("button", name="Import 1 rows").click(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", name="This was taken")).to_be_visible(timeout=PATIENCE_MS)
    with page.expect_download() as download:
        page.get_by_role("button", name="Every row as CSV").click()

    rows = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["subject"], row["outcome"]) for row in rows] == [("NEW-2", "refused"), ("NEW-1", "taken")]
    assert open_store(server.home / "store").assets.get("NEW-1").title == "<b>New</b>"


def _packed(folder: Path) -> Path:
    packed = folder / "autumn.zip"
    with ZipFile(packed, "w") as written:
        written.writestr("list.csv", "sku,image,title\nNEW-1,1.png,<b>New</b>\nNEW-2,gone.png,Gone\n")
        written.writestr("1.png", encode(make_picture(5)))
    return packed
