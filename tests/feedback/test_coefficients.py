"""Coefficients of agreement give the figures that were published, to their printed digits."""

from __future__ import annotations

from collections.abc import Callable

import krippendorff
import numpy as np
import pytest

from data.errors import ShapeMismatch
from feedback.coefficients import MISSING, Ratings, cohen_kappa, gwet_ac1, krippendorff_alpha
from feedback.metrics import Interval

Coefficient = Callable[[Ratings], Interval | None]
COEFFICIENTS = [cohen_kappa, krippendorff_alpha, gwet_ac1]

FOUR_RATERS = [
    [1, 1, 0, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [0, 5, 5, 5],
    [0, 0, 1, 1],
    [0, 0, 3, 0],
]
"""Twelve units of Krippendorff, "Computing Krippendorff's alpha-reliability", 2011, C; cac.raw4raters of Gwet. 0: none."""

THREE_OBSERVERS = [
    [0, 0, 0, 0, 0, 3, 4, 1, 2, 1, 1, 3, 3, 0, 3],
    [1, 0, 2, 1, 3, 3, 4, 3, 0, 0, 0, 0, 0, 0, 0],
    [0, 0, 2, 1, 3, 4, 4, 0, 2, 1, 1, 3, 3, 0, 4],
]
"""The example of three coders and fifteen units that is printed with α = 0.691 for nominal data. 0: missing."""

ABSTRACTORS = [(0, 0, 13), (1, 1, 20), (1, 2, 7), (2, 1, 4), (2, 2, 56)]
"""Two abstractors of 100 pregnancies (Gwet's cont3x3abstractors): answer of each, and how often."""


def ratings_of(answers: object, clusters: object = None) -> Ratings:
    """Number answers from 0; every photo is alone unless clusters are given."""
    table = np.array(answers, dtype=np.int64) - 1
    return Ratings(answers=table, clusters=np.array(range(len(table)) if clusters is None else clusters).astype(np.str_))


def abstractors() -> Ratings:
    return ratings_of([(first + 1, second + 1) for first, second, count in ABSTRACTORS for _ in range(count)])


def value(found: Interval | None) -> float:
    assert found is not None
    return found.value


def test_alpha_of_three_observers_is_the_printed_one() -> None:
    assert round(value(krippendorff_alpha(ratings_of(np.transpose(THREE_OBSERVERS)))), 3) == 0.691


def test_alpha_of_four_raters_is_the_printed_one() -> None:
    assert round(value(krippendorff_alpha(ratings_of(FOUR_RATERS))), 5) == 0.74342


def test_ac1_of_four_raters_with_missing_answers_is_the_printed_one() -> None:
    assert round(value(gwet_ac1(ratings_of(FOUR_RATERS))), 5) == 0.77544


def test_ac1_of_two_abstractors_is_the_printed_one() -> None:
    assert round(value(gwet_ac1(abstractors())), 7) == 0.8493305


def test_kappa_of_two_abstractors_is_the_printed_one() -> None:
    assert round(value(cohen_kappa(abstractors())), 7) == 0.7964094


def test_the_bootstrap_of_two_abstractors_is_as_wide_as_the_published_standard_errors() -> None:
    for coefficient, error in ((cohen_kappa, 0.05891072), (gwet_ac1, 0.04321747)):
        found = coefficient(abstractors())
        assert found is not None
        assert (found.high - found.low) / (2 * 1.96) == pytest.approx(error, rel=0.1)


def test_alpha_equals_the_library_that_holds_the_whole_table() -> None:
    chance = np.random.default_rng(0)
    answers = np.where(chance.random((60, 4)) < 0.3, MISSING, chance.integers(5, size=(60, 4)))
    counts = np.stack([(answers == number).sum(axis=1) for number in range(5)], axis=1)

    found = krippendorff_alpha(Ratings(answers=answers, clusters=np.arange(60).astype(np.str_)))

    assert value(found) == pytest.approx(krippendorff.alpha(value_counts=counts, level_of_measurement="nominal"), abs=1e-12)


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_photos_copied_within_their_group_leave_the_interval_as_wide_as_before(coefficient: Coefficient) -> None:
    pairs = [(1, 1), (2, 2), (1, 2), (2, 1), (1, 1), (2, 2)] * 5
    once, copied = ratings_of(pairs), ratings_of(pairs * 4, [*range(30)] * 4)

    alone, together = coefficient(once), coefficient(copied)

    assert alone is not None
    assert together is not None
    assert together.high - together.low == pytest.approx(alone.high - alone.low, rel=0.05)


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
@pytest.mark.parametrize("answers", [[(1, 1), (1, 1)], [(1, 0), (0, 2)]], ids=["one answer only", "nobody met"])
def test_where_chance_cannot_be_told_from_agreement_nothing_is_said(
    coefficient: Coefficient, answers: list[tuple[int, int]]
) -> None:
    assert coefficient(ratings_of(answers)) is None


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_reviewers_who_agree_on_everything_reach_one(coefficient: Coefficient) -> None:
    assert value(coefficient(ratings_of([(1, 1), (2, 2), (3, 3)]))) == pytest.approx(1)


def test_photos_without_their_cluster_are_refused() -> None:
    with pytest.raises(ShapeMismatch, match="for 1 photos"):
        Ratings(answers=np.zeros((2, 2), dtype=np.int64), clusters=np.array(["a"]))
