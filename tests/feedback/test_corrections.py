from __future__ import annotations

from dataclasses import replace

import pytest

from data.domain import Description, ImageId, PhotoId, Sku
from data.errors import NotFound
from data.events import Attribute, Correction
from data.store import Store
from feedback.corrections import (
    corrections_of,
    read_corrections,
    record_correction,
    standing_corrections,
    withdraw_correction,
)
from matching.ports import Words
from matching.spoken import Corrections, asset_words, corrected, words_of
from tests.builders import NOON, asset_of
from tests.corrections import correction_of

PHOTO = "bag-red/0"


def numbered(*events: Correction) -> list[Correction]:
    return [replace(event, sequence=at) for at, event in enumerate(events)]


def values(*events: Correction) -> list[str]:
    return [event.value for event in standing_corrections(numbered(*events))]


def test_the_newest_word_for_an_attribute_stands() -> None:
    assert values(correction_of("e1", "navy", photo="p"), correction_of("e2", "black", photo="p", by="ben")) == ["black"]


def test_words_of_other_attributes_photos_and_assets_stand_beside_each_other() -> None:
    events = [
        correction_of("e1", "navy", photo="p"),
        correction_of("e2", "suede", photo="p", attribute=Attribute.TEXTURE),
        correction_of("e3", "red", photo="q"),
        correction_of("e4", "tan", sku="p"),
    ]

    assert values(*events) == ["navy", "suede", "red", "tan"]


def test_a_word_that_was_taken_back_gives_way_to_the_one_before_it() -> None:
    events = [
        correction_of("e1", "navy", photo="p"),
        correction_of("e2", "black", photo="p"),
        correction_of("e3", photo="p", withdraws="e2"),
    ]

    assert values(*events) == ["navy"]


def test_an_undo_that_is_undone_brings_the_word_back() -> None:
    events = [
        correction_of("e1", "navy", photo="p"),
        correction_of("e2", photo="p", withdraws="e1"),
        correction_of("e3", photo="p", withdraws="e2"),
    ]

    assert values(*events) == ["navy"]


def test_a_photo_and_an_asset_of_one_name_are_two_things() -> None:
    found = corrections_of(numbered(correction_of("e1", "navy", photo="x"), correction_of("e2", "red", sku="x")))

    assert found.of_photo(PhotoId("x"))[Attribute.COLOUR].value == "navy"
    assert found.of_asset(Sku("x"))[Attribute.COLOUR].value == "red"


def test_a_photo_that_is_not_stored_has_no_corrections() -> None:
    assert dict(corrections_of([]).of_photo(None)) == {}


WORDS = Words(caption="a bag", object="bag", colour="black", texture="smooth", specificity="")


def test_a_persons_word_wins_over_the_models_and_leaves_the_others() -> None:
    said = corrections_of([correction_of("e1", "navy", photo="p")]).of_photo(PhotoId("p"))

    assert corrected(WORDS, said) == replace(WORDS, colour="navy")


DESCRIBED = Description(
    image_id=ImageId("i"), captioner="blip", caption="a bag", object="tote", colour="black", texture="", specificity=""
)


def test_of_an_asset_the_model_names_the_object_and_where_it_does_not_the_catalogue() -> None:
    asset = asset_of(Sku("bag-red"))
    named = [asset_words(said, asset, Corrections()).object for said in (DESCRIBED, replace(DESCRIBED, object=""), None)]

    assert named == ["tote", "bag", "bag"]


def test_where_nothing_is_described_nothing_is_said() -> None:
    assert words_of(None) == Words(caption="", object="", colour="", texture="", specificity="")


def test_a_correction_is_stored_and_read_at_once(small_store: Store) -> None:
    read_corrections(small_store)

    record_correction(small_store, correction_of("e1", "navy", photo=PHOTO))

    assert read_corrections(small_store).of_photo(PhotoId(PHOTO))[Attribute.COLOUR].value == "navy"


@pytest.mark.parametrize(
    "said",
    [
        correction_of("e1", "navy", photo="nobody"),
        correction_of("e1", "navy", sku="nothing"),
        correction_of("e1", photo=PHOTO, withdraws="e0"),
    ],
)
def test_a_correction_of_what_is_not_there_stores_nothing(small_store: Store, said: Correction) -> None:
    with pytest.raises(NotFound):
        record_correction(small_store, said)

    assert small_store.corrections.count() == 0


def test_a_correction_of_another_photo_cannot_be_taken_back_as_this_ones(small_store: Store) -> None:
    record_correction(small_store, correction_of("e1", "navy", photo="bag-red/1"))

    with pytest.raises(NotFound, match="reload the page"):
        record_correction(small_store, correction_of("e2", photo=PHOTO, withdraws="e1"))


def test_an_undo_that_is_sent_twice_is_stored_once(small_store: Store) -> None:
    record_correction(small_store, correction_of("e1", "navy", photo=PHOTO))
    for _ in range(2):
        record_correction(small_store, correction_of("e2", photo=PHOTO, withdraws="e1"))

    assert small_store.corrections.count() == 2


def test_anybody_may_take_a_correction_back_and_both_stay_on_the_record(small_store: Store) -> None:
    record_correction(small_store, correction_of("e1", "navy", sku="bag-red"))

    withdraw_correction(small_store, correction_of("e1", "navy", sku="bag-red").event_id, by="ben", at=NOON)

    assert dict(read_corrections(small_store).of_asset(Sku("bag-red"))) == {}
    assert [(event.by, event.withdraws) for event in small_store.corrections.all()] == [("anna", None), ("ben", "e1")]


def test_what_does_not_stand_cannot_be_taken_back(small_store: Store) -> None:
    with pytest.raises(NotFound, match="couture describe"):
        withdraw_correction(small_store, correction_of("e1", "navy", photo=PHOTO).event_id, by="ben", at=NOON)
