from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from data.domain import EventId, PhotoId, Review, Reviewer, Sku, Verdict
from data.store import Store, open_store
from feedback.board import Board, QueueOrder, board_of
from feedback.equivalence import declare_equivalent, read_labels, standing_equivalences, withdraw_equivalent
from feedback.labels import labels_of
from tests.builders import ANNA, BEN, CARLA, NOON, asset_of, image_of, photo_of, reference_picture, review_of
from tests.builders import ARTICLES as PAINTED

IMAGE = image_of(reference_picture(next(iter(PAINTED.values())), size_px=40))
PHOTOS = 12


@pytest.fixture
def queue(empty_store: Store) -> Store:
    """Photos p00, p01 …, one minute apart."""
    empty_store.photos.put(photo_of(f"p{at:02d}", IMAGE, minutes=at) for at in range(PHOTOS))
    return empty_store


def waiting(board: Board, reviewer: Reviewer = ANNA, order: QueueOrder = QueueOrder.OLDEST) -> list[PhotoId]:
    return board.next_photos(reviewer, PHOTOS + 5, frozenset(), order)


def chance_review(chance: random.Random, number: int, earlier: list[Review]) -> Review:
    """Say something at random, or take something of one's own back."""
    photo, by = f"p{chance.randrange(PHOTOS):02d}", chance.choice([ANNA, BEN, CARLA])
    own = [review for review in earlier if (review.photo_id, review.reviewer) == (photo, by)]
    if own and chance.random() < 0.4:
        return review_of(photo, Verdict.WITHDRAWN, by=by, event=f"e{number}", withdraws=chance.choice(own).event_id)
    verdict = chance.choice([Verdict.MATCH, Verdict.NOT_IN_DAM, Verdict.NOT_LISTED, Verdict.UNUSABLE, Verdict.SKIP])
    sku = chance.choice(["bag", "hat"]) if verdict is Verdict.MATCH else None
    return review_of(photo, verdict, sku, by=by, event=f"e{number}")


@pytest.mark.parametrize("seed", range(4))
def test_a_board_that_is_kept_says_what_a_new_one_says(queue: Store, seed: int) -> None:
    chance, kept = random.Random(seed), Board(queue)
    for number in range(30):
        queue.events.append([chance_review(chance, number, queue.events.all())])
        kept.counts()
        for order in QueueOrder:
            waiting(kept, BEN, order)

    fresh = Board(queue)
    assert kept.labels() == fresh.labels() == labels_of(queue.events.all())
    assert kept.counts() == fresh.counts()
    for reviewer in (ANNA, BEN, CARLA):
        assert [waiting(kept, reviewer, order) for order in QueueOrder] == [waiting(fresh, reviewer, o) for o in QueueOrder]


@pytest.mark.parametrize("seed", range(3))
def test_a_board_that_is_kept_follows_what_is_declared_and_undone_as_a_new_one_does(queue: Store, seed: int) -> None:
    chance, kept = random.Random(seed), Board(queue)
    queue.assets.put(asset_of(Sku(sku)) for sku in ("bag", "hat"))
    for number in range(30):
        standing = standing_equivalences(queue.equivalences.all())
        if standing and chance.random() < 0.3:
            withdraw_equivalent(queue, standing[0].event_id, by="anna", at=NOON)
        elif chance.random() < 0.3:
            declare_equivalent(queue, [Sku("bag"), Sku("hat")], by="anna", at=NOON)
        else:
            queue.events.append([chance_review(chance, number, queue.events.all())])
        waiting(kept, BEN)

        assert kept.labels() == read_labels(queue)
    assert kept.counts() == Board(queue).counts()
    assert waiting(kept, BEN) == waiting(Board(queue), BEN)


def test_what_another_process_writes_is_seen_at_once(queue: Store) -> None:
    board = board_of(queue)
    waiting(board)
    open_store(queue.address).events.append([review_of("p00", Verdict.UNUSABLE)])

    assert "p00" not in waiting(board)


def test_photos_that_are_imported_later_join_the_queue(queue: Store) -> None:
    board = Board(queue)
    waiting(board)
    queue.photos.put([photo_of("first", IMAGE, minutes=-1)])

    assert waiting(board)[0] == "first"


def test_compaction_changes_nothing(queue: Store) -> None:
    board = Board(queue)
    queue.events.append([review_of("p00", Verdict.UNUSABLE)])
    before = (waiting(board), board.counts())
    queue.compact()

    assert (waiting(board), board.counts()) == before


def test_photos_with_a_decision_do_not_wait(queue: Store) -> None:
    queue.events.append([review_of("p00", Verdict.UNUSABLE), review_of("p01", Verdict.SKIP)])
    asked = [PhotoId(name) for name in ("p00", "p01", "p02", "nobody")]

    assert Board(queue).waiting_among(asked) == ["p01", "p02"]


def test_readers_and_writers_at_once_agree_in_the_end(queue: Store) -> None:
    board = Board(queue)

    def decide(number: int) -> None:
        review = review_of(f"p{number:02d}", Verdict.UNUSABLE, event=EventId(f"e{number}"))
        queue.events.append([review])
        board.counts()
        waiting(board)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(decide, range(8)))

    assert (board.counts().decided, waiting(board)) == (8, ["p08", "p09", "p10", "p11"])
