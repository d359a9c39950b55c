from __future__ import annotations

import dataclasses
from typing import Any

from data.domain import PhotoId, Sku, WeightsVersion
from data.ranking import Outlook
from data.store import Store, open_store

V1, V2 = WeightsVersion("v1"), WeightsVersion("v2")


def outlook(photo: str = "p1", weights: WeightsVersion = V1, **said: Any) -> Outlook:
    record = Outlook(
        photo_id=PhotoId(photo), weights=weights, entropy=0.5, margin=0.25, no_match=0.125, sku=Sku("o'brien"), category="bag"
    )
    return dataclasses.replace(record, **said)


def numbers(store: Store, weights: WeightsVersion = V1, after: int = -1) -> list[tuple[str, int]]:
    return [(found.photo_id, found.sequence) for found in store.outlooks.since(weights, after)]


def test_an_outlook_comes_back_with_its_number(store: Store) -> None:
    store.outlooks.put([outlook()])

    assert store.outlooks.all() == [outlook(sequence=0)]


def test_an_outlook_without_a_candidate_comes_back_so(store: Store) -> None:
    store.outlooks.put([outlook(sku=None, category="")])

    assert store.outlooks.all()[0].sku is None


def test_what_is_there_for_a_version_stays_as_it_was(store: Store) -> None:
    store.outlooks.put([outlook()])

    assert store.outlooks.put([outlook(entropy=0.9), outlook("p2")]) == 1
    assert [found.entropy for found in store.outlooks.all()] == [0.5, 0.5]


def test_each_version_has_its_own(store: Store) -> None:
    store.outlooks.put([outlook(), outlook(weights=V2)])

    assert (store.outlooks.done(V1), numbers(store, V2)) == ({"p1"}, [("p1", 1)])


def test_what_is_written_later_is_read_alone(store: Store) -> None:
    store.outlooks.put([outlook("p1"), outlook("p2")])
    store.outlooks.put([outlook("p3")])

    assert numbers(store, after=1) == [("p3", 2)]


def test_two_handles_go_on_numbering_where_the_other_stopped(store: Store) -> None:
    store.outlooks.put([outlook("p1")])
    open_store(store.address).outlooks.put([outlook("p2")])
    store.outlooks.put([outlook("p3")])

    assert numbers(store) == [("p1", 0), ("p2", 1), ("p3", 2)]


def test_what_is_replaced_is_new_again(store: Store) -> None:
    store.outlooks.put([outlook("p1"), outlook("p2")])
    store.outlooks.replace([outlook("p1", entropy=0.75)])

    assert numbers(store, after=1) == [("p1", 2)]
    assert store.outlooks.count() == 2
