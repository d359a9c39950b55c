"""What was picked with a known probability is weighted back to all photos."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest

from data.errors import ShapeMismatch
from feedback.inverse_probability import Picked, weighted_share, weights_of
from feedback.orders import QueueOrder
from tests.benchmarks.audit_coverage import COVERAGE, TRUTH, coverage, estimates, level_of_truth


def picked_of(
    right: Sequence[float],
    propensities: Sequence[float],
    *,
    left: int,
    clusters: Sequence[str] = (),
    counted: Sequence[bool] = (),
) -> Picked:
    count = len(right)
    return Picked(
        right=np.array(right, dtype=np.float64),
        counted=np.array(counted or [True] * count, dtype=np.bool_),
        propensities=np.array(propensities, dtype=np.float64),
        clusters=np.array(clusters or [str(at) for at in range(count)], dtype=np.str_),
        left=left,
    )


def test_picks_at_random_weigh_the_same() -> None:
    picked = picked_of([1, 0, 1], [1 / 10, 1 / 9, 1 / 8], left=7)

    assert weights_of(picked) == pytest.approx([1, 1, 1])


def test_a_pick_of_little_chance_weighs_as_worked_by_hand() -> None:
    # N = 4, M = 2. First: 1 + 2/3 (1 / (4 · 1/8) − 1) = 5/3. Second: 1 + 2/2 (1 / (3 · 2/3) − 1) = 1/2.
    assert weights_of(picked_of([1, 0], [1 / 8, 2 / 3], left=2)) == pytest.approx([5 / 3, 1 / 2])


def test_over_all_ways_to_pick_the_weighted_mean_is_that_of_all_photos() -> None:
    right = np.array([1.0, 0.0, 0.0, 1.0, 1.0])
    first = np.array([0.6, 0.1, 0.1, 0.1, 0.1])
    expected = 0.0
    for one, two in product(range(5), repeat=2):
        if one == two:
            continue
        waiting = [photo for photo in range(5) if photo != one]
        second = 0.7 if two == waiting[0] else 0.1  # the first that waits is preferred
        picked = picked_of(right[[one, two]].tolist(), [first[one], second], left=3)
        expected += first[one] * second * float((weights_of(picked) * picked.right).mean())

    assert expected == pytest.approx(right.mean())


def test_where_all_are_decided_the_share_is_the_plain_one() -> None:
    found = weighted_share(picked_of([1, 0, 1, 1], [0.9, 0.01, 0.9, 1], left=0))

    assert found is not None
    assert found.value == 0.75


def test_photos_that_do_not_count_have_no_part_in_the_share() -> None:
    waits = [1 / (8 - at) for at in range(5)]

    found = weighted_share(picked_of([1, 0, 0, 0, 1], waits, left=3, counted=[True, True, False, False, True]))

    assert found is not None
    assert found.value == pytest.approx(2 / 3)
    assert found.n == 3


def test_near_duplicates_do_not_narrow_the_interval() -> None:
    right = [1.0, 1.0, 0.0, 0.0] * 10
    waits = [1 / (1_040 - at) for at in range(40)]
    pairs = [str(at // 2) for at in range(40)]

    alone, together = (weighted_share(picked_of(right, waits, left=1_000, clusters=names)) for names in ((), pairs))

    assert alone is not None
    assert together is not None
    assert (together.high - together.low) / (alone.high - alone.low) == pytest.approx(2**0.5, rel=0.1)


def test_picks_that_are_all_right_keep_a_width() -> None:
    found = weighted_share(picked_of([1] * 10, [1 / (100 - at) for at in range(10)], left=90))

    # All of ten: Clopper and Pearson's lower bound is 0.025 to the power of 1/10.
    assert found is not None
    assert found.low == pytest.approx(0.025**0.1)
    assert found.high == 1


def test_where_hardly_anything_was_drawn_nothing_is_said() -> None:
    assert weighted_share(picked_of([1, 0], [0.9001, 0.0001], left=998)) is None


@pytest.mark.parametrize("chance", [0.0, 1.5])
def test_a_probability_that_is_none_is_refused(chance: float) -> None:
    with pytest.raises(ShapeMismatch, match="outside of 0"):
        picked_of([1], [chance], left=1)


def test_in_an_uncertain_queue_the_weighted_intervals_hold_the_truth_and_the_plain_one_does_not() -> None:
    level, queues = level_of_truth(), 60
    found = [estimates(seed, order=QueueOrder.UNCERTAIN, share=0.1, decided=600, level=level) for seed in range(queues)]

    sampled, weighted = [one.sampled for one in found], [one.weighted for one in found]
    assert coverage(sampled, queues).high >= COVERAGE[0]
    assert coverage(weighted, queues).high >= COVERAGE[0]
    assert coverage([one.naive for one in found], queues).high < 0.1
    assert sum(one.value for one in sampled if one) / queues == pytest.approx(TRUTH, abs=0.03)
    assert sum(one.value for one in weighted if one) / queues == pytest.approx(TRUTH, abs=0.03)
