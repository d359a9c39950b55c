from __future__ import annotations

import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from data.domain import EventId, PhotoId, Reviewer, Side, Sku, WeightsVersion
from data.events import Review, Verdict
from data.ranking import Outlook
from data.store import Store, open_store
from feedback.board import Board, board_of
from feedback.equivalence import declare_equivalent, read_labels, standing_equivalences, withdraw_equivalent
from feedback.labels import labels_of
from feedback.orders import Pick, QueueChoice, QueueOrder
from tests.builders import ANNA, BEN, CARLA, NOON, asset_of, image_of, photo_of, reference_picture, review_of
from tests.builders import ARTICLES as PAINTED
from tests.feedback.outlook_builders import V1, V2, activate, outlook_of

IMAGE = image_of(reference_picture(next(iter(PAINTED.values())), size_px=40))
PHOTOS = 12
CHOICES = [QueueChoice(order=order, category=category) for order in QueueOrder for category in ("", "bag")]
MANY = 100_000


@pytest.fixture
def queue(empty_store: Store) -> Store:
    """Photos p00, p01 …, one minute apart, two to a group, the first four sealed."""
    empty_store.photos.put(
        photo_of(f"p{at:02d}", IMAGE, Side.TEST if at < 4 else Side.CALIBRATION, group=f"g{at // 2}", minutes=at)
        for at in range(PHOTOS)
    )
    activate(empty_store)
    return empty_store


def picks(board: Board, reviewer: Reviewer = ANNA, choice: QueueChoice = CHOICES[0]) -> list[Pick]:
    return board.picks(reviewer, PHOTOS + 5, frozenset(), choice)


def waiting(board: Board, reviewer: Reviewer = ANNA, choice: QueueChoice = CHOICES[0]) -> list[PhotoId]:
    return [pick.photo_id for pick in picks(board, reviewer, choice)]


def chance_review(chance: random.Random, number: int, earlier: list[Review]) -> Review:
    """Say something at random, or take something of one's own back."""
    photo, by = f"p{chance.randrange(PHOTOS):02d}", chance.choice([ANNA, BEN, CARLA])
    own = [review for review in earlier if (review.photo_id, review.reviewer) == (photo, by)]
    if own and chance.random() < 0.4:
        return review_of(photo, Verdict.WITHDRAWN, by=by, event=f"e{number}", withdraws=chance.choice(own).event_id)
    verdict = chance.choice([Verdict.MATCH, Verdict.NOT_IN_DAM, Verdict.NOT_LISTED, Verdict.UNUSABLE, Verdict.SKIP])
    sku = chance.choice(["bag", "hat"]) if verdict is Verdict.MATCH else None
    return review_of(photo, verdict, sku, by=by, event=f"e{number}")


def chance_outlook(chance: random.Random, weights: WeightsVersion) -> Outlook:
    """Say something at random of how a photo is ranked."""
    sku = chance.choice(["bag-1", "bag-2", "hat-1", None])
    photo = f"p{chance.randrange(PHOTOS):02d}"
    return outlook_of(photo, entropy=chance.random(), margin=chance.random(), sku=sku, weights=weights)


@pytest.mark.parametrize("seed", range(4))
def test_a_board_that_is_kept_says_what_a_new_one_says(queue: Store, seed: int) -> None:
    chance, kept, weights = random.Random(seed), Board(queue), V1
    for number in range(30):
        queue.events.append([chance_review(chance, number, queue.events.all())])
        queue.outlooks.replace([chance_outlook(chance, weights)])
        if number == 15:
            weights = V2
            activate(queue, V2)
        kept.counts()
        for choice in CHOICES:
            waiting(kept, BEN, choice)

    fresh = Board(queue)
    assert kept.labels() == fresh.labels() == labels_of(queue.events.all())
    assert kept.counts() == fresh.counts()
    for reviewer in (ANNA, BEN, CARLA):
        assert [picks(kept, reviewer, choice) for choice in CHOICES] == [picks(fresh, reviewer, choice) for choice in CHOICES]


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


@pytest.mark.slow
@pytest.mark.parametrize("order", list(QueueOrder))
def test_a_pick_among_100000_photos_costs_a_small_part_of_sorting_them(empty_store: Store, order: QueueOrder) -> None:
    names = [f"p{number:06d}" for number in range(MANY)]
    sides = (Side.TEST if number % 5 == 0 else Side.CALIBRATION for number in range(MANY))
    photos = enumerate(zip(names, sides, strict=True))
    empty_store.photos.put(photo_of(name, IMAGE, side, group=f"g{at // 3}") for at, (name, side) in photos)
    empty_store.outlooks.put(
        outlook_of(name, entropy=(at * 7919 % MANY) / MANY, margin=(at * 104729 % MANY) / MANY, sku=f"bag-{at % 2_700}")
        for at, name in enumerate(names)
    )
    activate(empty_store)
    board, choice, started = Board(empty_store), QueueChoice(order=order), time.perf_counter()
    first = board.picks(ANNA, 1, frozenset(), choice)
    first_s = time.perf_counter() - started

    held = [pick.photo_id for pick in first]
    later_s = list[float]()
    for number in range(40):
        empty_store.events.append([review_of(held.pop(0), Verdict.MATCH, f"bag-{number}", event=f"e{number}")])
        board.counts()
        started = time.perf_counter()
        held += [pick.photo_id for pick in board.picks(ANNA, 4, frozenset(held), choice)]
        later_s.append(time.perf_counter() - started)

    assert statistics.median(later_s) < first_s / 50
