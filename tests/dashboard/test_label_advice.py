from __future__ import annotations

from dashboard.label_advice import advice_of
from dashboard.wiring import Services
from tests.builders import match_all
from tests.dashboard.conftest import OpenPage, said
from tests.dashboard.proposals import contradict, press


def test_suspicions_are_said_before_anything_is_fitted(services: Services, open_page: OpenPage) -> None:
    contradict(services)

    page = open_page("retune")

    assert "ben agrees with the others on 0 of" in page.warning[0].value


def test_a_suspicion_on_the_page_names_the_remedy_that_the_page_has(services: Services, open_page: OpenPage) -> None:
    contradict(services)

    shown = open_page("retune").warning[0].value

    assert "Name them in *Leave out the labels of* below, press *Fit a proposal*" in shown
    assert "--without" not in shown


def test_without_suspicions_nobody_is_warned(services: Services, open_page: OpenPage) -> None:
    match_all(services.store, {"ball-red/0": "ball-red"})

    assert not open_page("retune").warning


def test_a_fit_leaves_out_whom_the_manager_names(services: Services, open_page: OpenPage, launched: list[list[str]]) -> None:
    contradict(services)
    page = open_page("retune")
    assert (page.multiselect[0].options, page.multiselect[0].value) == (["anna", "ben", "carla"], [])
    page.multiselect[0].set_value(["ben"])

    press(page, "Fit a proposal")

    assert launched == [["retune", "--by", "anna", "--without", "ben"]]


def test_a_new_review_brings_new_suspicions(services: Services) -> None:
    assert advice_of(services).suspicions() == ()

    contradict(services)

    assert [suspicion.reviewer for suspicion in advice_of(services).suspicions()] == ["ben"]


def test_suspicions_are_read_once_for_the_same_events(services: Services) -> None:
    contradict(services)

    assert advice_of(services).suspicions() is advice_of(services).suspicions()


def test_which_labels_would_help_is_said_with_their_number(services: Services, open_page: OpenPage) -> None:
    text = said(open_page("retune"))

    assert "There are no two proposals with 50 new labels between them" in text
    assert "about 196 photos of the sealed side" in text
