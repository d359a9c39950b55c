from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from data.store import Store
from feedback.gate import Judgement, Outcome, judge, sign_test
from feedback.metrics import Interval, Values
from feedback.proposals import read_proposals
from feedback.sample_size import labels_to_settle, skus_for_sign_test
from tests.benchmarks.gate_power import photos_for_power, run_cell, settling
from tests.feedback.weights_builders import record_of_weights


def outcomes(*, kept: int, gained: int, lost: int) -> tuple[Values, Values]:
    """Right before and after: `kept` in both, `gained` only after, `lost` only before."""
    before = np.repeat([1.0, 0.0, 1.0], [kept, gained, lost])
    after = np.repeat([1.0, 1.0, 0.0], [kept, gained, lost])
    return before, after


def judged(
    *,
    kept: int,
    gained: int,
    lost: int,
    gain: float = 0.1,
    skus: int | None = None,
    no_match: Interval | None = None,
    suspicions: tuple[str, ...] = (),
    looks: int | None = None,
) -> Judgement:
    before, after = outcomes(kept=kept, gained=gained, lost=lost)
    clusters = (np.arange(len(before)) % max(skus or len(before), 1)).astype(np.str_)
    return judge(
        before,
        after,
        clusters,
        np.full(len(before), "bags"),
        cross_fitted_gain=gain,
        no_match_difference=no_match,
        suspicions=suspicions,
        looks=looks,
    )


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


def stored_judgement(store: Store, said: dict[str, Any]) -> Judgement:
    """Store a judgement as a proposal's, and read it back."""
    metrics: dict[str, Any] = {"labels": 60, "strength": None, "flips": [], "judgement": said}
    store.weights.put([replace(record_of_weights(), metrics=json.dumps(metrics))])
    return read_proposals(store)[0].judgement


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

    # interval: 100 · ((1.96 + 0.84) · 0.0316 / 0.02)² = 1,957; signs: ((1.96 √0.1 + 0.84 √0.0996) / 0.02)² = 1,960
    assert found.labels_to_settle == pytest.approx(1_960, rel=0.05)


def test_a_difference_that_most_skus_contradict_is_settled_by_no_number() -> None:
    # one sku gains four photos, three lose one each
    change, clusters = np.array([1.0] * 4 + [-1.0] * 3), np.array(list("aaaabcd"))

    assert labels_to_settle(change, clusters, Interval(value=1 / 7, low=-0.6, high=0.8, n=7)) is None


def test_a_few_skus_that_gain_much_do_not_make_up_for_many_that_lose() -> None:
    # two skus of 100 photos gain them all, twelve skus lose one photo each
    before, after = np.repeat([0.0, 1.0], [200, 12]), np.repeat([1.0, 0.0], [200, 12])
    clusters = np.concatenate([np.repeat(["a", "b"], 100), [f"c{at}" for at in range(12)]])

    found = judge(before, after, clusters, np.full(212, "bags"), cross_fitted_gain=0.1)

    assert found.outcome is Outcome.UNDECIDED


def test_no_difference_at_all_is_settled_by_no_number() -> None:
    assert judged(kept=50, gained=0, lost=0).labels_to_settle is None


def test_what_is_settled_needs_no_more_labels() -> None:
    assert judged(kept=50, gained=20, lost=2).labels_to_settle is None


def test_mcnemar_stands_beside_the_interval() -> None:
    # one loss against nine gains: see the metrics' example
    assert judged(kept=10, gained=9, lost=1).p_value == pytest.approx(22 / 1024)


@pytest.mark.parametrize(
    ("kept", "gained", "lost", "outcome"),
    [(50, 20, 2, Outcome.BETTER), (50, 5, 5, Outcome.UNDECIDED), (0, 0, 0, Outcome.UNDECIDED)],
)
def test_under_suspicion_nothing_is_allowed(kept: int, gained: int, lost: int, outcome: Outcome) -> None:
    found = judged(kept=kept, gained=gained, lost=lost, gain=0.1, suspicions=("ben answers at random.",))

    assert (found.outcome, found.allowed) == (outcome, False)


def test_a_suspicion_stands_in_the_reason() -> None:
    assert "ben answers at random." in judged(kept=50, gained=20, lost=2, suspicions=("ben answers at random.",)).reason


def test_a_suspicion_is_kept_with_the_judgement() -> None:
    assert judged(kept=50, gained=20, lost=2, suspicions=("a.", "b.")).suspicions == ("a.", "b.")


def test_looks_at_the_sealed_side_stand_in_the_reason() -> None:
    found = judged(kept=50, gained=20, lost=2, looks=3)

    assert ("look no. 3 at the sealed side" in found.reason, found.looks) == (True, 3)


def test_what_did_not_look_at_the_sealed_side_counts_no_look() -> None:
    assert "look no." not in judged(kept=0, gained=0, lost=0, looks=3).reason


def test_a_sign_test_needs_more_skus_the_closer_the_sides_are() -> None:
    # all of 10 % get better: (1.96 √0.1 + 0.84 √0.09)² / 0.01 = (0.620 + 0.252)² / 0.01
    assert skus_for_sign_test(0.1, 0.0) == pytest.approx(76.1, rel=0.01)


def test_a_category_of_five_skus_that_may_be_unlucky_does_not_veto() -> None:
    # skus' means −0.5 three times, 0 twice: t = −0.3 / 0.1225 with four degrees of freedom, p = 0.035; a normal would say 0.003
    before, after = np.ones(20), np.where(np.isin(np.arange(20), [0, 1, 4, 5, 8, 9]), 0.0, 1.0)

    found = judge(before, after, np.repeat(list("abcde"), 4), np.full(20, "bags"), cross_fitted_gain=0.1)

    assert found.vetoes == ()


def test_a_proposal_that_is_stored_without_suspicions_has_none(empty_store: Store) -> None:
    said = asdict(judged(kept=50, gained=20, lost=2, suspicions=("a.",), looks=3))
    for name in ("suspicions", "looks"):
        del said[name]

    found = stored_judgement(empty_store, said)

    assert (found.suspicions, found.looks) == ((), None)


def test_a_proposal_that_is_stored_under_suspicion_stays_under_it(empty_store: Store) -> None:
    judgement = judged(kept=50, gained=20, lost=2, suspicions=("a.",), looks=3)

    assert stored_judgement(empty_store, asdict(judgement)) == judgement


@pytest.mark.slow
def test_the_gate_seldom_opens_where_nothing_changed() -> None:
    # at 2.5 % more than five of 60 are a case of one in 300
    found = run_cell(200, 0.0, 60)

    assert found.better.value <= 5 / 60


@pytest.mark.slow
def test_the_gate_opens_for_eight_points_on_800_photos() -> None:
    # truly about nine of ten
    assert run_cell(800, 0.08, 60).better.value >= 0.7


@pytest.mark.slow
def test_a_category_is_seldom_vetoed_where_nothing_changed() -> None:
    assert run_cell(200, 0.0, 60).vetoed.value <= 5 / 60


@pytest.mark.slow
def test_the_number_of_labels_to_settle_is_near_what_is_needed() -> None:
    _, median, _, _ = settling(200, 0.08, 60)

    assert photos_for_power(0.08, 100) / 1.5 <= median <= photos_for_power(0.08, 100) * 1.5
