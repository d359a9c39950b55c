from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from data.domain import EventId, Sku
from data.errors import ConflictingEvent, CoutureError
from data.events import LONGEST_WORD, Attribute, Correction
from data.store import Store, open_store
from tests.corrections import correction_of
from tests.data.builders import AWKWARD

NAVY = correction_of("e1", "navy", photo="p1")
SUEDE = correction_of("e2", "suede", sku="bag", attribute=Attribute.TEXTURE)
UNDONE = correction_of("e3", photo="p1", withdraws="e1")


def test_corrections_come_back_as_they_were_stored_in_their_sequence(store: Store) -> None:
    store.corrections.append([NAVY, SUEDE, UNDONE])

    assert store.corrections.all() == [replace(event, sequence=at) for at, event in enumerate([NAVY, SUEDE, UNDONE])]


def test_a_correction_that_is_sent_twice_is_stored_once(store: Store) -> None:
    answers = [store.corrections.append([NAVY])[0].sequence for _ in range(2)]

    assert (answers, store.corrections.count()) == ([0, 0], 1)


@pytest.mark.parametrize("other", [{"value": "blue"}, {"by": "bob"}, {"attribute": Attribute.TEXTURE}])
def test_a_correction_whose_id_says_something_else_is_refused(store: Store, other: dict[str, Any]) -> None:
    store.corrections.append([NAVY])

    with pytest.raises(ConflictingEvent, match="something else of photo 'p1'; correct it again, as a new event"):
        store.corrections.append([replace(NAVY, **other)])


@pytest.mark.parametrize("text", AWKWARD)
def test_any_text_may_be_the_sku_of_a_correction(store: Store, text: str) -> None:
    store.corrections.append([replace(SUEDE, sku=Sku(text))])

    assert store.corrections.all()[0].sku == text


def test_a_store_that_was_made_before_there_were_corrections_opens_and_gets_them(tmp_path: Path) -> None:
    open_store(tmp_path / "old")
    shutil.rmtree(tmp_path / "old" / "corrections.lance")

    assert open_store(tmp_path / "old").corrections.count() == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"by": ""}, "say who corrects it"),
        ({"event_id": EventId("")}, "say who corrects it"),
        ({"photo_id": None}, "name one of the two"),
        ({"sku": Sku("bag")}, "name one of the two"),
        ({"attribute": None}, "give an attribute and its word"),
        ({"value": ""}, "give an attribute and its word"),
        ({"withdraws": EventId("e0")}, "give an attribute and its word"),
        ({"value": " navy"}, "without spaces around it"),
        ({"value": "na\nvy"}, "in one line"),
        ({"value": "x" * (LONGEST_WORD + 1)}, "at most"),
        ({"at": datetime(2026, 3, 1, 12)}, "of no time zone"),
    ],
)
def test_a_correction_that_says_nothing_or_too_much_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(CoutureError, match=said):
        replace(NAVY, **change)


def test_what_takes_a_correction_back_names_no_word(store: Store) -> None:
    with pytest.raises(CoutureError, match="or the event to take back"):
        Correction(event_id=EventId("e9"), by="anna", at=NAVY.at, photo_id=NAVY.photo_id, withdraws=EventId("e1"), value="red")
