"""Two people review at the same time, each in a browser of their own."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.e2e.conftest import DESK, Server, leave, review_page
from tests.e2e.reviewing import events, settled, shown

ROUNDS = 4


def test_two_people_never_see_or_decide_the_same_photo(browser: Browser, server: Server) -> None:
    contexts = [browser.new_context(viewport=DESK) for _ in range(2)]
    one, other = (review_page(context, server.address, name) for context, name in zip(contexts, ("Uma", "Vito"), strict=True))
    seen: dict[str, list[str]] = {"Uma": [], "Vito": []}

    for _ in range(ROUNDS):
        now = shown(one), shown(other)
        for page in (one, other):
            page.keyboard.press("1")
        for page, name, photo in ((one, "Uma", now[0]), (other, "Vito", now[1])):
            seen[name].append(photo)
            settled(page, photo)

    decided = {name: [event.photo_id for event in events(server.home) if event.reviewer == name] for name in seen}
    assert decided == seen
    assert len({photo for photos in seen.values() for photo in photos}) == 2 * ROUNDS
    for page, context in zip((one, other), contexts, strict=True):
        leave(page)
        context.close()
