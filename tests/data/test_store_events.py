from __future__ import annotations

import dataclasses
from datetime import timedelta, timezone

import pytest

from data.domain import EventId, PhotoId, Sku, SuggestionId
from data.errors import ConflictingEvent
from data.events import Verdict
from data.store import Store, open_store
from tests.data.builders import AWKWARD, NOON, review


def test_a_review_comes_back_with_its_sequence(store: Store) -> None:
    said = review(
        verdict=Verdict.MATCH, sku=Sku("bag"), suggestion_id=SuggestionId("s1"), seconds=2.5, note="the strap is another one"
    )

    [stored] = store.events.append([said])

    assert stored == dataclasses.replace(said, sequence=0)


def test_a_review_is_read_as_it_was_stored(store: Store) -> None:
    [stored] = store.events.append([review(verdict=Verdict.WITHDRAWN, withdraws=EventId("e0"), note="a mistake")])

    assert store.events.all() == [stored]


def test_sequences_go_up_without_gaps(store: Store) -> None:
    store.events.append([review("e1"), review("e2")])
    store.events.append([review("e3")])

    assert [(found.event_id, found.sequence) for found in store.events.all()] == [("e1", 0), ("e2", 1), ("e3", 2)]


def test_an_event_that_is_sent_twice_is_stored_once(store: Store) -> None:
    store.events.append([review("e1")])
    store.events.append([review("e1")])

    assert store.events.count() == 1


def test_an_event_that_is_sent_twice_gets_the_sequence_that_it_had(store: Store) -> None:
    store.events.append([review("e1"), review("e2")])

    [again] = store.events.append([review("e1")])

    assert again.sequence == 0


def test_an_event_twice_in_one_batch_is_stored_once(store: Store) -> None:
    answers = store.events.append([review("e1"), review("e1"), review("e2")])

    assert [answer.sequence for answer in answers] == [0, 0, 1]


def test_an_event_that_is_sent_again_leaves_no_gap(store: Store) -> None:
    store.events.append([review("e1")])
    store.events.append([review("e1"), review("e2")])

    assert [found.sequence for found in store.events.all()] == [0, 1]


def test_an_event_that_is_sent_again_in_another_time_zone_is_the_same(store: Store) -> None:
    store.events.append([review("e1")])

    [again] = store.events.append([review("e1", at=NOON.astimezone(timezone(timedelta(hours=9))))])

    assert again.sequence == 0


def test_microseconds_survive_so_that_an_event_equals_itself(store: Store) -> None:
    exact = review("e1", at=NOON + timedelta(microseconds=123_457), seconds=0.1 + 0.2)
    store.events.append([exact])

    assert store.events.append([exact])[0].sequence == 0


@pytest.mark.parametrize(
    "other",
    [
        {"photo_id": PhotoId("p2")},
        {"verdict": Verdict.UNUSABLE},
        {"verdict": Verdict.MATCH, "sku": Sku("bag")},
        {"reviewer": "bob"},
        {"note": "other"},
        {"at": NOON + timedelta(seconds=1)},
        {"seconds": 1.0},
    ],
)
def test_an_event_id_that_comes_back_with_other_content_is_refused(store: Store, other: dict[str, object]) -> None:
    store.events.append([review("e1")])

    with pytest.raises(ConflictingEvent, match=r"event 'e1' is stored already and says something else of photo 'p1'"):
        store.events.append([review("e1", **other)])


def test_a_conflict_stores_nothing_of_its_batch(store: Store) -> None:
    store.events.append([review("e1")])

    with pytest.raises(ConflictingEvent):
        store.events.append([review("e2"), review("e1", note="other")])

    assert [found.event_id for found in store.events.all()] == ["e1"]


def test_a_conflict_inside_of_one_batch_is_refused(store: Store) -> None:
    with pytest.raises(ConflictingEvent):
        store.events.append([review("e1"), review("e1", note="other")])


def test_putting_reviews_numbers_them_too(store: Store) -> None:
    store.events.put([review("e1"), review("e2")])

    assert [found.sequence for found in store.events.all()] == [0, 1]


def test_putting_reviews_says_how_many_were_new(store: Store) -> None:
    store.events.put([review("e1")])

    assert store.events.put([review("e1"), review("e2")]) == 1


def test_appending_nothing_stores_nothing(store: Store) -> None:
    assert (store.events.append([]), store.events.count()) == ([], 0)


@pytest.mark.parametrize("text", AWKWARD)
def test_any_text_may_be_a_note_a_name_and_an_id(store: Store, text: str) -> None:
    said = review(text, reviewer=text, note=text, photo_id=PhotoId(text))
    store.events.append([review("other", photo_id=PhotoId("other"))])
    store.events.append([said])

    assert store.events.of(PhotoId(text)) == [dataclasses.replace(said, sequence=1)]


def test_reviews_since_a_sequence_leave_that_one_out(store: Store) -> None:
    store.events.append([review(f"e{at}") for at in range(4)])

    assert [found.event_id for found in store.events.since(1)] == ["e2", "e3"]


def test_all_reviews_are_those_since_before_the_first(store: Store) -> None:
    store.events.append([review("e1"), review("e2")])

    assert store.events.since(-1) == store.events.all()


def test_reviews_of_a_photo_are_in_order(store: Store) -> None:
    store.events.append([review("e1"), review("e2", photo_id=PhotoId("p2")), review("e3")])

    assert [found.event_id for found in store.events.of(PhotoId("p1"))] == ["e1", "e3"]


def test_order_is_that_of_arrival_whatever_the_clock_of_the_browser_says(store: Store) -> None:
    store.events.append([review("late", at=NOON + timedelta(hours=1))])
    store.events.append([review("early", at=NOON)])

    assert [found.event_id for found in store.events.all()] == ["late", "early"]


def test_reviews_and_their_order_survive_compaction(store: Store) -> None:
    for at in range(12):
        store.events.append([review(f"e{at}")])
    before = store.events.all()

    store.compact()

    assert store.events.all() == before


def test_sequences_go_on_after_compaction(store: Store) -> None:
    store.events.append([review("e1")])
    store.compact()

    assert store.events.append([review("e2")])[0].sequence == 1


def test_a_review_is_seen_by_another_handle_as_soon_as_it_is_acknowledged(store: Store) -> None:
    other = open_store(store.address)

    stored = store.events.append([review("e1")])

    assert other.events.all() == stored


def test_two_handles_go_on_counting_where_the_other_stopped(store: Store) -> None:
    other = open_store(store.address)
    store.events.append([review("e1")])
    other.events.append([review("e2")])

    assert [found.sequence for found in store.events.append([review("e3")])] == [2]
