"""Words earn weight where labels say that they help, and stay at nothing where they do not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from feedback.earned import only_earned
from feedback.examples import Examples
from feedback.fitting import Fit, fit_weights
from matching.checks import CHECKS
from matching.weights import Weights
from matching.worded import ATTRIBUTES, TEXT_CHANNEL, with_text
from tests.builders import weights_of
from tests.feedback.painted_examples import examples_of

PHOTOS, ASSETS = 120, 12
TARGET = np.arange(PHOTOS) % ASSETS
START = with_text(replace(weights_of({"colour/reference": 1.0}), bonuses={}))


def photos(*, text: float = 0.0, attributes: bool = False, shuffled: bool = False) -> Examples:
    """Make photos that pictures tell a little of; texts lift the right asset, or attributes mark it, unless they are shuffled."""
    random = np.random.default_rng(3)
    z = random.normal(size=(PHOTOS, 1, ASSETS, 2))
    z[np.arange(PHOTOS), :, TARGET, 0] += 1.0
    told = random.permutation(TARGET) if shuffled else TARGET
    z[np.arange(PHOTOS), :, told, 1] += text
    checks = np.zeros((PHOTOS, ASSETS, len(CHECKS)), dtype=np.float32)
    if attributes:
        checks[:, :, CHECKS.index(ATTRIBUTES)] = random.uniform(0, 0.5, (PHOTOS, ASSETS))
        checks[np.arange(PHOTOS), told, CHECKS.index(ATTRIBUTES)] = 1.0
    return replace(examples_of(z, TARGET), checks=checks)


@cache
def fitted(*, text: float = 0.0, attributes: bool = False, shuffled: bool = False) -> Fit:
    return fit_weights(photos(text=text, attributes=attributes, shuffled=shuffled), TARGET, START)


def share(weights: Weights) -> float:
    return dict(zip(weights.channels, weights.values, strict=True))[TEXT_CHANNEL]


def test_texts_that_tell_earn_weight() -> None:
    found = fitted(text=3.0)

    assert share(found.weights) > 0.1
    assert (found.held_out_ranks == 1).sum() > (found.start_ranks == 1).sum()


@pytest.mark.parametrize("text", [0.0, 3.0])
def test_texts_that_tell_nothing_stay_at_nothing(text: float) -> None:
    assert share(fitted(text=text, shuffled=True).weights) == 0.0


def test_attributes_that_tell_earn_a_bonus() -> None:
    found = fitted(attributes=True)

    assert found.weights.bonuses[ATTRIBUTES] > 0.1
    assert (found.held_out_ranks == 1).sum() > (found.start_ranks == 1).sum()


def test_shuffled_attributes_earn_nothing() -> None:
    assert fitted(attributes=True, shuffled=True).weights.bonuses.get(ATTRIBUTES, 0.0) == 0.0


def test_what_weighed_something_before_may_stay_small() -> None:
    start = with_text(weights_of({"colour/reference": 1.0}), 0.015)

    assert only_earned(start, start) == replace(start, bonuses={**start.bonuses, ATTRIBUTES: 0.0})


def test_what_is_taken_from_words_goes_to_the_others() -> None:
    hardly = with_text(weights_of({"colour/reference": 0.5, "outline/reference": 0.5}), 0.012)

    assert only_earned(
        with_text(weights_of({"colour/reference": 0.5, "outline/reference": 0.5})), hardly
    ).values == pytest.approx((0.5, 0.5, 0.0))
