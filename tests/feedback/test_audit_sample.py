"""The share among all photos from those that were drawn when they came."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import ShapeMismatch
from feedback.audit_sample import sampled_share


def test_a_photo_drawn_at_a_tenth_counts_five_times_as_much_as_one_drawn_at_a_half() -> None:
    found = sampled_share(np.array([1.0, 0.0]), np.array([0.1, 0.5]), np.array(["a", "b"]))

    assert found is not None
    assert found.value == pytest.approx(10 / 12)


def test_near_duplicates_do_not_narrow_the_interval() -> None:
    right, chance = np.array([1.0, 0.0, 1.0, 1.0] * 5), np.full(20, 0.1)
    alone = sampled_share(right, chance, np.arange(20).astype(np.str_))
    doubled = sampled_share(np.repeat(right, 2), np.repeat(chance, 2), np.repeat(np.arange(20), 2).astype(np.str_))

    assert alone is not None
    assert doubled is not None
    assert (doubled.low, doubled.high) == pytest.approx((alone.low, alone.high))


def test_the_interval_of_equal_chances_is_that_of_the_logit() -> None:
    # 5 of 20 wrong: variance = Σ (y − 3/4)² / 20² · 20/19 = 3.75 / 380; t(19) = 2.093; logit(3/4) = 1.0986
    found = sampled_share(np.array([1.0] * 15 + [0.0] * 5), np.full(20, 0.05), np.arange(20).astype(np.str_))
    reach = 2.0930 * np.sqrt(3.75 / 380) / (0.75 * 0.25)

    assert found is not None
    assert found.low == pytest.approx(1 / (1 + np.exp(-(1.0986 - reach))), abs=1e-4)
    assert found.high == pytest.approx(1 / (1 + np.exp(-(1.0986 + reach))), abs=1e-4)


def test_one_group_says_nothing() -> None:
    assert sampled_share(np.ones(3), np.full(3, 0.1), np.array(["a"] * 3)) is None


def test_a_probability_of_zero_is_refused() -> None:
    with pytest.raises(ShapeMismatch, match="probability"):
        sampled_share(np.ones(2), np.array([0.0, 0.5]), np.array(["a", "b"]))
