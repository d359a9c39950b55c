"""From which confidence on the first candidate may stand unseen."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import NotEnoughEvidence, ShapeMismatch
from feedback.auto_accept import AutoAccept, auto_accept, photos_needed, share_saved, upper_bound
from tests.benchmarks.auto_accept_promise import World, honest, run_row


def accepted(wrong: list[int], *, count: int, promised: float = 0.05, same_group: int = 1) -> AutoAccept:
    """Test photos of falling confidence, some of them wrong."""
    confidence = np.linspace(1, 0, count)
    correct = np.ones(count)
    correct[wrong] = 0
    return auto_accept(confidence, correct, (np.arange(count) // same_group).astype(np.str_), promised=promised)


def test_the_upper_bound_is_clopper_and_pearsons() -> None:
    # None of 59: 1 − 0.05^(1/59) = 4.95 %. Of one photo that is wrong nothing is known.
    assert upper_bound(np.array([0.0, 1.0]), np.array([59, 1])) == pytest.approx([1 - 0.05 ** (1 / 59), 1.0])


def test_one_wrong_of_93_keeps_a_promise_of_five_in_a_hundred_and_one_of_92_does_not() -> None:
    assert photos_needed(0.05) == 93
    assert upper_bound(np.array([1.0]), np.array([92]))[0] > 0.05


def test_where_nothing_is_wrong_everything_may_stand() -> None:
    found = accepted([], count=200)

    assert (found.threshold, found.accepted, found.wrong) == (0.0, 200, 0)


def test_wrong_photos_at_the_end_are_not_reached() -> None:
    found = accepted(list(range(150, 200)), count=200)

    assert found.threshold is not None
    assert found.bound is not None
    assert 0.2 < found.threshold < 0.5
    assert found.bound <= 0.05


def test_the_first_threshold_that_fails_ends_it_though_later_ones_would_pass() -> None:
    found = accepted([0, 1, 2], count=2_000)

    # Three wrong of the first 93 break the promise, three of 2,000 would not.
    assert (found.threshold, found.accepted, found.bound) == (None, 0, None)


def test_too_few_photos_can_promise_nothing() -> None:
    found = accepted([], count=92)

    assert (found.threshold, found.needed) == (None, 93)


def test_near_duplicates_count_once() -> None:
    assert accepted([], count=180, same_group=2).threshold is None
    assert (accepted([], count=186, same_group=2).tested, accepted([], count=186, same_group=2).accepted) == (93, 93)


def test_photos_of_one_confidence_stand_or_fall_together() -> None:
    confidence = np.concatenate([np.full(100, 0.9), np.full(300, 0.8)])
    correct = np.concatenate([np.ones(100), np.zeros(300)])

    found = auto_accept(confidence, correct, np.arange(400).astype(np.str_), promised=0.05)

    assert (found.threshold, found.accepted) == (0.9, 100)


def test_the_share_saved_is_of_all_photos_and_nothing_without_a_threshold() -> None:
    confidence, groups = np.linspace(1, 0, 200), np.arange(200).astype(np.str_)

    assert share_saved(accepted([], count=200), confidence, groups).value == 1
    assert share_saved(accepted([], count=92), confidence, groups).high == 0


def test_the_promise_is_seldom_broken_and_counting_alone_breaks_it_often() -> None:
    row = run_row(World(honest), 1_000, 0.05, 100)

    assert row.broken.low <= 0.05
    assert row.counted_broken.low > 0.3
    assert row.named > 0.5


@pytest.mark.parametrize("promised", [0.0, 1.0])
def test_a_promise_that_is_no_share_is_refused(promised: float) -> None:
    with pytest.raises(ShapeMismatch, match="promise a share"):
        accepted([], count=10, promised=promised)


def test_without_a_photo_nothing_is_promised() -> None:
    with pytest.raises(NotEnoughEvidence):
        accepted([], count=0)
