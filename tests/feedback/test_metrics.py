from __future__ import annotations

import numpy as np
import pytest

from data.errors import NotEnoughEvidence, ShapeMismatch
from feedback.metrics import (
    Clusters,
    auroc,
    auroc_difference,
    bootstrap_interval,
    expected_calibration_error,
    mcnemar_exact,
    paired_difference,
    reciprocal_ranks,
    top_k,
    wilson,
)

RANKS = np.array([1, 3, 0, 7], dtype=np.int64)


def apart(count: int) -> Clusters:
    return np.arange(count).astype(np.str_)


def test_the_first_three_hold_ranks_one_to_three() -> None:
    assert top_k(RANKS, 3).tolist() == [1.0, 1.0, 0.0, 0.0]


def test_an_asset_that_is_not_ranked_is_in_no_top() -> None:
    assert top_k(np.array([0], dtype=np.int64), 5).tolist() == [0.0]


def test_reciprocal_ranks_are_as_worked_by_hand() -> None:
    assert reciprocal_ranks(RANKS) == pytest.approx([1, 1 / 3, 0, 1 / 7])


def test_forty_nine_of_eighty_mean_fifty_to_seventy_one_percent() -> None:
    found = wilson(49, 80)

    assert (round(found.value, 2), round(found.low, 2), round(found.high, 2)) == (0.61, 0.50, 0.71)


def test_none_of_ten_is_not_certainly_none() -> None:
    # z² / (n + z²) with z = 1.96
    assert wilson(0, 10).high == pytest.approx(3.8416 / 13.8416, abs=1e-3)


def test_a_share_of_no_photo_is_refused() -> None:
    with pytest.raises(NotEnoughEvidence, match="no photo"):
        wilson(0, 0)


def test_mcnemar_of_one_against_nine_is_as_worked_by_hand() -> None:
    before = np.array([1.0] * 9 + [0.0] + [1.0] * 5)
    after = np.array([0.0] * 9 + [1.0] + [1.0] * 5)

    # twice the chance of at most 1 in 10 fair throws: 2 · (1 + 10) / 1024
    assert mcnemar_exact(before, after) == pytest.approx(22 / 1024)


def test_photos_that_do_not_change_say_nothing() -> None:
    assert mcnemar_exact(np.ones(20), np.ones(20)) == 1.0


def test_equal_gains_and_losses_say_nothing() -> None:
    assert mcnemar_exact(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == 1.0


def test_an_interval_holds_its_mean() -> None:
    found = bootstrap_interval(np.array([1.0, 0.0, 1.0, 1.0]), apart(4))

    assert found.low <= found.value == 0.75 <= found.high


def test_an_interval_of_many_lone_photos_is_near_the_normal_one() -> None:
    values = np.array([1.0] * 60 + [0.0] * 40)

    found = bootstrap_interval(values, apart(100))

    # 0.6 ± 1.96 · √(0.6 · 0.4 / 100)
    assert (found.low, found.high) == pytest.approx((0.504, 0.696), abs=0.012)


def test_photos_that_go_together_make_the_interval_wider() -> None:
    values = np.repeat([1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0], 10)
    together = np.repeat(apart(8), 10)

    clustered, naive = bootstrap_interval(values, together), bootstrap_interval(values, apart(80))

    # perfectly alike tens are eight photos, not eighty: √10 times as wide
    assert (clustered.high - clustered.low) / (naive.high - naive.low) == pytest.approx(np.sqrt(10), rel=0.15)


def test_an_interval_is_the_same_every_time() -> None:
    values = np.array([1.0, 0.0, 1.0, 1.0])

    assert bootstrap_interval(values, apart(4)) == bootstrap_interval(values, apart(4))


def test_an_interval_of_nothing_is_refused() -> None:
    with pytest.raises(NotEnoughEvidence, match="no photo to measure on"):
        bootstrap_interval(np.zeros(0), apart(0))


def test_values_without_a_cluster_are_refused() -> None:
    with pytest.raises(ShapeMismatch, match="clusters"):
        bootstrap_interval(np.zeros(3), apart(2))


def test_a_difference_is_taken_photo_by_photo() -> None:
    found = paired_difference(np.array([0.0, 0.0, 1.0, 1.0]), np.array([1.0, 0.0, 1.0, 1.0]), apart(4))

    assert found.value == 0.25


def test_figures_of_different_photos_cannot_be_paired() -> None:
    with pytest.raises(ShapeMismatch, match="cannot be paired"):
        paired_difference(np.zeros(3), np.zeros(4), apart(3))


def test_the_area_under_the_curve_is_the_share_of_pairs_in_order() -> None:
    # of the pairs (0.9, 0.5), (0.9, 0.1), (0.3, 0.5), (0.3, 0.1) three are in order
    found = auroc(np.array([0.9, 0.3, 0.5, 0.1]), np.array([True, True, False, False]), apart(4))

    assert found is not None
    assert found.value == 0.75


@pytest.mark.parametrize("kind", [True, False])
def test_one_kind_of_photo_has_no_curve(kind: bool) -> None:
    assert auroc(np.array([0.9, 0.3]), np.array([kind, kind]), apart(2)) is None


def test_the_calibration_error_is_as_worked_by_hand() -> None:
    confidence, correct = np.array([0.9, 0.8, 0.3, 0.2]), np.array([1.0, 0.0, 0.0, 0.0])

    # bins (0.2, 0.3) and (0.8, 0.9): |0.25 − 0| / 2 + |0.85 − 0.5| / 2
    assert expected_calibration_error(confidence, correct, bins=2) == pytest.approx(0.3)


def test_confidence_that_holds_has_no_error() -> None:
    assert expected_calibration_error(np.full(10, 0.5), np.array([1.0, 0.0] * 5), bins=5) == pytest.approx(0.0)


def test_two_ways_to_tell_strangers_are_compared_on_the_same_photos() -> None:
    kinds = np.array([True, True, False, False])

    found = auroc_difference(np.array([0.9, 0.3, 0.5, 0.1]), np.array([0.9, 0.8, 0.5, 0.1]), kinds, apart(4))

    assert found is not None
    assert (found.value, found.low) == (0.25, 0.0)


def test_without_strangers_no_two_ways_can_be_compared() -> None:
    assert auroc_difference(np.array([0.9, 0.3]), np.array([0.9, 0.3]), np.array([False, False]), apart(2)) is None


def test_of_very_many_clusters_the_interval_is_that_of_the_binomial() -> None:
    flags = np.repeat([1.0, 0.0], 2_000)

    found = bootstrap_interval(flags, np.arange(4_000).astype(np.str_))

    # 1.96 · √(0.25 / 4,000) = 0.0155
    assert (found.low, found.high) == pytest.approx((0.4845, 0.5155), abs=0.001)
