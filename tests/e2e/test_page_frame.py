"""What surrounds every page: what opens over it is readable, and a server that is gone is said once, by us."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.conftest import DESK, Server, free_port, serving
from tests.e2e.screens import Screen, visit

CONTRAST = """(one) => {
  const linear = (part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const luminance = (said) => {
    const [red, green, blue] = said.match(/[\\d.]+/g).slice(0, 3).map((part) => linear(part / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const style = getComputedStyle(one);
  const words = luminance(getComputedStyle(one.querySelector("p") ?? one).color);
  const [low, high] = [words, luminance(style.backgroundColor)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""
"""By WCAG 2.2: of the words on a button against the button."""


def test_a_primary_button_over_a_dark_page_can_be_read(browser: Browser, server: Server) -> None:
    with browser.new_context(viewport=DESK, color_scheme="dark") as context:
        page = context.new_page()
        visit(page, server.address, Screen(name="retune", path="retune"))
        inside = page.get_by_test_id("stBaseButton-primary").first
        page.evaluate(
            "(one) => { const over = document.createElement('div'); over.dataset.stOverlayRoot = 'true';"
            " over.append(one.cloneNode(true)); document.body.append(over); }",
            inside.element_handle(),
        )

        found = page.locator("[data-st-overlay-root] [data-testid=stBaseButton-primary]").evaluate(CONTRAST)

        assert found >= 4.5


def test_a_server_that_is_gone_is_said_in_a_banner_and_what_is_open_stays(browser: Browser, demo_home: Path) -> None:
    with browser.new_context(viewport=DESK) as context:
        page = context.new_page()
        with serving(demo_home, free_port()) as address:
            visit(page, address, Screen(name="history", path="history"))
        page.wait_for_function("document.querySelector('.stApp').dataset.testConnectionState !== 'CONNECTED'")
        said = page.evaluate("getComputedStyle(document.querySelector('.stApp'), '::before').content")
        page.wait_for_function(
            "() => performance.getEntriesByType('resource').filter((one) => one.name.includes('_stcore/health')).length > 1",
            timeout=60_000,
        )

        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("heading", name="History")).to_be_visible()
        assert "The server does not answer" in said
