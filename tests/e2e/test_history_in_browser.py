"""The page History in a real browser: filter, undo after reading what changes, export; all by keyboard."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data.domain import EventId, PhotoId, Reviewer
from data.events import Review, Verdict
from data.store import open_store
from tests.e2e.conftest import DESK, Server
from tests.e2e.reviewing import events

PATIENCE_MS = 60_000
ROWS = ".cm-event"


@pytest.fixture
def photos(fresh_server: Server) -> list[PhotoId]:
    """Two photos that Ada has matched, and one that Ben has."""
    store = open_store(fresh_server.home / "store")
    ids, sku = sorted(store.photos.image_ids())[:3], store.assets.skus()[0]
    store.events.append(
        [
            Review(
                event_id=EventId(f"e{at}"),
                photo_id=photo_id,
                reviewer=Reviewer("Ben" if at == 2 else "Ada"),  # the third
                verdict=Verdict.MATCH,
                sku=sku,
                at=datetime.now(UTC),
                note='=cmd() <img src=x onerror="document.title = 1">',
            )
            for at, photo_id in enumerate(ids)
        ]
    )
    return ids


@pytest.fixture
def history(browser: Browser, fresh_server: Server, photos: list[PhotoId]) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    page.goto(f"{fresh_server.address}/history?reviewer=Ada")
    expect(page.locator(ROWS).filter(has_text=photos[0])).to_be_visible(timeout=PATIENCE_MS)
    yield page
    context.close()


def test_filter_undo_and_export_by_keyboard(history: Page, fresh_server: Server, photos: list[PhotoId]) -> None:
    history.get_by_label("Words").focus()
    history.keyboard.type(photos[1])
    history.keyboard.press("Enter")
    expect(history.locator(ROWS)).to_have_count(1, timeout=PATIENCE_MS)

    history.get_by_role("button", name="Undo").press("Enter")
    expect(history.get_by_text("Then: it waits for review.")).to_be_visible()
    assert len(events(fresh_server.home)) == len(photos)
    history.get_by_role("button", name="Undo now").press("Enter")
    expect(history.locator(f"{ROWS}.cm-past")).to_have_count(1, timeout=PATIENCE_MS)
    assert events(fresh_server.home)[-1].withdraws == "e1"

    history.get_by_role("button", name="Export").press("Enter")
    with history.expect_download() as download:
        history.get_by_role("button", name="CSV").press("Enter")

    rows = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8").splitlines()))
    assert [(row["photo_id"], row["verdict"]) for row in rows] == [(photos[1], "withdrawn"), (photos[1], "match")]
    assert rows[1]["note"].startswith("'=cmd()")


def test_a_note_with_markup_runs_nothing_and_a_photo_leads_to_its_history(history: Page, photos: list[PhotoId]) -> None:
    history.locator(ROWS).get_by_role("link", name=photos[2]).press("Enter")

    expect(history.locator(ROWS)).to_have_count(1, timeout=PATIENCE_MS)
    expect(history.get_by_role("button", name=f"Only photo {photos[2]}")).to_be_visible()
    expect(history.locator(ROWS)).to_contain_text("<img src=x")
    assert history.title() != "1"
