from __future__ import annotations

from dataclasses import replace

import pytest

from data.domain import EventId, Sku
from data.errors import ConflictingEvent, CoutureError, NotFound
from data.events import Equivalence
from data.store import Store
from feedback.equivalence import declare_equivalent, equivalents_of, read_equivalents, standing_equivalences, withdraw_equivalent
from tests.builders import NOON, asset_of

BAG, BAG_OLD, BAG_EU, HAT, HAT_OLD = (Sku(sku) for sku in ("bag", "bag-old", "bag-eu", "hat", "hat-old"))


def same(event: str, *skus: Sku) -> Equivalence:
    return Equivalence(event_id=EventId(event), skus=skus, by="anna", at=NOON)


def undoing(event: str, by: str) -> Equivalence:
    return Equivalence(event_id=EventId(by), skus=(), by="ben", at=NOON, withdraws=EventId(event))


def numbered(*events: Equivalence) -> list[Equivalence]:
    return [replace(event, sequence=at) for at, event in enumerate(events)]


@pytest.fixture
def catalogue(empty_store: Store) -> Store:
    """Five skus of two articles."""
    empty_store.assets.put(asset_of(sku) for sku in (BAG, BAG_OLD, BAG_EU, HAT, HAT_OLD))
    return empty_store


def test_without_a_declaration_nothing_is_equivalent() -> None:
    assert equivalents_of([]) == {}


def test_each_of_two_declared_skus_is_equivalent_to_both() -> None:
    assert equivalents_of(numbered(same("e1", BAG, BAG_OLD))) == dict.fromkeys([BAG, BAG_OLD], frozenset({BAG, BAG_OLD}))


def test_what_is_the_same_as_a_third_is_the_same() -> None:
    found = equivalents_of(numbered(same("e1", BAG, BAG_OLD), same("e2", BAG_EU, BAG_OLD)))

    assert found[BAG] == found[BAG_OLD] == found[BAG_EU] == {BAG, BAG_OLD, BAG_EU}


def test_two_articles_stay_two() -> None:
    found = equivalents_of(numbered(same("e1", BAG, BAG_OLD), same("e2", HAT, HAT_OLD)))

    assert [found[BAG], found[HAT]] == [{BAG, BAG_OLD}, {HAT, HAT_OLD}]


def test_a_declaration_that_is_undone_says_nothing_and_others_stand() -> None:
    found = equivalents_of(numbered(same("e1", BAG, BAG_OLD), same("e2", BAG, BAG_EU), undoing("e1", "e3")))

    assert found == dict.fromkeys([BAG, BAG_EU], frozenset({BAG, BAG_EU}))


def test_skus_that_two_declarations_join_stay_one_article_when_one_is_undone() -> None:
    found = equivalents_of(numbered(same("e1", BAG, BAG_OLD), same("e2", BAG_OLD, BAG), undoing("e1", "e3")))

    assert found[BAG] == {BAG, BAG_OLD}


def test_an_undo_that_is_undone_brings_the_declaration_back() -> None:
    found = standing_equivalences(numbered(same("e1", BAG, BAG_OLD), undoing("e1", "e2"), undoing("e2", "e3")))

    assert [event.event_id for event in found] == ["e1"]


def test_the_order_in_which_the_store_took_them_counts() -> None:
    events = numbered(same("e1", BAG, BAG_OLD), undoing("e1", "e2"), undoing("e2", "e3"))

    assert standing_equivalences(events[::-1]) == standing_equivalences(events)


def test_a_declaration_is_stored_with_who_made_it(catalogue: Store) -> None:
    stored = declare_equivalent(catalogue, [BAG, BAG_OLD], by="anna", at=NOON)

    assert catalogue.equivalences.all() == [stored]
    assert (stored.by, stored.skus) == ("anna", (BAG, BAG_OLD))


def test_a_declaration_of_a_sku_that_the_catalogue_lacks_stores_nothing(catalogue: Store) -> None:
    with pytest.raises(NotFound, match="gone"):
        declare_equivalent(catalogue, [BAG, Sku("gone")], by="anna", at=NOON)

    assert catalogue.equivalences.count() == 0


def test_a_sku_is_not_declared_to_be_the_same_as_itself(catalogue: Store) -> None:
    with pytest.raises(CoutureError, match="cannot be one article"):
        declare_equivalent(catalogue, [BAG, BAG], by="anna", at=NOON)


def test_a_declaration_that_is_sent_twice_is_stored_once(catalogue: Store) -> None:
    for _ in range(2):
        declare_equivalent(catalogue, [BAG, BAG_OLD], by="anna", at=NOON, event_id=EventId("e1"))

    assert catalogue.equivalences.count() == 1


def test_a_declaration_whose_id_says_something_else_is_refused(catalogue: Store) -> None:
    declare_equivalent(catalogue, [BAG, BAG_OLD], by="anna", at=NOON, event_id=EventId("e1"))

    with pytest.raises(ConflictingEvent):
        declare_equivalent(catalogue, [HAT, HAT_OLD], by="anna", at=NOON, event_id=EventId("e1"))


def test_an_undo_is_one_more_event_and_erases_nothing(catalogue: Store) -> None:
    stored = declare_equivalent(catalogue, [BAG, BAG_OLD], by="anna", at=NOON)

    withdraw_equivalent(catalogue, stored.event_id, by="ben", at=NOON)

    assert read_equivalents(catalogue) == {}
    assert [(event.by, event.withdraws) for event in catalogue.equivalences.all()] == [("anna", None), ("ben", stored.event_id)]


def test_what_does_not_stand_cannot_be_undone(catalogue: Store) -> None:
    stored = declare_equivalent(catalogue, [BAG, BAG_OLD], by="anna", at=NOON)
    withdraw_equivalent(catalogue, stored.event_id, by="ben", at=NOON)

    with pytest.raises(NotFound, match="couture equivalent"):
        withdraw_equivalent(catalogue, stored.event_id, by="ben", at=NOON)
