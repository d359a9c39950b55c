"""Risk and coverage: how many of the most confident photos are wrong."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import NotEnoughEvidence, ShapeMismatch
from feedback.risk import area_under_risk, risk_curve


def test_risk_is_the_share_of_wrong_ones_among_the_most_confident() -> None:
    confidence, correct = np.linspace(1, 0, 20), np.repeat([1.0, 0.0], 10)

    few, all_ = risk_curve(confidence, correct, np.arange(20).astype(np.str_), points=2)

    assert (few.coverage, few.risk.value) == (0.5, 0.0)
    assert (all_.coverage, all_.risk.value) == (1.0, 0.5)


def test_photos_of_one_confidence_stay_together() -> None:
    curve = risk_curve(np.full(30, 0.7), np.ones(30), np.arange(30).astype(np.str_))

    assert [(point.confidence, point.coverage) for point in curve] == [(0.7, 1.0)]


def test_near_duplicates_do_not_narrow_the_band() -> None:
    correct = np.tile([1.0, 1.0, 0.0, 1.0], 10)
    confidence = np.linspace(1, 0, 40)
    alone = risk_curve(confidence, correct, np.arange(40).astype(np.str_))[-1].risk
    together = risk_curve(np.repeat(confidence, 5), np.repeat(correct, 5), np.repeat(np.arange(40), 5).astype(np.str_))[-1].risk

    assert together.high - together.low == pytest.approx(alone.high - alone.low)


def test_without_photos_there_is_no_curve() -> None:
    with pytest.raises(NotEnoughEvidence):
        risk_curve(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.str_))


def test_columns_of_several_lengths_are_refused() -> None:
    with pytest.raises(ShapeMismatch, match="confidences"):
        risk_curve(np.zeros(2), np.zeros(3), np.zeros(2, dtype=np.str_))


def test_the_area_is_the_mean_risk_over_all_coverages() -> None:
    area = area_under_risk(np.array([0.6, 0.9, 0.7, 0.8]), np.array([1.0, 1, 1, 0]), np.array(list("abcd")))

    assert area.value == pytest.approx((0 / 1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)


def test_of_photos_of_one_confidence_none_comes_first_in_the_area() -> None:
    area = area_under_risk(np.array([0.9, 0.5, 0.5]), np.array([1.0, 0, 1]), np.array(list("abc")))

    assert area.value == pytest.approx((1 * 0 + 2 * (1 / 3)) / 3)


def test_an_area_of_near_duplicates_is_no_surer_than_of_one_of_each() -> None:
    confidence, correct, names = np.linspace(1, 0, 40), np.tile([1.0, 1, 0, 1], 10), np.arange(40).astype(np.str_)
    alone = area_under_risk(confidence, correct, names)
    together = area_under_risk(np.repeat(confidence, 5), np.repeat(correct, 5), np.repeat(names, 5))

    assert (together.low, together.high) == pytest.approx((alone.low, alone.high))
