"""The routes by which a reviewer crops a photo: stored once, ranked anew, its cut-out served by an address of its own."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.review_crops import read_crop
from dashboard.wiring import Services
from data.domain import PhotoId
from matching.crops import standing_boxes
from tests.builders import image_of, photo_of
from tests.crops import LEFT, RIGHT, two_articles
from tests.dashboard.screens import Screen, decision, screen_of

PHOTO = PhotoId("both/0")
LASTING = "private, max-age=31536000, immutable"


@pytest.fixture
def anna(services: Services) -> Screen:
    """Anna's screen; the first photo shows a red ball on the left and a blue bag on the right."""
    image = image_of(two_articles("ball-red", "bag-blue"))
    services.store.images.put([image])
    services.store.photos.put([photo_of(PHOTO, image, minutes=-1)])
    return screen_of(services, "anna", "t1")


def item(screen: Screen) -> dict[str, Any]:
    """Rank the photo again, as the page does after a crop."""
    found: dict[str, Any] = screen.post("rerank", {"photo_ids": [PHOTO]}).json()["items"][0]
    return found


def drawn(services: Services, event_id: str, box: Any = RIGHT, **more: Any) -> dict[str, Any]:
    """Say what taking a box says."""
    image_id = services.store.photos.get(PHOTO).image_id
    sides = [box.left, box.top, box.right, box.bottom] if box in (LEFT, RIGHT) else box
    said = {"event_id": event_id, "photo_id": PHOTO, "image_id": image_id, "box": sides, "at": "2026-03-01T12:00:00.000Z"}
    return {**said, **more}


def test_a_photo_is_ranked_by_the_crop_that_was_drawn_on_it(anna: Screen, services: Services) -> None:
    before = item(anna)["candidates"][0]["sku"]
    answers = []
    for event, box in (("c1", LEFT), ("c2", RIGHT)):
        answers.append(anna.post("crops", drawn(services, event, box)).status_code)
        answers.append(item(anna)["candidates"][0]["sku"])

    assert answers == [200, "ball-red", 200, "bag-blue"]
    assert before in {"ball-red", "bag-blue"}


def test_a_crop_that_is_sent_twice_is_stored_once(anna: Screen, services: Services) -> None:
    answers = [anna.post("crops", drawn(services, "c1")).json()["sequence"] for _ in range(2)]

    assert (answers, services.store.crops.count()) == ([0, 0], 1)


def test_a_crop_that_is_taken_back_gives_the_cut_out_of_before(anna: Screen, services: Services) -> None:
    before = item(anna)
    anna.post("crops", drawn(services, "c1"))
    cropped = item(anna)
    anna.post("crops", drawn(services, "c2", withdraws="c1"))
    after = item(anna)

    assert (before["crop"]["event_id"], cropped["crop"]["event_id"], after["crop"]["event_id"]) == ("", "c1", "")
    assert (before["cutout"] == cropped["cutout"], before["cutout"] == after["cutout"]) == (False, True)
    firsts = [[one["sku"] for one in found["candidates"][:4]] for found in (before, after)]  # the fifth may explore
    assert firsts[0] == firsts[1]


def test_anybody_may_take_a_crop_back(anna: Screen, services: Services) -> None:
    anna.post("crops", drawn(services, "c1"))

    answer = screen_of(services, "ben", "t2").post("crops", drawn(services, "c2", withdraws="c1"))

    assert (answer.status_code, standing_boxes(services.store)) == (200, {})


def test_an_item_tells_neither_that_somebody_else_cropped_nor_who(anna: Screen, services: Services) -> None:
    """It would tell that the photo was in hand before, so that it comes as a check; the candidates are ranked by the crop."""
    screen_of(services, "zenobia", "t2").post("crops", drawn(services, "c1"))

    found = item(anna)

    assert "zenobia" not in str(found)
    assert (found["crop"]["event_id"], found["candidates"][0]["sku"]) == ("", "bag-blue")


def test_ones_own_box_goes_before_a_colleagues(anna: Screen, services: Services) -> None:
    screen_of(services, "zenobia", "t2").post("crops", drawn(services, "c1", RIGHT))
    anna.post("crops", drawn(services, "c2", LEFT))

    found = item(anna)

    assert (found["crop"]["event_id"], found["candidates"][0]["sku"]) == ("c2", "ball-red")


def test_a_decision_that_overtakes_the_ranking_leaves_a_photo_that_is_described_as_cropped(
    anna: Screen, services: Services
) -> None:
    anna.post("crops", drawn(services, "c1"))
    anna.post("decisions", decision("e1", PHOTO, sku="bag-blue"))

    image_id = services.store.photos.get(PHOTO).image_id
    assert {mask.hypothesis for mask in services.store.masks.of([image_id], "crop")[image_id]} == {
        f"crop {RIGHT.name}-cut",
        f"crop {RIGHT.name}-whole",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"box": [0.1, 0.1, 0.11, 0.9]},
        {"box": [0.1, 0.1, 1.2, 0.9]},
        {"box": [0.1, 0.1, 0.9]},
        {"box": "all"},
        {"box": None},
        {"box": [0.1, 0.1, float("nan"), 0.9]},
        {"at": "noon"},
        {"image_id": "another"},
        {"photo_id": "nobody"},
        {"withdraws": "c9"},
    ],
)
def test_a_crop_that_cannot_be_is_refused_and_not_stored(anna: Screen, services: Services, change: dict[str, Any]) -> None:
    assert anna.post("crops", {**drawn(services, "c1"), **change}).status_code == 422
    assert services.store.crops.count() == 0


def test_where_a_box_begins_lies_around_what_was_cut_out(anna: Screen, services: Services) -> None:
    item(anna)
    left, top, right, bottom = item(anna)["crop"]["box"]

    assert 0 <= left < right <= 1
    assert 0 <= top < bottom <= 1
    assert (right - left) * (bottom - top) < 0.6


def test_a_cut_out_is_kept_for_ever_by_the_address_of_its_crop(anna: Screen, services: Services) -> None:
    anna.post("crops", drawn(services, "c1"))
    url = item(anna)["cutout"]
    cropped = anna.client.get(url)
    anna.post("crops", drawn(services, "c2", LEFT))
    again = anna.client.get(url)

    assert (cropped.status_code, cropped.headers["cache-control"]) == (200, LASTING)
    assert again.content == cropped.content


def test_the_address_without_a_crop_is_that_of_the_automatic_cut_out(anna: Screen, services: Services) -> None:
    url = item(anna)["cutout"]
    before = anna.client.get(url)
    anna.post("crops", drawn(services, "c1"))

    assert (before.headers["cache-control"], anna.client.get(url).content == before.content) == (LASTING, True)


def test_a_picture_that_is_not_cut_out_yet_is_kept_by_nobody(anna: Screen, services: Services) -> None:
    image_id = services.store.photos.get(PHOTO).image_id

    assert anna.client.get(f"couture/cutouts/{image_id}").headers["cache-control"] == "no-store"


def test_a_crop_is_cut_out_before_it_is_described_as_it_is_after(anna: Screen, services: Services) -> None:
    said = read_crop({**drawn(services, "c1"), "reviewer": "anna"})
    services.store.crops.append([said])
    url = f"couture/cutouts/{said.image_id}?crop={RIGHT.name.replace(' ', '-')}"
    before = anna.client.get(url)
    item(anna)

    assert (before.headers["cache-control"], before.content == anna.client.get(url).content) == (LASTING, True)


@pytest.mark.parametrize(("crop", "status"), [("1000-1000-5000-5000", 404), ("all", 422), ("0-0-99999-99999", 422)])
def test_an_address_that_names_no_crop_of_the_picture_is_refused(
    anna: Screen, services: Services, crop: str, status: int
) -> None:
    image_id = services.store.photos.get(PHOTO).image_id
    answer = anna.client.get(f"couture/cutouts/{image_id}?crop={crop}")

    assert (answer.status_code, answer.headers["cache-control"]) == (status, "no-store")
