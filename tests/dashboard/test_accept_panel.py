"""The part of the accuracy page on confidence and on what stands without a reviewer."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import measured_figures
from dashboard.accuracy_report import count_labels
from dashboard.confidence_report import read_accept_view, read_confidence_report
from dashboard.curve_charts import risk_chart
from dashboard.wiring import Services
from data.domain import EventId, PhotoId, WeightsVersion
from data.events import AUTO_ACCEPT, AcceptSwitch, Verdict
from feedback.accepting import accept_waiting
from feedback.confidence import rank_sealed_side
from feedback.evaluation import active_weights
from feedback.recording import undo
from feedback.risk import risk_curve
from feedback.versions import activate
from tests.builders import ANNA
from tests.dashboard.conftest import OpenPage, said

LOOSE = 0.66
"""A promise that eight sealed photos can keep: one wrong of five is at most 66 %."""


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label.startswith(label)).click().run()


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def turn_on(services: Services, *, promised: float = LOOSE) -> AcceptSwitch:
    switch = AcceptSwitch(
        event_id=EventId("turned on"),
        on=True,
        by=ANNA,
        at=datetime.now(UTC),
        reason="a test",
        promised=promised,
        threshold=0.0,
        audit_share=1e-9,
        weights=active_weights(services.store).version,
    )
    return services.store.accept_switches.append([switch])[0]


def test_too_few_sealed_photos_promise_nothing_and_the_page_says_how_many_it_takes(
    reviewed: Services, open_page: OpenPage
) -> None:
    page = open_page("accuracy", "confidence")

    # One wrong of 93 keeps 5 %; there are eight.
    assert "It takes 93 sealed photos" in said(page)
    assert "there are 8: 85 more, at least" in said(page)
    assert "What they show, people have decided." in said(page)
    assert not any(label.startswith("Yes, turn it on") for label in labels(page))


def test_it_is_off_until_somebody_turns_it_on(reviewed: Services, open_page: OpenPage) -> None:
    assert "Auto-accept is off**: nobody has turned it on" in said(open_page("accuracy", "confidence"))


def test_what_turning_it_on_does_is_said_and_then_it_is_on_the_record(
    reviewed: Services, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.accept_panel.PROMISES", (LOOSE,))
    monkeypatch.setattr("dashboard.accept_panel.DEFAULT_PROMISE", LOOSE)
    page = open_page("accuracy", "confidence")
    assert "anybody can undo it" in said(page)

    page = press(page, "Yes, turn it on")

    last = reviewed.store.accept_switches.last()
    assert last is not None
    assert (last.on, last.by, last.promised) == (True, ANNA, LOOSE)
    assert "Auto-accept is at work" in said(page)


def test_what_waits_is_accepted_when_asked_for(services: Services, open_page: OpenPage, reviewed: Services) -> None:
    turn_on(services)
    undo(services.store, EventId("ball-red/1 match ball-red anna"), PhotoId("ball-red/1"), ANNA, at=datetime.now(UTC))

    press(open_page("accuracy", "confidence"), "Accept what waits")

    # What a person took back is left to people; the strangers of the calibration side wait too.
    decided = {event.photo_id for event in services.store.events.all() if event.reviewer == AUTO_ACCEPT}
    assert "ball-red/1" not in decided
    assert all(photo_id.startswith("stranger/") for photo_id in decided)
    assert len(decided) == 5


def test_a_person_turns_it_off_with_a_reason(reviewed: Services, open_page: OpenPage) -> None:
    turn_on(reviewed)
    page = open_page("accuracy", "confidence")
    next(field for field in page.text_input if field.label == "Why").set_value("new season")

    page = press(page, "Turn it off")

    assert "turned off by anna: new season" in said(page)


def test_the_page_says_that_it_has_turned_itself_off(reviewed: Services, open_page: OpenPage) -> None:
    turn_on(reviewed, promised=0.02)
    accept_waiting(reviewed.store, reviewed.backends)
    event = next(event for event in reviewed.store.events.all() if event.reviewer == AUTO_ACCEPT)
    undo(reviewed.store, event.event_id, event.photo_id, ANNA, at=datetime.now(UTC))

    page = open_page("accuracy", "confidence")

    assert "Auto-accept has turned itself off" in said(page)
    assert "1 of 1 audited groups are wrong" in said(page)


def test_other_weights_end_it_and_the_page_says_so(proposed: Services) -> None:
    turn_on(proposed)
    activate(proposed.store, WeightsVersion("v2"), by="anna", reason="a test", at=datetime.now(UTC))

    view = read_accept_view(proposed)

    assert (view.is_on, view.works, "weights v2 rank now" in view.why) == (True, False, True)


def test_the_sealed_side_is_ranked_once_for_all_promises(reviewed: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    ranked: list[bool] = []

    def counted(*args: object) -> object:
        ranked.append(True)
        return rank_sealed_side(*args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(measured_figures, "rank_sealed_side", counted)
    read_confidence_report(reviewed, 0.05)
    read_confidence_report(reviewed, 0.1)

    assert len(ranked) == 1


def test_the_curve_of_risk_comes_as_csv_with_its_intervals(reviewed: Services) -> None:
    report = read_confidence_report(reviewed, 0.05)
    assert report is not None
    rows = list(csv.DictReader(io.StringIO(report.risk.csv)))

    assert float(rows[-1]["coverage"]) == 1.0
    assert all(float(row["low"]) <= float(row["value"]) <= float(row["high"]) for row in rows)


def test_the_curve_of_risk_shows_the_promise_and_what_could_stand() -> None:
    confidence, correct = np.linspace(1, 0, 200), np.repeat([1.0, 0.0], 100)
    groups = np.arange(200).astype(np.str_)

    chart = risk_chart(risk_curve(confidence, correct, groups), promised=0.05, saved=0.4, note="")

    assert chart.figure is not None
    assert [(shape.y0, shape.x0) for shape in chart.figure.layout.shapes] == [(0.05, 0), (0, 0.4)]


def test_what_stands_without_a_reviewer_is_counted_apart(services: Services) -> None:
    turn_on(services)
    accept_waiting(services.store, services.backends)

    counts = count_labels(services)
    assert counts is not None

    # 24 photos of articles and five strangers lie on the calibration side.
    assert (counts["match"], counts["auto-accepted"]) == (0, 29)


def test_history_lets_anybody_undo_what_the_program_decided(services: Services, open_page: OpenPage) -> None:
    turn_on(services)
    accept_waiting(services.store, services.backends)

    page = open_page("history")
    first = next(button for button in page.button if button.key is not None and button.key.startswith("undo turned on"))
    first.click().run()

    last = services.store.events.all()[-1]
    assert (last.verdict, last.reviewer, last.withdraws) == (Verdict.WITHDRAWN, ANNA, str(first.key).removeprefix("undo "))
