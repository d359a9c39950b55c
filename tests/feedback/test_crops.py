from __future__ import annotations

import pytest

from data.domain import EventId, PhotoId
from data.errors import NotFound
from data.store import Store
from feedback.crops import crop_of, crop_photo, record_crop, uncrop_photo, withdraw_crop
from tests.builders import NOON
from tests.crops import LEFT, RIGHT
from tests.crops import crop_of as crop_event

PHOTO = PhotoId("bag-red/0")


def test_a_photo_that_nobody_cropped_has_no_crop(small_store: Store) -> None:
    assert crop_of(small_store, PHOTO) is None


def test_a_crop_stands_until_it_is_taken_back(small_store: Store) -> None:
    said = crop_photo(small_store, PHOTO, LEFT, by="anna", at=NOON)
    assert crop_of(small_store, PHOTO) == said

    withdraw_crop(small_store, said.event_id, by="ben", at=NOON)

    assert crop_of(small_store, PHOTO) is None


def test_the_box_that_stands_already_is_no_new_event(small_store: Store) -> None:
    first, second = (crop_photo(small_store, PHOTO, LEFT, by="anna", at=NOON) for _ in range(2))

    assert (first, small_store.crops.count()) == (second, 1)


def test_the_automatic_cut_out_comes_back_however_often_a_photo_was_cropped(small_store: Store) -> None:
    for box in (LEFT, RIGHT):
        crop_photo(small_store, PHOTO, box, by="anna", at=NOON)

    taken = uncrop_photo(small_store, PHOTO, by="anna", at=NOON)

    assert (crop_of(small_store, PHOTO), len(taken), small_store.crops.count()) == (None, 2, 4)


def test_a_photo_that_is_not_there_cannot_be_cropped(small_store: Store) -> None:
    with pytest.raises(NotFound):
        crop_photo(small_store, PhotoId("nobody"), LEFT, by="anna", at=NOON)


def test_a_box_that_was_drawn_on_another_picture_is_refused(small_store: Store) -> None:
    with pytest.raises(NotFound, match="is another picture"):
        record_crop(small_store, crop_event("e1", photo=PHOTO, image="another"))


def test_a_crop_that_is_not_there_cannot_be_taken_back(small_store: Store) -> None:
    with pytest.raises(NotFound, match="reload the page"):
        withdraw_crop(small_store, EventId("e9"), by="anna", at=NOON)


def test_nothing_is_stored_of_an_undo_that_names_no_crop(small_store: Store) -> None:
    image_id = small_store.photos.get(PHOTO).image_id

    with pytest.raises(NotFound, match="no crop 'e9'"):
        record_crop(small_store, crop_event("e1", photo=PHOTO, image=image_id, withdraws="e9"))

    assert small_store.crops.count() == 0
