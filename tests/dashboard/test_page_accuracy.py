from __future__ import annotations

import pytest

from dashboard import measured_figures, wiring
from dashboard.accuracy_report import count_labels, read_report
from dashboard.confusion_panel import view_of
from dashboard.settings import FILE
from dashboard.wiring import Services
from data.domain import PhotoId, Sku
from data.events import Verdict
from feedback.confidence import rank_sealed_side
from feedback.confusion import ConfusedGroup
from feedback.gold_marks import mark_gold
from tests.builders import ANNA, BEN, CARLA, NOON, match_all, review_of
from tests.dashboard.conftest import OpenPage, drawn, said

STRANGERS = tuple(f"stranger/{number}" for number in range(7))


def test_an_empty_home_says_what_to_do_first(empty: Services, open_page: OpenPage) -> None:
    page = open_page("accuracy", "sealed")

    assert "run 'couture index'" in said(page)
    assert not page.exception


def test_without_sealed_labels_the_page_says_so_and_what_to_do(services: Services, open_page: OpenPage) -> None:
    page = open_page("accuracy", "sealed")

    assert "there is no photo to measure on" in said(page)
    assert "Review photos" in said(page)
    assert not any(metric.label == "Top-1" for metric in page.metric)


def test_eight_sealed_photos_are_undecided_and_no_bare_number(reviewed: Services, open_page: OpenPage) -> None:
    page = open_page("accuracy", "sealed")

    tiles = {metric.label: metric for metric in page.metric}
    assert tiles["Top-1"].value == "undecided"
    assert tiles["Top-1"].delta.endswith(", n 8")


def test_figures_say_on_what_and_by_which_weights_they_were_measured(reviewed: Services, open_page: OpenPage) -> None:
    assert "Measured on the sealed side, 8 photos, weights v1" in said(open_page("accuracy", "sealed"))


def test_absence_is_undecided_where_every_photo_has_an_asset(reviewed: Services) -> None:
    report = read_report(reviewed)
    assert report is not None
    [tile] = [tile for tile in report.tiles if tile.name == "No-match AUROC"]

    assert (tile.value, tile.interval) == ("undecided", "one kind of photo only")


def test_absence_is_measured_where_there_are_photos_of_both_kinds(reviewed: Services) -> None:
    reviewed.store.events.append([review_of(photo, Verdict.NOT_IN_DAM) for photo in STRANGERS])

    report = read_report(reviewed)
    assert report is not None
    [tile] = [tile for tile in report.tiles if tile.name == "No-match AUROC"]

    assert tile.interval.endswith(", n 10")


def test_figures_are_measured_once_until_something_changes(reviewed: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[bool] = []

    def counted(*args: object) -> object:
        measured.append(True)
        return rank_sealed_side(*args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(measured_figures, "rank_sealed_side", counted)
    read_report(reviewed)
    read_report(reviewed)
    assert len(measured) == 1

    match_all(reviewed.store, {"ball-red/0": "ball-green"})
    read_report(reviewed)

    assert len(measured) == 2


def test_the_ladder_is_climbed_on_demand(reviewed: Services, open_page: OpenPage) -> None:
    page = open_page("accuracy", "sealed")
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


def test_the_page_says_what_is_drawn_and_by_whom_it_was_set(reviewed: Services, open_page: OpenPage) -> None:
    page = open_page("accuracy", "reviewers")

    shares = {metric.label: (metric.value, metric.delta) for metric in page.metric}
    assert shares["Audit"] == ("0 %", "0 drawn · as it comes")


def test_where_nobody_answers_for_decisions_the_page_says_that_gold_needs_somebody_and_shows_none(
    reviewed: Services, open_page: OpenPage
) -> None:
    mark_gold(reviewed.store, PhotoId("ball-red/1"), by="chief", at=NOON)

    page = open_page("accuracy", "reviewers")

    assert "Gold" not in {metric.label for metric in page.metric}
    assert 'managers = ["Ada"]' in said(page)
    assert "are gold" not in said(page)
    assert "right on gold" not in drawn(page)


@pytest.mark.parametrize("managers", ["anna", "*"])
def test_who_answers_for_decisions_marks_gold_and_sees_how_each_does_on_it(
    reviewed: Services, open_page: OpenPage, managers: str
) -> None:
    name_managers(reviewed, managers)

    page = open_page("accuracy", "reviewers")

    assert {metric.label: (metric.value, metric.delta) for metric in page.metric}["Gold"] == (
        "3 %",
        "0 drawn · as it comes",
    )
    assert "0 photos are gold" in said(page)
    assert "right on gold" in drawn(page)


def test_photos_of_confused_assets_are_shown_as_far_as_one_may_know_what_they_are(reviewed: Services) -> None:
    photos = (PhotoId("ball-red/1"), PhotoId("ball-red/2"))
    group = ConfusedGroup(
        skus=(Sku("ball-green"), Sku("ball-red")), ranked=2, reviewed=0, top1=None, told_apart_by=None, photos=photos
    )
    reviewed.store.events.append([review_of(photos[0], Verdict.MATCH, "ball-red", by=BEN)])
    mark_gold(reviewed.store, photos[1], by="chief", at=NOON)

    seen = {who: [mark.photo_id for mark in view_of(reviewed, group, who).marks] for who in (ANNA, BEN, CARLA)}

    assert seen == {ANNA: list(photos), BEN: [photos[0]], CARLA: []}


def name_managers(services: Services, name: str) -> None:
    """Name in the settings who answers for decisions."""
    settings = services.home / FILE
    settings.write_text(settings.read_text() + f'managers = ["{name}"]\n')
    wiring.services.cache_clear()


def test_a_page_without_confusion_says_on_how_many_photos(reviewed: Services, open_page: OpenPage) -> None:
    assert "no two assets were confused twice" in said(open_page("accuracy", "confusion"))


@pytest.mark.parametrize("view", ["overview", "sealed", "confidence", "confusion", "reviewers", "gaps"])
def test_every_view_opens(reviewed: Services, open_page: OpenPage, view: str) -> None:
    assert not open_page("accuracy", view).exception


@pytest.mark.parametrize("view", ["overview", "sealed", "confidence", "confusion", "reviewers", "gaps"])
def test_every_view_of_an_empty_home_opens(empty: Services, open_page: OpenPage, view: str) -> None:
    assert not open_page("accuracy", view).exception
