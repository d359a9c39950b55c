from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from dashboard.proposal_view import MOST_FLIPS, shares, view_proposal
from dashboard.wiring import Services
from feedback.evaluation import active_weights
from feedback.metrics import Interval
from feedback.versions import take_into_use
from tests.dashboard.conftest import OpenPage, said
from tests.dashboard.proposals import (
    BETTER,
    CALIBRATION_FLIP,
    FLIPS,
    SUSPECT,
    V2,
    captions,
    propose,
)


def test_flips_are_shown_with_their_photo_and_their_asset(services: Services) -> None:
    propose(services, BETTER)

    found = view_proposal(services, V2)

    assert captions(found.sealed.gained) == [("ball-red/0", "ball red")]
    assert captions(found.sealed.lost) == [("bag-blue/0", "bag blue")]
    assert found.sealed.gained.shown[0].photo.url.startswith("couture/pictures/")


def test_flips_of_the_calibration_side_are_kept_apart(services: Services) -> None:
    propose(services, BETTER, (*FLIPS, CALIBRATION_FLIP))

    found = view_proposal(services, V2)

    assert captions(found.calibration.gained) == [("tent-pink/1", "tent pink")]
    assert captions(found.sealed.gained) == [("ball-red/0", "ball red")]


def test_the_page_shows_the_sealed_side_first(services: Services, open_page: OpenPage) -> None:
    propose(services, BETTER, (CALIBRATION_FLIP, FLIPS[0], FLIPS[0]))

    page = open_page("retune")

    counts = [piece.value for piece in page.markdown if piece.value.startswith("**Wrong before")]
    assert counts == ["**Wrong before, right by the proposal: 2**", "**Wrong before, right by the proposal: 1**"]


def test_of_many_flips_the_first_are_shown_and_all_are_counted(services: Services, open_page: OpenPage) -> None:
    propose(services, BETTER, (FLIPS[0],) * (MOST_FLIPS + 6))

    found = view_proposal(services, V2).sealed.gained

    assert (len(found.shown), found.total) == (24, 30)
    assert "The first 24 of 30." in said(open_page("retune"))


def test_channel_weights_sum_to_one_by_view_kind_and_by_embedder(services: Services) -> None:
    weights = active_weights(services.store)

    assert sum(shares(weights, by_kind=True).values()) == pytest.approx(1)
    assert sum(shares(weights, by_kind=False).values()) == pytest.approx(1)
    assert set(shares(weights, by_kind=True)) == {"reference", "render", "catalogue", "confirmed"}


def test_looks_at_the_sealed_side_are_counted(services: Services) -> None:
    propose(services, BETTER)

    assert any("proposal no. 1 that looked at the sealed side" in fact for fact in view_proposal(services, V2).facts)


def test_an_active_proposal_is_drawn_beside_what_it_came_from(services: Services) -> None:
    propose(services, BETTER)
    take_into_use(services.store, V2, by="anna")

    assert "v1 (before),v2 (active)" in view_proposal(services, V2).charts[0].csv


def test_looks_are_those_that_the_gate_counted(services: Services) -> None:
    propose(services, replace(BETTER, looks=7))

    assert any("proposal no. 7 that looked" in fact for fact in view_proposal(services, V2).facts)


def test_the_facts_tell_the_cross_fitted_figures_and_how_to_make_it_again(services: Services) -> None:
    top1, gain = Interval(value=0.62, low=0.5, high=0.74, n=24), Interval(value=0.04, low=-0.02, high=0.1, n=24)
    cross_fitted = {"top1": asdict(top1), "gain": asdict(gain)}
    propose(services, BETTER, cross_fitted=cross_fitted, without=["ben", "mia"], until="2026-03-01T12:00:00+00:00")

    facts = "\n".join(view_proposal(services, V2).facts)

    assert "pull toward the house weights 0.3" in facts
    assert "without the labels of ben, mia" in facts
    assert "cross-fitted Top-1 on the calibration side 62 % (50 to 74 %, n 24)" in facts
    assert "cross-fitted gain over v1 +4 % (-2 to +10 %, n 24)" in facts
    assert "couture weights rebuild v2" in facts


def test_an_older_proposal_says_nothing_of_what_was_not_kept(services: Services) -> None:
    propose(services, BETTER)

    facts = "\n".join(view_proposal(services, V2).facts)

    assert not [word for word in ("cross-fitted", "without", "rebuild") if word in facts]


def test_each_suspicion_of_a_proposal_is_said_once(services: Services, open_page: OpenPage) -> None:
    propose(services, SUSPECT)

    text = said(open_page("retune"))

    assert (text.count("ben is careless."), text.count("carla repeats herself.")) == (1, 1)


def test_how_many_first_photos_were_expected_is_said(services: Services) -> None:
    propose(services, BETTER, first_photos=0.446)

    assert "45 % of coming photos are expected to show an asset that nobody has confirmed" in view_proposal(services, V2).facts
