from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from data.errors import NotEnoughEvidence
from feedback.examples import Examples
from feedback.fitting import FOLDS, STRENGTHS, Fit, Ints, components_of, fit_weights, strongest_near_best, tried
from feedback.fitting_loss import PULLS
from matching.weights import Weights
from tests.builders import weights_of
from tests.feedback.painted_examples import examples_of

PHOTOS, ASSETS = 60, 12
TRUE, NOISE = "outline/reference", "colour/reference"
PARENT = weights_of({NOISE: 0.5, TRUE: 0.5})
TARGET = np.arange(PHOTOS) % ASSETS


def problem(*, informative: float = 2.0, seed: int = 0, target: Ints = TARGET) -> Examples:
    """Make photos of which the channel TRUE tells the asset and the channel NOISE tells nothing."""
    z = np.random.default_rng(seed).normal(size=(PHOTOS, 1, ASSETS, 2))
    z[np.arange(PHOTOS), :, TARGET, 1] += informative
    return examples_of(z, target)


def value(weights: Weights, channel: str) -> float:
    return dict(zip(weights.channels, weights.values, strict=True))[channel]


@cache
def fitted() -> Fit:
    return fit_weights(problem(), TARGET, PARENT)


def gain(fit: Fit) -> float:
    return float((fit.held_out_ranks == 1).mean() - (fit.start_ranks == 1).mean())


def test_a_channel_that_tells_gains_weight() -> None:
    assert value(fitted().weights, TRUE) > 0.7


def test_a_channel_that_tells_helps_photos_that_were_held_out() -> None:
    assert gain(fitted()) > 0.1


def test_fitting_twice_gives_the_same_bits() -> None:
    assert fit_weights(problem(), TARGET, PARENT).weights == fitted().weights


def test_photos_in_another_order_give_nearly_the_same_weights() -> None:
    turned = np.random.default_rng(1).permutation(PHOTOS)

    again = fit_weights(problem().of(turned), TARGET[turned], PARENT)

    assert again.weights.values == pytest.approx(fitted().weights.values, abs=0.05)


@pytest.mark.parametrize("seed", range(3))
def test_shuffled_labels_give_no_gain_on_held_out_photos(seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(TARGET)

    assert gain(fit_weights(problem(seed=seed, target=shuffled), shuffled, PARENT)) < 0.1


def test_labels_that_mean_nothing_give_the_starts_channels_back_exactly() -> None:
    shuffled = np.random.default_rng(0).permutation(TARGET)

    fit = fit_weights(problem(informative=0.0, target=shuffled), shuffled, PARENT)

    assert (fit.weights.values, fit.weights.sharpness, fit.strength) == (PARENT.values, PARENT.sharpness, None)


def test_channel_weights_stay_a_share_of_one() -> None:
    assert sum(fitted().weights.values) == pytest.approx(1.0, abs=1e-9)


def test_every_strength_of_the_pull_is_cross_validated() -> None:
    assert len(fitted().cross_validated) == len(fitted().strengths)


def test_the_strongest_pull_comes_first() -> None:
    assert list(STRENGTHS) == sorted(STRENGTHS, reverse=True)


def test_ten_labels_are_never_pulled_less_than_one_label_weighs() -> None:
    # a tenth of the mean loss is one label's part
    assert min(tried(10)) == 0.1


def test_a_lone_channel_is_pulled_more_than_a_block_or_a_kind() -> None:
    assert PULLS["channels"] > max(PULLS["blocks"], PULLS["kinds"])


def test_each_held_out_photo_has_weights_that_did_not_see_its_fold() -> None:
    # twelve assets in five folds: at least five different fits
    assert len({weights.values for weights in fitted().held_out_weights}) == FOLDS


def test_a_strength_within_half_an_error_of_the_best_is_preferred_where_it_is_stronger() -> None:
    # against the best, the first is worse by 0.1 ± 0.5, clusters of one
    losses = np.array([[1.0, 0.2], [0.0, 1.0]])

    assert strongest_near_best(losses, np.array([0, 1])) == 0


def test_a_strength_that_is_clearly_worse_is_not_preferred() -> None:
    losses = np.array([[1.0, 1.1, 0.9, 1.0], [0.0, 0.0, 0.0, 0.0]])

    assert strongest_near_best(losses, np.arange(4)) == 1


def test_photos_of_one_component_are_one_piece_of_evidence() -> None:
    # worse by 0.317 on the mean; half an error is 0.279 of three photos, and 0.322 where the two first are one cluster
    losses = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.05]])

    assert (strongest_near_best(losses, np.array([0, 1, 2])), strongest_near_best(losses, np.array([0, 0, 1]))) == (1, 0)


def test_seven_labels_are_too_few_and_the_error_says_how_many_there_are() -> None:
    with pytest.raises(NotEnoughEvidence, match=r"7 confirmed photos of 7 assets.*confirm 8 photos"):
        fit_weights(problem().of(np.arange(7)), TARGET[:7], PARENT)


def test_many_labels_of_four_assets_are_too_few() -> None:
    few = TARGET % (FOLDS - 1)

    with pytest.raises(NotEnoughEvidence, match="60 confirmed photos of 4 assets"):
        fit_weights(problem(target=few), few, PARENT)


def test_no_label_is_too_few() -> None:
    with pytest.raises(NotEnoughEvidence, match="0 confirmed photos"):
        fit_weights(problem().of(np.zeros(0, dtype=np.int64)), np.zeros(0, dtype=np.int64), PARENT)


def test_photos_that_are_known_not_to_be_something_are_no_labels_to_count() -> None:
    refused = replace(problem(), positive=np.zeros((PHOTOS, ASSETS), dtype=np.bool_))

    with pytest.raises(NotEnoughEvidence, match="0 confirmed photos"):
        fit_weights(refused, TARGET, PARENT)


def test_photos_of_one_sku_are_one_component() -> None:
    assert len(set(components_of(["bag", "bag", "bag"], ["g1", "g2", "g3"]))) == 1


def test_photos_of_one_group_are_one_component() -> None:
    assert len(set(components_of(["bag", "shoe"], ["burst", "burst"]))) == 1


def test_what_shares_neither_sku_nor_group_is_apart() -> None:
    assert len(set(components_of(["bag", "shoe"], ["g1", "g2"]))) == 2


def test_components_reach_over_skus_and_groups_in_turn() -> None:
    found = components_of(["bag", "bag", "shoe", "hat"], ["g1", "g2", "g2", "g3"])

    assert (len(set(found[:3])), found[3] in found[:3]) == (1, False)


def test_a_sku_and_a_group_of_the_same_name_are_two_things() -> None:
    assert len(set(components_of(["a", "b"], ["b", "c"]))) == 2
