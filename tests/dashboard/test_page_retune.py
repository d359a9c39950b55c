from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboard import retuning
from dashboard.retuning import count_labels, earlier_version, fit_proposal, roll_back_weights, share_done
from dashboard.wiring import Services
from data.errors import NotAllowed, NotFound
from data.events import Verdict
from feedback.gate import Judgement
from feedback.proposals import read_proposal, read_proposals
from feedback.queue import ranked_count
from feedback.retune import take_into_use
from tests.builders import ANNA, match_all, review_of
from tests.dashboard.conftest import OpenPage, said
from tests.dashboard.proposals import (
    BETTER,
    NO_GAIN,
    SUSPECT,
    V1,
    V2,
    VETOED,
    WORSE,
    press,
    propose,
)


def test_labels_are_counted_by_side(services: Services) -> None:
    match_all(services.store, {"ball-red/0": "ball-red", "ball-red/1": "ball-red", "ball-red/quarantined": "ball-red"})
    services.store.events.append([review_of("stranger/0", Verdict.NOT_IN_DAM), review_of("bag-blue/1", Verdict.SKIP)])

    counts = count_labels(services)

    assert (counts.calibration, counts.sealed, counts.quarantined) == (1, 2, 1)


def test_without_a_proposal_the_page_says_how_to_get_one(services: Services, open_page: OpenPage) -> None:
    assert "No proposal yet" in said(open_page("retune"))


def test_too_few_labels_are_said_and_nothing_is_stored(services: Services, open_page: OpenPage) -> None:
    page = press(open_page("retune"), "Fit a proposal")

    assert "too few to fit weights" in said(page)
    assert services.store.weights.latest_number() == 1


def test_fitting_shows_the_new_proposal(services: Services, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fitted(*_: object, on_progress: Callable[[str, int, int], None], by: str, **__: object) -> object:
        on_progress("fitting", 1, 4)
        propose(services, replace(BETTER, reason=f"asked for by {by}"))
        return read_proposal(services.store, V2)

    monkeypatch.setattr(retuning, "retune", fitted)

    page = press(open_page("retune"), "Fit a proposal")

    assert "asked for by anna" in said(page)
    assert page.metric[0].value == "v1"


def test_a_fitted_proposal_is_read_back_as_it_was_judged(proposed: Services) -> None:
    [proposal] = read_proposals(proposed.store)

    assert (proposal.version, proposal.parent, proposal.activated) == (V2, V1, False)
    assert proposal.labels == 24
    assert proposal.judgement.difference is not None
    assert proposal.judgement.difference.n == 8


def test_house_weights_are_no_proposal(services: Services) -> None:
    with pytest.raises(NotFound, match="v1 is no proposal"):
        read_proposal(services.store, V1)


def test_a_better_proposal_is_activated_by_a_click_in_the_reviewers_name(services: Services, open_page: OpenPage) -> None:
    propose(services, BETTER)

    page = press(open_page("retune"), "Activate v2")

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
    shown: list[tuple[float, str]] = []

    fit_proposal(reviewed, ANNA, lambda share, said_of: shown.append((share, said_of)))

    shares_shown = [share for share, _ in shown]
    assert shares_shown == sorted(shares_shown)
    assert (shown[0], shown[-1]) == ((0.0, "reading labels: 0 of 1"), (1.0, "comparing on the sealed side: 1 of 1"))


def test_the_page_offers_to_rank_what_waits_where_the_active_weights_have_not(services: Services, open_page: OpenPage) -> None:
    page = open_page("retune")
    assert "100 % of the waiting photos are not ranked by the active weights yet" in said(page)

    after = press(page, "Rank what waits")

    assert ranked_count(services.store) > 0
    assert "not ranked by the active weights yet" not in said(after)
