from __future__ import annotations

from collections import Counter

import pytest

from data.domain import PhotoId, Reviewer
from data.events import Verdict
from data.store import Store, open_store
from feedback.queue import Pick, QueueChoice, QueueCounts, QueueOrder, next_photos, next_picks, queue_counts, ranked_count
from tests.builders import ANNA, BEN, CARLA, image_of, photo_of, reference_picture, review_of
from tests.builders import ARTICLES as PAINTED
from tests.feedback.outlook_builders import V2, activate, entropies, outlook_of

NAMES = ("p1", "p2", "p3", "p4")
MANY = 300
UNCERTAIN = QueueChoice(order=QueueOrder.UNCERTAIN)
HATS = QueueChoice(order=QueueOrder.UNCERTAIN, category="hat")


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


def by_reviewers(store: Store, choice: QueueChoice, *, many: int = MANY, held: frozenset[PhotoId] = frozenset()) -> list[Pick]:
    """What each of many reviewers would get first."""
    asked = (Reviewer(f"r{number}") for number in range(many))
    return [next_picks(store, reviewer=reviewer, count=1, held=held, choice=choice)[0] for reviewer in asked]


def usual(store: Store, choice: QueueChoice, count: int = 4) -> list[PhotoId]:
    """What comes next where nothing is drawn: photo by photo, what most reviewers would get."""
    found = list[PhotoId]()
    for _ in range(count):
        picks = by_reviewers(store, choice, many=30, held=frozenset(found))
        found.append(Counter(pick.photo_id for pick in picks).most_common(1)[0][0])
    return found


@pytest.fixture
def ranked(queue: Store) -> Store:
    """The queue, its photos ranked: p3 is the most uncertain, then p1, then p2; p4 is not ranked yet."""
    activate(queue)
    entropies(queue, {"p1": 0.6, "p2": 0.1, "p3": 0.9})
    return queue


def test_the_most_uncertain_comes_first_and_what_is_not_ranked_last(ranked: Store) -> None:
    assert usual(ranked, UNCERTAIN) == ["p3", "p1", "p2", "p4"]


def test_what_is_not_ranked_comes_by_age(queue: Store) -> None:
    activate(queue)
    entropies(queue, {"p3": 0.1})

    assert usual(queue, UNCERTAIN) == ["p3", "p1", "p2", "p4"]


def test_without_any_ranking_the_oldest_comes_first(queue: Store) -> None:
    assert usual(queue, UNCERTAIN) == list(NAMES)


def test_what_other_weights_said_does_not_count(ranked: Store) -> None:
    before = usual(ranked, UNCERTAIN)
    activate(ranked, V2)
    entropies(ranked, {"p2": 0.5}, V2)

    assert (before[0], usual(ranked, UNCERTAIN)) == ("p3", ["p2", "p1", "p3", "p4"])


def test_what_was_ranked_anew_counts_as_it_is_now(ranked: Store) -> None:
    usual(ranked, UNCERTAIN)
    ranked.outlooks.replace([outlook_of("p2", entropy=0.95)])

    assert usual(ranked, UNCERTAIN) == ["p2", "p3", "p1", "p4"]


def test_an_undone_decision_brings_the_photo_back_to_its_place_by_entropy(ranked: Store) -> None:
    usual(ranked, UNCERTAIN)
    ranked.events.append([review_of("p3", Verdict.UNUSABLE, event="e1")])
    without = usual(ranked, UNCERTAIN, 3)
    ranked.events.append([review_of("p3", Verdict.WITHDRAWN, event="e2", withdraws="e1")])

    assert (without, usual(ranked, UNCERTAIN)) == (["p1", "p2", "p4"], ["p3", "p1", "p2", "p4"])


def test_the_propensity_of_the_first_and_of_the_others_is_as_the_formula_says(ranked: Store) -> None:
    found = {pick.photo_id: pick.propensity for pick in by_reviewers(ranked, UNCERTAIN)}

    # four wait: 0.9 + 0.1 / 4 for the first, 0.1 / 4 for each other
    assert found == {
        "p3": pytest.approx(0.925),
        "p1": pytest.approx(0.025),
        "p2": pytest.approx(0.025),
        "p4": pytest.approx(0.025),
    }


def test_photos_come_as_often_as_their_propensity_says(ranked: Store) -> None:
    counts = Counter(pick.photo_id for pick in by_reviewers(ranked, UNCERTAIN, many=2_000))

    # of 2,000 reviewers 1,850 are expected to get the first (standard deviation 12), and 50 each other (7)
    assert counts[PhotoId("p3")] == pytest.approx(1_850, abs=48)
    assert [counts[PhotoId(name)] for name in ("p1", "p2", "p4")] == pytest.approx([50, 50, 50], abs=28)


def test_a_photo_that_is_held_has_no_part_in_the_propensity(ranked: Store) -> None:
    found = {pick.photo_id: pick.propensity for pick in by_reviewers(ranked, UNCERTAIN, held=frozenset({PhotoId("p3")}))}

    assert found == pytest.approx({"p1": 0.9 + 0.1 / 3, "p2": 0.1 / 3, "p4": 0.1 / 3})


def test_the_second_of_a_batch_has_the_propensity_among_those_that_are_left(ranked: Store) -> None:
    batches = (next_picks(ranked, reviewer=Reviewer(f"r{number}"), count=2, choice=UNCERTAIN) for number in range(20))
    seconds = [batch[1] for batch in batches if [pick.photo_id for pick in batch] == ["p3", "p1"]]

    assert seconds
    assert all(pick.propensity == pytest.approx(0.9 + 0.1 / 3) for pick in seconds)


@pytest.mark.parametrize("order", [QueueOrder.OLDEST, QueueOrder.NEWEST])
def test_an_order_by_date_leaves_nothing_to_chance(queue: Store, order: QueueOrder) -> None:
    assert [pick.propensity for pick in next_picks(queue, reviewer=ANNA, count=4, choice=QueueChoice(order=order))] == [1.0] * 4


def test_each_photo_of_a_shuffled_pack_had_the_same_chance(queue: Store) -> None:
    found = next_picks(queue, reviewer=ANNA, count=4, choice=QueueChoice(order=QueueOrder.RANDOM))

    assert [pick.propensity for pick in found] == pytest.approx([1 / 4, 1 / 3, 1 / 2, 1])


def test_the_same_question_gets_the_same_answer_after_a_restart(ranked: Store) -> None:
    asked = [Reviewer(f"r{number}") for number in range(50)]
    again = open_store(ranked.address)

    assert [next_picks(ranked, reviewer=who, count=3, choice=UNCERTAIN) for who in asked] == [
        next_picks(again, reviewer=who, count=3, choice=UNCERTAIN) for who in asked
    ]


def test_a_decision_makes_the_next_draw_another_one(ranked: Store) -> None:
    first = [pick.photo_id != "p3" for pick in by_reviewers(ranked, UNCERTAIN, many=300)]
    skips = [review_of("p4", Verdict.SKIP, by=Reviewer(f"r{number}"), event=f"e{number}") for number in range(300)]
    ranked.events.append(skips)
    then = [pick.photo_id != "p3" for pick in by_reviewers(ranked, UNCERTAIN, many=300)]

    # a draw that hung on the photo and the reviewer alone would meet the same reviewers again
    assert sum(first) > sum(before and after for before, after in zip(first, then, strict=True))


def test_each_photo_comes_once_however_many_are_asked_for(ranked: Store) -> None:
    for number in range(40):
        found = next_picks(ranked, reviewer=Reviewer(f"r{number}"), count=10, choice=UNCERTAIN)
        assert sorted(pick.photo_id for pick in found) == list(NAMES)


@pytest.mark.parametrize("order", [QueueOrder.UNCERTAIN, QueueOrder.USEFUL])
def test_what_one_left_open_comes_last_in_an_order_by_outlook_too(ranked: Store, order: QueueOrder) -> None:
    ranked.events.append([review_of("p3", Verdict.SKIP)])
    found = next_picks(ranked, reviewer=ANNA, count=10, choice=QueueChoice(order=order))

    assert (found[-1].photo_id, found[-1].propensity) == ("p3", 1.0)


@pytest.fixture
def of_two_kinds(queue: Store) -> Store:
    """p2 and p4 are taken for hats, p1 for a bag; p3 is not ranked. Of the hats p4 is the more uncertain."""
    activate(queue)
    queue.outlooks.put(
        [
            outlook_of("p1", sku="bag-1", entropy=0.9),
            outlook_of("p2", sku="hat-1", entropy=0.2),
            outlook_of("p4", sku="hat-2", entropy=0.4),
        ]
    )
    return queue


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (QueueOrder.OLDEST, ["p2", "p4", "p1", "p3"]),
        (QueueOrder.NEWEST, ["p4", "p2", "p3", "p1"]),
        (QueueOrder.UNCERTAIN, ["p4", "p2", "p1", "p3"]),
    ],
)
def test_a_category_comes_first_in_each_order(of_two_kinds: Store, order: QueueOrder, expected: list[str]) -> None:
    assert usual(of_two_kinds, QueueChoice(order=order, category="hat")) == expected


def test_a_draw_is_among_those_of_the_category_while_there_are_any(of_two_kinds: Store) -> None:
    found = {pick.photo_id: pick.propensity for pick in by_reviewers(of_two_kinds, HATS)}

    assert found == pytest.approx({"p4": 0.95, "p2": 0.05})


def test_a_pick_says_order_and_category(of_two_kinds: Store) -> None:
    assert {pick.order for pick in next_picks(of_two_kinds, reviewer=ANNA, count=4, choice=HATS)} == {"uncertain/hat"}


def test_a_category_that_nothing_is_of_changes_nothing(of_two_kinds: Store) -> None:
    assert usual(of_two_kinds, QueueChoice(category="belt")) == list(NAMES)


def test_a_photo_that_is_ranked_later_joins_its_category(of_two_kinds: Store) -> None:
    usual(of_two_kinds, HATS)
    of_two_kinds.outlooks.put([outlook_of("p3", sku="hat-3", entropy=0.3)])

    assert usual(of_two_kinds, HATS) == ["p4", "p3", "p2", "p1"]


def test_a_photo_that_is_taken_for_something_else_now_leaves_its_category(of_two_kinds: Store) -> None:
    usual(of_two_kinds, HATS)
    of_two_kinds.outlooks.replace([outlook_of("p4", sku="bag-1", entropy=0.4)])

    assert usual(of_two_kinds, HATS)[0] == "p2"


def test_waiting_photos_that_are_ranked_are_counted(ranked: Store) -> None:
    ranked.events.append([review_of("p3", Verdict.UNUSABLE)])

    assert ranked_count(ranked) == 2
