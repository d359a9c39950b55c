from __future__ import annotations

import dataclasses
import math
from datetime import timedelta, timezone
from typing import Any

import pytest

from data.domain import BasisVersion, PhotoId, Sku, SuggestionId, WeightsVersion
from data.errors import ConflictingRecord, NotFound
from data.ranking import Activation, BasisRecord, Candidate, Contribution, Suggestion, WeightsRecord
from data.store import Store, events, open_store
from tests.data.builders import NOON, view


def weights(version: str = "v1", **said: Any) -> WeightsRecord:
    record = WeightsRecord(
        version=WeightsVersion(version),
        parent=None,
        basis=BasisVersion("b1"),
        created_at=NOON,
        created_by="couture",
        watermark=7,
        seed=0,
        parameters='{"colour/reference": 1.0}',
        metrics="{}",
    )
    return dataclasses.replace(record, **said)


def basis(version: str = "b1", payload: bytes = b"\0\xff") -> BasisRecord:
    return BasisRecord(version=BasisVersion(version), created_at=NOON, payload=payload)


def activation(version: str, reason: str = "better") -> Activation:
    return Activation(version=WeightsVersion(version), activated_by="ann", at=NOON, reason=reason)


def test_weights_come_back_as_they_went(store: Store) -> None:
    kept = weights(parent=WeightsVersion("v0"))
    store.weights.put([kept])

    assert store.weights.get("v1") == kept


def test_weights_that_are_stored_again_are_stored_once(store: Store) -> None:
    store.weights.put([weights()])

    assert (store.weights.put([weights()]), store.weights.count()) == (0, 1)


def test_weights_that_are_stored_again_in_another_time_zone_are_the_same(store: Store) -> None:
    store.weights.put([weights()])

    assert store.weights.put([weights(created_at=NOON.astimezone(timezone(timedelta(hours=-5))))]) == 0


@pytest.mark.parametrize(
    "other", [{"parameters": "{}"}, {"seed": 1}, {"parent": WeightsVersion("v0")}, {"metrics": '{"top1": 1}'}]
)
def test_weights_are_never_written_again_with_other_content(store: Store, other: dict[str, Any]) -> None:
    store.weights.put([weights()])

    with pytest.raises(ConflictingRecord, match="weights 'v1' is stored already with other content; store it as a new version"):
        store.weights.put([weights(**other)])


def test_a_conflict_of_weights_stores_nothing_of_its_batch(store: Store) -> None:
    store.weights.put([weights("v1")])

    with pytest.raises(ConflictingRecord):
        store.weights.put([weights("v2"), weights("v1", seed=1)])

    assert store.weights.count() == 1


def test_one_version_twice_in_a_batch_with_other_content_is_a_conflict(store: Store) -> None:
    with pytest.raises(ConflictingRecord):
        store.weights.put([weights(), weights(seed=1)])


def test_a_version_that_is_missing_is_named(store: Store) -> None:
    with pytest.raises(NotFound, match="'v9'"):
        store.weights.get("v9")


def test_the_newest_version_is_the_one_of_the_highest_number(store: Store) -> None:
    store.weights.put([weights(f"v{at}") for at in (2, 10, 9)])

    assert store.weights.latest_number() == 10


def test_before_the_first_version_the_newest_number_is_zero(store: Store) -> None:
    assert store.weights.latest_number() == 0


def test_a_basis_comes_back_byte_by_byte(store: Store) -> None:
    store.bases.put([basis()])

    assert store.bases.get("b1") == basis()


def test_a_basis_is_never_written_again_with_other_content(store: Store) -> None:
    store.bases.put([basis()])

    with pytest.raises(ConflictingRecord, match="bases 'b1'"):
        store.bases.put([basis(payload=b"other")])


def test_the_newest_basis_is_the_one_of_the_highest_number(store: Store) -> None:
    store.bases.put([basis("b9", b"nine"), basis("b10", b"ten")])

    assert store.bases.latest() == basis("b10", b"ten")


def test_before_the_first_basis_there_is_no_newest(store: Store) -> None:
    assert store.bases.latest() is None


def test_activations_are_in_order(store: Store) -> None:
    for version in ("v1", "v2", "v1"):
        store.activations.append(activation(version))

    assert [(found.sequence, found.version) for found in store.activations.all()] == [(0, "v1"), (1, "v2"), (2, "v1")]


def test_an_activation_comes_back_with_its_sequence(store: Store) -> None:
    stored = store.activations.append(activation("v1", "it's “better”"))

    assert store.activations.all() == [stored]


def test_the_last_activation_ranks(store: Store) -> None:
    for version in ("v1", "v2", "v1"):
        store.activations.append(activation(version))

    assert store.activations.active() == "v1"


def test_before_the_first_activation_nothing_ranks(store: Store) -> None:
    assert store.activations.active() is None


def test_activations_that_are_put_are_numbered_too(store: Store) -> None:
    store.activations.put([activation("v1"), activation("v2")])

    assert [found.sequence for found in store.activations.all()] == [0, 1]


def test_activations_of_two_handles_go_on_counting(store: Store) -> None:
    store.activations.append(activation("v1"))

    assert open_store(store.address).activations.append(activation("v2")).sequence == 1


def suggestion(suggestion_id: str = "s1", **said: Any) -> Suggestion:
    parts = (
        Contribution(channel="colour/reference", similarity=0.9, value=0.6),
        Contribution(channel="geometry", similarity=0.25, value=-0.1),
    )
    listed = Candidate(
        rank=1, sku=Sku("o'brien"), title="Bag “1”", score=0.5, confidence=0.7, best_view=view(), contributions=parts
    )
    record = Suggestion(
        suggestion_id=SuggestionId(suggestion_id),
        photo_id=PhotoId("p1"),
        weights=WeightsVersion("v1"),
        no_match=0.07,
        candidates=(listed, dataclasses.replace(listed, rank=2, sku=Sku("shoe"))),
        painted_at=NOON,
    )
    return dataclasses.replace(record, **said)


def test_a_suggestion_comes_back_as_it_was_painted(store: Store) -> None:
    kept = suggestion(explored_rank=5, propensity=0.25)
    store.suggestions.put([kept])

    assert store.suggestions.get("s1") == kept


def test_a_suggestion_without_candidates_comes_back_so(store: Store) -> None:
    store.suggestions.put([suggestion(candidates=())])

    assert store.suggestions.get("s1").candidates == ()


def test_a_channel_without_evidence_comes_back_without(store: Store) -> None:
    silent = Contribution(channel="caption", similarity=math.nan, value=0.0)
    [listed, _] = suggestion().candidates
    store.suggestions.put([suggestion(candidates=(dataclasses.replace(listed, contributions=(silent,)),))])

    [part] = store.suggestions.get("s1").candidates[0].contributions
    assert math.isnan(part.similarity)


def test_suggestions_of_a_photo_are_in_the_order_in_which_they_were_painted(store: Store) -> None:
    store.suggestions.put([suggestion("late", painted_at=NOON + timedelta(seconds=1)), suggestion("early")])
    store.suggestions.put([suggestion("other", photo_id=PhotoId("p2"))])

    assert [found.suggestion_id for found in store.suggestions.of(PhotoId("p1"))] == ["early", "late"]


def test_suggestions_that_are_read_a_few_at_a_time_are_all_there_and_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "FEW", 2)
    monkeypatch.setattr(events, "LOOKUP_BATCH", 3)
    kept = {name: suggestion(name) for name in "abcdefg"}
    store.suggestions.put(kept.values())

    found = list(store.suggestions.each_of(SuggestionId(name) for name in "abcdefz"))

    assert {one.suggestion_id: one for one in found} == {name: kept[name] for name in "abcdef"}
    assert len(found) == 6
