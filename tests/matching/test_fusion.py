from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.errors import ShapeMismatch
from matching.fusion import fuse, no_match_features, standardise
from tests.builders import weights_of

COLOUR, SHAPE = "colour/reference", "outline/reference"
EVEN = weights_of({COLOUR: 0.5, SHAPE: 0.5})
GAP = np.nan


def test_a_score_is_the_weighted_sum_of_its_channels() -> None:
    fused = fuse(np.array([[[0.8, 0.4]]]), weights_of({COLOUR: 0.75, SHAPE: 0.25}))

    assert fused.scores == pytest.approx([0.75 * 0.8 + 0.25 * 0.4])


def test_a_silent_channel_does_not_lower_a_candidate() -> None:
    fused = fuse(np.array([[[0.8, GAP]]]), EVEN)

    assert fused.scores == pytest.approx([0.8])


def test_a_silent_channel_contributes_nothing() -> None:
    fused = fuse(np.array([[[0.8, GAP]]]), EVEN)

    assert fused.contributions[0, 1] == 0.0


def test_contributions_sum_to_the_score_when_cut_outs_disagree_and_channels_are_silent() -> None:
    chance = np.random.default_rng(5)
    similarities = chance.normal(size=(4, 50, 2))
    similarities[:, ::3, 0] = GAP

    fused = fuse(similarities, EVEN)

    assert np.abs(fused.contributions.sum(axis=1) - fused.scores).max() < 1e-6


def test_the_part_of_the_cut_outs_is_zero_where_all_agree() -> None:
    fused = fuse(np.array([[[0.8, 0.4]], [[0.8, 0.4]]]), EVEN)

    assert fused.contributions[0, -1] == pytest.approx(0.0)


def test_the_part_of_the_cut_outs_is_negative_where_they_disagree() -> None:
    fused = fuse(np.array([[[0.8, 0.4]], [[0.1, 0.2]]]), EVEN)

    assert fused.contributions[0, -1] < 0


def test_an_asset_without_evidence_has_no_score() -> None:
    fused = fuse(np.array([[[GAP, GAP], [0.1, 0.1]]]), EVEN)

    assert fused.scores[0] == -np.inf


def test_an_asset_that_speaks_on_unweighted_channels_alone_has_no_score() -> None:
    fused = fuse(np.array([[[GAP, 0.9], [-0.5, 0.9]]]), weights_of({COLOUR: 1.0, SHAPE: 0.0}))

    assert fused.scores == pytest.approx([-np.inf, -0.5])


def test_towards_no_sharpness_cut_outs_count_by_their_mean() -> None:
    fused = fuse(np.array([[[0.8, 0.8]], [[0.2, 0.2]]]), replace(EVEN, sharpness=1e-4))

    assert fused.scores == pytest.approx([0.5], abs=1e-4)


def test_towards_great_sharpness_the_best_cut_out_counts_alone() -> None:
    fused = fuse(np.array([[[0.8, 0.8]], [[0.2, 0.2]]]), replace(EVEN, sharpness=1e4))

    assert fused.scores == pytest.approx([0.8], abs=1e-3)


def test_log_mean_exp_of_two_cut_outs_is_as_worked_by_hand() -> None:
    fused = fuse(np.array([[[1.0, 1.0]], [[0.0, 0.0]]]), replace(EVEN, sharpness=1.0))

    assert fused.scores == pytest.approx([np.log((np.e + 1) / 2)])


def test_the_cut_out_that_counts_most_gives_the_similarities_shown() -> None:
    fused = fuse(np.array([[[0.1, 0.1]], [[0.8, 0.6]]]), EVEN)

    assert fused.similarities[0] == pytest.approx([0.8, 0.6])


def test_standardising_takes_mean_and_spread_of_each_channel() -> None:
    weights = replace(EVEN, means=(0.5, 0.1), scales=(0.1, 0.2))

    assert standardise(np.array([[0.7, 0.0]]), weights) == pytest.approx(np.array([[2.0, -0.5]]))


def test_columns_that_are_not_the_channels_are_refused() -> None:
    with pytest.raises(ShapeMismatch, match="3 columns of similarity for 2 channels"):
        standardise(np.zeros((1, 3)), EVEN)


def test_without_evidence_no_channel_has_a_part() -> None:
    assert fuse(np.array([[[GAP, GAP]]]), EVEN).contributions.tolist() == [[0.0, 0.0, 0.0]]


def test_no_match_is_told_from_first_score_margin_and_agreement() -> None:
    similarities = np.array([[0.9, 0.2], [0.3, 0.6]])
    parts = similarities / 2

    found = no_match_features(parts.sum(axis=1), parts, similarities)

    assert found == pytest.approx([0.55, 0.1, 0.5])


def test_a_second_without_evidence_gives_no_margin() -> None:
    similarities = np.array([[0.9, 0.2], [GAP, GAP]])
    parts = np.nan_to_num(similarities) / 2

    found = no_match_features(np.array([0.55, -np.inf]), parts, similarities)

    assert found[1] == 0.0
