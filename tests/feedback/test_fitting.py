from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from data.errors import NotEnoughEvidence
from feedback.fitting import CHANNEL_PULL, FOLDS, STRENGTHS, Fit, Ints, components_of, fit_channels
from matching.fusion import fuse
from matching.weights import Weights
from tests.builders import weights_of

PHOTOS, ASSETS = 60, 12
TRUE, NOISE = "outline/reference", "colour/reference"
PARENT = weights_of({NOISE: 0.5, TRUE: 0.5})
Tensor = npt.NDArray[np.float32]


def problem(*, informative: float = 2.0, seed: int = 0, hypotheses: int = 1) -> tuple[Tensor, Ints, Ints]:
    """Make photos of which the channel TRUE tells the asset and the channel NOISE tells nothing."""
    chance = np.random.default_rng(seed)
    target = np.arange(PHOTOS) % ASSETS
    tensor = chance.normal(size=(PHOTOS, hypotheses, ASSETS, 2))
    tensor[np.arange(PHOTOS), :, target, 1] += informative
    return tensor.astype(np.float32), target.astype(np.int64), target.astype(np.int64)


def value(weights: Weights, channel: str) -> float:
    return dict(zip(weights.channels, weights.values, strict=True))[channel]


@cache
def fitted() -> Fit:
    return fit_channels(*problem(), PARENT)


def gain(fit: Fit) -> float:
    return float((fit.held_out_ranks == 1).mean() - (fit.parent_ranks == 1).mean())


def test_a_channel_that_tells_gains_weight() -> None:
    assert value(fitted().weights, TRUE) > 0.7


def test_a_channel_that_tells_helps_photos_that_were_held_out() -> None:
    assert gain(fitted()) > 0.1


def test_fitting_twice_gives_the_same_bits() -> None:
    assert fit_channels(*problem(), PARENT).weights == fitted().weights


def test_photos_in_another_order_give_nearly_the_same_weights() -> None:
    tensor, target, components = problem()
    turned = np.random.default_rng(1).permutation(PHOTOS)

    again = fit_channels(tensor[turned], target[turned], components[turned], PARENT)

    assert again.weights.values == pytest.approx(fitted().weights.values, abs=0.05)


@pytest.mark.parametrize("seed", range(2))
def test_labels_that_mean_nothing_give_no_gain_on_held_out_photos(seed: int) -> None:
    tensor, target, _ = problem(informative=0.0, seed=seed)
    shuffled = np.random.default_rng(seed).permutation(target)

    assert gain(fit_channels(tensor, shuffled, shuffled, PARENT)) < 0.1


def test_labels_that_mean_nothing_give_the_parents_channels_back_exactly() -> None:
    tensor, target, _ = problem(informative=0.0)
    shuffled = np.random.default_rng(0).permutation(target)

    fit = fit_channels(tensor, shuffled, shuffled, PARENT)

    assert (fit.weights.values, fit.weights.sharpness, fit.strength) == (PARENT.values, PARENT.sharpness, None)


def test_channel_weights_stay_a_share_of_one() -> None:
    assert sum(fitted().weights.values) == pytest.approx(1.0, abs=1e-9)


def test_every_strength_of_the_pull_is_cross_validated() -> None:
    assert len(fitted().cross_validated) == len(STRENGTHS)


def test_the_strongest_pull_comes_first() -> None:
    assert list(STRENGTHS) == sorted(STRENGTHS, reverse=True)


def test_a_lone_channel_is_pulled_more_than_a_block_or_a_kind() -> None:
    assert CHANNEL_PULL > 1


def test_ranks_by_the_parent_are_those_of_the_fusion() -> None:
    tensor, target, components = problem(hypotheses=3)
    scores = np.stack([fuse(photo, PARENT).scores for photo in tensor])
    own = scores[np.arange(PHOTOS), target][:, None]

    assert np.array_equal(fit_channels(tensor, target, components, PARENT).parent_ranks, (scores > own).sum(axis=1) + 1)


def test_a_hypothesis_that_a_photo_lacks_does_not_count() -> None:
    tensor, target, components = problem(hypotheses=2)
    lacking = tensor.copy()
    lacking[:, 1] = np.nan

    assert np.array_equal(
        fit_channels(lacking, target, components, PARENT).parent_ranks,
        fit_channels(tensor[:, :1], target, components, PARENT).parent_ranks,
    )


def test_an_asset_without_evidence_is_ranked_below_all() -> None:
    tensor, target, components = problem(informative=-9.0)
    without = np.concatenate([tensor, np.full((PHOTOS, 1, 1, 2), np.nan, dtype=np.float32)], axis=2)

    assert fit_channels(without, target, components, PARENT).parent_ranks.max() == ASSETS


def test_seven_labels_are_too_few_and_the_error_says_how_many_there_are() -> None:
    tensor, target, components = problem()

    with pytest.raises(NotEnoughEvidence, match=r"7 confirmed photos of 7 assets.*confirm 8 photos"):
        fit_channels(tensor[:7], target[:7], components[:7], PARENT)


def test_many_labels_of_four_assets_are_too_few() -> None:
    tensor, target, _ = problem()
    few = target % (FOLDS - 1)

    with pytest.raises(NotEnoughEvidence, match="60 confirmed photos of 4 assets"):
        fit_channels(tensor, few, few, PARENT)


def test_no_label_is_too_few() -> None:
    empty = np.zeros(0, dtype=np.int64)

    with pytest.raises(NotEnoughEvidence, match="0 confirmed photos"):
        fit_channels(np.zeros((0, 1, ASSETS, 2), dtype=np.float32), empty, empty, PARENT)


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
