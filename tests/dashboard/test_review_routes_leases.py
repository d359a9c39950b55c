"""What the routes hand out to whom, and how long it stays theirs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from dashboard.wiring import Services
from data.domain import PhotoId, Sku
from feedback.labels import LabelKind, labels_of
from feedback.leases import LEASE_S
from tests.builders import ARTICLES, NOON, image_of, photo_of, reference_picture
from tests.dashboard.screens import Screen, client_of, decision, screen_of

P1, P2 = "bag-blue/0", "bag-blue/1"


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Read it."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Set it forward."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(services: Services, clock: Clock) -> TestClient:
    return client_of(services, clock)


@pytest.fixture
def anna(services: Services, server: TestClient) -> Screen:
    return screen_of(services, "anna", "t1", server)


@pytest.fixture
def ben(services: Services, server: TestClient) -> Screen:
    return screen_of(services, "ben", "t2", server)


def given(screen: Screen, count: int = 1) -> list[str]:
    return [item["photo_id"] for item in screen.get("items", count=str(count)).json()["items"]]


def hold_all(screen: Screen, services: Services) -> None:
    """Lease every photo."""
    photos = [photo.photo_id for photo in services.store.photos.all()]
    screen.post("leases", {"photo_ids": photos})


def test_what_one_has_the_other_does_not_get(anna: Screen, ben: Screen) -> None:
    assert (given(anna), given(ben)) == ([P1], [P2])


def test_another_tab_is_another_holder(anna: Screen, services: Services, server: TestClient) -> None:
    assert (given(anna), given(screen_of(services, "anna", "t9", server))) == ([P1], [P2])


def test_a_page_that_lost_the_answer_gets_the_same_photo_again(anna: Screen) -> None:
    assert (given(anna), given(anna)) == ([P1], [P1])


def test_a_photo_of_a_crashed_page_is_free_within_two_minutes(anna: Screen, ben: Screen, clock: Clock) -> None:
    given(anna)
    clock.advance(LEASE_S)

    assert LEASE_S < 120
    assert given(ben) == [P1]


def test_a_page_that_lives_keeps_its_photo(anna: Screen, ben: Screen, clock: Clock) -> None:
    given(anna)
    clock.advance(LEASE_S - 1)
    held = anna.post("leases", {"photo_ids": [P1]}).json()["held"]
    clock.advance(LEASE_S - 1)

    assert (held, given(ben)) == ([P1], [P2])


def test_a_renewal_tells_what_went_to_another(anna: Screen, ben: Screen, clock: Clock) -> None:
    given(anna, 2)
    clock.advance(LEASE_S)
    given(ben)

    assert anna.post("leases", {"photo_ids": [P1, P2]}).json() == {"held": [P2]}


def test_a_page_that_is_left_gives_its_photos_back(anna: Screen, ben: Screen) -> None:
    given(anna, 2)
    anna.post("release", {"photo_ids": [P1]})

    assert given(ben, 1) == [P1]


def test_a_page_that_names_none_gives_all_back(anna: Screen, ben: Screen) -> None:
    given(anna, 2)
    anna.post("release", {})

    assert given(ben, 2) == [P1, P2]


def test_nobody_gives_back_what_another_has(anna: Screen, ben: Screen) -> None:
    given(anna)
    ben.post("release", {"photo_ids": [P1]})

    assert given(ben) == [P2]


def test_a_skipped_photo_goes_to_the_next_reviewer(anna: Screen, ben: Screen) -> None:
    given(anna)
    anna.post("decisions", decision("e1", P1, verdict="skip"))

    assert given(ben) == [P1]


def test_an_undone_photo_stays_with_whoever_undid_it(anna: Screen, ben: Screen) -> None:
    given(anna)
    anna.post("decisions", decision("e1", P1, sku="bag-blue"))
    anna.post("leases", {"photo_ids": [P1]})
    anna.post("decisions", {**decision("e2", P1, verdict="withdrawn"), "withdraws": "e1"})

    assert given(ben) == [P2]


def test_an_expired_holders_late_decision_is_a_second_opinion(
    anna: Screen, ben: Screen, clock: Clock, services: Services
) -> None:
    given(anna)
    clock.advance(LEASE_S)
    given(ben)
    ben.post("decisions", decision("e2", P1, sku="bag-red"))
    answer = anna.post("decisions", decision("e1", P1, sku="bag-blue"))

    assert answer.status_code == 200
    assert labels_of(services.store.events.all())[PhotoId(P1)].kind is LabelKind.DISPUTED


def test_where_others_hold_all_that_waits_the_screen_says_so(anna: Screen, ben: Screen, services: Services) -> None:
    hold_all(anna, services)
    found = ben.get("items").json()
    until = NOON + timedelta(seconds=LEASE_S)

    assert found["title"] == "All that waits is being reviewed"
    assert found["advice"] == f"40 photos are held by another reviewer until {until.astimezone():%H:%M}."
    assert found["held_by_others"] == {"count": 40, "until": until.isoformat(), "own": False}


def test_where_nobody_holds_anything_nothing_is_said_of_it(anna: Screen) -> None:
    assert anna.get("items").json()["held_by_others"] == {"count": 0, "until": None, "own": False}


def test_a_photo_that_is_decided_is_not_waited_for(anna: Screen, ben: Screen) -> None:
    given(anna, 2)
    ben.post("decisions", decision("e1", P1, sku="bag-blue"))

    assert ben.get("items").json()["held_by_others"]["count"] == 1


def test_a_photo_that_cannot_be_shown_yet_is_held_by_nobody(empty: Services, clock: Clock) -> None:
    image = image_of(reference_picture(ARTICLES[Sku("ball-red")]))
    empty.store.images.put([image])
    empty.store.photos.put([photo_of("too-early", image)])
    given(screen_of(empty, "anna", "t1", client_of(empty, clock)))

    assert empty.store.leases.held(NOON) == {}
