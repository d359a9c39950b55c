"""Gold and second opinions on the screen: the page that is asked cannot tell them from any other photo."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest

from dashboard.wiring import Services
from data.domain import PhotoId
from data.drawing import DrawPurpose
from data.events import Verdict
from feedback.drawn import drawn_of
from feedback.draws import set_share
from feedback.gold_marks import mark_gold
from tests.builders import BEN, NOON, match_all, review_of
from tests.dashboard.screens import Screen, decision, screen_of

GOLD = "ball-red/0"


@pytest.fixture
def anna(services: Services) -> Screen:
    """Anna's screen on the small catalogue."""
    return screen_of(services, "anna", "t1")


def item_of(screen: Screen, photo_id: str, count: int = 5) -> dict[str, Any]:
    """Ask for the next photos until one comes; each other one is held."""
    held: list[str] = []
    while True:
        items = screen.get("items", count=str(count), held=json.dumps(held)).json()["items"]
        for item in items:
            if item["photo_id"] == photo_id:
                found: dict[str, Any] = item
                return found
        assert items, f"{photo_id} did not come"
        held += [item["photo_id"] for item in items]


def make_gold(services: Services) -> None:
    """Have Ben confirm a photo and a manager mark it; half of the slots hold gold."""
    services.store.events.append([review_of(GOLD, Verdict.MATCH, "ball-red", by=BEN, event="b1")])
    mark_gold(services.store, PhotoId(GOLD), by="maja", at=NOON)
    set_share(services.store, DrawPurpose.GOLD, 0.5, by="maja", at=NOON)


def told(sealed: str) -> Any:  # whatever the page can read of it
    """Read a sealed text as a curious page could."""
    return json.loads(zlib.decompress(base64.urlsafe_b64decode(sealed.partition(".")[0])))


def shape(value: object) -> object:
    """Give the fields of an item, and of what is in it, without what they say."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    return type(value).__name__


def test_the_item_of_a_gold_photo_has_the_fields_of_any_other(anna: Screen, services: Services) -> None:
    other = item_of(anna, "bag-blue/0")
    make_gold(services)
    gold = item_of(anna, GOLD)

    assert shape(gold) == shape(other)
    assert {*told(gold["exposure"])} == {*told(other["exposure"])}
    assert told(gold["picked"])[1:] == told(other["picked"])[1:] == ["oldest", 1.0]
    assert (told(gold["exposure"])["queue_order"], told(gold["exposure"])["queue_propensity"]) == ("oldest", 1.0)


def test_a_photos_own_confirmed_view_has_no_part_in_how_it_is_ranked_again(anna: Screen, services: Services) -> None:
    [before] = anna.post("rerank", {"photo_ids": [GOLD]}).json()["items"]
    make_gold(services)
    after = item_of(anna, GOLD)

    assert after["no_match"] == before["no_match"]
    assert after["candidates"][:4] == before["candidates"][:4]  # the fifth may explore


def test_the_counts_that_a_page_is_told_have_nothing_that_a_check_would_not_move(anna: Screen, services: Services) -> None:
    make_gold(services)
    item_of(anna, GOLD)
    before = anna.get("items", count="1").json()["counts"]
    after = anna.post("decisions", decision("e1", GOLD, sku="ball-red")).json()["counts"]

    assert (before, after) == (
        {"waiting": 40, "decided": 0, "disputed": 0},
        {"waiting": 39, "decided": 1, "disputed": 0},
    )


def test_gold_is_stored_as_painted_without_a_pick_that_it_never_had(anna: Screen, services: Services) -> None:
    make_gold(services)
    gold = item_of(anna, GOLD)
    anna.post("painted", {"suggestion_id": gold["suggestion_id"], "exposure": gold["exposure"]})

    [shown] = services.store.suggestions.of(PhotoId(GOLD))
    assert (shown.queue_order, shown.queue_propensity) == ("", None)


def test_an_audited_photo_is_stored_with_the_probability_with_which_it_was_drawn(anna: Screen, services: Services) -> None:
    set_share(services.store, DrawPurpose.AUDIT, 0.5, by="maja", at=NOON)
    audited = min(drawn_of(services.store).probabilities(DrawPurpose.AUDIT))
    item = item_of(anna, audited)
    anna.post("painted", {"suggestion_id": item["suggestion_id"], "exposure": item["exposure"]})

    [shown] = services.store.suggestions.of(audited)
    assert (shown.queue_order, shown.queue_propensity) == ("audit", 0.5)
    assert told(item["exposure"])["queue_order"] == "oldest"


def test_the_second_reviewer_is_not_told_what_the_first_said(services: Services) -> None:
    photos = [photo.photo_id for photo in services.store.photos.all() if photo.photo_id.startswith("b")]
    match_all(services.store, dict.fromkeys(photos, "tent-pink"))  # Anna says what nobody would
    set_share(services.store, DrawPurpose.SECOND_OPINION, 0.5, by="maja", at=NOON)
    drawn = min(drawn_of(services.store).probabilities(DrawPurpose.SECOND_OPINION))
    item = item_of(screen_of(services, "ben", "t2"), drawn)

    assert "anna" not in json.dumps(item)
    assert item["candidates"][0]["sku"] != "tent-pink"


def test_a_reviewer_is_told_of_their_week_and_of_too_few_gold_photos_nothing(anna: Screen, services: Services) -> None:
    make_gold(services)
    anna.post("decisions", decision("e1", GOLD, sku="ball-red"))
    rows = {row["name"]: row for row in anna.get("week").json()["rows"]}

    assert list(rows) == ["Decided", "Pace", "The same as others", "Right"]
    assert rows["Right"]["value"] == "–"
    assert rows["Right"]["meaning"].startswith("is told from 10 photos on")


def told_late(services: Services, item: dict[str, Any]) -> tuple[str, float | None]:
    """Decide a photo on what was shown, and have the page tell of that only afterwards, to a server that was restarted."""
    said = decision("e1", item["photo_id"], sku=item["candidates"][0]["sku"])
    screen_of(services, "anna", "t1").post("decisions", {**said, "suggestion_id": item["suggestion_id"]})
    again = screen_of(services, "anna", "t1")
    again.post("painted", {"suggestion_id": item["suggestion_id"], "exposure": item["exposure"]})
    [shown] = services.store.suggestions.of(PhotoId(item["photo_id"]))
    return shown.queue_order, shown.queue_propensity


def test_a_page_that_tells_of_an_audited_photo_after_its_decision_and_a_restart_loses_no_draw(
    anna: Screen, services: Services
) -> None:
    set_share(services.store, DrawPurpose.AUDIT, 0.5, by="maja", at=NOON)
    audited = min(drawn_of(services.store).probabilities(DrawPurpose.AUDIT))

    assert told_late(services, item_of(anna, audited)) == ("audit", 0.5)


def test_nor_does_one_that_tells_so_of_a_photo_that_its_order_picked(anna: Screen, services: Services) -> None:
    assert told_late(services, item_of(anna, "bag-blue/0")) == ("oldest", 1.0)


def test_what_was_decided_before_it_was_shown_stays_a_check_however_late_the_page_tells(anna: Screen, services: Services) -> None:
    make_gold(services)

    assert told_late(services, item_of(anna, GOLD)) == ("", None)
