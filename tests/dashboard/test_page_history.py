from __future__ import annotations

import io
import json
from datetime import date

import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.history_log import PAGE, EventPage, export_events, find_events, list_activations
from dashboard.settings import FILE
from dashboard.wiring import Services
from data.crops import Box
from data.domain import PhotoId, Reviewer, Sku
from data.events import AUTO_ACCEPT, Attribute, Correction, RenderVerdict, Verdict
from feedback.corrections import read_corrections, record_correction
from feedback.crops import crop_of, crop_photo
from feedback.equivalence import declare_equivalent, standing_equivalences
from feedback.gold_marks import mark_gold
from feedback.history import Wanted
from feedback.history_rows import EventKind
from feedback.labels import labels_of
from feedback.recording import new_event_id
from feedback.render_remarks import judge_renders
from feedback.review_import import import_reviews
from feedback.versions import activate
from tests.builders import ANNA, BEN, CARLA, NOON, review_of
from tests.dashboard.conftest import PAGES, PATIENCE_S, OpenPage, said

MATCH = review_of("ball-red/1", Verdict.MATCH, "ball-red")
ABSENT = review_of("stranger/0", Verdict.NOT_IN_DAM, by=BEN)
DECISIONS = Wanted(verdicts=frozenset(Verdict))
NASTY = (
    '<img src=x onerror="alert(1)">',
    "**bold** [link](javascript:alert(1))",
    "\u202eevil\u202c",
    "=HYPERLINK(1)",
    "💥" * 3,
    "x" * 10_000,
)


def undo_buttons(page: AppTest) -> list[str]:
    return [str(button.key) for button in page.button if str(button.key).startswith("undo ")]


def rows_of(page: AppTest) -> list[str]:
    return [str(block.proto.body) for block in page.get("html") if str(block.proto.body).startswith('<div class="cm-event')]


def listed(found: EventPage) -> list[str]:
    return [str(name) for name in found.found["photo_id"].to_pylist()]


def test_nobody_known_is_asked_for_a_name(services: Services) -> None:
    page = AppTest.from_file(PAGES / "main_page.py", default_timeout=PATIENCE_S).switch_page(str(PAGES / "history.py")).run()

    assert page.text_input[0].label == "Your name"


def test_an_empty_history_says_where_decisions_come_from(empty: Services, open_page: OpenPage) -> None:
    assert "the page Review" in said(open_page("history"))


def test_decisions_come_newest_first(services: Services, open_page: OpenPage) -> None:
    services.store.events.append([MATCH, ABSENT])

    assert listed(find_events(services, ANNA, DECISIONS)) == ["stranger/0", "ball-red/1"]


def test_the_page_narrows_by_who_and_by_words(services: Services, open_page: OpenPage) -> None:
    services.store.events.append([MATCH, ABSENT])
    page = open_page("history")

    page.selectbox(key="by").set_value(BEN).run()
    of_ben = rows_of(page)
    page.selectbox(key="by").set_value(None).run()
    page.text_input(key="words").set_value("BALL red").run()

    assert ["stranger/0" in of_ben[0], len(of_ben)] == [True, 1]
    assert ["ball-red/1" in rows_of(page)[0], len(rows_of(page))] == [True, 1]


def test_the_page_narrows_by_what_and_by_day(services: Services, open_page: OpenPage) -> None:
    services.store.events.append([MATCH, ABSENT])
    judge_renders(services.store, Sku("bag-red"), RenderVerdict.WRONG, by="ben", at=NOON)
    page = open_page("history")

    page.multiselect(key="what").set_value(["verdict not_in_dam", "render"]).run()
    both = len(rows_of(page))
    page.date_input(key="when").set_value((date(2026, 3, 2), date(2026, 3, 3))).run()

    assert (both, rows_of(page)) == (2, [])


def test_a_photo_in_the_address_shows_its_history_alone(services: Services, open_page: OpenPage) -> None:
    services.store.events.append([MATCH, ABSENT])
    page = open_page("history")
    page.query_params["photo"] = "ball-red/1"

    page.run()

    assert ["ball-red/1" in row for row in rows_of(page)] == [True]
    assert any("Only photo" in button.label for button in page.button)


def test_a_long_history_comes_in_pages_and_the_address_says_which(services: Services, open_page: OpenPage) -> None:
    services.store.events.append([review_of("ball-red/1", Verdict.SKIP, by=ANNA, event=f"e{at}") for at in range(PAGE + 3)])
    page = open_page("history")
    page.multiselect(key="what").set_value(["verdict skip"]).run()
    first = len(rows_of(page))

    page.button(key="turn Next").click().run()

    assert (first, len(rows_of(page))) == (PAGE, 3)
    assert page.query_params["page"] == "2"


def test_a_filter_leads_back_to_the_first_page(services: Services, open_page: OpenPage) -> None:
    page = open_page("history")
    page.query_params["page"] = "2"
    page.run()

    page.text_input(key="words").set_value("v1").run()

    assert "page" not in page.query_params


def test_only_ones_own_standing_verdicts_can_be_undone(services: Services, open_page: OpenPage) -> None:
    services.store.events.append([MATCH, ABSENT])

    assert undo_buttons(open_page("history")) == [f"undo {MATCH.event_id}"]


def test_what_a_program_accepted_anybody_may_undo(services: Services, open_page: OpenPage) -> None:
    accepted = review_of("ball-red/1", Verdict.MATCH, "ball-red", by=AUTO_ACCEPT)
    services.store.events.append([accepted])

    assert undo_buttons(open_page("history")) == [f"undo {accepted.event_id}"]


def test_before_an_undo_it_is_said_what_will_change(services: Services, open_page: OpenPage) -> None:
    services.store.events.append([MATCH, review_of("ball-red/1", Verdict.MATCH, "ball-green", by=BEN)])

    words = said(open_page("history"))

    assert "Photo ball-red/1, now: disputed (by anna, ben)." in words
    assert "Then: match with ball-green (by ben)." in words


def test_undo_takes_the_label_back_and_erases_nothing(services: Services, open_page: OpenPage) -> None:
    services.store.events.append([MATCH])
    page = open_page("history")

    page.button(key=f"undo {MATCH.event_id}").click().run()

    assert labels_of(services.store.events.all()) == {}
    assert [event.verdict for event in services.store.events.all()] == [Verdict.MATCH, Verdict.WITHDRAWN]


def test_an_undo_can_be_taken_back_itself(services: Services, open_page: OpenPage) -> None:
    taken = review_of("ball-red/1", Verdict.WITHDRAWN, withdraws=MATCH.event_id)
    services.store.events.append([MATCH, taken])
    page = open_page("history")

    page.button(key=f"undo {taken.event_id}").click().run()

    assert labels_of(services.store.events.all())[PhotoId("ball-red/1")].chosen == "ball-red"


def test_a_verdict_that_was_brought_back_is_offered_to_be_undone_not_to_be_brought_back(services: Services) -> None:
    taken = review_of("ball-red/1", Verdict.WITHDRAWN, withdraws=MATCH.event_id)
    back = review_of("ball-red/1", Verdict.WITHDRAWN, withdraws=taken.event_id, event="back")
    services.store.events.append([MATCH, taken, back])

    last, middle, _ = find_events(services, ANNA, DECISIONS).rows

    assert last.undo is not None
    assert middle.undo is None
    assert (last.undo.button, last.undo.changes[1]) == ("Undo", "Then: it waits for review.")


def test_a_verdict_that_was_taken_back_is_struck_out(services: Services) -> None:
    services.store.events.append([MATCH, review_of("ball-red/1", Verdict.WITHDRAWN, withdraws=MATCH.event_id)])

    withdrawal, match = find_events(services, ANNA, DECISIONS).rows

    assert ["cm-past" in withdrawal.html, "cm-past" in match.html] == [False, True]


def test_a_corrected_word_is_undone_after_saying_what_stands_then(services: Services, open_page: OpenPage) -> None:
    for by, value in (("ben", "navy"), ("carla", "black")):
        record_correction(
            services.store,
            Correction(
                event_id=new_event_id(), by=by, at=NOON, sku=Sku("bag-red"), attribute=Attribute.COLOUR, value=value
            ),
        )  # fmt: skip
    page = open_page("history")
    told = said(page)

    page.button(key=f"undo {services.store.corrections.all()[1].event_id}").click().run()

    assert "The colour of asset bag-red, now: “black”, by carla." in told
    assert "Then: “navy” again, by ben." in told
    assert read_corrections(services.store).assets[Sku("bag-red")][Attribute.COLOUR].value == "navy"


def test_a_word_on_renders_and_a_declaration_are_undone(services: Services, open_page: OpenPage) -> None:
    word = judge_renders(services.store, Sku("bag-red"), RenderVerdict.WRONG, by="ben", at=NOON)
    declared = declare_equivalent(services.store, [Sku("ball-red"), Sku("ball-green")], by="ben", at=NOON)
    page = open_page("history")
    told = said(page)

    page.button(key=f"undo {word.event_id}").click().run()
    page.button(key=f"undo {declared.event_id}").click().run()

    assert "Then: they count in the score." in told
    assert services.store.render_remarks.all()[-1].withdraws == word.event_id
    assert standing_equivalences(services.store.equivalences.all()) == []


def test_a_crop_is_told_with_its_place_and_undone(services: Services, open_page: OpenPage) -> None:
    services.store.events.append([MATCH])
    box = Box(left=0.25, top=0.1, right=0.75, bottom=0.9)
    crop = crop_photo(services.store, PhotoId("ball-red/1"), box, by="ben", at=NOON)
    page = open_page("history")
    page.multiselect(key="what").set_value(["crop"]).run()
    [row], told = rows_of(page), said(page)

    page.button(key=f"undo {crop.event_id}").click().run()

    assert "25% to 75% across, 10% to 90% down" in row
    assert "Then: it is cut out automatically again" in told
    assert crop_of(services.store, PhotoId("ball-red/1")) is None


def test_the_last_activation_is_rolled_back_after_saying_what_ranks_then(proposed: Services, open_page: OpenPage) -> None:
    activate(proposed.store, proposed.store.weights.all()[-1].version, by="ben", reason="better", at=NOON)
    page = open_page("history")
    page.multiselect(key="what").set_value(["weights"]).run()
    told = said(page)

    page.button(key=undo_buttons(page)[0]).click().run()

    assert "Then: v1 ranks, from the next photo on." in told
    assert proposed.store.activations.active() == "v1"


def test_activations_are_listed_with_who_why_and_until_when(proposed: Services) -> None:
    activate(proposed.store, proposed.store.weights.all()[-1].version, by="ben", reason="better", at=NOON)

    last, first = list_activations(proposed)

    assert (last["version"], last["activated by"], last["reason"], last["until"]) == ("v2", "ben", "better", "now")
    assert (first["reason"], first["until"]) == ("before any label", last["at"])


def test_a_verdict_on_a_photo_that_waits_is_hidden_from_others_on_the_page_and_in_the_export(
    services: Services, open_page: OpenPage
) -> None:
    services.store.events.append([review_of("ball-red/1", Verdict.NOT_LISTED, by=BEN)])

    found = find_events(services, ANNA, DECISIONS)

    assert "ball-red/1" not in "".join(rows_of(open_page("history")))
    assert (found.rows, found.found.num_rows) == ((), 0)


def test_who_answers_for_decisions_sees_them_and_what_is_gold(services: Services, home: object, open_page: OpenPage) -> None:
    settings = services.home / FILE
    settings.write_text(settings.read_text() + 'managers = ["anna"]\n')
    from dashboard import wiring

    wiring.services.cache_clear()
    services.store.events.append([review_of("ball-red/1", Verdict.MATCH, "ball-red", by=CARLA)])
    mark_gold(services.store, PhotoId("ball-red/1"), by="chief", at=NOON)

    page = open_page("history")

    assert "You answer for decisions" in said(page)
    assert any("gold: match" in row for row in rows_of(page))


def test_who_answers_for_decisions_is_told_that_the_answer_of_gold_stays(services: Services) -> None:
    settings = services.home / FILE
    settings.write_text(settings.read_text() + 'managers = ["anna"]\n')
    from dashboard import wiring

    wiring.services.cache_clear()
    manager = wiring.services()
    manager.store.events.append([review_of("ball-red/1", Verdict.MATCH, "ball-red", by=CARLA)])
    mark_gold(manager.store, PhotoId("ball-red/1"), by="chief", at=NOON)
    check = review_of("ball-red/1", Verdict.MATCH, "ball-green")
    manager.store.events.append([check])

    [undo] = [row.undo for row in find_events(manager, ANNA, DECISIONS).rows if row.undo]

    assert (
        undo.changes[0]
        == "Photo ball-red/1 is gold: its answer, match with ball-red, stays so as long as the mark by chief stands."
    )


def test_the_undo_of_a_check_does_not_tell_others_that_it_was_one(services: Services) -> None:
    services.store.events.append([review_of("ball-red/1", Verdict.MATCH, "ball-red", by=CARLA)])
    mark_gold(services.store, PhotoId("ball-red/1"), by="chief", at=NOON)
    services.store.events.append([review_of("ball-red/1", Verdict.MATCH, "ball-green")])

    [undo] = [row.undo for row in find_events(services, ANNA, DECISIONS).rows if row.undo]

    assert undo.changes[:2] == ("Photo ball-red/1, now: match with ball-green (by anna).", "Then: it waits for review.")


def test_others_do_not_learn_that_a_photo_is_gold(services: Services, open_page: OpenPage) -> None:
    services.store.events.append([MATCH])
    mark_gold(services.store, PhotoId("ball-red/1"), by="chief", at=NOON)

    page = open_page("history")

    assert not any("gold" in row for row in rows_of(page))
    assert "chief" not in page.selectbox(key="by").options


def test_the_exported_csv_can_be_imported_again(services: Services, tmp_path: object) -> None:
    services.store.events.append([MATCH, ABSENT])
    file = services.home / "reviews.csv"
    file.write_bytes(export_events(find_events(services, ANNA, DECISIONS).found, "csv"))

    report = import_reviews(services.store, file)

    assert (report.taken, report.skipped, report.refused) == (0, 2, ())


def test_every_kind_of_export_has_what_the_filters_leave(services: Services) -> None:
    services.store.events.append([MATCH, ABSENT])
    found = find_events(services, ANNA, Wanted(reviewer=BEN)).found

    assert b"stranger/0" in export_events(found, "csv")
    assert json.loads(export_events(found, "jsonl"))["verdict"] == "not_in_dam"
    assert pq.read_table(io.BytesIO(export_events(found, "parquet")))["reviewer"].to_pylist() == ["ben"]


@pytest.mark.parametrize("nasty", NASTY)
def test_names_and_notes_of_any_kind_are_shown_harmlessly(services: Services, open_page: OpenPage, nasty: str) -> None:
    review = review_of("ball-red/1", Verdict.MATCH, "ball-red", by=Reviewer(nasty), event="nasty")
    services.store.events.append([review])

    page = open_page("history")

    [row] = [row for row in rows_of(page) if "ball-red/1" in row]
    assert not page.exception
    assert "<img src=x" not in row
    assert "\u202e" not in row
    assert len(row) < 3_000


@pytest.mark.parametrize("nasty", ["=cmd()", "+1", "-1", "@x", "\tx"])
def test_formulas_are_exported_as_text(services: Services, nasty: str) -> None:
    services.store.events.append([review_of("ball-red/1", Verdict.MATCH, "ball-red", by=Reviewer(nasty), event="nasty")])
    found = find_events(services, ANNA, Wanted(words="ball-red/1")).found

    assert f'"\'{nasty}"'.encode() in export_events(found, "csv")


def test_undo_by_kind_is_offered_to_nobody_without_need(services: Services) -> None:
    found = find_events(services, ANNA, Wanted(kinds=frozenset({EventKind.WEIGHTS})))

    assert [row.undo for row in found.rows] == [None]
