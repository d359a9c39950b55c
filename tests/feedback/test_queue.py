from __future__ import annotations

import pytest

from data.domain import PhotoId, Reviewer, Verdict
from data.store import Store
from feedback.queue import QueueCounts, QueueOrder, next_photos, queue_counts
from tests.builders import ANNA, BEN, CARLA, image_of, photo_of, reference_picture, review_of
from tests.builders import ARTICLES as PAINTED

NAMES = ("p1", "p2", "p3", "p4")


@pytest.fixture
def queue(empty_store: Store) -> Store:
    """Four photos, one minute apart."""
    image = image_of(reference_picture(next(iter(PAINTED.values())), size_px=40))
    empty_store.photos.put(photo_of(name, image, minutes=at) for at, name in enumerate(NAMES))
    return empty_store


def names(store: Store, *, order: QueueOrder = QueueOrder.OLDEST, count: int = 10) -> list[PhotoId]:
    return next_photos(store, reviewer=ANNA, count=count, order=order)


def test_the_oldest_photo_comes_first(queue: Store) -> None:
    assert names(queue) == ["p1", "p2", "p3", "p4"]


def test_the_newest_photo_may_come_first(queue: Store) -> None:
    assert names(queue, order=QueueOrder.NEWEST) == ["p4", "p3", "p2", "p1"]


def test_the_drawn_order_stays_as_it_was_drawn(queue: Store) -> None:
    assert names(queue, order=QueueOrder.RANDOM) == names(queue, order=QueueOrder.RANDOM)


def test_the_drawn_order_holds_every_photo(queue: Store) -> None:
    assert sorted(names(queue, order=QueueOrder.RANDOM)) == list(NAMES)


def test_photos_that_are_drawn_keep_their_order_when_one_leaves(queue: Store) -> None:
    before = names(queue, order=QueueOrder.RANDOM)
    queue.events.append([review_of(before[1], Verdict.UNUSABLE)])

    assert names(queue, order=QueueOrder.RANDOM) == [before[0], *before[2:]]


def test_no_more_than_asked_for_are_given(queue: Store) -> None:
    assert names(queue, count=2) == ["p1", "p2"]


@pytest.mark.parametrize(("verdict", "sku"), [(Verdict.MATCH, "bag"), (Verdict.NOT_IN_DAM, None), (Verdict.UNUSABLE, None)])
def test_a_decided_photo_leaves_the_queue(queue: Store, verdict: Verdict, sku: str | None) -> None:
    queue.events.append([review_of("p1", verdict, sku)])

    assert names(queue) == ["p2", "p3", "p4"]


def test_a_photo_that_another_decided_is_not_asked_again(queue: Store) -> None:
    queue.events.append([review_of("p1", Verdict.UNUSABLE, by=BEN)])

    assert "p1" not in names(queue)


def test_an_undo_brings_the_photo_back_to_its_place(queue: Store) -> None:
    queue.events.append([review_of("p1", Verdict.UNUSABLE, event="e1")])
    queue.events.append([review_of("p1", Verdict.WITHDRAWN, event="e2", withdraws="e1")])

    assert names(queue) == list(NAMES)


@pytest.mark.parametrize("verdict", [Verdict.SKIP, Verdict.NOT_LISTED])
def test_what_one_left_open_comes_last(queue: Store, verdict: Verdict) -> None:
    queue.events.append([review_of("p1", verdict)])

    assert names(queue) == ["p2", "p3", "p4", "p1"]


def test_what_another_skipped_keeps_its_place(queue: Store) -> None:
    queue.events.append([review_of("p1", Verdict.SKIP, by=BEN)])

    assert names(queue) == list(NAMES)


def disputed(store: Store) -> None:
    """Let Ben and Carla disagree about p2."""
    store.events.append([review_of("p2", Verdict.MATCH, "bag", by=BEN), review_of("p2", Verdict.UNUSABLE, by=CARLA)])


def test_a_disputed_photo_waits_for_whoever_has_not_spoken(queue: Store) -> None:
    disputed(queue)

    assert names(queue) == list(NAMES)


@pytest.mark.parametrize("reviewer", [BEN, CARLA])
def test_a_disputed_photo_is_never_asked_of_those_who_have_spoken(queue: Store, reviewer: Reviewer) -> None:
    disputed(queue)

    assert next_photos(queue, reviewer=reviewer, count=10) == ["p1", "p3", "p4"]


def test_who_skipped_a_disputed_photo_has_not_spoken_and_gets_it_last(queue: Store) -> None:
    queue.events.append([review_of("p2", Verdict.SKIP)])
    disputed(queue)

    assert names(queue) == ["p1", "p3", "p4", "p2"]


def test_a_third_opinion_is_asked_once(queue: Store) -> None:
    disputed(queue)
    queue.events.append([review_of("p2", Verdict.UNUSABLE)])

    assert names(queue) == ["p1", "p3", "p4"]


def test_a_dispute_that_is_settled_leaves_the_queue(queue: Store) -> None:
    disputed(queue)
    names(queue)
    queue.events.append([review_of("p2", Verdict.UNUSABLE, by=BEN, event="gives way")])

    assert names(queue) == ["p1", "p3", "p4"]


def test_what_somebody_has_on_the_screen_is_left_out(queue: Store) -> None:
    assert next_photos(queue, reviewer=ANNA, count=10, held={PhotoId("p2")}) == ["p1", "p3", "p4"]


def test_an_empty_queue_is_empty(empty_store: Store) -> None:
    assert names(empty_store) == []


def test_photos_are_counted_by_what_is_known_of_them(queue: Store) -> None:
    queue.events.append(
        [
            review_of("p1", Verdict.MATCH, "bag"),
            review_of("p2", Verdict.NOT_IN_DAM),
            review_of("p3", Verdict.MATCH, "bag"),
            review_of("p3", Verdict.UNUSABLE, by=BEN),
        ]
    )

    assert queue_counts(queue) == QueueCounts(waiting=1, decided=2, disputed=1, not_in_dam=1, unusable=0)


def test_a_skipped_photo_is_still_waiting(queue: Store) -> None:
    queue.events.append([review_of("p1", Verdict.SKIP)])

    assert queue_counts(queue).waiting == 4
