"""Candidate sets hold the right answer as often as they promise."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import NotEnoughEvidence, ShapeMismatch
from feedback.conformal import SetRule, set_rule
from feedback.metrics import Values


def rule_of(likelihood: Values, *, coverage: float = 0.8) -> SetRule:
    return set_rule(likelihood, np.array(["bag"] * len(likelihood)), coverage=coverage)


def test_the_threshold_is_the_likelihood_that_the_promise_counts_down_to() -> None:
    found = rule_of(np.array([0.9, 0.1, 0.7, 0.5, 0.3, 0.8, 0.2, 0.6, 0.4]))

    # ⌈(9 + 1) · 0.8⌉ = 8th largest of nine.
    assert (found.threshold, found.n) == (0.2, 9)


def test_too_few_photos_promise_nothing_less_than_everything() -> None:
    rule = rule_of(np.array([0.9, 0.8, 0.7]))

    found = rule.candidates(np.array([0.6, 0.0, 0.4]), 0.0, "bag")

    assert (rule.threshold, found.assets.tolist(), found.not_in_dam) == (0.0, [0, 2, 1], True)


def test_a_set_holds_what_is_likely_enough_the_likeliest_first() -> None:
    rule = SetRule(coverage=0.9, threshold=0.2, n=100, categories=())

    found = rule.candidates(np.array([0.2, 0.1, 0.45]), 0.25, "bag")

    assert (found.assets.tolist(), found.not_in_dam, len(found)) == ([2, 0], True, 3)


def test_the_likeliest_answer_is_in_the_set_though_it_is_unlikely() -> None:
    rule = SetRule(coverage=0.9, threshold=0.5, n=100, categories=())

    assets = rule.candidates(np.array([0.3, 0.4]), 0.3, "bag")
    nothing = rule.candidates(np.array([0.3, 0.2]), 0.4, "bag")

    assert (assets.assets.tolist(), assets.not_in_dam) == ([1], False)
    assert (nothing.assets.tolist(), nothing.not_in_dam) == ([], True)


def test_a_category_of_fifty_has_a_threshold_of_its_own_and_one_of_fewer_has_not() -> None:
    likelihood = np.concatenate([np.full(50, 0.9), np.full(49, 0.1)])

    found = set_rule(likelihood, np.array(["bag"] * 50 + ["shoe"] * 49), coverage=0.9)

    assert (found.threshold_of("bag"), found.threshold_of("shoe"), found.threshold_of("hat")) == (0.9, 0.1, 0.1)


@pytest.mark.parametrize("coverage", [0.8, 0.95])
def test_over_many_splits_sets_hold_the_right_answer_as_often_as_promised(coverage: float) -> None:
    chance = np.random.default_rng(0)
    held = []
    for _ in range(300):
        likelihood = chance.beta(2, 1, size=400)
        rule = rule_of(likelihood[:200], coverage=coverage)
        held.append((likelihood[200:] >= rule.threshold).mean())

    assert np.mean(held) == pytest.approx(coverage, abs=0.01)


@pytest.mark.parametrize("coverage", [0.0, 1.0])
def test_a_promise_of_nothing_or_of_everything_is_refused(coverage: float) -> None:
    with pytest.raises(ShapeMismatch, match="promise a share"):
        rule_of(np.array([0.5]), coverage=coverage)


def test_without_a_labelled_photo_nothing_is_promised() -> None:
    with pytest.raises(NotEnoughEvidence):
        rule_of(np.array([]))
