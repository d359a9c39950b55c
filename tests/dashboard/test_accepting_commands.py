"""What `couture auto-accept` and `couture reopen` say and do."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from data.domain import Side
from data.events import AUTO_ACCEPT, Verdict
from data.store import open_store
from tests.builders import STRANGER, match_all, png, reference_picture, review_of, right_matches
from tests.dashboard.test_command_line import Run, label_all, run

__all__ = ["run"]
LOOSE = "0.66"
"""A promise that eight sealed photos can keep: one wrong of five is at most 66 %."""


def label_sealed(home: Path) -> None:
    store = open_store(home / "store")
    match_all(store, right_matches(store.photos.all(), Side.TEST))


def bring_cross(folder: Path) -> Path:
    """Write a catalogue of the article that the strangers' photos show."""
    folder.mkdir()
    (folder / "cross.png").write_bytes(png(reference_picture(STRANGER)))
    pd.DataFrame([{"sku": "cross-purple", "title": "cross", "image": "cross.png"}]).to_csv(folder / "catalogue.csv", index=False)
    return folder


def test_auto_accept_is_off_until_somebody_turns_it_on(run: Run) -> None:
    assert run("auto-accept", "status") == (0, "not at work: nobody has turned it on\n", "")
    code, _, err = run("auto-accept", "run")
    assert (code, "turn it on: couture auto-accept on" in err) == (1, True)


def test_a_promise_that_too_few_photos_can_keep_is_refused_with_how_many_it_takes(run: Run) -> None:
    label_all(run.home)

    code, _, err = run("auto-accept", "on", "--error", "0.05")

    assert code == 1
    assert "review 85 sealed photos more" in err


def test_on_run_status_and_off_are_one_story(run: Run) -> None:
    label_sealed(run.home)

    switch = run.json("auto-accept", "on", "--error", LOOSE, "--by", "mia")
    report = run.json("auto-accept", "run")
    status = run.json("auto-accept", "status")
    off = run.json("auto-accept", "off", "--reason", "sale", "--by", "mia")

    assert (switch["by"], switch["promised"], switch["weights"]) == ("mia", 0.66, "v1")
    assert status["works"]
    assert (status["audit"]["accepted"], status["audit"]["held"]) == (report["accepted"], report["held"])
    assert (off["on"], off["reason"]) == (False, "sale")
    assert "turned off by mia: sale" in run("auto-accept", "status")[1]


def test_indexing_accepts_where_that_is_turned_on_and_says_how_many(run: Run) -> None:
    label_sealed(run.home)
    run("auto-accept", "on", "--error", LOOSE)

    code, out, _ = run("index")

    accepted = [event for event in open_store(run.home / "store").events.all() if event.reviewer == AUTO_ACCEPT]
    assert code == 0
    assert f"{sum(event.verdict is Verdict.MATCH for event in accepted)} of " in out
    assert accepted


def test_indexing_an_article_that_arrived_has_its_photos_wait_again(run: Run, tmp_path: Path) -> None:
    open_store(run.home / "store").events.append([review_of("stranger/3", Verdict.NOT_IN_DAM)])
    run("import", "catalogue", str(bring_cross(tmp_path / "new")))

    code, out, _ = run("index")

    assert code == 0
    assert "1 photos that were not in the DAM wait again" in out


def test_a_dry_run_says_what_would_wait_again_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    store = open_store(run.home / "store")
    run("import", "catalogue", str(bring_cross(tmp_path / "new")))
    run("index")
    store.events.append([review_of("stranger/3", Verdict.NOT_IN_DAM)])  # at noon of a day before the article came

    found = run.json("reopen", "--dry-run")

    assert (found["reopened"], [one["sku"] for one in found["found"]]) == (0, ["cross-purple"])
    assert [event.verdict for event in store.events.all()] == [Verdict.NOT_IN_DAM]
