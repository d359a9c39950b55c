"""The contract of the review screen's routes about words: cells, corrections, what differs, what is offered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.wiring import Services
from data.events import Attribute
from tests.corrections import correction_of
from tests.dashboard.screens import Screen, screen_of

FIRST = "bag-blue/0"


@pytest.fixture
def anna(services: Services) -> Screen:
    """Anna's screen on the small catalogue."""
    return screen_of(services, "anna", "t1")


def item_of(screen: Screen) -> dict[str, Any]:
    item: dict[str, Any] = screen.get("items", count="1").json()["items"][0]
    return item


def said(event_id: str, value: str = "", attribute: str = "colour", **more: Any) -> dict[str, Any]:
    return {"event_id": event_id, "attribute": attribute, "value": value, "at": "2026-03-01T12:00:00Z", "sequence": 7, **more}


def test_an_item_has_the_photos_four_words_and_each_candidates(anna: Screen) -> None:
    item = item_of(anna)
    attributes = [word["attribute"] for word in item["words"]]

    assert attributes == ["object", "colour", "texture", "specificity"]
    assert all([word["attribute"] for word in one["words"]] == attributes for one in item["candidates"])


def test_the_kind_of_object_is_what_the_neighbours_are_and_is_shown_as_such(anna: Screen) -> None:
    word = item_of(anna)["words"][0]

    assert (word["text"], word["source"]) == ("bag", "neighbours")
    assert word["note"].startswith("what the first candidates are")


def test_an_assets_kind_of_object_is_the_catalogues(anna: Screen) -> None:
    first = item_of(anna)["candidates"][0]

    assert (first["words"][0]["text"], first["words"][0]["source"]) == (first["category"], "catalogue")


def test_a_correction_is_stored_when_it_is_answered_and_names_the_word_that_stands(anna: Screen, services: Services) -> None:
    answer = anna.post("corrections", said("e1", "navy blue", photo_id=FIRST))

    assert (answer.status_code, answer.json()["sequence"]) == (200, 0)
    standing = answer.json()["standing"]
    assert (standing["said"], standing["text"], standing["source"], standing["note"]) == (
        "navy blue",
        "navy",
        "person",
        "corrected by anna",
    )
    assert [(event.value, event.by, event.photo_id) for event in services.store.corrections.all()] == [
        ("navy blue", "anna", FIRST)
    ]


def test_a_corrected_word_comes_with_the_item_and_with_what_the_model_said(anna: Screen) -> None:
    before = item_of(anna)["words"][1]["text"]
    anna.post("corrections", said("e1", "olive", photo_id=FIRST))

    word = item_of(anna)["words"][1]
    assert (word["text"], word["source"], word["event_id"]) == ("olive", "person", "e1")
    assert word["without"]["text"] == before


def test_an_asset_is_corrected_wherever_it_is_shown(anna: Screen) -> None:
    anna.post("corrections", said("e1", "suede", "texture", sku="bag-blue"))

    shown = [
        one for item in anna.get("items", count="2").json()["items"] for one in item["candidates"] if one["sku"] == "bag-blue"
    ]
    assert [one["words"][2]["text"] for one in shown] == ["suede", "suede"]


def test_a_correction_changes_what_differs(anna: Screen) -> None:
    first = item_of(anna)["candidates"][0]
    anna.post("corrections", said("e1", "magenta", photo_id=FIRST))
    anna.post("corrections", said("e2", "yellow", sku=first["sku"]))

    corrected = item_of(anna)["candidates"][0]
    assert (corrected["sku"], corrected["words"][1]["differs"]) == (first["sku"], True)


def test_a_correction_that_is_taken_back_leaves_what_the_model_said(anna: Screen) -> None:
    before = item_of(anna)["words"]
    anna.post("corrections", said("e1", "olive", photo_id=FIRST))
    answer = anna.post("corrections", said("e2", photo_id=FIRST, withdraws="e1"))

    assert answer.json()["standing"] is None
    assert item_of(anna)["words"] == before


def test_where_the_newest_is_taken_back_the_answer_names_the_one_before(anna: Screen) -> None:
    anna.post("corrections", said("e1", "olive", photo_id=FIRST))
    anna.post("corrections", said("e2", "teal", photo_id=FIRST))
    answer = anna.post("corrections", said("e3", photo_id=FIRST, withdraws="e2"))

    assert (answer.json()["standing"]["text"], answer.json()["standing"]["event_id"]) == ("olive", "e1")


def test_a_correction_that_is_sent_twice_is_stored_once(anna: Screen, services: Services) -> None:
    answers = [anna.post("corrections", said("e1", "navy", photo_id=FIRST)).status_code for _ in range(2)]

    assert (answers, services.store.corrections.count()) == ([200, 200], 1)


@pytest.mark.parametrize(
    "body",
    [
        said("e1", "navy"),
        said("e1", "", photo_id=FIRST),
        said("e1", "x" * 100, photo_id=FIRST),
        said("e1", "navy", "shape", photo_id=FIRST),
        said("e1", "navy", photo_id="nobody"),
        said("e1", "navy", sku="nothing"),
        said("e1", photo_id=FIRST, withdraws="e0"),
        {"attribute": "colour", "value": "navy", "photo_id": FIRST},
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_stores_nothing(
    anna: Screen, services: Services, body: dict[str, Any]
) -> None:
    assert (anna.post("corrections", body).status_code, services.store.corrections.count()) == (422, 0)


def test_a_correction_of_another_reviewers_page_is_refused(anna: Screen, services: Services) -> None:
    answer = anna.post("corrections", {**said("e1", "navy", photo_id=FIRST), "reviewer": "ben"})

    assert (answer.status_code, services.store.corrections.count()) == (403, 0)


def test_the_screen_asks_which_of_the_words_that_it_shows_differ(anna: Screen) -> None:
    found = anna.get("overlaps", attribute="colour", photo="navy blue", assets=json.dumps(["blue", "red", ""])).json()

    assert found["photo"] == {"text": "navy", "known": True}
    assert [asset["differs"] for asset in found["assets"]] == [False, True, False]


@pytest.mark.parametrize(
    "asked",
    [
        {"attribute": "shape", "photo": "red", "assets": "[]"},
        {"attribute": "colour", "photo": "red", "assets": "{"},
        {"attribute": "colour", "photo": "red", "assets": "[7]"},
        {"attribute": "colour", "photo": "x" * 5_000, "assets": "[]"},
    ],
)
def test_words_that_cannot_be_read_are_refused(anna: Screen, asked: dict[str, str]) -> None:
    assert anna.get("overlaps", **asked).status_code == 422


def test_the_vocabulary_is_offered_per_attribute(anna: Screen, services: Services) -> None:
    (services.home / "vocabulary.toml").write_text("[colour]\nreplace = true\n[colour.terms]\nteal = {}\nlime = {}\n")

    found = anna.get("vocabulary").json()
    assert (found["terms"]["colour"], found["open"]) == (["lime", "teal"], ["specificity"])


def test_a_home_whose_vocabulary_is_damaged_says_what_to_mend(anna: Screen, services: Services) -> None:
    (services.home / "vocabulary.toml").write_text("[shape]\n")

    answer = anna.get("items", count="1")
    assert (answer.status_code, "vocabulary.toml speaks of 'shape'" in answer.json()["error"]) == (422, True)


def test_what_anna_corrected_ben_sees(anna: Screen, services: Services) -> None:
    services.store.corrections.append([correction_of("e1", "olive", photo=FIRST, attribute=Attribute.COLOUR)])

    assert item_of(screen_of(services, "ben", "t2"))["words"][1]["note"] == "corrected by anna"
