"""What a person did last beside deciding, and when it is undone before a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.last_acts import last_aside
from data.store import Store
from tests.builders import ANNA, BEN, NOON
from tests.corrections import correction_of
from tests.crops import crop_of

LATER = NOON + timedelta(minutes=1)


def test_who_has_drawn_and_corrected_nothing_has_nothing_beside(store: Store) -> None:
    store.crops.append([crop_of("c1", by=BEN)])
    store.corrections.append([correction_of("e1", "navy", photo="p1", by=BEN)])

    assert last_aside(store, ANNA, after=None) is None


def test_the_newer_of_a_crop_and_a_word_comes_first(store: Store) -> None:
    store.crops.append([replace(crop_of("c1"), at=LATER)])
    store.corrections.append([correction_of("e1", "navy", sku="bag-blue")])
    assert last_aside(store, ANNA, after=None) == {"event_id": "c1", "photo_id": "p1", "image_id": "i1", "crop": True}

    store.crops.append([crop_of("c2", withdraws="c1")])

    found = {"event_id": "e1", "photo_id": "", "sku": "bag-blue", "attribute": "colour", "value": "navy"}
    assert last_aside(store, ANNA, after=None) == found


def test_what_is_older_than_a_decision_waits_for_that_to_be_undone(store: Store) -> None:
    store.crops.append([replace(crop_of("c1"), at=LATER)])

    assert last_aside(store, ANNA, after=LATER) is None
    assert last_aside(store, ANNA, after=NOON) is not None


def test_what_was_taken_back_is_not_undone_again(store: Store) -> None:
    words = [correction_of("e1", "navy", photo="p1"), replace(correction_of("e2", "teal", photo="p1"), at=LATER)]
    store.corrections.append([*words, correction_of("e3", photo="p1", withdraws="e2")])

    assert (last_aside(store, ANNA, after=None) or {})["event_id"] == "e1"
