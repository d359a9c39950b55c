from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.retuning import count_labels, earlier_version, roll_back_weights, share_done
from dashboard.runs import RunKind, RunState, recorded_run
from dashboard.wiring import Services
from data.domain import Side
from data.errors import NotAllowed, NotEnoughEvidence, NotFound
from data.events import Verdict
from feedback.gate import Judgement
from feedback.proposals import read_proposal, read_proposals
from feedback.retune import retune
from feedback.versions import take_into_use
from tests.builders import ANNA, match_all, review_of
from tests.dashboard.conftest import OpenPage, drawn, said
from tests.dashboard.proposals import (
    BETTER,
    NO_GAIN,
    SUSPECT,
    V1,
    V2,
    VETOED,
    WORSE,
    leave_a_run_at,
    press,
    propose,
)


def test_labels_are_counted_by_side(services: Services) -> None:
    match_all(services.store, {"ball-red/0": "ball-red", "ball-red/1": "ball-red", "ball-red/quarantined": "ball-red"})
    services.store.events.append([review_of("stranger/0", Verdict.NOT_IN_DAM), review_of("bag-blue/1", Verdict.SKIP)])

    counts = count_labels(services)

    assert counts is not None
    assert [counts.of(side) for side in (Side.CALIBRATION, Side.TEST, Side.QUARANTINED)] == [1, 2, 1]


def test_without_a_proposal_the_page_says_how_to_get_one(services: Services, open_page: OpenPage) -> None:
    assert "No proposal yet. Confirm photos on the page Review" in said(open_page("retune"))


def test_photos_that_are_not_in_the_dam_are_not_enough_for_a_fit(services: Services, open_page: OpenPage) -> None:
    photos = [photo.photo_id for photo in services.store.photos.all() if photo.side is Side.CALIBRATION]
    services.store.events.append([review_of(photo, Verdict.NOT_IN_DAM) for photo in photos[:12]])

    assert "No proposal yet. Confirm photos on the page Review" in said(open_page("retune"))


def test_with_labels_enough_the_page_says_what_to_press(reviewed: Services, open_page: OpenPage) -> None:
    page = open_page("retune")

    assert "No proposal yet. Press *Fit a proposal*" in said(page)
    assert "No version was compared on the sealed side yet" in drawn(page)


def test_a_fit_is_started_beside_the_page_in_the_managers_name(
    services: Services, open_page: OpenPage, launched: list[list[str]]
) -> None:
    press(open_page("retune"), "Fit a proposal")

    assert launched == [["retune", "--by", "anna"]]


def test_how_far_a_fit_is_stands_on_every_page_that_is_opened(services: Services, open_page: OpenPage) -> None:
    with recorded_run(services.home, RunKind.RETUNE, "ben") as run:
        run.progress("fitting", 4, 16)
        pages = open_page("retune"), open_page("retune")

    for page in pages:
        assert "The fit goes on**, asked for by ben" in said(page)
        assert next(button for button in page.button if button.label == "Fit a proposal").disabled


def test_a_refused_fit_says_what_is_missing_and_what_to_do(services: Services, open_page: OpenPage) -> None:
    with pytest.raises(NotEnoughEvidence), recorded_run(services.home, RunKind.RETUNE, "anna"):
        raise NotEnoughEvidence("too few to fit weights", remedy="confirm more photos")

    text = said(open_page("retune"))

    assert "The fit was refused" in text
    assert "confirm more photos" in text


def test_a_fit_that_ended_without_a_word_is_said_to_be_interrupted(services: Services, open_page: OpenPage) -> None:
    leave_a_run_at(services.home, "calibrating")

    assert "The fit was interrupted** at “calibrating”" in said(open_page("retune"))


def test_a_fit_that_is_done_shows_its_proposal(services: Services, open_page: OpenPage) -> None:
    with recorded_run(services.home, RunKind.RETUNE, "anna") as run:
        propose(services, replace(BETTER, reason="asked for by anna"))
        run.end(RunState.DONE, V2)

    page = open_page("retune")

    assert "The fit is done" in said(page)
    assert page.selectbox[0].value == V2


def test_a_fitted_proposal_is_read_back_as_it_was_judged(proposed: Services) -> None:
    [proposal] = read_proposals(proposed.store)

    assert (proposal.version, proposal.parent, proposal.activated) == (V2, V1, False)
    assert proposal.labels == 24
    assert proposal.judgement.difference is not None
    assert proposal.judgement.difference.n == 8


def test_house_weights_are_no_proposal(services: Services) -> None:
    with pytest.raises(NotFound, match="v1 is no proposal"):
        read_proposal(services.store, V1)


def test_a_better_proposal_is_activated_in_the_reviewers_name_and_what_waits_is_ranked_by_it(
    services: Services, open_page: OpenPage, launched: list[list[str]]
) -> None:
    propose(services, BETTER)

    page = press(open_page("retune"), "Activate v2")

    assert launched == [["queue", "refresh", "--by", "anna"]]
    last = services.store.activations.all()[-1]
    assert (last.version, last.activated_by) == (V2, "anna")
    assert "v2 is active" in said(page)


@pytest.mark.parametrize(
    ("judgement", "why"),
    [(WORSE, "worse on the sealed side"), (VETOED, "worse for bag"), (NO_GAIN, "calibration side shows no gain")],
)
def test_what_the_gate_forbids_cannot_be_clicked_and_says_why(
    services: Services, open_page: OpenPage, judgement: Judgement, why: str
) -> None:
    propose(services, judgement)

    page = open_page("retune")

    assert next(button for button in page.button if button.label == "Activate v2").disabled
    assert why in said(page)


@pytest.mark.parametrize("judgement", [WORSE, VETOED, NO_GAIN])
def test_what_the_gate_forbids_is_refused_beneath_the_screen_too(services: Services, judgement: Judgement) -> None:
    propose(services, judgement)

    with pytest.raises(NotAllowed):
        take_into_use(services.store, V2, by="anna")


def test_force_without_a_reason_is_refused(services: Services, open_page: OpenPage) -> None:
    propose(services, WORSE)

    page = press(open_page("retune"), "Force v2")

    assert "forcing takes a reason" in page.error[0].value
    assert services.store.activations.active() == V1


def test_force_with_a_reason_stands_on_the_record(services: Services, open_page: OpenPage) -> None:
    propose(services, WORSE)
    page = open_page("retune")
    page.text_input[0].set_value("a trade fair tomorrow")

    press(page, "Force v2")

    last = services.store.activations.all()[-1]
    assert last.version == V2
    assert last.reason.startswith("forced; a trade fair tomorrow")


def test_roll_back_is_one_more_activation(services: Services, open_page: OpenPage) -> None:
    propose(services, BETTER)
    take_into_use(services.store, V2, by="anna")

    page = press(open_page("retune"), "Roll back to v1")

    assert [step.version for step in services.store.activations.all()] == [V1, V2, V1]
    assert page.metric[0].value == "v1"


def test_after_rolling_back_to_the_first_version_no_other_is_promised(services: Services) -> None:
    propose(services, BETTER)
    take_into_use(services.store, V2, by="anna")
    roll_back_weights(services, ANNA)

    assert earlier_version(services) is None


def test_there_is_nothing_to_roll_back_to_at_first(services: Services, open_page: OpenPage) -> None:
    assert next(button for button in open_page("retune").button if button.label == "Roll back").disabled


def test_a_proposal_on_suspicious_labels_says_so_and_cannot_be_clicked(services: Services, open_page: OpenPage) -> None:
    propose(services, SUSPECT)

    page = open_page("retune")

    assert "its labels were under suspicion" in page.warning[0].value
    assert next(button for button in page.button if button.label == "Activate v2").disabled
    assert "does not allow it: its labels are under suspicion" in said(page)


def test_a_proposal_on_suspicious_labels_can_be_forced_with_a_reason(services: Services, open_page: OpenPage) -> None:
    propose(services, SUSPECT)
    page = open_page("retune")
    page.text_input[0].set_value("ben was asked")

    press(page, "Force v2")

    assert services.store.activations.active() == V2


@pytest.mark.parametrize(
    ("stage", "done", "total", "share"),
    [
        ("reading labels", 0, 1, 0.0),
        ("comparing labelled photos", 10, 20, 0.225),
        ("fitting", 0, 16, 0.4),
        ("calibrating", 4, 4, 0.9),
        ("comparing on the sealed side", 1, 1, 1.0),
        ("comparing labelled photos", 0, 0, 0.05),
    ],
)
def test_the_bar_moves_over_the_whole_run(stage: str, done: int, total: int, share: float) -> None:
    assert share_done(stage, done, total) == pytest.approx(share)


def test_a_real_fit_moves_the_bar_from_start_to_end_and_never_back(reviewed: Services) -> None:
    shown: list[float] = []

    retune(
        reviewed.store,
        reviewed.backends,
        by=ANNA,
        on_progress=lambda stage, done, total: shown.append(share_done(stage, done, total)),
    )

    assert shown == sorted(shown)
    assert (shown[0], shown[-1]) == (0.0, 1.0)


def test_the_page_offers_to_rank_what_waits_where_the_active_weights_have_not(
    services: Services, open_page: OpenPage, launched: list[list[str]]
) -> None:
    page = open_page("retune")
    assert "100 % of the waiting photos are not ranked by the active weights yet" in said(page)

    press(page, "Rank what waits")

    assert launched == [["queue", "refresh", "--by", "anna"]]
