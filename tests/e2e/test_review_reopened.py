"""A photo that was not in the DAM waits again: the screen says why, until it is decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from data.domain import PhotoId, Sku, WeightsVersion
from data.events import Review, Verdict
from data.store import open_store
from feedback.recording import new_event_id
from feedback.reopening import Reopening, reopen
from tests.e2e.conftest import DESK, PATIENCE_S, Server, leave, review_page
from tests.e2e.reviewing import decide, saved, shown
from tests.e2e.test_accessibility import findings


@pytest.fixture(params=["light", "dark"])
def desk(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Page]:
    """The Review page in one colour scheme, for a reviewer of its own."""
    with browser.new_context(viewport=DESK, color_scheme=request.param, reduced_motion="reduce") as context:
        opened = review_page(context, server.address, f"reopened {request.param}")
        yield opened
        leave(opened)


def test_a_reopened_photo_says_why_it_waits_again_until_it_is_decided(desk: Page, server: Server) -> None:
    store, photo, now = open_store(server.home / "store", create=False), PhotoId(shown(desk)), datetime.now(UTC)
    first = Sku(desk.locator(".card .sku").first.inner_text())
    absent = Review(event_id=new_event_id(), photo_id=photo, reviewer="somebody", verdict=Verdict.NOT_IN_DAM, at=now)  # type: ignore[arg-type]
    store.events.append([absent])
    reopen(store, [Reopening(photo_id=photo, sku=first, confidence=0.9, weights=WeightsVersion("v1"), decided_at=now)])

    desk.reload()
    expect(desk.locator(".review")).to_have_attribute("data-photo", photo, timeout=PATIENCE_S * 1000)

    line, title = desk.locator(".reopened"), store.assets.get(first).title
    expect(line).to_contain_text("Decided as not in the DAM on")
    expect(line).to_contain_text(f"Since then {title} has arrived and comes first now.")
    assert findings(desk) == []
    decide(desk, "1")
    expect(line).to_be_hidden()
    saved(desk)
