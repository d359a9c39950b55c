"""The order that a screen asks for: which photos it gets, and what is recorded of the pick."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest

from dashboard.catalogue_cache import catalogue_of
from dashboard.seals import seal_of
from dashboard.unpainted import EXPOSURE
from dashboard.wiring import Services
from data.domain import PhotoId
from data.ranking import Suggestion
from feedback.outlooks import notes_of, refresh_outlooks
from tests.builders import ARTICLES
from tests.dashboard.screens import Screen, decision, screen_of

FIRST, LAST = "bag-blue/0", "ball-red/quarantined"


@pytest.fixture
def anna(services: Services) -> Screen:
    """Anna's screen on the small catalogue; its photos were taken one after the other."""
    return screen_of(services, "anna", "t1")


@pytest.fixture
def ranked(services: Services) -> Services:
    """The same services, with an outlook for every photo."""
    refresh_outlooks(services.store, services.backends)
    return services


def given(screen: Screen, count: int = 1, **asked: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = screen.get("items", count=str(count), **asked).json()["items"]
    return items


def recorded(services: Services, photo_id: str) -> Suggestion:
    [shown] = services.store.suggestions.of(PhotoId(photo_id))
    return shown


def paint(screen: Screen, item: dict[str, Any]) -> Any:
    return screen.post("painted", {"suggestion_id": item["suggestion_id"], "exposure": item["exposure"]}).json()


def test_a_screen_that_says_nothing_gets_the_oldest(anna: Screen) -> None:
    assert [item["photo_id"] for item in given(anna, 2)] == ["bag-blue/0", "bag-blue/1"]


def test_a_screen_that_asks_for_the_newest_gets_them(anna: Screen) -> None:
    assert [item["photo_id"] for item in given(anna, 2, order="newest")] == [LAST, "stranger/6"]


@pytest.mark.parametrize("asked", [{"order": "cheapest"}, {"category": "c" * 201}])
def test_an_order_that_there_is_not_is_refused(anna: Screen, asked: dict[str, str]) -> None:
    assert anna.get("items", **asked).status_code == 422


@pytest.mark.parametrize("order", ["uncertain", "useful", "random"])
def test_no_order_waits_for_photos_to_be_ranked(anna: Screen, order: str) -> None:
    assert len(given(anna, 2, order=order)) == 2


def test_photos_of_a_category_come_first(anna: Screen, ranked: Services) -> None:
    outlooks = {outlook.photo_id: outlook for outlook in ranked.store.outlooks.all()}
    found = given(anna, 5, order="uncertain", category="scarf")

    assert {outlooks[item["photo_id"]].category for item in found} == {"scarf"}


def test_what_is_painted_is_recorded_with_its_order_and_its_propensity(anna: Screen, services: Services) -> None:
    [item] = given(anna, order="random")
    paint(anna, item)
    shown = recorded(services, item["photo_id"])

    assert shown.queue_order == "random"
    assert shown.queue_propensity == pytest.approx(1 / services.store.photos.count())


def test_an_order_by_outlook_and_a_category_are_recorded_together(anna: Screen, ranked: Services) -> None:
    [item] = given(anna, order="uncertain", category="scarf")
    of_scarves = sum(outlook.category == "scarf" for outlook in ranked.store.outlooks.all())
    paint(anna, item)
    shown = recorded(ranked, item["photo_id"])

    assert shown.queue_order == "uncertain/scarf"
    # the order's first, or one of a draw among the scarves
    assert any(shown.queue_propensity == pytest.approx(first + 0.1 / of_scarves) for first in (0.9, 0.0))


def test_a_photo_that_is_ranked_again_is_still_of_its_pick(anna: Screen, services: Services) -> None:
    [item] = given(anna, order="newest")
    said = {"photo_ids": [item["photo_id"]], "picked": {item["photo_id"]: item["picked"]}}
    [again] = screen_of(services, "anna", "t1").post("rerank", said).json()["items"]  # of a server that was restarted
    paint(anna, again)
    shown = recorded(services, item["photo_id"])

    assert (shown.queue_order, shown.queue_propensity, again["picked"]) == ("newest", 1.0, item["picked"])


@pytest.mark.parametrize("picked", ["made.up", "", None, 7, "x" * 3_000])
def test_a_pick_that_the_page_made_up_is_not_recorded(anna: Screen, services: Services, picked: object) -> None:
    [again] = anna.post("rerank", {"photo_ids": [FIRST], "picked": {FIRST: picked}}).json()["items"]
    paint(anna, again)

    assert (recorded(services, FIRST).queue_order, recorded(services, FIRST).queue_propensity) == ("", None)


def test_a_pick_of_another_photo_is_not_recorded(anna: Screen, services: Services) -> None:
    [item] = given(anna, order="newest")
    [again] = anna.post("rerank", {"photo_ids": [FIRST], "picked": {FIRST: item["picked"]}}).json()["items"]
    paint(anna, again)

    assert recorded(services, FIRST).queue_order == ""


def test_a_decision_that_comes_back_to_be_undone_was_not_picked(anna: Screen, services: Services) -> None:
    anna.post("decisions", decision("e1", FIRST, sku="bag-blue"))
    paint(anna, anna.get("last").json()["item"])

    assert (recorded(services, FIRST).queue_order, recorded(services, FIRST).queue_propensity) == ("", None)


def test_a_suggestion_that_was_sealed_before_there_were_orders_is_still_taken(anna: Screen, services: Services) -> None:
    [item] = given(anna, order="newest")
    content = base64.urlsafe_b64decode(item["exposure"].partition(".")[0])
    row = json.loads(zlib.decompress(content))
    before = {name: value for name, value in row.items() if not name.startswith("queue_")}
    sealed = seal_of(services.home).close(EXPOSURE, zlib.compress(json.dumps(before).encode()))
    answer = paint(screen_of(services, "anna", "t1"), {**item, "exposure": sealed})
    shown = recorded(services, LAST)

    assert (answer, shown.queue_order, shown.queue_propensity) == ({"stored": True}, "", None)
    assert len(row) == len(before) + 2


def test_what_is_ranked_for_a_screen_is_noted_for_the_orders(anna: Screen, services: Services) -> None:
    given(anna, 2)
    notes_of(services.store).settle()

    assert {(outlook.photo_id, outlook.category != "") for outlook in services.store.outlooks.all()} == {
        ("bag-blue/0", True),
        ("bag-blue/1", True),
    }


def test_the_categories_are_those_of_the_catalogue(anna: Screen, services: Services) -> None:
    assert anna.get("choices").json()["categories"] == sorted({sku.partition("-")[0] for sku in ARTICLES})


def test_a_category_that_is_imported_later_can_be_chosen_too(anna: Screen, services: Services) -> None:
    before = catalogue_of(services.store).categories()
    [asset, *_] = services.store.assets.all()
    services.store.assets.replace([type(asset)(**{**vars(asset), "category": "belt"})])

    assert set(anna.get("choices").json()["categories"]) == {*before, "belt"}


def test_only_an_order_by_outlook_asks_how_many_are_ranked(anna: Screen, ranked: Services) -> None:
    asked = [anna.get("choices", order=order).json()["ranked"] for order in ("oldest", "uncertain")]

    assert asked == [None, 40]


def test_photos_that_are_given_back_come_again_in_another_order(anna: Screen, services: Services) -> None:
    ahead = [item["photo_id"] for item in given(anna, 3)]
    anna.post("release", {"photo_ids": ahead[1:]})
    found = [item["photo_id"] for item in given(anna, 1, order="newest", held=json.dumps(ahead[:1]))]

    assert found == [LAST]
    assert [item["photo_id"] for item in given(screen_of(services, "ben", "t2"), 1)] == ahead[1:2]
