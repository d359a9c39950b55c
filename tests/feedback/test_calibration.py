"""Calibration is measured without the error that measuring adds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from data.errors import NotEnoughEvidence, ShapeMismatch
from feedback.calibration import debiased_calibration_error, debiased_error_interval, debiased_root_mean_square, reliability_curve
from feedback.metrics import Values, expected_calibration_error

CONFIDENCE = np.array([0.2, 0.2, 0.2, 0.2, 0.8, 0.8, 0.8, 0.8])
CORRECT = np.array([1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0])


def calibrated(seed: int, *, off: float = 0.0, count: int = 300) -> tuple[Values, Values]:
    chance = np.random.default_rng(seed)
    confidence = chance.uniform(0.2, 0.8, count)
    return confidence, (chance.random(count) < confidence - off).astype(np.float64)


def test_the_root_mean_square_is_the_one_worked_by_hand() -> None:
    # Gaps −0.3 and −0.2; accuracies 1/2 and 1: (0.09 − 0.25 / 3 + 0.04 − 0) / 2.
    expected = ((0.09 - 0.25 / 3 + 0.04) / 2) ** 0.5

    assert debiased_root_mean_square(CONFIDENCE, CORRECT, bins=2) == pytest.approx(expected)


def test_the_error_is_the_one_worked_by_hand() -> None:
    # The first bin's labels drawn anew: spread √(0.25 / 4) = 1/4, gap 0.3; the second bin has no spread.
    drawn = 0.25 * np.sqrt(2 / np.pi) * np.exp(-(0.3**2) / (2 * 0.25**2)) + 0.3 * (1 - 2 * norm.cdf(-0.3 / 0.25))

    assert debiased_calibration_error(CONFIDENCE, CORRECT, bins=2) == pytest.approx((2 * 0.3 - drawn + 0.2) / 2)


def test_confidence_that_is_right_is_charged_less_than_by_the_plain_error() -> None:
    plain = np.mean([expected_calibration_error(*calibrated(seed)) for seed in range(100)])
    debiased = np.mean([debiased_calibration_error(*calibrated(seed)) for seed in range(100)])

    assert debiased < 0.7 * plain


def test_the_square_of_confidence_that_is_a_tenth_too_high_is_found_on_average() -> None:
    squares = [debiased_root_mean_square(*calibrated(seed, off=0.1)) ** 2 for seed in range(200)]

    assert np.mean(squares) == pytest.approx(0.1**2, rel=0.15)


def test_the_reliability_curve_goes_from_the_least_confident_up() -> None:
    found = reliability_curve(CONFIDENCE[::-1], CORRECT[::-1], np.arange(8).astype(np.str_), bins=2)

    assert [one.confidence for one in found] == pytest.approx([0.2, 0.8])
    assert [(one.accuracy.value, one.accuracy.n) for one in found] == [(0.5, 4), (1.0, 4)]


def test_more_bins_than_photos_leave_none_empty() -> None:
    assert len(reliability_curve(CONFIDENCE, CORRECT, np.arange(8).astype(np.str_), bins=15)) == 8


@pytest.mark.parametrize(("photos", "bins"), [(8, 1), (39, 3), (1_000, 15)])
def test_bins_hold_ten_photos_at_least_and_there_are_fifteen_at_most(photos: int, bins: int) -> None:
    assert len(reliability_curve(*calibrated(0, count=photos), np.arange(photos).astype(np.str_))) == bins


def test_outcomes_of_other_photos_are_refused() -> None:
    with pytest.raises(ShapeMismatch):
        debiased_calibration_error(CONFIDENCE, CORRECT[:3])


def test_without_a_photo_nothing_is_measured() -> None:
    with pytest.raises(NotEnoughEvidence):
        debiased_root_mean_square(np.array([]), np.array([]))


def test_the_debiased_error_has_an_interval_around_it_that_near_duplicates_do_not_narrow() -> None:
    confidence = np.repeat(np.linspace(0.5, 0.99, 60), 4)
    right = np.repeat((np.arange(60) % 3 != 0).astype(float), 4)

    alone = debiased_error_interval(confidence, right, np.arange(240).astype(np.str_), samples=200)
    together = debiased_error_interval(confidence, right, np.repeat(np.arange(60), 4).astype(np.str_), samples=200)

    assert together.low <= together.value <= together.high
    assert together.high - together.low > alone.high - alone.low
