"""What the tests of the review screen do and read."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from data.domain import PhotoId
from data.events import Review
from data.store import open_store


def shown(page: Page) -> str:
    """Read which photo is on the screen."""
    return page.locator(".review").get_attribute("data-photo") or ""


def settled(page: Page, other_than: str) -> str:
    """Wait until another photo is painted and everything is saved; give that photo."""
    expect(page.locator(".review")).not_to_have_attribute("data-photo", other_than)
    saved(page)
    return shown(page)


def saved(page: Page) -> None:
    """Wait until nothing waits to be stored."""
    expect(page.locator(".mark")).to_have_attribute("data-state", "saved", timeout=40_000)


def decide(page: Page, key: str) -> PhotoId:
    """Press a key and wait for the next photo; give the one that was decided."""
    photo = shown(page)
    page.keyboard.press(key)
    expect(page.locator(".review")).not_to_have_attribute("data-photo", photo)
    return PhotoId(photo)


def full(page: Page) -> None:
    """Wait until as many photos are ready as the screen keeps."""
    expect(page.locator(".review")).to_have_attribute("data-ahead", "12", timeout=30_000)


def events(home: Path) -> list[Review]:
    """Read what is stored, in the order in which it was stored."""
    return open_store(home / "store", create=False).events.all()


KEY_LOG = """
  window.seen = [];
  const review = () => document.querySelector("[data-testid=stBidiComponentIsolated]")?.shadowRoot?.querySelector(".review");
  addEventListener("keydown", () => window.seen.push(review()?.dataset.photo), true);
"""
"""Run before the page's own scripts, notes which photo is on the screen whenever a key goes down."""


def seen_at_keys(page: Page) -> list[str]:
    """Read which photo was on the screen at each key."""
    seen: list[str] = page.evaluate("window.seen")
    return seen
