"""The contract of the review screen's routes: items, decisions, exposure, geometry."""

from __future__ import annotations

import json
import shutil
from typing import Any

import numpy as np
import pytest

from dashboard.wiring import Services
from data.domain import PhotoId, Sku
from data.events import Verdict
from feedback.labels import LabelKind, labels_of
from tests.builders import ARTICLES, BEN, image_of, photo_of, reference_picture, review_of
from tests.dashboard.screens import Screen, decision, screen_of

FIRST = "bag-blue/0"


@pytest.fixture
def anna(services: Services) -> Screen:
    """Anna's screen on the small catalogue."""
    return screen_of(services, "anna", "t1")


def first_item(screen: Screen) -> dict[str, Any]:
    item: dict[str, Any] = screen.get("items", count="1").json()["items"][0]
    return item


def test_items_are_the_next_photos_with_five_candidates_each(anna: Screen) -> None:
    items = anna.get("items", count="2").json()["items"]

    assert [(item["photo_id"], len(item["candidates"])) for item in items] == [("bag-blue/0", 5), ("bag-blue/1", 5)]


def test_items_tell_how_many_wait(anna: Screen, services: Services) -> None:
    assert anna.get("items", count="1").json()["counts"]["waiting"] == services.store.photos.count()


def test_what_the_page_has_already_does_not_come_again(anna: Screen) -> None:
    items = anna.get("items", count="1", held='["bag-blue/0", "bag-blue/1"]').json()["items"]

    assert [item["photo_id"] for item in items] == ["bag-blue/2"]


@pytest.mark.parametrize("asked", [{"count": "many"}, {"held": "[1"}, {"held": "[7]"}, {"tab": "a/b"}])
def test_a_request_that_cannot_be_read_is_refused(anna: Screen, asked: dict[str, str]) -> None:
    assert anna.get("items", **asked).status_code == 422


def test_a_photo_in_which_nothing_is_found_may_still_be_decided(anna: Screen, services: Services) -> None:
    line = image_of(np.zeros((1, 40, 3), dtype=np.uint8))
    services.store.images.put([line])
    services.store.photos.put([photo_of("a-line", line, minutes=-1)])

    assert (first_item(anna)["photo_id"], first_item(anna)["candidates"]) == ("a-line", [])


def test_a_decision_is_stored_when_it_is_answered(anna: Screen, services: Services) -> None:
    answer = anna.post("decisions", decision("e1", FIRST, sku="bag-blue"))

    assert (answer.status_code, answer.json()["sequence"]) == (200, 0)
    assert [(event.event_id, event.sku) for event in services.store.events.all()] == [("e1", "bag-blue")]


def test_the_answer_to_a_decision_counts_it(anna: Screen) -> None:
    assert anna.post("decisions", decision("e1", FIRST, sku="bag-blue")).json()["counts"]["decided"] == 1


def test_a_decision_that_is_sent_twice_is_stored_once(anna: Screen, services: Services) -> None:
    first, again = (anna.post("decisions", decision("e1", FIRST, sku="bag-blue")) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert services.store.events.count() == 1


def test_an_id_that_comes_back_with_other_content_is_refused_and_changes_nothing(anna: Screen, services: Services) -> None:
    anna.post("decisions", decision("e1", FIRST, sku="bag-blue"))
    answer = anna.post("decisions", decision("e1", FIRST, sku="bag-red"))

    assert (answer.status_code, "e1" in answer.json()["error"]) == (409, True)
    assert [event.sku for event in services.store.events.all()] == ["bag-blue"]


@pytest.mark.parametrize("said", [decision("e1", "nobody", sku="bag-blue"), decision("e1", FIRST, sku="nothing")])
def test_a_decision_on_what_is_not_there_is_refused(anna: Screen, services: Services, said: dict[str, Any]) -> None:
    answer = anna.post("decisions", said)

    assert (answer.status_code, bool(answer.json()["error"])) == (422, True)
    assert services.store.events.count() == 0


@pytest.mark.parametrize("change", [{"verdict": "perhaps"}, {"at": "noon"}, {"at": "2026-03-01T12:00:00"}, {"seconds": "long"}])
def test_a_decision_that_cannot_be_read_is_refused(anna: Screen, change: dict[str, Any]) -> None:
    assert anna.post("decisions", {**decision("e1", FIRST, sku="bag-blue"), **change}).status_code == 422


def test_text_that_cannot_be_stored_is_refused(anna: Screen, services: Services) -> None:
    body = b'{"event_id": "e1", "photo_id": "bag-blue/0", "verdict": "skip", "at": "2026-03-01T12:00:00Z", "note": "\\ud800"}'

    assert anna.post_bytes("decisions", body).status_code == 400


def test_a_store_that_fails_asks_for_the_same_again(anna: Screen, services: Services) -> None:
    shutil.rmtree(services.home / "store" / "events.lance")

    assert anna.post("decisions", decision("e1", FIRST, sku="bag-blue")).status_code == 503


def test_an_undo_takes_the_label_away_at_once(anna: Screen, services: Services) -> None:
    anna.post("decisions", decision("e1", FIRST, sku="bag-blue"))
    anna.post("decisions", {**decision("e2", FIRST, verdict="withdrawn"), "withdraws": "e1"})

    assert labels_of(services.store.events.all()) == {}


def test_another_reviewers_verdict_cannot_be_undone(anna: Screen, services: Services) -> None:
    services.store.events.append([review_of(FIRST, Verdict.MATCH, "bag-blue", by=BEN, event="e1")])
    answer = anna.post("decisions", {**decision("e2", FIRST, verdict="withdrawn"), "withdraws": "e1"})

    assert answer.status_code == 422


def test_the_last_decision_comes_back_to_be_undone(anna: Screen) -> None:
    anna.post("decisions", decision("e1", FIRST, sku="bag-blue"))
    found = anna.get("last").json()

    assert (found["event"]["event_id"], found["item"]["photo_id"]) == ("e1", FIRST)


def test_whoever_has_decided_nothing_has_nothing_to_undo(anna: Screen) -> None:
    assert anna.get("last").json() == {"event": None}


def test_assets_are_found_by_words(anna: Screen) -> None:
    assert [asset["sku"] for asset in anna.get("find", words="gold").json()["assets"]] == ["scarf-gold"]


def test_what_comes_next_is_ranked_again_by_what_was_just_confirmed(anna: Screen) -> None:
    [before] = anna.post("rerank", {"photo_ids": ["ball-red/3"]}).json()["items"]
    anna.post("decisions", decision("e1", "ball-red/2", sku="ball-red"))
    [after] = anna.post("rerank", {"photo_ids": ["ball-red/3"]}).json()["items"]

    assert before["candidates"][0]["confidence"] != after["candidates"][0]["confidence"]


def test_an_unknown_photo_cannot_be_ranked_again(anna: Screen) -> None:
    assert anna.post("rerank", {"photo_ids": ["nobody"]}).status_code == 422


def test_what_is_painted_is_recorded_with_weights_and_ranks(anna: Screen, services: Services) -> None:
    item = first_item(anna)
    anna.post("painted", {"suggestion_id": item["suggestion_id"]})

    [shown] = services.store.suggestions.of(PhotoId(FIRST))
    assert (shown.suggestion_id, shown.weights) == (item["suggestion_id"], services.matcher.weights_version)
    assert [(c.rank, c.sku) for c in shown.candidates] == [(c["rank"], c["sku"]) for c in item["candidates"]]


def test_what_is_painted_is_recorded_with_its_propensity(anna: Screen, services: Services) -> None:
    anna.post("painted", {"suggestion_id": first_item(anna)["suggestion_id"]})

    [shown] = services.store.suggestions.of(PhotoId(FIRST))
    # the small catalogue has eight assets: the model's fifth, a dissenter, or one of three
    assert any(shown.propensity == pytest.approx(known) for known in ((0.8,) if shown.explored_rank is None else (0.2, 0.2 / 3)))


def test_the_item_does_not_tell_whether_it_explores(anna: Screen) -> None:
    said = json.dumps([first_item(anna) for _ in range(10)])

    assert "explored" not in said
    assert "propensity" not in said


def test_what_is_sent_and_never_painted_is_not_recorded(anna: Screen, services: Services) -> None:
    anna.get("items", count="3")

    assert services.store.suggestions.count() == 0


def test_what_is_painted_twice_is_recorded_once(anna: Screen, services: Services) -> None:
    item = first_item(anna)
    for _ in range(2):
        anna.post("painted", {"suggestion_id": item["suggestion_id"], "exposure": item["exposure"]})

    assert services.store.suggestions.count() == 1


def test_a_server_that_was_restarted_takes_the_painted_suggestion_from_the_page(anna: Screen, services: Services) -> None:
    item = first_item(anna)
    restarted = screen_of(services, "anna", "t1")
    restarted.post("painted", {"suggestion_id": item["suggestion_id"], "exposure": item["exposure"]})

    [shown] = services.store.suggestions.of(PhotoId(FIRST))
    assert [c.sku for c in shown.candidates] == [c["sku"] for c in item["candidates"]]


def test_a_suggestion_that_the_page_made_up_is_not_recorded(anna: Screen, services: Services) -> None:
    item = first_item(anna)
    restarted = screen_of(services, "anna", "t1")
    answer = restarted.post("painted", {"suggestion_id": item["suggestion_id"], "exposure": "A" + item["exposure"][1:]})

    assert answer.json() == {"stored": False}


def test_a_suggestion_cannot_be_recorded_under_another_id(anna: Screen, services: Services) -> None:
    item = first_item(anna)
    restarted = screen_of(services, "anna", "t1")

    assert restarted.post("painted", {"suggestion_id": "another", "exposure": item["exposure"]}).json() == {"stored": False}


def test_geometry_names_both_pictures(anna: Screen, services: Services) -> None:
    found = anna.get("geometry", photo_id=FIRST, sku="bag-red").json()
    view = services.store.views.all()

    assert found["photo"] == f"couture/pictures/{services.store.photos.get(PhotoId(FIRST)).image_id}?size=full"
    assert found["view"] in {f"couture/pictures/{one.image_id}?size=full" for one in view if one.sku == "bag-red"}


def test_geometry_pairs_lie_in_both_pictures(anna: Screen, services: Services) -> None:
    services.store.photos.put([photo_of("copy", image_of(reference_picture(ARTICLES[Sku("tent-green")])))])
    pairs = anna.get("geometry", photo_id="copy", sku="tent-green").json()["pairs"]

    assert len(pairs) >= 6
    assert all(len(pair) == 4 and 0 <= min(pair) <= max(pair) <= 1 for pair in pairs)


def test_geometry_of_an_unknown_sku_is_not_found(anna: Screen) -> None:
    assert anna.get("geometry", photo_id=FIRST, sku="nothing").status_code == 404


def test_where_nothing_waits_the_screen_says_how_to_import(empty: Services) -> None:
    found = screen_of(empty, "anna", "t1").get("items").json()

    assert (found["items"], "couture import photos" in found["advice"]) == ([], True)


def test_two_who_disagree_make_a_photo_disputed(anna: Screen, services: Services) -> None:
    anna.post("decisions", decision("e1", FIRST, sku="bag-blue"))
    screen_of(services, "ben", "t2").post("decisions", decision("e2", FIRST, sku="bag-red"))

    assert labels_of(services.store.events.all())[PhotoId(FIRST)].kind is LabelKind.DISPUTED
