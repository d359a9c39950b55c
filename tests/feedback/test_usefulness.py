"""The useful order: what teaches most first, unlike things one after the other, and sealed photos at their share."""

from __future__ import annotations

from collections import Counter

import pytest

from data.domain import PhotoId, Side
from data.events import Verdict
from data.store import Store
from feedback.board import Board
from feedback.facts import Facts
from feedback.labels import labels_of
from feedback.orders import Pick, QueueChoice, QueueOrder
from feedback.usefulness import MOST_IN_HAND, MOVED_AT_ONCE, UsefulLine
from tests.builders import ANNA, BEN, image_of, photo_of, reference_picture, review_of
from tests.builders import ARTICLES as PAINTED
from tests.feedback.outlook_builders import V1, activate, outlook_of

IMAGE = image_of(reference_picture(next(iter(PAINTED.values())), size_px=40))
USEFUL = QueueChoice(order=QueueOrder.USEFUL)


def put(store: Store, photo: str, sku: str = "", margin: float = 0.5, *, group: str = "", side: Side = Side.CALIBRATION) -> None:
    """Store a photo, ranked where a first candidate is named."""
    store.photos.put([photo_of(photo, IMAGE, side, group=group, minutes=store.photos.count())])
    if sku:
        store.outlooks.put([outlook_of(photo, sku=sku, margin=margin)])


@pytest.fixture
def queue(empty_store: Store) -> Store:
    """Nothing waits yet; the first version ranks."""
    activate(empty_store)
    return empty_store


def firsts(store: Store, *held: str) -> dict[PhotoId, float]:
    """Read what comes next without any draw, from what the store says now."""
    facts, board = Facts(), Board(store)
    facts.submitted, facts.placements = store.photos.submissions(), store.photos.groups_and_sides()
    facts.outlooks.update({outlook.photo_id: outlook for outlook in store.outlooks.since(V1, -1)})
    facts.learn_all(board.labels())
    taken = {PhotoId(photo) for photo in held}
    return UsefulLine(facts, board.waiting()).firsts(taken, facts.in_hand(taken))


def row(store: Store, count: int, *held: str) -> list[PhotoId]:
    """List what comes next without any draw, each photo staying in hand; for one side alone."""
    found = [PhotoId(photo) for photo in held]
    for _ in range(count):
        found += firsts(store, *found)
    return found[len(held) :]


def test_the_smallest_margin_comes_first(queue: Store) -> None:
    put(queue, "sure", "bag-1", 0.9)
    put(queue, "torn", "bag-2", 0.1)
    put(queue, "so-so", "bag-3", 0.5)

    assert row(queue, 3) == ["torn", "so-so", "sure"]


def test_an_asset_that_has_a_label_is_worth_half_of_one_that_has_none(queue: Store) -> None:
    put(queue, "known", "bag-1", 0.0)  # 1 / (1 + 1) = 0.5
    put(queue, "new", "bag-2", 0.4)  # 0.6 / 1
    put(queue, "newer", "bag-3", 0.6)  # 0.4 / 1
    put(queue, "labelled")
    queue.events.append([review_of("labelled", Verdict.MATCH, "bag-1")])

    assert row(queue, 3) == ["new", "known", "newer"]


def test_a_label_counts_for_what_the_photo_was_taken_for_too(queue: Store) -> None:
    put(queue, "known", "bag-1", 0.0)
    put(queue, "new", "bag-2", 0.4)
    put(queue, "corrected", "bag-1", 0.0)
    queue.events.append([review_of("corrected", Verdict.NOT_IN_DAM)])

    assert row(queue, 1) == ["new"]


@pytest.mark.parametrize("side", [Side.TEST, Side.QUARANTINED])
def test_a_label_that_nothing_is_learned_from_counts_for_nothing(queue: Store, side: Side) -> None:
    put(queue, "known", "bag-1", 0.0)
    put(queue, "new", "bag-2", 0.4)
    put(queue, "labelled", "bag-1", 0.0, side=side)
    queue.events.append([review_of("labelled", Verdict.MATCH, "bag-1")])

    assert row(queue, 1) == ["known"]


def test_an_unusable_photo_counts_for_nothing(queue: Store) -> None:
    put(queue, "known", "bag-1", 0.0)
    put(queue, "new", "bag-2", 0.4)
    put(queue, "blurred", "bag-1", 0.0)
    queue.events.append([review_of("blurred", Verdict.UNUSABLE)])

    assert row(queue, 1) == ["known"]


def test_a_photo_in_hand_counts_as_a_label_of_its_asset(queue: Store) -> None:
    put(queue, "first", "bag-1", 0.0)
    put(queue, "second", "bag-1", 0.1)  # 0.9 / 2 = 0.45 with the first in hand
    put(queue, "other", "bag-2", 0.5)  # 0.5 / 1

    assert row(queue, 3) == ["first", "other", "second"]


def test_no_more_than_three_of_one_asset_are_in_hand_while_others_wait(queue: Store) -> None:
    for number in range(10):
        put(queue, f"torn-{number}", "bag-1", 0.0)
    for number in range(4):
        put(queue, f"sure-{number}", f"hat-{number}", 0.999)

    found = row(queue, 14)
    assert [photo.partition("-")[0] for photo in found[:7]] == ["torn"] * MOST_IN_HAND + ["sure"] * 4
    assert {photo.partition("-")[0] for photo in found[7:]} == {"torn"}


def test_of_one_group_a_second_photo_comes_after_all_other_groups(queue: Store) -> None:
    put(queue, "burst-1", "bag-1", 0.0, group="burst")
    put(queue, "burst-2", "bag-2", 0.0, group="burst")
    put(queue, "burst-3", "bag-1", 0.0, group="burst")
    put(queue, "alone", "bag-3", 0.99)

    found = row(queue, 4)
    assert (found[0].partition("-")[0], found[1]) == ("burst", "alone")


def test_a_labelled_group_comes_after_those_of_which_nothing_is_known(queue: Store) -> None:
    put(queue, "labelled", group="burst")
    put(queue, "burst", "bag-1", 0.0, group="burst")
    put(queue, "alone", "bag-3", 0.99)
    queue.events.append([review_of("labelled", Verdict.MATCH, "bag-9")])

    assert row(queue, 2) == ["alone", "burst"]


def test_an_assets_photo_of_another_group_steps_in_for_one_whose_group_is_in_hand(queue: Store) -> None:
    put(queue, "held", "bag-9", group="burst")
    put(queue, "burst", "bag-1", 0.0, group="burst")
    put(queue, "fresh", "bag-1", 0.3)
    put(queue, "other", "bag-2", 0.5)

    assert row(queue, 3, "held") == ["fresh", "other", "burst"]


def test_what_is_not_ranked_comes_after_what_is_and_by_age(queue: Store) -> None:
    put(queue, "old")
    put(queue, "new")
    put(queue, "ranked", "bag-1", 0.99)

    assert row(queue, 3) == ["ranked", "old", "new"]


def test_quarantined_photos_come_last(queue: Store) -> None:
    put(queue, "quarantined", "bag-1", 0.0, side=Side.QUARANTINED)
    put(queue, "unranked")

    assert row(queue, 2) == ["unranked", "quarantined"]


def test_sealed_photos_have_the_share_that_they_are_of_what_waits(queue: Store) -> None:
    put(queue, "sealed-1", "bag-1", side=Side.TEST)
    put(queue, "sealed-2", "bag-1", side=Side.TEST)
    for number in range(6):
        put(queue, f"open-{number}", f"bag-{number}", number / 10)
    put(queue, "quarantined", "bag-1", side=Side.QUARANTINED)

    found = firsts(queue)
    assert {photo.partition("-")[0]: share for photo, share in found.items()} == pytest.approx({"open": 6 / 8, "sealed": 2 / 8})


def test_sealed_photos_come_in_an_order_that_their_margin_has_no_part_in(queue: Store) -> None:
    for number in range(20):
        put(queue, f"s{number:02d}", "bag-1", number / 20, side=Side.TEST)
    before = row(queue, 20)
    queue.outlooks.replace(outlook_of(f"s{number:02d}", sku="bag-1", margin=1 - number / 20) for number in range(20))

    assert row(queue, 20) == before != sorted(before)


def test_where_only_sealed_photos_wait_they_come_for_certain(queue: Store) -> None:
    put(queue, "sealed", "bag-1", side=Side.TEST)

    assert firsts(queue) == {"sealed": 1.0}


def picks(store: Store, number: int) -> Pick:
    return Board(store).picks(ANNA if number % 2 else BEN, 1, frozenset(), USEFUL)[0]


def test_the_propensity_of_a_useful_pick_holds_its_sides_share(queue: Store) -> None:
    put(queue, "sealed", "bag-1", side=Side.TEST)
    for number in range(3):
        put(queue, f"open-{number}", f"bag-{number}", number / 10)

    known = {"open-0": 0.9 * 3 / 4 + 0.1 / 4, "sealed": 0.9 / 4 + 0.1 / 4, "open-1": 0.1 / 4, "open-2": 0.1 / 4}
    for number in range(2):
        pick = picks(queue, number)
        assert pick.propensity == pytest.approx(known[pick.photo_id])


def test_a_line_that_is_kept_says_what_a_new_one_says_when_a_group_gets_its_first_label(queue: Store) -> None:
    put(queue, "labelled", group="burst")
    put(queue, "burst", "bag-1", 0.0, group="burst")
    put(queue, "alone", "bag-3", 0.99)
    board = Board(queue)
    board.picks(ANNA, 1, frozenset(), USEFUL)
    queue.events.append([review_of("labelled", Verdict.MATCH, "bag-9")])

    assert board.picks(ANNA, 2, frozenset(), USEFUL) == Board(queue).picks(ANNA, 2, frozenset(), USEFUL)


def test_a_group_that_is_too_large_to_be_moved_asks_for_a_new_line() -> None:
    facts = Facts()
    names = [PhotoId(f"p{number:05d}") for number in range(MOVED_AT_ONCE + 1)]
    facts.submitted = dict.fromkeys([*names, PhotoId("labelled")], 0.0)
    facts.placements = dict.fromkeys(facts.submitted, ("one", Side.CALIBRATION))
    facts.outlooks.update({name: outlook_of(name) for name in names})
    line = UsefulLine(facts, names)
    [label] = labels_of([review_of("labelled", Verdict.MATCH, "bag-9")]).values()

    assert line.learned(facts.learn(label.photo_id, label)) is False


def test_the_photos_of_many_reviewers_are_of_many_assets(queue: Store) -> None:
    queue.photos.put(photo_of(f"p{number:03d}", IMAGE) for number in range(200))
    queue.outlooks.put(outlook_of(f"p{number:03d}", sku=f"bag-{number % 20}", margin=(number % 7) / 10) for number in range(200))
    board, held = Board(queue), list[PhotoId]()
    for at in range(10):
        held += [pick.photo_id for pick in board.picks(ANNA if at % 2 else BEN, 4, frozenset(held), USEFUL)]

    of_assets = Counter(int(photo[1:]) % 20 for photo in held)
    assert len(set(held)) == 40
    assert max(of_assets.values()) <= MOST_IN_HAND + 2  # a few are drawn from all that wait
