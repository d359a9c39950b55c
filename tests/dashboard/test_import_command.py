from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.intake_record import Intake, IntakeRecord, Stage, read_record, write_record
from data.domain import Sku
from data.store import open_store
from tests.builders import ARTICLES, NOON, photo_picture, png
from tests.dashboard.test_command_line import Run, run

__all__ = ["run"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A table with one row that can be taken and one that cannot, for a catalogue and for photos."""
    found = tmp_path / "given"
    found.mkdir()
    (found / "new.png").write_bytes(png(photo_picture(ARTICLES[Sku("tent-pink")], 77)))
    (found / "catalogue.csv").write_text("sku,image\nnew-1,new.png\nnew-2,gone.png\n", encoding="utf-8")
    (found / "photos.csv").write_text("photo_id,image\nfresh,new.png\nlost,gone.png\n", encoding="utf-8")
    return found


@pytest.mark.parametrize("what", ["catalogue", "photos"])
def test_a_preview_says_what_would_be_taken_and_stores_nothing(run: Run, folder: Path, what: str) -> None:
    before = open_store(run.home / "store")
    versions = before.assets.version, before.photos.version, before.images.version

    _, out, err = run("import", what, str(folder), "--preview")

    after = open_store(run.home / "store")
    assert "1 taken, 0 there already, 1 refused" in out
    assert "nothing was stored" in out
    assert "gone.png" in err
    assert (after.assets.version, after.photos.version, after.images.version) == versions


def test_what_a_page_asked_for_is_carried_out_on_its_record(run: Run, folder: Path) -> None:
    (run.home / "imports" / "one").mkdir(parents=True)
    write_record(run.home, IntakeRecord(name="one", intake=Intake.CATALOGUE, source=str(folder), by="anna", at=NOON))

    code, _, _ = run("import", "carry-out", "one")

    found = read_record(run.home, "one")
    assert (code, found.stage, found.outcomes) == (0, Stage.CHECKED, {"taken": 1, "skipped": 0, "refused": 1})


def test_an_import_that_nobody_asked_for_is_refused(run: Run) -> None:
    code, _, err = run("import", "carry-out", "none")

    assert (code, "there is no import 'none'" in err) == (1, True)
