"""A scripted reviewer who decides in two tabs while the server is killed, sockets and the network are cut, and pages reload."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, Page, Response

from data.events import Review, Verdict
from tests.e2e.conftest import PATIENCE_S, Server, review_page
from tests.e2e.reviewing import saved
from tests.e2e.wire import Wire

KEYS = {"1": Verdict.MATCH, "2": Verdict.MATCH, "n": Verdict.NOT_IN_DAM, "x": Verdict.UNUSABLE}
"""Keys that close a photo: none of them may be stored twice for one photo."""

Decision = tuple[str, str, str | None]
"""Photo, verdict and sku, as they were on the screen when the key went down."""

SCREEN = """() => {
  const review = document.querySelector("[data-testid=stBidiComponentIsolated]")?.shadowRoot?.querySelector(".review");
  const skus = [...(review?.querySelectorAll(".card .sku") || [])].map((one) => one.textContent);
  return [review && !review.querySelector(".stage").hidden ? review.dataset.photo || "" : "", skus];
}"""

NOTE_AT_KEYS = f"""
  window.atKey = ["", []];
  addEventListener("keydown", () => (window.atKey = ({SCREEN})()), true);
"""
"""Run before the page's own scripts, notes what is on the screen at the moment in which a key goes down.

Asked for just before the key, it may be gone when the key comes: a photo that is painted in between would be decided unseen by
the tally.
"""


@dataclass
class Tally:
    """What was decided, what was answered, and what is stored in the end."""

    faults: Counter[str] = field(default_factory=Counter)
    decided: list[Decision] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    stored: list[Review] = field(default_factory=list)

    @property
    def lost(self) -> list[Decision]:
        """Decisions of a key that are not stored."""
        return list((Counter(self.decided) - Counter(map(_said, self.stored))).elements())

    @property
    def unasked(self) -> list[Decision]:
        """Stored decisions that no key made: on a wrong photo, or twice."""
        return list((Counter(map(_said, self.stored)) - Counter(self.decided)).elements())

    @property
    def acknowledged_and_lost(self) -> set[str]:
        """Events that were answered as durable and are not there."""
        return self.acknowledged - {str(review.event_id) for review in self.stored}

    @property
    def twice(self) -> list[str]:
        """Photos that have more than one decision."""
        return [photo for photo, count in Counter(review.photo_id for review in self.stored).items() if count > 1]


class Storm:
    """Two tabs of one reviewer behind a wire, and everything that can go wrong with them."""

    def __init__(self, context: BrowserContext, server: Server, wire: Wire, reviewer: str, seed: int) -> None:
        self.context, self.server, self.wire, self.reviewer = context, server, wire, reviewer
        self.chance = random.Random(seed)
        self.tally = Tally()
        context.add_init_script(NOTE_AT_KEYS)
        self.tabs = [self._open(), self._open()]
        self.kinds: dict[str, Callable[[], None]] = {
            "server killed": self._kill,
            "sockets cut": self._cut,
            "network gone": self._offline,
            "page reloaded": self._reload,
            "tab closed": self._close_tab,
        }

    def run(self, faults: int) -> Tally:
        """Decide through so many faults, each kind as often as the others, in random order; then wait for everything."""
        order = [list(self.kinds)[at % len(self.kinds)] for at in range(faults)]
        self.chance.shuffle(order)
        for name in order:
            self.decide(self.chance.choice(self.tabs))
            self.kinds[name]()
            self.tally.faults[name] += 1
        for tab in self.tabs:
            tab.bring_to_front()
            saved(tab)
        return self.tally

    def decide(self, tab: Page) -> None:
        """Press a key on the photo that is there; wait for one if none is."""
        tab.bring_to_front()
        tab.wait_for_function(f"() => ({SCREEN})()[0]", timeout=PATIENCE_S * 1000)
        self.press(tab)

    def press(self, tab: Page) -> None:
        """Press a key, and note what it must have decided: the photo is gone from the screen as soon as it has."""
        key = self.chance.choice(list(KEYS))
        tab.keyboard.press(key)
        photo, skus = tab.evaluate("window.atKey")
        if photo and tab.evaluate(SCREEN)[0] != photo:
            sku = skus[int(key) - 1] if key.isdigit() else None
            self.tally.decided.append((photo, KEYS[key].value, sku))

    def _kill(self) -> None:
        self.press(self.tabs[0])
        self.server.kill()
        for tab in self.tabs:
            self.press(tab)
        self.server.start()

    def _cut(self) -> None:
        for tab in self.tabs:
            self.press(tab)
            self.wire.cut()

    def _offline(self) -> None:
        self.context.set_offline(True)
        for tab in self.tabs:
            self.press(tab)
        self.context.set_offline(False)

    def _reload(self) -> None:
        tab = self.chance.choice(self.tabs)
        self.press(tab)
        tab.reload()

    def _close_tab(self) -> None:
        """Close a tab in the middle of sending, and open another."""
        tab = self.tabs.pop(self.chance.randrange(2))
        self.press(tab)
        tab.close()
        self.tabs.append(self._open())

    def _open(self) -> Page:
        tab = review_page(self.context, self.wire.address, self.reviewer)
        tab.on("response", self._answered)
        return tab

    def _answered(self, response: Response) -> None:
        if response.url.endswith("/couture/review/decisions") and response.ok:
            said: Any = response.request.post_data_json
            self.tally.acknowledged.add(said["event_id"])


def faults_of(tally: Tally) -> Sequence[str]:
    """Say what went wrong, in words; nothing where nothing did."""
    found = {
        "lost though acknowledged": len(tally.acknowledged_and_lost),
        "lost": len(tally.lost),
        "stored and never decided": len(tally.unasked),
        "photos decided twice": len(tally.twice),
    }
    return [f"{count} {what}" for what, count in found.items() if count]


def _said(review: Review) -> Decision:
    return str(review.photo_id), review.verdict.value, review.sku
