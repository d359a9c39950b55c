from __future__ import annotations

import numpy as np
import pytest

from feedback.gate import Judgement, Outcome, judge, sign_test
from feedback.metrics import Interval, Values


def outcomes(*, kept: int, gained: int, lost: int) -> tuple[Values, Values]:
    """Right before and after: `kept` in both, `gained` only after, `lost` only before."""
    before = np.repeat([1.0, 0.0, 1.0], [kept, gained, lost])
    after = np.repeat([1.0, 1.0, 0.0], [kept, gained, lost])
    return before, after


def judged(
    *, kept: int, gained: int, lost: int, gain: float = 0.1, skus: int | None = None, no_match: Interval | None = None
) -> Judgement:
    before, after = outcomes(kept=kept, gained=gained, lost=lost)
    clusters = (np.arange(len(before)) % (skus or len(before))).astype(np.str_)
    return judge(before, after, clusters, np.full(len(before), "bags"), cross_fitted_gain=gain, no_match_difference=no_match)


def test_many_gains_and_few_losses_are_better() -> None:
    assert judged(kept=50, gained=20, lost=2).outcome is Outcome.BETTER


def test_many_losses_and_few_gains_are_worse() -> None:
    assert judged(kept=50, gained=2, lost=20).outcome is Outcome.WORSE


def test_as_many_gains_as_losses_are_undecided() -> None:
    assert judged(kept=50, gained=5, lost=5).outcome is Outcome.UNDECIDED


def test_one_sealed_photo_settles_nothing() -> None:
    assert judged(kept=0, gained=1, lost=0).outcome is Outcome.UNDECIDED


def test_five_gains_alone_settle_nothing() -> None:
    assert judged(kept=5, gained=5, lost=0).outcome is Outcome.UNDECIDED


def test_many_gains_of_one_sku_settle_nothing() -> None:
    assert judged(kept=0, gained=30, lost=0, skus=1).outcome is Outcome.UNDECIDED


def test_six_skus_that_all_gain_are_significant() -> None:
    # 2 / 2⁶
    assert sign_test(np.ones(12), np.repeat(list("abcdef"), 2)) == pytest.approx(2 / 64)


def test_a_sku_whose_gains_and_losses_cancel_has_no_vote() -> None:
    assert sign_test(np.array([1.0, -1.0]), np.array(["a", "a"])) == 1.0


def test_better_is_allowed_whatever_the_calibration_side_says() -> None:
    assert judged(kept=50, gained=20, lost=2, gain=-0.1).allowed


def test_worse_is_not_allowed() -> None:
    assert not judged(kept=50, gained=2, lost=20).allowed


@pytest.mark.parametrize(("gain", "allowed"), [(0.02, True), (0.0, False), (-0.02, False)])
def test_undecided_is_allowed_where_the_cross_fitted_gain_is_positive(gain: float, allowed: bool) -> None:
    assert judged(kept=50, gained=5, lost=5, gain=gain).allowed is allowed


@pytest.mark.parametrize(("gain", "allowed"), [(0.02, True), (-0.02, False)])
def test_without_sealed_labels_the_calibration_side_decides(gain: float, allowed: bool) -> None:
    empty, names = np.zeros(0), np.zeros(0, dtype=np.str_)

    found = judge(empty, empty, names, names, cross_fitted_gain=gain)

    assert (found.outcome, found.allowed, found.difference) == (Outcome.UNDECIDED, allowed, None)


def test_without_sealed_labels_the_reason_says_so() -> None:
    empty, names = np.zeros(0), np.zeros(0, dtype=np.str_)

    assert "no sealed label yet" in judge(empty, empty, names, names, cross_fitted_gain=0.1).reason


def of_two_categories(*, lost_shoes: int) -> Judgement:
    bags, shoes = outcomes(kept=40, gained=40, lost=0), outcomes(kept=20 - lost_shoes, gained=0, lost=lost_shoes)
    before, after = np.concatenate([bags[0], shoes[0]]), np.concatenate([bags[1], shoes[1]])
    categories = np.repeat(["bags", "shoes"], [80, 20])
    return judge(before, after, np.arange(100).astype(np.str_), categories, cross_fitted_gain=0.1)


def test_a_category_that_clearly_got_worse_vetoes() -> None:
    found = of_two_categories(lost_shoes=12)

    assert (found.outcome, found.vetoes, found.allowed) == (Outcome.BETTER, ("shoes",), False)


def test_a_category_that_may_be_unlucky_does_not_veto() -> None:
    assert of_two_categories(lost_shoes=2).vetoes == ()


def test_a_category_of_one_sku_does_not_veto() -> None:
    before, after = outcomes(kept=9, gained=0, lost=1)

    found = judge(before, after, np.full(10, "a"), np.full(10, "bags"), cross_fitted_gain=0.1)

    assert found.vetoes == ()


def test_more_categories_need_more_to_veto() -> None:
    # the same six losses of twenty: alone they veto, as one of forty categories they do not
    one = outcomes(kept=14, gained=0, lost=6)
    alone = judge(*one, np.arange(20).astype(np.str_), np.full(20, "c0"), cross_fitted_gain=0.1)
    many = [np.concatenate([part, np.ones(39 * 20)]) for part in one]
    among = judge(
        many[0], many[1], np.arange(800).astype(np.str_), np.repeat([f"c{at}" for at in range(40)], 20), cross_fitted_gain=0.1
    )

    assert (alone.vetoes, among.vetoes) == (("c0",), ())


def test_no_match_vetoes_where_its_interval_lies_below_the_floor() -> None:
    found = judged(kept=50, gained=20, lost=2, no_match=Interval(value=-0.1, low=-0.2, high=-0.03, n=70))

    assert (found.vetoes, found.allowed) == (("no-match",), False)


def test_no_match_that_may_be_as_good_does_not_veto() -> None:
    assert judged(kept=50, gained=20, lost=2, no_match=Interval(value=-0.1, low=-0.2, high=0.0, n=70)).allowed


def test_an_undecided_difference_says_how_many_labels_would_settle_it() -> None:
    found = judged(kept=90, gained=6, lost=4)

    # 0.02 ± about 0.062: nearly ten times the labels
    assert found.labels_to_settle == pytest.approx(100 * (0.062 / 0.02) ** 2, rel=0.15)


def test_no_difference_at_all_is_settled_by_no_number() -> None:
    assert judged(kept=50, gained=0, lost=0).labels_to_settle is None


def test_what_is_settled_needs_no_more_labels() -> None:
    assert judged(kept=50, gained=20, lost=2).labels_to_settle is None


def test_mcnemar_stands_beside_the_interval() -> None:
    # one loss against nine gains: see the metrics' example
    assert judged(kept=10, gained=9, lost=1).p_value == pytest.approx(22 / 1024)
