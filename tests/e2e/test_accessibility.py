"""Every page can be read and used by anybody: axe finds nothing serious, and every page's main action works by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import DESK, Server, leave
from tests.e2e.screens import PAGES, Screen, asset_screen, stretch, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SERIOUS = ("serious", "critical")
SHOWN = (*PAGES, asset_screen("BAG-0101"))
Scheme = Literal["light", "dark"]


@pytest.fixture(params=["light", "dark"])
def plain_page(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Page]:
    """A page in one colour scheme, nothing opened yet."""
    with browser.new_context(viewport=DESK, color_scheme=request.param, reduced_motion="reduce") as context:
        opened = context.new_page()
        yield opened
        leave(opened)


def findings(page: Page) -> list[str]:
    """Let axe look at a page, shadow roots and frames too; say each serious finding with the element that it is about."""
    found: dict[str, Any] = Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [
        f"{rule['id']}: {' '.join(str(part) for part in node['target'])}: {node.get('failureSummary', '')} {node['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("screen", SHOWN, ids=lambda screen: screen.name)
def test_axe_finds_nothing_serious(plain_page: Page, server: Server, screen: Screen) -> None:
    visit(plain_page, server.address, screen)
    stretch(plain_page)

    assert findings(plain_page) == []
