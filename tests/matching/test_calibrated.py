"""Calibrated confidence: the share of the first is corrected, and all others follow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit, softmax

from data.domain import Sku
from matching.arrays import IntArray, RealArray
from matching.calibrated import (
    calibrated_shares,
    corrected_logit,
    first_logit,
    read_absence_signs,
    read_signs,
    risen_by_growth,
)
from matching.fusion import Fused
from matching.gallery import build_gallery
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


def test_where_no_rival_has_come_nothing_is_taken_off() -> None:
    assert risen_by_growth(np.array([2.0, 1.0, 0.5]), np.array([False, False, False])) == 0.0


def test_a_first_that_has_come_since_is_no_rival() -> None:
    assert risen_by_growth(np.array([2.0, 1.0, 0.5]), np.array([True, False, False])) == 0.0


def test_new_rivals_take_off_what_the_best_other_asset_has_gained() -> None:
    # Others: 1.0, 0.6, 0.2, so 2 · 0.4 and 3 · 0.4 apart, on average 1.0. One of the three was there before.
    assert risen_by_growth(np.array([0.6, 3.0, 0.2, 1.0]), np.array([True, False, True, False])) == pytest.approx(np.log(2))


def test_assets_that_came_but_are_no_rivals_take_nothing_off() -> None:
    scores = np.linspace(1, 0, 90)

    assert risen_by_growth(scores, np.arange(90) >= 11) == 0.0


def test_growth_by_more_than_eight_times_counts_as_eight_times() -> None:
    scores = np.linspace(1, 0, 90)
    doubled = np.arange(90) % 2 == 0  # five of ten: 11 for 6

    assert risen_by_growth(scores, np.ones(90, dtype=np.bool_)) == pytest.approx(
        risen_by_growth(scores, doubled) * np.log(8) / np.log(11 / 6)
    )


def test_assets_without_evidence_have_no_part_in_growth() -> None:
    assert risen_by_growth(np.array([3.0, 1.0, -np.inf, -np.inf]), np.array([False, False, True, True])) == 0.0


def test_an_absence_is_judged_alike_in_a_catalogue_twice_as_large() -> None:
    chance = np.random.default_rng(5)
    scores = chance.normal(size=(400, 200))
    small = scores[:, :100].max(axis=1).mean()

    large = np.mean([row.max() - risen_by_growth(row, np.arange(200) >= 100) for row in scores])

    assert scores.max(axis=1).mean() - small > 0.15
    assert large == pytest.approx(small, abs=0.08)


GROWN = np.array([0.6, 3.0, 0.2, 1.0])


def absence_signs(arrivals: IntArray | None, assets: int) -> RealArray:
    """Read what "not in the DAM" is judged by from `GROWN`; the second channel has another first than the score."""
    similarities = np.column_stack([GROWN, GROWN[::-1]])
    fused = Fused(scores=GROWN, contributions=similarities, similarities=similarities, hypothesis=np.zeros(4, np.int64))
    gallery = replace(build_gallery([Sku(name) for name in "abcd"], [], {}), arrivals=arrivals)
    return read_absence_signs(GROWN, fused, gallery, assets)[:3]


@pytest.mark.parametrize(
    ("arrivals", "assets"), [(None, 2), (np.array([3, 0, 2, 1]), 0), (np.arange(4), 4)], ids=["no order", "no count", "no growth"]
)
def test_where_nothing_is_known_to_have_come_all_are_looked_at(arrivals: IntArray | None, assets: int) -> None:
    assert absence_signs(arrivals, assets) == pytest.approx([3.0, 2.0, 0.5])


def test_a_first_that_was_known_is_judged_among_what_was_known() -> None:
    assert absence_signs(np.array([0, 1, 2, 3]), 2) == pytest.approx([3.0, 2.4, 0.5])
    assert absence_signs(np.array([1, 0, 2, 3]), 1) == pytest.approx([3.0, 0.0, 1.0])


def test_a_first_that_has_come_since_is_judged_among_all_less_what_growth_adds() -> None:
    assert absence_signs(np.array([0, 3, 1, 2]), 3) == pytest.approx([3.0, 2.0, 0.5])  # no other has come: nothing was added
    assert absence_signs(np.array([0, 3, 1, 2]), 2) == pytest.approx([3.0 - np.log(4 / 3), 2.0, 0.5])


def test_what_comes_behind_a_known_first_leaves_an_absence_as_it_was() -> None:
    chance = np.random.default_rng(5)
    scores = chance.normal(size=(400, 200))
    scores[:, 100:] = scores[:, :100].max(axis=1, keepdims=True) - 0.01
    gallery = replace(build_gallery([Sku(f"{at:03}") for at in range(200)], [], {}), arrivals=np.arange(200))
    one = Fused(
        scores=scores[0], contributions=scores[0][:, None], similarities=scores[0][:, None], hypothesis=np.zeros(200, np.int64)
    )

    for row in scores[:20]:
        said = replace(one, scores=row, contributions=row[:, None], similarities=row[:, None])
        known = slice(None, 100)
        before = replace(said, scores=row[known], contributions=row[known, None], similarities=row[known, None])
        assert read_absence_signs(row, said, gallery, 100)[:3] == pytest.approx(read_signs(row[known], before, gallery)[:3])
