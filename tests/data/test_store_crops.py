from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from data.crops import Box, standing_crops
from data.domain import EventId, ImageId, PhotoId
from data.errors import ConflictingEvent, CoutureError
from data.store import Store, open_store
from tests.crops import LEFT, RIGHT, crop_of

CROPPED = crop_of("e1")
UNDONE = crop_of("e2", withdraws="e1")


def test_crops_come_back_as_they_were_stored_in_their_sequence(store: Store) -> None:
    store.crops.append([CROPPED, UNDONE])

    assert store.crops.all() == [replace(CROPPED, sequence=0), replace(UNDONE, sequence=1)]


def test_a_crop_that_is_sent_twice_is_stored_once(store: Store) -> None:
    answers = [store.crops.append([CROPPED])[0].sequence for _ in range(2)]

    assert (answers, store.crops.count()) == ([0, 0], 1)


def test_a_crop_whose_id_comes_with_another_box_is_refused(store: Store) -> None:
    store.crops.append([CROPPED])

    with pytest.raises(ConflictingEvent, match="something else of photo 'p1'; crop it again, as a new event"):
        store.crops.append([replace(CROPPED, box=RIGHT)])


def test_a_store_that_was_made_before_there_were_crops_opens_and_gets_them(tmp_path: Path) -> None:
    open_store(tmp_path / "old")
    shutil.rmtree(tmp_path / "old" / "crops.lance")

    assert open_store(tmp_path / "old").crops.count() == 0


def test_the_newest_crop_of_a_picture_stands() -> None:
    events = [crop_of("e1", LEFT, sequence=0), crop_of("e2", RIGHT, sequence=1, by="ben")]

    assert standing_crops(events)[ImageId("i1")].box == RIGHT


def test_a_crop_that_was_taken_back_gives_way_to_the_one_before_it() -> None:
    events = [crop_of("e1", LEFT, sequence=0), crop_of("e2", RIGHT, sequence=1), crop_of("e3", withdraws="e2", sequence=2)]

    assert standing_crops(events)[ImageId("i1")].box == LEFT


def test_a_picture_whose_only_crop_was_taken_back_has_none() -> None:
    assert standing_crops([crop_of("e1", sequence=0), crop_of("e2", withdraws="e1", sequence=1)]) == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"by": ""}, "say who crops what"),
        ({"event_id": EventId("")}, "say who crops what"),
        ({"photo_id": PhotoId("")}, "say who crops what"),
        ({"image_id": ImageId("")}, "say who crops what"),
        ({"box": None}, "give a box, or the event to take back"),
        ({"withdraws": EventId("e0")}, "give a box, or the event to take back"),
        ({"at": datetime(2026, 3, 1, 12)}, "of no time zone"),
    ],
)
def test_a_crop_that_says_nothing_or_too_much_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(CoutureError, match=said):
        replace(CROPPED, **change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"left": -0.01}, "from 0 to 1"),
        ({"bottom": 1.01}, "from 0 to 1"),
        ({"top": float("nan")}, "from 0 to 1"),
        ({"right": 0.03}, "too small"),
        ({"left": 0.9}, "too small"),
        ({"bottom": 0.02}, "too small"),
    ],
)
def test_a_box_that_is_none_is_refused(change: dict[str, float], said: str) -> None:
    with pytest.raises(CoutureError, match=said):
        replace(LEFT, **change)


def test_a_box_that_is_drawn_twice_is_one() -> None:
    assert Box(left=0.1, top=0.2, right=0.30000001, bottom=0.9) == Box(left=0.1, top=0.2, right=0.3, bottom=0.90000002)


@pytest.mark.parametrize("left", [0.0, 0.1, 0.29, 0.30004, 0.30005, 0.57, 0.98])
def test_a_box_of_the_smallest_size_may_lie_anywhere(left: float) -> None:
    box = Box(left=left, top=left, right=left + 0.02, bottom=left + 0.02)

    assert Box.named(box.name) == box


def test_a_box_a_little_smaller_than_the_smallest_is_refused_everywhere() -> None:
    for step in range(0, 9_800, 7):
        with pytest.raises(CoutureError, match="too small"):
            Box(left=step / 10_000, top=0, right=step / 10_000 + 0.0197, bottom=1)


@pytest.mark.parametrize("name", ["", "1 2 3", "1 2 3 x", "0 0 99999 1", "5000 0 1000 10000", "-1 0 5000 5000"])
def test_a_name_of_no_box_is_refused(name: str) -> None:
    with pytest.raises(CoutureError):
        Box.named(name)
