from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard.history_log import PAGE, find_events, list_activations, list_equivalences, to_csv, to_jsonl
from dashboard.wiring import Services
from data.domain import Reviewer, Sku
from data.events import Verdict
from feedback.equivalence import declare_equivalent, withdraw_equivalent
from feedback.labels import labels_of
from feedback.review_import import import_reviews
from tests.builders import ANNA, BEN, NOON, review_of
from tests.dashboard.conftest import PAGES, PATIENCE_S, OpenPage, said

MATCH = review_of("ball-red/1", Verdict.MATCH, "ball-red")
ABSENT = review_of("stranger/0", Verdict.NOT_IN_DAM, by=BEN)


def undo_buttons(page: AppTest) -> list[str]:
    return [str(button.key) for button in page.button if button.label == "Undo"]


def test_nobody_known_is_asked_for_a_name(services: Services) -> None:
    page = AppTest.from_file(PAGES / "main_page.py", default_timeout=PATIENCE_S).switch_page(str(PAGES / "history.py")).run()

    assert page.text_input[0].label == "Your name"


def test_without_events_the_page_says_where_they_come_from(services: Services, open_page: OpenPage) -> None:
    assert "the page Review" in said(open_page("history"))


def test_events_come_newest_first(services: Services) -> None:
    services.store.events.append([MATCH, ABSENT])

    assert [row.photo_id for row in find_events(services).rows] == ["stranger/0", "ball-red/1"]


def test_events_are_found_by_reviewer_by_verdict_and_by_words(services: Services) -> None:
    services.store.events.append([MATCH, ABSENT])

    assert [row.photo_id for row in find_events(services, reviewer=ANNA).rows] == ["ball-red/1"]
    assert [row.photo_id for row in find_events(services, verdict=Verdict.NOT_IN_DAM).rows] == ["stranger/0"]
    assert [row.photo_id for row in find_events(services, words="BALL red").rows] == ["ball-red/1"]


def test_a_long_history_comes_in_pages(services: Services) -> None:
    services.store.events.append([review_of("ball-red/1", Verdict.SKIP, by=Reviewer(f"r{number}")) for number in range(PAGE + 3)])

    second = find_events(services, page=2)

    assert (len(second.rows), second.pages, len(second.found)) == (3, 2, PAGE + 3)


def test_only_ones_own_standing_verdicts_can_be_undone(services: Services, open_page: OpenPage) -> None:
    services.store.events.append([MATCH, ABSENT])

    assert undo_buttons(open_page("history")) == [f"undo {MATCH.event_id}"]


def test_undo_takes_the_label_back_and_erases_nothing(services: Services, open_page: OpenPage) -> None:
    services.store.events.append([MATCH])
    page = open_page("history")

    page.button(key=f"undo {MATCH.event_id}").click().run()

    assert labels_of(services.store.events.all()) == {}
    assert [event.verdict for event in services.store.events.all()] == [Verdict.MATCH, Verdict.WITHDRAWN]
    assert undo_buttons(page) == []


def test_a_verdict_that_was_taken_back_is_struck_out(services: Services) -> None:
    services.store.events.append([MATCH, review_of("ball-red/1", Verdict.WITHDRAWN, withdraws=MATCH.event_id)])

    withdrawal, match = find_events(services).rows

    assert (withdrawal.stands, match.stands) == (True, False)
    assert "cm-past" in match.html


def test_notes_and_names_cannot_bring_markup(services: Services) -> None:
    services.store.events.append([review_of("ball-red/1", Verdict.SKIP, by=Reviewer("<script>alert(1)</script>"))])

    assert "<script>" not in find_events(services).rows[0].html


def test_the_exported_csv_can_be_imported_again(services: Services, tmp_path: Path) -> None:
    services.store.events.append([MATCH, ABSENT])
    file = tmp_path / "reviews.csv"
    file.write_text(to_csv(find_events(services).found), encoding="utf-8")

    report = import_reviews(services.store, file)

    assert (report.taken, report.skipped, report.refused) == (0, 2, ())


def test_the_export_has_what_the_filters_leave(services: Services) -> None:
    services.store.events.append([MATCH, ABSENT])
    found = find_events(services, reviewer=BEN).found

    [row] = csv.DictReader(io.StringIO(to_csv(found)))
    assert (row["photo_id"], row["verdict"], row["sku"]) == ("stranger/0", "not_in_dam", "")
    assert json.loads(to_jsonl(found))["verdict"] == "not_in_dam"


def test_activations_are_listed_with_who_and_why(services: Services) -> None:
    [only] = list_activations(services)

    assert (only["version"], only["activated by"], only["reason"]) == ("v1", "couture", "before any label")


def test_declarations_of_one_article_are_listed_with_their_undo(services: Services, open_page: OpenPage) -> None:
    stored = declare_equivalent(services.store, [Sku("ball-red"), Sku("ball-green")], by="anna", at=NOON)
    withdraw_equivalent(services.store, stored.event_id, by="ben", at=NOON)

    listed = [(row["skus"], row["said"], row["by"], row["stands"]) for row in list_equivalences(services)]
    assert listed == [("ball-red, ball-green", "undone", "ben", ""), ("ball-red, ball-green", "one article", "anna", "")]
    assert "Declare and undo on the page Catalogue" in said(open_page("history"))
