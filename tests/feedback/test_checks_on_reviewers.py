"""Second opinions and gold come at their rates, to others than those who spoke, and nothing tells them apart."""

from __future__ import annotations

import pytest

from data.domain import PhotoId, Reviewer
from data.drawing import DrawPurpose
from data.errors import NotEnoughEvidence, NotFound
from data.events import Verdict
from data.store import Store
from feedback.board import board_of
from feedback.drawn import ReviewerCounts, drawn_of
from feedback.equivalence import read_labels
from feedback.gold_marks import could_be_gold, mark_all_gold, mark_gold, unmark_gold
from feedback.labels import LabelKind
from feedback.queue import reviewer_counts
from tests.builders import ANNA, BEN, CARLA, NOON, review_of
from tests.feedback.drawn_photos import BAG, BALL, decide, fill, handed, shares

SECOND = DrawPurpose.SECOND_OPINION


def with_gold(store: Store, photos: int = 60, gold: int = 20, rate: float = 0.5) -> list[PhotoId]:
    """Fill a store whose first photos Ben confirmed and a manager marked; nothing but gold is drawn."""
    names = fill(store, photos)
    decide(store, names[:gold], BEN)
    for name in names[:gold]:
        mark_gold(store, name, by="maja", at=NOON)
    shares(store, gold=rate)
    return names[:gold]


def with_second_opinions(store: Store, photos: int = 80, decided: int = 40) -> list[PhotoId]:
    """Fill a store whose first photos Ben confirmed; half of them is drawn for a second opinion."""
    names = fill(store, photos)
    decide(store, names[:decided], BEN)
    shares(store, second=0.5)
    return list(drawn_of(store).probabilities(SECOND))


def test_drawn_photos_of_one_reviewer_come_to_another(empty_store: Store) -> None:
    drawn = with_second_opinions(empty_store)

    assert 5 < len(drawn) < 35
    assert set(handed(empty_store, ANNA, 80)) & set(drawn)


def test_nobody_is_asked_for_a_second_opinion_on_their_own_photo(empty_store: Store) -> None:
    drawn = with_second_opinions(empty_store)

    assert not set(handed(empty_store, BEN, 80)) & set(drawn)


def test_all_drawn_photos_get_their_second_opinion_in_the_end(empty_store: Store) -> None:
    drawn = with_second_opinions(empty_store)

    assert set(drawn) <= set(handed(empty_store, ANNA, 80))


def test_a_photo_with_two_opinions_comes_to_nobody(empty_store: Store) -> None:
    drawn = with_second_opinions(empty_store)
    decide(empty_store, drawn, ANNA)

    assert not set(handed(empty_store, CARLA, 80)) & set(drawn)


def test_a_second_opinion_that_differs_disputes_the_photo(empty_store: Store) -> None:
    photo = with_second_opinions(empty_store)[0]
    decide(empty_store, [photo], ANNA, BALL)

    assert read_labels(empty_store)[photo].kind is LabelKind.DISPUTED
    assert photo in handed(empty_store, CARLA, 80)


def test_the_probability_of_a_second_opinion_is_stored(empty_store: Store) -> None:
    drawn = with_second_opinions(empty_store)

    stored = {draw.photo_id: draw.probability for draw in empty_store.draws.all() if draw.purpose == SECOND}
    assert stored == dict.fromkeys(drawn, 0.5)


def test_gold_comes_at_its_rate(empty_store: Store) -> None:
    gold = with_gold(empty_store, photos=180, gold=60, rate=0.2)
    came = handed(empty_store, ANNA, 100)

    share = sum(photo in gold for photo in came) / sum(photo not in gold for photo in came)
    assert share == pytest.approx(0.2, abs=0.19)  # 4.3 standard deviations of 83 slots


def test_a_slot_of_gold_is_stored_with_its_probability(empty_store: Store) -> None:
    gold = with_gold(empty_store)
    came = handed(empty_store, ANNA, 30)
    draws = [draw for draw in empty_store.draws.all() if draw.purpose == "slot gold"]

    assert {draw.photo_id for draw in draws} == set(came) & set(gold)
    one_of = [0.5 / left for left in range(20, 20 - len(draws), -1)]  # of twenty, of nineteen …, at a rate of a half
    assert sorted(draw.probability for draw in draws) == pytest.approx(one_of)


def test_gold_that_a_reviewer_spoke_of_does_not_come_to_them(empty_store: Store) -> None:
    gold = with_gold(empty_store)

    assert not set(handed(empty_store, BEN, 60)) & set(gold)


def test_answered_gold_does_not_come_again(empty_store: Store) -> None:
    gold = set(with_gold(empty_store))
    came: list[PhotoId] = []
    for _ in range(30):
        [photo] = handed(empty_store, ANNA, 1)
        came.append(photo)
        decide(empty_store, [photo], ANNA)

    assert len(set(came)) == 30
    assert gold & set(came)


def test_a_reload_brings_the_same_gold_at_the_same_place(empty_store: Store) -> None:
    with_gold(empty_store)
    first = handed(empty_store, ANNA, 30)

    assert handed(empty_store, ANNA, 30) == first


def test_gold_comes_at_the_end_too_or_what_seems_to_wait_would_tell_how_much_there_is(empty_store: Store) -> None:
    gold = with_gold(empty_store, photos=20, gold=20)

    assert reviewer_counts(empty_store, ANNA).waiting == 20
    assert set(handed(empty_store, ANNA, 40)) == set(gold)


def test_once_all_is_answered_nothing_waits_and_nothing_comes(empty_store: Store) -> None:
    decide(empty_store, with_gold(empty_store, photos=20, gold=20), ANNA)

    assert reviewer_counts(empty_store, ANNA).waiting == 0
    assert handed(empty_store, ANNA, 5) == []


def test_gold_that_is_turned_off_neither_comes_nor_counts(empty_store: Store) -> None:
    with_gold(empty_store, photos=20, gold=20, rate=0.0)

    assert reviewer_counts(empty_store, ANNA).waiting == 0
    assert handed(empty_store, ANNA, 5) == []


def test_a_slip_on_gold_neither_disputes_the_photo_nor_changes_its_label(empty_store: Store) -> None:
    gold = with_gold(empty_store)
    decide(empty_store, gold[:1], ANNA, BALL)

    for labels in (read_labels(empty_store), board_of(empty_store).labels()):
        assert (labels[gold[0]].kind, labels[gold[0]].chosen) == (LabelKind.MATCH, BAG)
    assert empty_store.events.of(gold[0])[-1].sku == BALL


def test_the_answer_outlives_the_verdicts_that_it_rests_on(empty_store: Store) -> None:
    gold = with_gold(empty_store)
    [first] = empty_store.events.of(gold[0])
    taken = review_of(gold[0], Verdict.WITHDRAWN, by=BEN, event="undo", withdraws=first.event_id)
    empty_store.events.append([taken])

    assert read_labels(empty_store)[gold[0]].chosen == BAG


def test_where_a_mark_is_taken_back_all_that_was_said_counts_again(empty_store: Store) -> None:
    gold = with_gold(empty_store)
    decide(empty_store, gold[:1], ANNA, BALL)
    unmark_gold(empty_store, gold[0], by="maja", at=NOON)

    assert read_labels(empty_store)[gold[0]].kind is LabelKind.DISPUTED
    assert board_of(empty_store).labels()[gold[0]].kind is LabelKind.DISPUTED


def test_what_nobody_decided_cannot_be_gold(empty_store: Store) -> None:
    fill(empty_store, 1)

    with pytest.raises(NotEnoughEvidence, match="not decided"):
        mark_gold(empty_store, PhotoId("p000"), by="maja", at=NOON)


def test_only_gold_can_be_unmarked(empty_store: Store) -> None:
    fill(empty_store, 1)

    with pytest.raises(NotFound, match="not gold"):
        unmark_gold(empty_store, PhotoId("p000"), by="maja", at=NOON)


def test_photos_on_which_two_agree_are_offered_as_gold(empty_store: Store) -> None:
    names = fill(empty_store, 4)
    decide(empty_store, names[:3], BEN)
    decide(empty_store, names[:1], ANNA)
    decide(empty_store, names[1:2], ANNA, BALL)

    assert [label.photo_id for label in could_be_gold(empty_store)] == names[:1]


@pytest.mark.parametrize("kind", ["gold", "second"])
@pytest.mark.parametrize("answer", [BAG, BALL])
def test_each_decision_moves_one_photo_from_waiting_to_decided_check_or_not(empty_store: Store, kind: str, answer: str) -> None:
    checks = set(with_gold(empty_store) if kind == "gold" else with_second_opinions(empty_store, photos=60, decided=20))
    before, met = reviewer_counts(empty_store, ANNA), 0
    for at in range(1, 25):
        [photo] = handed(empty_store, ANNA, 1)
        met += photo in checks
        decide(empty_store, [photo], ANNA, answer)
        after = ReviewerCounts(waiting=before.waiting - at, decided=before.decided + at, disputed=0)
        assert reviewer_counts(empty_store, ANNA) == after
    assert met


def test_a_skip_moves_nothing_check_or_not(empty_store: Store) -> None:
    gold = with_gold(empty_store)
    before = reviewer_counts(empty_store, ANNA)
    empty_store.events.append([review_of(gold[0], Verdict.SKIP, by=ANNA, event="s")])

    assert reviewer_counts(empty_store, ANNA) == before


def test_handing_a_check_out_changes_no_count(empty_store: Store) -> None:
    with_gold(empty_store)
    before = reviewer_counts(empty_store, ANNA)
    handed(empty_store, ANNA, 40)

    assert reviewer_counts(empty_store, ANNA) == before


def test_a_reviewer_who_made_a_dispute_is_not_told_of_it(empty_store: Store) -> None:
    photo = with_second_opinions(empty_store)[0]
    decide(empty_store, [photo], ANNA, BALL)

    disputed = {who: reviewer_counts(empty_store, Reviewer(who)).disputed for who in (ANNA, BEN, CARLA)}
    assert disputed == {ANNA: 0, BEN: 0, CARLA: 1}


def test_many_photos_are_marked_with_one_write(empty_store: Store) -> None:
    names = fill(empty_store, 40)
    decide(empty_store, names, BEN)
    before = empty_store.gold_marks.version

    marks = mark_all_gold(empty_store, names, by="maja", at=NOON)

    assert empty_store.gold_marks.version == before + 1
    assert [(mark.photo_id, mark.sku, mark.watermark) for mark in marks] == [(name, BAG, at) for at, name in enumerate(names)]


def test_where_one_of_many_is_not_decided_none_is_marked(empty_store: Store) -> None:
    names = fill(empty_store, 3)
    decide(empty_store, names[:2], BEN)

    with pytest.raises(NotEnoughEvidence, match="p002"):
        mark_all_gold(empty_store, names, by="maja", at=NOON)

    assert empty_store.gold_marks.count() == 0


def test_draws_are_counted_by_purpose(empty_store: Store) -> None:
    drawn = with_second_opinions(empty_store)

    assert empty_store.draws.counts() == {SECOND: len(drawn)}
