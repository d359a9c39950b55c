"""Who agrees with whom, and how fast each one decides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.domain import PhotoId, Sku
from data.events import Review, Verdict
from data.store import Store
from feedback.agreement import Agreement, agreement_of, read_agreement
from feedback.pace import BREAK_SECONDS, pace_of
from tests.builders import ANNA, BEN, CARLA, review_of


def said(*rows: tuple[str, str, str, str]) -> list[Review]:
    """Make reviews of photo, reviewer's name, verdict and sku, in order."""
    reviewers = {"anna": ANNA, "ben": BEN, "carla": CARLA}
    made = [review_of(photo, Verdict(verdict), sku or None, by=reviewers[who]) for photo, who, verdict, sku in rows]
    return [replace(review, sequence=at) for at, review in enumerate(made)]


def agreement(reviews: list[Review], same: dict[Sku, Sku] | None = None) -> Agreement:
    return agreement_of(reviews, {}, same or {})


TWO_OF_FOUR = said(
    ("p1", "anna", "match", "a"),
    ("p1", "ben", "match", "a"),
    ("p2", "anna", "match", "b"),
    ("p2", "ben", "not_in_dam", ""),
    ("p3", "anna", "match", "c"),
    ("p3", "ben", "match", "d"),
    ("p4", "anna", "unusable", ""),
    ("p4", "ben", "unusable", ""),
    ("p5", "anna", "match", "a"),
)


def test_a_pair_is_compared_on_the_photos_that_both_decided() -> None:
    [pair] = agreement(TWO_OF_FOUR).pairs

    assert (pair.first, pair.second, pair.agreed.n, pair.agreed.value) == (ANNA, BEN, 4, 0.5)


def test_kappa_of_a_pair_is_the_one_worked_by_hand() -> None:
    [pair] = agreement(TWO_OF_FOUR).pairs

    assert pair.kappa is not None
    # anna: a, b, c, unusable; ben: a, not in DAM, d, unusable. By chance: (1 + 1) / 16; (1/2 − 1/8) / (1 − 1/8) = 3/7.
    assert pair.kappa.value == pytest.approx(3 / 7)


def test_equivalent_skus_are_one_answer() -> None:
    [pair] = agreement(TWO_OF_FOUR, {Sku("d"): Sku("c"), Sku("c"): Sku("c")}).pairs

    assert pair.agreed.value == 0.75


def test_a_withdrawn_verdict_and_a_silent_one_are_compared_with_nothing() -> None:
    reviews = said(("p1", "anna", "match", "a"), ("p1", "ben", "not_listed", ""), ("p2", "anna", "match", "a"))
    taken_back = review_of("p2", Verdict.WITHDRAWN, by=BEN, withdraws="b2")
    ben = review_of("p2", Verdict.MATCH, "a", by=BEN, event="b2")

    found = agreement([*reviews, replace(ben, sequence=3), replace(taken_back, sequence=4)])

    assert (found.photos, found.pairs, found.alpha, found.ac1) == (0, (), None, None)


def test_each_reviewer_is_held_against_most_of_the_others() -> None:
    reviews = said(
        *(("p1", who, "match", "a") for who in ("anna", "ben")),
        ("p1", "carla", "match", "b"),
        *(("p2", who, "match", "b") for who in ("anna", "ben", "carla")),
    )

    agreed = {one.reviewer: one.agreed for one in agreement(reviews).reviewers}

    # On p1 anna's others say a and b: of two minds, nothing to hold her against; carla's others agree against her.
    assert {who: (found.value, found.n) for who, found in agreed.items() if found} == {
        ANNA: (1.0, 1),
        BEN: (1.0, 1),
        CARLA: (0.5, 2),
    }


def test_full_agreement_on_a_few_photos_keeps_a_width() -> None:
    reviews = said(*((f"p{at}", who, "match", f"s{at}") for at in range(5) for who in ("anna", "ben")))

    [pair] = agreement(reviews).pairs

    assert (round(pair.agreed.low, 3), pair.agreed.high) == (0.566, 1.0)


def test_what_reviewers_said_is_read_from_the_store(small_store: Store) -> None:
    [first, *_] = small_store.photos.all()
    small_store.events.append([review_of(first.photo_id, Verdict.NOT_IN_DAM, by=who) for who in (ANNA, BEN)])

    found = read_agreement(small_store)

    assert (found.photos, found.groups, [one.decided for one in found.reviewers]) == (1, 1, [1, 1])


def timed(*seconds: float | None) -> list[Review]:
    made = review_of("p", Verdict.UNUSABLE)
    return [replace(made, photo_id=PhotoId(f"p{at}"), seconds=took) for at, took in enumerate(seconds)]


def groups_of(reviews: list[Review]) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    return np.array([review.photo_id for review in reviews], dtype=np.str_)


def test_pace_is_the_median_and_how_many_an_hour_of_looking_holds() -> None:
    reviews = timed(2, 3, 4, 5, 6, 7, 8)

    found = pace_of(reviews, groups_of(reviews))

    assert found is not None
    assert found.median_seconds is not None
    assert (found.median_seconds.value, found.per_hour.value) == (5, 720)


def test_the_interval_of_a_median_is_made_of_order_statistics() -> None:
    reviews = timed(*range(1, 12))

    found = pace_of(reviews, groups_of(reviews))

    # Of eleven, the 2nd and the 10th smallest: P(Bin(11, 1/2) ≤ 1) = 12/2048 = 0.6 % on each side.
    assert found is not None
    assert found.median_seconds is not None
    assert (found.median_seconds.low, found.median_seconds.high) == (2, 10)


def test_a_break_is_left_out_and_counted() -> None:
    reviews = timed(4, 4, BREAK_SECONDS + 1, None)

    found = pace_of(reviews, groups_of(reviews))

    assert found is not None
    assert (found.per_hour.value, found.per_hour.n, found.breaks) == (900, 2, 1)


def test_without_a_timed_decision_there_is_no_pace() -> None:
    assert pace_of(timed(None), np.array(["g"])) is None
