"""Corrected words on the pages Catalogue, Search and History, and as a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.corrected_words import words_line, words_of_asset
from dashboard.history_log import find_events
from dashboard.search_results import rank_photo
from dashboard.wiring import Services
from data.domain import Sku
from data.events import Attribute
from data.store import open_store
from feedback.history import Wanted
from feedback.history_rows import EventKind
from tests.builders import ARTICLES, BEN, photo_picture, png
from tests.corrections import correction_of
from tests.dashboard.conftest import OpenPage, drawn
from tests.dashboard.test_command_line import Run

RED = correction_of("e1", "coral", sku="ball-red")
PHOTO = correction_of("e2", "navy", photo="ball-red/1", by="ben")


def test_what_is_said_of_an_asset_comes_from_people_the_model_and_the_catalogue(services: Services) -> None:
    services.store.corrections.append([RED])

    words = {word.attribute: (word.text, word.by) for word in words_of_asset(services, Sku("ball-red"))}
    assert words[Attribute.OBJECT] == ("ball", "")
    assert words[Attribute.COLOUR] == ("coral", "anna")
    assert words[Attribute.TEXTURE][0] != ""


def test_search_shows_the_corrected_words_of_what_it_finds(services: Services) -> None:
    services.store.corrections.append([RED])
    found = rank_photo(services, png(photo_picture(ARTICLES[Sku("ball-red")], 9_000)), "seen.png")

    [words] = [candidate.words for candidate in found.candidates if candidate.sku == "ball-red"]
    assert words == words_line(services, Sku("ball-red"))
    assert "coral" in words


def test_an_assets_page_shows_who_corrected_a_word_and_takes_it_back(services: Services, open_page: OpenPage) -> None:
    services.store.corrections.append([RED])
    page = open_page("catalogue")
    page.query_params["sku"] = "ball-red"
    page.run()

    assert "corrected by <bdi>anna</bdi>" in drawn(page)
    next(button for button in page.button if button.key == "undo e1").click().run()
    assert "corrected by <bdi>anna</bdi>" not in drawn(page)
    assert [event.withdraws for event in services.store.corrections.all()] == [None, "e1"]


def test_an_assets_page_corrects_a_word(services: Services, open_page: OpenPage) -> None:
    page = open_page("catalogue")
    page.query_params["sku"] = "ball-red"
    page.run()
    next(box for box in page.selectbox if box.label == "Attribute").set_value(Attribute.TEXTURE).run()
    next(box for box in page.selectbox if box.label == "The right word").set_value("suede").run()
    next(button for button in page.button if button.label == "Correct").click().run()

    assert [(event.sku, event.attribute, event.value, event.by) for event in services.store.corrections.all()] == [
        ("ball-red", Attribute.TEXTURE, "suede", "anna")
    ]
    assert "corrected by <bdi>anna</bdi>" in drawn(page)


def test_history_tells_every_correction_and_strikes_out_what_does_not_stand(services: Services) -> None:
    undo = correction_of("e3", sku="ball-red", withdraws="e1", by="ben")
    services.store.corrections.append([RED, PHOTO, undo])

    rows = find_events(services, BEN, Wanted(kinds=frozenset({EventKind.WORD}))).rows

    assert [(row.event_id, "cm-past" in row.html) for row in rows] == [("e3", False), ("e2", False), ("e1", True)]
    assert ["undone: word" in rows[0].html, "colour: navy" in rows[1].html, "colour: coral" in rows[2].html] == [True] * 3


def test_history_lists_corrections_and_undoes_one(services: Services, open_page: OpenPage) -> None:
    services.store.corrections.append([RED])
    page = open_page("history")

    next(button for button in page.button if button.key == "undo e1").click().run()

    assert [(event.by, event.withdraws) for event in services.store.corrections.all()] == [("anna", None), ("anna", "e1")]


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in the small home."""
    return Run(home, capsys, monkeypatch)


def test_the_command_corrects_a_photo_and_an_asset_lists_and_undoes(run: Run) -> None:
    first = run.json("describe", "ball-red/1", "colour", "navy  blue", "--by", "mia")
    second = run.json("describe", "ball-red", "texture", "suede", "--by", "mia")
    listed = run.json("describe")["corrections"]
    run.json("describe", "--undo", first["event_id"], "--by", "ben")

    assert [(row["photo_id"], row["sku"], row["attribute"], row["value"], row["by"]) for row in listed] == [
        ("ball-red/1", None, "colour", "navy blue", "mia"),
        (None, "ball-red", "texture", "suede", "mia"),
    ]
    assert [row["event_id"] for row in run.json("describe")["corrections"]] == [second["event_id"]]


def test_the_list_says_how_to_undo(run: Run) -> None:
    code, out, _ = run("describe", "ball-red", "colour", "navy")

    assert (code, "undo with: couture describe --undo" in out) == (0, True)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("nobody", "colour", "navy"), 1, "no photo and no asset 'nobody'"),
        (("ball-red", "shape", "round"), 2, "shape"),
        (("ball-red", "colour"), 2, "the right word"),
        (("ball-red", "colour", "x" * 100), 1, "at most"),
        (("--undo", "nothing"), 1, "nothing"),
        (("ball-red", "--undo", "e1"), 2, "not both"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_in_words(run: Run, words: tuple[str, ...], code: int, told: str) -> None:
    found, _, err = run("describe", *words)

    assert (found, open_store(run.home / "store").corrections.count()) == (code, 0)
    assert told in err
