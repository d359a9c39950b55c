"""Fitting a logit to few outcomes, and what is fitted after the ranking."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from data.errors import ShapeMismatch
from feedback.certainty import Judged, fit_first_right, fit_no_match, with_share
from feedback.logits import PULL, fit_logit
from feedback.metrics import Clusters
from matching.calibrated import corrected_logit, judge_no_match
from matching.weights import FirstRight, NoMatch

NO_QUALITY = np.nan


def alone(count: int) -> Clusters:
    """Every photo is a group of its own."""
    return np.arange(count).astype(np.str_)


def judged(logits: list[float], right: list[bool]) -> Judged:
    """Photos of which only the share of the first is known."""
    signs = np.tile([1.0, 0.5, 0.5, NO_QUALITY], (len(logits), 1))
    flags = np.array(right)
    return Judged(signs=signs, logits=np.array(logits), missing=np.zeros_like(flags), right=flags, groups=alone(len(flags)))


def test_with_the_usual_pull_it_is_ridge_regression_on_standardised_inputs() -> None:
    chance = np.random.default_rng(3)
    inputs = chance.normal(size=(60, 2)) * [1, 20] + [0, 7]
    outcomes = chance.random(60) < expit(inputs[:, 0] + 0.1 * (inputs[:, 1] - 7))
    spread = inputs.std(axis=0)
    theirs = LogisticRegression(C=1.0, tol=1e-10).fit((inputs - inputs.mean(axis=0)) / spread, outcomes)

    found = fit_logit(inputs, outcomes, alone(60), pulls=(PULL, PULL))

    assert found.slopes == pytest.approx(theirs.coef_[0] / spread, rel=5e-3)


def test_the_mean_of_what_is_said_is_that_of_what_was_seen() -> None:
    inputs = np.linspace(-1, 1, 40)[:, None]
    outcomes = np.arange(40) % 4 == 0

    found = fit_logit(inputs, outcomes, alone(40), pulls=(PULL,))

    assert expit(found.intercept + inputs[:, 0] * found.slopes[0]).mean() == pytest.approx(0.25, abs=1e-3)


def test_photos_of_one_group_weigh_one_together() -> None:
    inputs, outcomes = np.zeros((4, 1)), np.array([True, True, True, False])

    found = fit_logit(inputs, outcomes, np.array(["burst", "burst", "burst", "other"]), pulls=(PULL,))

    assert found.intercept == pytest.approx(0.0, abs=1e-3)


def test_an_input_that_is_not_known_counts_as_the_mean_of_the_others() -> None:
    found = fit_logit(np.array([[0.2], [np.nan], [0.6]]), np.array([True, False, True]), alone(3), pulls=(PULL,))

    assert list(found.usual) == pytest.approx([0.4])


def test_an_input_that_never_changes_gets_no_slope() -> None:
    found = fit_logit(np.full((6, 1), 0.7), np.arange(6) % 2 == 0, alone(6), pulls=(PULL,))

    assert found.slopes == (0.0,)


def test_what_held_before_is_where_a_fit_of_few_absences_leads() -> None:
    chance = np.random.default_rng(8)
    signs = np.column_stack([chance.normal(size=(20, 3)), np.full(20, np.nan)])
    missing = np.arange(20) < 3
    parent = NoMatch(intercept=-1.0, top=-0.5, margin=-0.5, agreement=-2.0)

    fitted = fit_no_match(signs, missing, alone(20), parent)

    moved = [fitted.top - parent.top, fitted.margin - parent.margin, fitted.agreement - parent.agreement]
    assert np.abs(moved).max() < 0.5


def test_what_is_said_of_a_mesh_of_unknown_quality_stays_where_no_fit_moves_it() -> None:
    signs = np.column_stack([np.zeros((12, 3)), np.r_[np.full(6, 0.5), np.full(6, np.nan)]])
    parent = NoMatch(intercept=0.0, top=0.0, margin=0.0, agreement=0.0, quality=-2.0, usual_quality=0.75)

    fitted = fit_no_match(signs, np.arange(12) % 2 == 0, alone(12), parent)

    # half of either kind are missing, so that nothing is told by quality: what is not known is at the usual quality's logit
    unknown = fitted.intercept + fitted.quality * fitted.usual_quality
    known = fitted.intercept + fitted.quality * 0.5
    assert known - unknown == pytest.approx(-2.0 * (0.5 - 0.75), abs=0.2)


def test_a_correction_never_turns_the_order_round() -> None:
    before = np.linspace(-2, 2, 30)

    found = fit_logit(before[:, None], before < 0, alone(30), pulls=(1e-6,), offset=before, keeps_order=True)

    assert found.slopes[0] == pytest.approx(-1.0)


def test_columns_of_several_lengths_are_refused() -> None:
    with pytest.raises(ShapeMismatch, match="3 inputs, 2 outcomes"):
        fit_logit(np.zeros((3, 1)), np.zeros(2, dtype=bool), alone(3), pulls=(PULL,))


def test_no_match_is_fitted_from_photos_of_both_kinds() -> None:
    missing = np.repeat([True, False], 20)
    parts = np.where(missing, 0.2, 1.5), np.where(missing, 0.05, 0.8), np.where(missing, 0.2, 0.9), np.full(40, NO_QUALITY)
    signs = np.column_stack(parts)

    fitted = fit_no_match(signs, missing, alone(40), NoMatch())

    assert [judge_no_match(row, fitted) > 0.5 for row in signs] == missing.tolist()


@pytest.mark.parametrize(("known", "missing"), [(20, 2), (2, 20), (20, 0)])
def test_with_two_of_a_kind_no_match_stays_as_it_was(known: int, missing: int) -> None:
    flags = np.repeat([False, True], [known, missing])

    assert fit_no_match(np.zeros((len(flags), 4)), flags, alone(len(flags)), NoMatch(intercept=0.5)) == NoMatch(intercept=0.5)


def test_with_two_firsts_that_are_wrong_no_confidence_is_corrected() -> None:
    assert fit_first_right(judged([1.0] * 20, [True] * 18 + [False] * 2)) == FirstRight()


def test_a_first_that_is_too_sure_is_made_less_sure() -> None:
    # A share of 95 % where three in four are right.
    sure = judged([np.log(19)] * 80, [True, True, True, False] * 20)

    said = fit_first_right(sure)

    assert expit(corrected_logit(np.log(19), sure.signs[0], said)) == pytest.approx(0.75, abs=0.01)


def test_photos_that_the_dam_does_not_have_teach_nothing_of_the_first() -> None:
    some = judged([1.0, 0.5] * 10, [True, False] * 10)
    more = judged([1.0, 0.5] * 10 + [3.0] * 9, [True, False] * 10 + [False] * 9)
    absent = replace(more, missing=np.repeat([False, True], [20, 9]))

    assert fit_first_right(absent) == fit_first_right(some)


def of_kinds(there: int, absent: int) -> Judged:
    """Photos that look alike, whatever they show."""
    missing = np.repeat([False, True], [there, absent])
    signs = np.tile([1.0, 0.5, 0.5, NO_QUALITY], (len(missing), 1))
    return Judged(signs=signs, logits=np.zeros(len(missing)), missing=missing, right=~missing, groups=alone(len(missing)))


def said_of(judged: Judged, said: NoMatch) -> float:
    return judge_no_match(judged.signs[0], said)


def test_it_is_said_as_often_as_labels_say_though_a_fit_looks_at_some_of_each_kind() -> None:
    judged = of_kinds(there=20, absent=20)

    # 20 stand for 980, 20 for themselves: one in fifty.
    assert said_of(judged, with_share(NoMatch(), judged, there=980, absent=20, known=True)) == pytest.approx(0.02)


def test_many_labels_without_an_absence_make_it_rare_though_nothing_tells_absences() -> None:
    judged = of_kinds(there=20, absent=0)
    before = said_of(judged, NoMatch(intercept=1.85))

    found = with_share(NoMatch(intercept=1.85), judged, there=90, absent=0, known=False)

    # What held before, one in two, counts like ten labels: 5 of 100.
    assert before == pytest.approx(0.5)
    assert said_of(judged, found) == pytest.approx(0.05)


def test_what_tells_absences_stays_as_it_was() -> None:
    found = with_share(NoMatch(), of_kinds(there=9, absent=1), there=9, absent=1, known=True)

    assert (found.top, found.margin, found.agreement) == (NoMatch().top, NoMatch().margin, NoMatch().agreement)


def test_without_photos_nothing_is_said_anew() -> None:
    assert with_share(NoMatch(), of_kinds(there=0, absent=0), there=0, absent=0, known=False) == NoMatch()
