"""What the routes tell of a photo's burst, and who has its photos meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.wiring import Services
from data.domain import PhotoId
from feedback.labels import labels_of
from tests.builders import NOON, photo_of
from tests.dashboard.screens import Screen, client_of, decision, screen_of

BURST = ["burst-1", "burst-2", "burst-3"]
NOTE = "burst:burst-1"


@pytest.fixture
def server(services: Services) -> TestClient:
    """Three photos of one burst come before all others."""
    image = next(
        image for image in services.store.images.all() if image.image_id == services.store.photos.get("bag-blue/1").image_id
    )
    services.store.photos.put(photo_of(name, image, group="burst", minutes=at - 9) for at, name in enumerate(BURST))
    return client_of(services, lambda: NOON)


@pytest.fixture
def anna(services: Services, server: TestClient) -> Screen:
    return screen_of(services, "anna", "t1", server)


@pytest.fixture
def ben(services: Services, server: TestClient) -> Screen:
    return screen_of(services, "ben", "t2", server)


def first_item(screen: Screen) -> dict[str, Any]:
    item: dict[str, Any] = screen.get("items", count="1").json()["items"][0]
    return item


def shown(item: dict[str, Any]) -> list[str]:
    return [member["photo_id"] for member in item["burst"]]


def held(services: Services) -> dict[str, str]:
    return {str(photo_id): lease.holder for photo_id, lease in services.store.leases.held(NOON).items()}


def decide_burst(screen: Screen) -> None:
    """Decide all three with one key."""
    for at, name in enumerate(BURST):
        screen.post("decisions", {**decision(f"e{at}", name, verdict="unusable"), "note": NOTE})


def test_an_item_tells_the_photos_of_its_burst_with_thumbnails(anna: Screen) -> None:
    item = first_item(anna)

    assert shown(item) == BURST
    assert all(member["thumbnail"].endswith("size=thumb") for member in item["burst"])


def test_a_photo_that_was_taken_alone_has_no_burst(anna: Screen) -> None:
    [*_, item] = anna.get("items", count="4").json()["items"]

    assert (item["photo_id"], item["burst"]) == ("bag-blue/0", [])


def test_the_photos_of_a_burst_are_held_with_the_one_on_the_screen(anna: Screen, services: Services) -> None:
    first_item(anna)

    assert held(services) == dict.fromkeys(BURST, "anna/t1")


def test_another_reviewer_gets_none_of_a_burst_that_is_held(anna: Screen, ben: Screen) -> None:
    first_item(anna)

    assert first_item(ben)["photo_id"] == "bag-blue/0"


def test_what_another_holds_is_left_out_of_the_strip(anna: Screen, ben: Screen) -> None:
    ben.post("leases", {"photo_ids": ["burst-2"]})

    assert shown(first_item(anna)) == ["burst-1", "burst-3"]


def test_a_burst_of_which_others_hold_the_rest_is_no_burst(anna: Screen, ben: Screen) -> None:
    ben.post("leases", {"photo_ids": ["burst-2", "burst-3"]})

    assert shown(first_item(anna)) == []


def test_the_burst_is_part_of_an_item_that_is_ranked_again(anna: Screen) -> None:
    first_item(anna)
    anna.post("decisions", decision("e1", "burst-2", verdict="unusable"))

    [item] = anna.post("rerank", {"photo_ids": ["burst-1"]}).json()["items"]

    assert shown(item) == ["burst-1", "burst-3"]


def test_a_decision_for_a_burst_is_one_event_for_each_photo_and_each_lease_ends(anna: Screen, services: Services) -> None:
    first_item(anna)
    decide_burst(anna)

    assert [(event.photo_id, event.note) for event in services.store.events.all()] == [(name, NOTE) for name in BURST]
    assert held(services) == {}


def test_the_last_decision_of_a_burst_is_told_whole_with_its_strip(anna: Screen) -> None:
    first_item(anna)
    decide_burst(anna)

    found = anna.get("last").json()

    assert found["event"]["photo_id"] == "burst-1"
    assert [event["photo_id"] for event in found["more"]] == ["burst-2", "burst-3"]
    assert shown(found["item"]) == BURST


def test_the_last_decision_on_a_photo_alone_is_told_alone(anna: Screen) -> None:
    decide_burst(anna)
    anna.post("decisions", decision("e9", "bag-blue/0", verdict="unusable"))

    found = anna.get("last").json()

    assert (found["event"]["photo_id"], found["more"]) == ("bag-blue/0", [])


def test_a_burst_that_is_undone_photo_by_photo_waits_again(anna: Screen, services: Services) -> None:
    decide_burst(anna)
    for at, name in enumerate(BURST):
        anna.post("decisions", {**decision(f"u{at}", name, verdict="withdrawn"), "withdraws": f"e{at}"})

    assert labels_of(services.store.events.all()) == {}
    assert shown(first_item(anna)) == [PhotoId(name) for name in BURST]
