"""A photo that waits again tells on its card why: what was said of it, when, and what has arrived since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dashboard.wiring import Services
from data.domain import EventId, PhotoId
from data.events import CATALOGUE, Review, Verdict
from tests.builders import ANNA, NOON, review_of
from tests.dashboard.screens import screen_of

PHOTO = "bag-blue/0"
LATER = NOON + timedelta(days=3)


def reopened(services: Services, note: str) -> None:
    """Have Anna say that a photo is not in the DAM, and the catalogue reopen it."""
    services.store.events.append(
        [
            review_of(PHOTO, Verdict.NOT_IN_DAM, event="absent"),
            Review(
                event_id=EventId("again"),
                photo_id=PhotoId(PHOTO),
                reviewer=CATALOGUE,
                verdict=Verdict.REOPENED,
                at=LATER,
                note=note,
            ),
        ]
    )


def card(services: Services, reviewer: str = "ben") -> Any:
    item = screen_of(services, reviewer, "t1").get("items", count="1").json()["items"][0]
    assert item["photo_id"] == PHOTO
    return item["reopened"]


@pytest.mark.parametrize("sku", ["bag-blue", "ball-red"])
def test_a_reopened_photo_says_when_it_was_absent_and_what_arrived_and_whether_that_is_still_first(
    services: Services, sku: str
) -> None:
    reopened(services, f"{sku} has arrived and is first with confidence 0.91, weights v1")

    found = card(services)

    assert (found["decided_at"], found["sku"], found["first"]) == (NOON.isoformat(), sku, sku == "bag-blue")


def test_a_reopening_without_a_note_that_can_be_read_names_no_asset(services: Services) -> None:
    reopened(services, "by hand")

    assert card(services) == {"decided_at": NOON.isoformat(), "sku": "", "title": "", "first": False}


def test_a_photo_that_was_never_reopened_says_nothing(services: Services) -> None:
    assert card(services) is None


def test_a_reopening_that_was_taken_back_says_nothing(services: Services) -> None:
    reopened(services, "by hand")
    back = review_of(PHOTO, Verdict.WITHDRAWN, by=ANNA, event="back", withdraws=EventId("again"))
    again = review_of(PHOTO, Verdict.WITHDRAWN, by=ANNA, event="too", withdraws=EventId("absent"))
    services.store.events.append([back, again])

    assert card(services) is None
