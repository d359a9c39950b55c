"""Calibrated confidence: the share of the first is corrected, and all others follow."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit, softmax

from matching.calibrated import calibrated_shares, corrected_logit, first_logit, risen_by_growth
from matching.weights import FirstRight

SCORES = np.array([0.2, 1.0, 0.7, -np.inf])
SIGNS = np.array([1.0, 0.3, 0.5, np.nan])


def test_before_any_label_shares_are_the_softmax() -> None:
    assert calibrated_shares(SCORES, 0.25, SIGNS, FirstRight()) == pytest.approx(softmax(SCORES / 0.25))


def test_the_first_gets_the_corrected_share_and_all_sum_to_one() -> None:
    before = softmax(SCORES / 0.25)[1]
    said = FirstRight(intercept=-1.0, agreement=0.4)

    found = calibrated_shares(SCORES, 0.25, SIGNS, said)

    assert found[1] == pytest.approx(expit(logit(before) - 1.0 + 0.4 * 0.5), abs=1e-5)
    assert found.sum() == pytest.approx(1.0)


def test_no_order_changes_however_unsure_the_first_is_made() -> None:
    found = calibrated_shares(SCORES, 0.25, SIGNS, FirstRight(intercept=-30.0))

    assert np.argsort(-found, kind="stable").tolist() == [1, 2, 0, 3]


def test_what_has_no_evidence_keeps_no_share() -> None:
    assert calibrated_shares(SCORES, 0.25, SIGNS, FirstRight(intercept=-1.0))[3] == 0.0


def test_an_asset_that_is_alone_keeps_all() -> None:
    assert calibrated_shares(np.array([0.4]), 0.25, SIGNS, FirstRight(intercept=-2.0)).tolist() == [1.0]


def test_a_mesh_quality_that_is_not_known_counts_as_the_usual_one() -> None:
    said = FirstRight(quality=2.0, usual_quality=0.8)

    assert corrected_logit(0.0, SIGNS, said) == pytest.approx(1.6)


def test_a_good_mesh_counts_as_labels_have_taught() -> None:
    assert corrected_logit(0.0, np.array([1.0, 0.3, 0.5, 0.9]), FirstRight(quality=2.0)) == pytest.approx(1.8)


def test_the_logit_of_the_first_is_that_of_its_share() -> None:
    assert first_logit(SCORES, 0.25) == pytest.approx(logit(softmax(SCORES / 0.25)[1]))


def test_a_first_that_is_beyond_doubt_has_a_finite_logit() -> None:
    assert first_logit(np.array([900.0, 0.0]), 0.25) == 16.0


def test_a_catalogue_that_has_not_grown_takes_nothing_off() -> None:
    assert risen_by_growth(np.array([2.0, 1.0, 0.5]), 3) == 0.0


def test_where_it_is_not_known_how_many_there_were_nothing_is_taken_off() -> None:
    assert risen_by_growth(np.array([2.0, 1.0, 0.5]), 0) == 0.0


def test_a_catalogue_twice_as_large_takes_off_what_its_best_other_asset_has_gained() -> None:
    # Beside the first: 1.0, 0.6, 0.2. Second and third are 2 · 0.4 and 3 · 0.4 apart, on average 1.0, times log 2.
    assert risen_by_growth(np.array([0.6, 3.0, 0.2, 1.0]), 2) == pytest.approx(np.log(2))


def test_growth_by_more_than_eight_times_counts_as_eight_times() -> None:
    scores = np.linspace(1, 0, 90)

    assert risen_by_growth(scores, 1) == pytest.approx(risen_by_growth(scores, 45) * 3)


def test_assets_without_evidence_have_no_part_in_growth() -> None:
    assert risen_by_growth(np.array([3.0, 1.0, -np.inf, -np.inf]), 2) == 0.0


def test_an_absence_is_judged_alike_in_a_catalogue_twice_as_large() -> None:
    chance = np.random.default_rng(5)
    scores = chance.normal(size=(400, 200))
    small = scores[:, :100].max(axis=1).mean()

    large = np.mean([row.max() - risen_by_growth(row, 100) for row in scores])

    assert scores.max(axis=1).mean() - small > 0.15
    assert large == pytest.approx(small, abs=0.08)
