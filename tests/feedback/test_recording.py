from __future__ import annotations

import pytest

from data.domain import EventId, PhotoId, Sku
from data.errors import ConflictingEvent, NotAllowed, NotFound
from data.events import Verdict
from data.store import Store
from feedback.recording import new_event_id, record, record_all, undo
from tests.builders import ANNA, ARTICLES, BEN, NOON, asset_of, image_of, photo_of, reference_picture, review_of

BALL = Sku("ball-red")


@pytest.fixture
def store(empty_store: Store) -> Store:
    """One asset and two photos."""
    image = image_of(reference_picture(ARTICLES[BALL], size_px=40))
    empty_store.assets.put([asset_of(BALL)])
    empty_store.photos.put([photo_of("p1", image), photo_of("p2", image)])
    return empty_store


def test_a_review_comes_back_with_its_place_in_the_sequence(store: Store) -> None:
    record(store, review_of("p1", Verdict.MATCH, BALL))

    assert record(store, review_of("p2", Verdict.SKIP)).sequence == 1


def test_a_review_that_is_sent_twice_is_stored_once(store: Store) -> None:
    sent = review_of("p1", Verdict.MATCH, BALL)

    assert (record(store, sent), store.events.count()) == (record(store, sent), 1)


def test_an_event_id_with_other_content_is_refused(store: Store) -> None:
    record(store, review_of("p1", Verdict.MATCH, BALL, event="e1"))

    with pytest.raises(ConflictingEvent, match="e1"):
        record(store, review_of("p1", Verdict.UNUSABLE, event="e1"))


def test_a_review_of_an_unknown_photo_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="p9"):
        record(store, review_of("p9", Verdict.SKIP))


def test_a_match_of_an_unknown_sku_is_refused(store: Store) -> None:
    with pytest.raises(NotFound, match="gone"):
        record(store, review_of("p1", Verdict.MATCH, "gone"))


def test_a_batch_with_one_bad_review_is_not_stored_at_all(store: Store) -> None:
    with pytest.raises(NotFound):
        record_all(store, [review_of("p1", Verdict.SKIP), review_of("p9", Verdict.SKIP)])

    assert store.events.count() == 0


def test_an_undo_is_one_more_event(store: Store) -> None:
    record(store, review_of("p1", Verdict.MATCH, BALL, event="e1"))

    undone = undo(store, EventId("e1"), PhotoId("p1"), ANNA, at=NOON)

    assert (undone.withdraws, store.events.count()) == ("e1", 2)


def test_somebody_else_s_verdict_cannot_be_taken_back(store: Store) -> None:
    record(store, review_of("p1", Verdict.MATCH, BALL, event="e1"))

    with pytest.raises(NotAllowed, match="a verdict of anna, not of ben"):
        undo(store, EventId("e1"), PhotoId("p1"), BEN, at=NOON)


def test_a_verdict_on_another_photo_cannot_be_taken_back_by_this_one(store: Store) -> None:
    record(store, review_of("p2", Verdict.SKIP, event="e1"))

    with pytest.raises(NotFound, match=r"no event 'e1' of photo 'p1'"):
        undo(store, EventId("e1"), PhotoId("p1"), ANNA, at=NOON)


def test_a_verdict_and_its_undo_may_come_in_one_batch(store: Store) -> None:
    batch = [
        review_of("p1", Verdict.MATCH, BALL, event="e1"),
        review_of("p1", Verdict.WITHDRAWN, event="e2", withdraws="e1"),
    ]

    assert [review.sequence for review in record_all(store, batch)] == [0, 1]


def test_event_ids_are_never_the_same() -> None:
    assert new_event_id() != new_event_id()
