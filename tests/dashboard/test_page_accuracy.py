from __future__ import annotations

import csv
import io

import pytest

from dashboard import accuracy_report
from dashboard.accuracy_report import count_labels, read_report, versions_chart
from dashboard.wiring import Services
from data.events import Verdict
from feedback.evaluation import evaluate
from tests.builders import BEN, match_all, review_of
from tests.dashboard.conftest import OpenPage, said

STRANGERS = tuple(f"stranger/{number}" for number in range(7))


def test_an_empty_home_says_what_to_do_first(empty: Services, open_page: OpenPage) -> None:
    page = open_page("accuracy")

    assert "run 'couture index'" in said(page)
    assert not page.exception


def test_without_sealed_labels_the_page_says_so_and_what_to_do(services: Services, open_page: OpenPage) -> None:
    page = open_page("accuracy")

    assert "there is no photo to measure on" in said(page)
    assert "review photos" in said(page)
    assert not any(metric.label == "Top-1" for metric in page.metric)


def test_eight_sealed_photos_are_undecided_and_no_bare_number(reviewed: Services, open_page: OpenPage) -> None:
    page = open_page("accuracy")

    tiles = {metric.label: metric for metric in page.metric}
    assert tiles["Top-1"].value == "undecided"
    assert tiles["Top-1"].delta.endswith(", n 8")


def test_figures_say_on_what_and_by_which_weights_they_were_measured(reviewed: Services, open_page: OpenPage) -> None:
    assert "Measured on the sealed side, 8 photos, weights v1" in said(open_page("accuracy"))


def test_absence_is_undecided_where_every_photo_has_an_asset(reviewed: Services) -> None:
    [tile] = [tile for tile in read_report(reviewed).tiles if tile.name == "No-match AUROC"]

    assert (tile.value, tile.interval) == ("undecided", "one kind of photo only")


def test_absence_is_measured_where_there_are_photos_of_both_kinds(reviewed: Services) -> None:
    reviewed.store.events.append([review_of(photo, Verdict.NOT_IN_DAM) for photo in STRANGERS])

    [tile] = [tile for tile in read_report(reviewed).tiles if tile.name == "No-match AUROC"]

    assert tile.interval.endswith(", n 10")


def test_figures_are_measured_once_until_something_changes(reviewed: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[bool] = []

    def counted(*args: object, **options: object) -> object:
        measured.append(True)
        return evaluate(*args, **options)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(accuracy_report, "evaluate", counted)
    read_report(reviewed)
    read_report(reviewed)
    assert len(measured) == 1

    match_all(reviewed.store, {"ball-red/0": "ball-green"})
    read_report(reviewed)

    assert len(measured) == 2


def test_the_ladder_is_climbed_on_demand(reviewed: Services, open_page: OpenPage) -> None:
    page = open_page("accuracy")
    assert "Channel weights of the steps" not in said(page)

    next(button for button in page.button if button.label == "Climb the ladder").click().run()

    assert "Channel weights of the steps" in said(page)


def test_labels_are_counted_by_what_they_say(services: Services) -> None:
    services.store.events.append(
        [
            review_of("ball-red/1", Verdict.MATCH, "ball-red"),
            review_of("ball-red/2", Verdict.MATCH, "ball-red"),
            review_of("ball-red/2", Verdict.NOT_IN_DAM, by=BEN),
            review_of("stranger/0", Verdict.NOT_IN_DAM),
            review_of("stranger/1", Verdict.SKIP),
        ]
    )

    counts = count_labels(services)

    assert counts == {
        "waiting": services.store.photos.count() - 3,
        "match": 1,
        "not in DAM": 1,
        "unusable": 0,
        "disputed": 1,
    }


def test_without_proposals_the_chart_over_time_says_where_one_is_fitted(services: Services) -> None:
    chart = versions_chart(services)

    assert chart.figure is None
    assert "Retune" in chart.note


def test_a_proposal_stands_in_the_chart_over_time_with_its_interval(proposed: Services) -> None:
    [row] = csv.DictReader(io.StringIO(versions_chart(proposed).csv))

    assert row["name"] == "v2 against v1"
    assert float(row["low"]) <= float(row["value"]) <= float(row["high"])
    assert row["n"] == "8"


def test_the_page_says_what_is_drawn_and_that_nothing_is_confused(reviewed: Services, open_page: OpenPage) -> None:
    page = open_page("accuracy")

    assert "Drawn at random: 0.0% for audit" in said(page)
    assert "no two assets were confused twice" in said(page)
    assert not page.exception
