"""How far reviewers agree on what was drawn at random, and how often they are right on gold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.drawing import DrawPurpose
from data.store import Store
from feedback.drawn import drawn_of
from feedback.gold_marks import mark_gold
from feedback.trust import read_trust, read_week
from tests.builders import ANNA, BEN, CARLA, NOON
from tests.feedback.drawn_photos import BALL, decide, fill, shares

NEXT_DAY = NOON + timedelta(days=1)


def twelve_gold(store: Store) -> list[str]:
    """Fill a store with 20 photos, twelve of them gold, of which Anna gets nine right."""
    names = fill(store, 20)
    decide(store, names[:12], BEN)
    for name in names[:12]:
        mark_gold(store, name, by="maja", at=NOON)
    shares(store)
    decide(store, names[:9], ANNA)
    decide(store, names[9:12], ANNA, BALL)
    return list(names)


def test_a_reviewer_is_right_on_as_much_gold_as_has_the_known_answer(empty_store: Store) -> None:
    twelve_gold(empty_store)

    [record] = read_trust(empty_store).gold
    assert (record.reviewer, record.right.value, record.right.n) == (ANNA, 0.75, 12)


def test_whose_verdict_gold_rests_on_is_not_measured_by_it(empty_store: Store) -> None:
    twelve_gold(empty_store)

    assert BEN not in {record.reviewer for record in read_trust(empty_store).gold}


def test_agreement_is_measured_on_the_photos_that_were_drawn_alone(empty_store: Store) -> None:
    names = fill(empty_store, 60)
    decide(empty_store, names, BEN)
    shares(empty_store, second=0.4)
    drawn = list(drawn_of(empty_store).probabilities(DrawPurpose.SECOND_OPINION))
    decide(empty_store, drawn, ANNA)
    decide(empty_store, [name for name in names if name not in drawn], CARLA, BALL)

    found = read_trust(empty_store).drawn
    assert found.photos == len(drawn)
    assert [(pair.first, pair.second, pair.agreed.value) for pair in found.pairs] == [(ANNA, BEN, 1.0)]


def test_gold_is_told_to_its_reviewer_the_day_after_and_from_ten_photos_on(empty_store: Store) -> None:
    twelve_gold(empty_store)

    same_day, next_day = (read_week(empty_store, ANNA, moment).gold for moment in (NOON + timedelta(hours=1), NEXT_DAY))
    assert same_day is None
    assert next_day is not None
    assert (next_day.value, next_day.n) == (0.75, 12)


def test_nine_gold_photos_are_told_to_nobody(empty_store: Store) -> None:
    names = fill(empty_store, 20)
    decide(empty_store, names[:9], BEN)
    for name in names[:9]:
        mark_gold(empty_store, name, by="maja", at=NOON)
    shares(empty_store)
    decide(empty_store, names[:9], ANNA)

    assert read_trust(empty_store).gold[0].right.n == 9
    assert read_week(empty_store, ANNA, NEXT_DAY).gold is None


@pytest.mark.parametrize(("days", "decided"), [(0, 12), (6, 12), (8, 0)])
def test_a_week_counts_the_decisions_of_seven_days(empty_store: Store, days: int, decided: int) -> None:
    twelve_gold(empty_store)

    assert read_week(empty_store, ANNA, NOON + timedelta(days=days)).decided == decided
