from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import retuning
from dashboard.retuning import count_labels, shares, view_proposal
from dashboard.wiring import Services
from data.domain import PhotoId, Sku, Verdict, WeightsVersion
from data.errors import NotAllowed, NotFound
from feedback.comparison import Flip
from feedback.evaluation import active_weights
from feedback.gate import Judgement, Outcome
from feedback.metrics import Interval
from feedback.proposals import read_proposal, read_proposals
from feedback.retune import take_into_use
from tests.builders import match_all, review_of
from tests.dashboard.conftest import OpenPage, said

V1, V2 = WeightsVersion("v1"), WeightsVersion("v2")
BETTER = Judgement(
    outcome=Outcome.BETTER,
    allowed=True,
    reason="better: on all that was looked at",
    difference=Interval(value=0.2, low=0.1, high=0.3, n=40),
    p_value=0.01,
    vetoes=(),
    labels_to_settle=None,
)
WORSE = replace(
    BETTER, outcome=Outcome.WORSE, allowed=False, reason="worse", difference=Interval(value=-0.2, low=-0.3, high=-0.1, n=40)
)
VETOED = replace(BETTER, allowed=False, vetoes=("bag",))
NO_GAIN = replace(BETTER, outcome=Outcome.UNDECIDED, allowed=False, labels_to_settle=120)
FLIPS = (
    Flip(photo_id=PhotoId("ball-red/0"), sku=Sku("ball-red"), gained=True),
    Flip(photo_id=PhotoId("bag-blue/0"), sku=Sku("bag-blue"), gained=False),
)


def propose(services: Services, judgement: Judgement, flips: tuple[Flip, ...] = FLIPS) -> None:
    """Store a proposal `v2` that was judged as said."""
    store = services.store
    parent = store.weights.get(V1)
    parameters = {**json.loads(parent.parameters), "version": V2}
    metrics: dict[str, Any] = {
        "labels": 24,
        "strength": 0.3,
        "outcome": judgement.outcome,
        "reason": judgement.reason,
        "judgement": asdict(judgement),
        "flips": [asdict(flip) for flip in flips],
    }
    record = replace(
        parent, version=V2, parent=V1, created_by="anna", parameters=json.dumps(parameters), metrics=json.dumps(metrics)
    )
    store.weights.put([record])


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


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
    def fitted(*_: object, on_progress: retuning.Progress, by: str, **__: object) -> object:
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


def test_flips_are_shown_with_their_photo_and_their_asset(services: Services) -> None:
    propose(services, BETTER)

    found = view_proposal(services, V2)

    assert [(flip.photo.caption, flip.asset.caption) for flip in found.gained] == [("ball-red/0", "ball red")]
    assert [(flip.photo.caption, flip.asset.caption) for flip in found.lost] == [("bag-blue/0", "bag blue")]
    assert found.gained[0].photo.url.startswith("couture/pictures/")


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


def test_there_is_nothing_to_roll_back_to_at_first(services: Services, open_page: OpenPage) -> None:
    assert next(button for button in open_page("retune").button if button.label == "Roll back").disabled


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
