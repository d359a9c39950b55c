from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from feedback.examples import Examples
from feedback.fitting_loss import MARGIN, MARGIN_SHARE, POPULAR_FROM, Objective
from matching.fusion import fuse
from matching.weights import Weights
from tests.builders import weights_of
from tests.feedback.painted_examples import examples_of

START = replace(weights_of({"colour/reference": 1.0}), temperature=1.0, bonuses={"geometry": 1.0, "geometry/confirmed": 1.0})
ALL = np.array([0])


def one_photo(scores: list[float], target: int = 0) -> Examples:
    """One photo, one hypothesis, one channel: similarities are scores."""
    return examples_of(np.array(scores).reshape(1, 1, -1, 1), np.array([target]))


def flags(*positions: int, of: int = 3) -> np.ndarray:
    return np.isin(np.arange(of), positions)[None]


def loss(examples: Examples, start: Weights = START) -> float:
    objective = Objective(examples, start)
    return float(objective.losses(objective.zero(), ALL)[0])


def test_the_loss_is_the_negative_log_of_the_softmax() -> None:
    # e² / (e² + e + 1)
    assert loss(one_photo([2.0, 1.0, 0.0])) == pytest.approx(-np.log(np.e**2 / (np.e**2 + np.e + 1)), abs=1e-5)


def test_equivalents_share_the_mass() -> None:
    shared = replace(one_photo([2.0, 1.0, 0.0]), positive=flags(0, 1))

    # (e² + e) / (e² + e + 1)
    assert loss(shared) == pytest.approx(-np.log((np.e**2 + np.e) / (np.e**2 + np.e + 1)), abs=1e-5)


def test_none_of_those_shown_is_censored() -> None:
    refused = replace(one_photo([0.0, 0.0, 0.0], target=-1), refused=flags(0))

    # the one that was shown has a third: −log(1 − 1/3)
    assert loss(refused) == pytest.approx(-np.log(2 / 3), abs=1e-5)


def test_what_the_dam_may_not_have_at_all_lowers_the_mass_of_those_shown() -> None:
    refused = replace(one_photo([0.0, 0.0, 0.0], target=-1), refused=flags(0), no_match=np.array([0.5], dtype=np.float32))

    # half of a third
    assert loss(refused) == pytest.approx(-np.log(1 - 1 / 6), abs=1e-5)


def test_a_correction_adds_a_margin_between_the_right_one_and_the_wrong_first() -> None:
    plain = one_photo([1.0, 3.0, 0.0])
    corrected = replace(plain, corrected=flags(1))

    # short of the margin by 1 − (1 − 3) = 3
    assert loss(corrected) - loss(plain) == pytest.approx(MARGIN_SHARE * np.log1p(np.exp(MARGIN + 2.0)), abs=1e-5)


def test_a_photo_of_which_nothing_is_known_costs_nothing() -> None:
    assert loss(one_photo([1.0, 0.0, 0.0], target=-1)) == 0.0


def test_a_drawn_candidate_stands_for_as_many_as_it_was_drawn_from() -> None:
    stands = replace(one_photo([0.0, 0.0]), tail=np.array([[0.0, np.log(9.0)]], dtype=np.float32))

    # one against nine alike
    assert loss(stands) == pytest.approx(np.log(10), abs=1e-5)


def test_an_empty_place_is_no_candidate() -> None:
    padded = replace(one_photo([0.0, 5.0]), tail=np.array([[0.0, -np.inf]], dtype=np.float32))

    assert loss(padded) == pytest.approx(0.0, abs=1e-5)


def test_no_gradient_is_lost_where_a_photo_lacks_all_kinds_of_label() -> None:
    mixed = examples_of(np.random.default_rng(0).normal(size=(4, 1, 3, 1)), np.array([0, 1, -1, 2]))
    objective = Objective(mixed, START)

    assert np.isfinite(objective.solve(np.arange(4), 0.1).numpy()).all()


def test_zero_gives_the_start_back_exactly() -> None:
    objective = Objective(one_photo([1.0, 0.0]), START)

    assert objective.weights(objective.zero()) is START


def test_an_endless_pull_moves_the_temperature_alone() -> None:
    objective = Objective(one_photo([1.0, 0.0]), START)

    found = objective.weights(objective.solve(ALL, np.inf))

    assert replace(found, temperature=START.temperature) == START
    assert found.temperature < START.temperature


def test_scores_are_those_of_the_fusion() -> None:
    chance = np.random.default_rng(3)
    two = weights_of({"colour/reference": 0.7, "hue/confirmed": 0.3})
    z = chance.normal(size=(5, 3, 6, 2))
    z[:, :, 2, 1] = np.nan  # never confirmed
    z[1, 2] = np.nan  # a photo with two hypotheses
    target = np.array([0, 2, 3, 2, 5])
    own = [fuse(photo[~np.isnan(photo).all(axis=(1, 2))], two).scores for photo in z]

    ranks = Objective(examples_of(z, target), two)

    assert ranks.ranks(ranks.zero(), np.arange(5)).tolist() == [
        int((scores > scores[at]).sum()) + 1 for scores, at in zip(own, target, strict=True)
    ]


def test_an_asset_without_evidence_is_ranked_below_all() -> None:
    z = np.array([[[[-9.0], [np.nan], [-8.0]]]])
    objective = Objective(examples_of(z, np.array([0])), START)

    assert objective.ranks(objective.zero(), ALL).tolist() == [2]


def test_geometry_counts_with_its_bonus() -> None:
    checked = replace(one_photo([0.0, 0.5]), checks=np.array([[[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]], dtype=np.float32))
    objective = Objective(checked, START)

    assert objective.ranks(objective.zero(), ALL).tolist() == [1]


def test_of_equivalents_the_first_gives_the_rank() -> None:
    shared = replace(one_photo([3.0, 2.0, 1.0], target=2), positive=flags(1, 2))
    objective = Objective(shared, START)

    assert objective.ranks(objective.zero(), ALL).tolist() == [2]


def popular(count: int) -> Examples:
    """Photos of which the most popular asset is always right, and no similarity tells it."""
    plain = examples_of(np.zeros((count, 1, 3, 1)), np.zeros(count, dtype=np.int64))
    return replace(plain, popularity=np.repeat(np.array([[2.0, 0.0, 0.0]], dtype=np.float32), count, axis=0))


@pytest.mark.parametrize(("labels", "learned"), [(POPULAR_FROM - 1, False), (POPULAR_FROM, True)])
def test_popularity_is_learned_from_a_hundred_labels_on(labels: int, learned: bool) -> None:
    objective = Objective(popular(labels), START)

    found = objective.weights(objective.solve(np.arange(labels), 0.01))

    assert (found.popularity > 0.1) is learned


@pytest.mark.parametrize("far", [1_500.0, -1_500.0])
def test_a_line_search_may_look_far_and_meets_no_infinity(far: float) -> None:
    objective = Objective(replace(one_photo([2.0, 1.0, 0.0]), checks=np.ones((1, 3, 3), dtype=np.float32)), START)

    assert np.isfinite(objective.losses(torch.full((objective.size,), far, dtype=torch.float64), ALL)).all()
