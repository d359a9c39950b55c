"""The peers of the learning curve take what the product's fit sees, whatever checks it has."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from feedback.examples import Examples
from matching.checks import CHECKS
from tests.benchmarks.peers import equal_weights, lambdamart, logistic_regression, ranks_of, reciprocal_rank_fusion
from tests.feedback.painted_examples import examples_of

PHOTOS, ASSETS = 40, 6
TARGET = np.arange(PHOTOS) % ASSETS


def told() -> Examples:
    """Two channels, both of which put the right asset clearly first."""
    z = np.random.default_rng(0).normal(scale=0.1, size=(PHOTOS, 1, ASSETS, 2))
    z[np.arange(PHOTOS), :, TARGET] += 3
    return examples_of(z, TARGET)


def test_every_peer_puts_first_what_all_channels_say() -> None:
    examples = told()
    scores = [
        equal_weights(examples),
        reciprocal_rank_fusion(examples),
        logistic_regression(examples, examples),
        lambdamart(examples, examples, seed=0),
    ]

    assert [ranks_of(found, examples).max() for found in scores] == [1, 1, 1, 1]


@pytest.mark.parametrize(("check", "gain"), [("geometry", 2.5), ("geometry/confirmed", 0.25), ("attributes", 0.0)])
def test_equal_weights_add_the_house_bonus_of_each_check(check: str, gain: float) -> None:
    plain = told()
    checks = plain.checks.copy()
    checks[0, 0, CHECKS.index(check)] = 1

    assert (equal_weights(replace(plain, checks=checks)) - equal_weights(plain))[0, 0] == pytest.approx(gain)
