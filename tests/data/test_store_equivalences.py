from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data.domain import EventId, Sku
from data.errors import ConflictingEvent
from data.events import Equivalence
from data.store import Store, open_store
from tests.data.builders import AWKWARD, NOON


def same(event_id: str = "e1", *skus: str, **said: Any) -> Equivalence:
    """Build a declaration that two skus are one article."""
    words: dict[str, Any] = {"skus": tuple(Sku(sku) for sku in skus or ("bag-1", "bag-2")), "by": "ann", "at": NOON}
    return Equivalence(event_id=EventId(event_id), **{**words, **said})


def test_an_equivalence_comes_back_with_its_sequence(store: Store) -> None:
    store.equivalences.append([same("e1")])

    assert store.equivalences.append([same("e2", "hat-1", "hat-2", "hat-3")]) == [
        replace(same("e2", "hat-1", "hat-2", "hat-3"), sequence=1)
    ]


def test_an_equivalence_is_read_as_it_was_stored(store: Store) -> None:
    stored = store.equivalences.append([same("e1"), same("e2", skus=(), withdraws=EventId("e1"))])

    assert store.equivalences.all() == stored


def test_an_equivalence_that_is_sent_twice_is_stored_once(store: Store) -> None:
    answers = [store.equivalences.append([same("e1")])[0].sequence for _ in range(2)]

    assert (answers, store.equivalences.count()) == ([0, 0], 1)


@pytest.mark.parametrize("other", [{"skus": ("bag-2", "bag-1")}, {"by": "bob"}, {"at": NOON + timedelta(seconds=1)}])
def test_an_equivalence_whose_id_comes_back_with_other_content_is_refused(store: Store, other: dict[str, Any]) -> None:
    store.equivalences.append([same("e1")])

    with pytest.raises(ConflictingEvent, match="something else of 'bag-1' and 'bag-2'; say it again, as a new event"):
        store.equivalences.append([same("e1", **other)])


def test_a_conflict_stores_no_equivalence_of_its_batch(store: Store) -> None:
    store.equivalences.append([same("e1")])

    with pytest.raises(ConflictingEvent):
        store.equivalences.append([same("e2"), same("e1", by="bob")])

    assert [found.event_id for found in store.equivalences.all()] == ["e1"]


@pytest.mark.parametrize("text", AWKWARD)
def test_any_text_may_be_a_sku_of_an_equivalence(store: Store, text: str) -> None:
    store.equivalences.append([same("e1", text, "other")])

    assert store.equivalences.all()[0].skus == (text, "other")


def test_two_handles_number_equivalences_together(store: Store) -> None:
    other = open_store(store.address)
    store.equivalences.append([same("e1")])
    other.equivalences.append([same("e2")])

    assert [found.sequence for found in store.equivalences.all()] == [0, 1]


@pytest.mark.parametrize("table", ["equivalences", "group_aliases"])
def test_a_store_that_was_made_before_there_were_such_tables_opens_and_gets_them(tmp_path: Path, table: str) -> None:
    open_store(tmp_path / "old")
    shutil.rmtree(tmp_path / "old" / f"{table}.lance")

    assert getattr(open_store(tmp_path / "old"), table).count() == 0
