from __future__ import annotations

import csv
import io
import os
import re
import tomllib
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import intake
from dashboard.intake import begin_again, begin_check, begin_import, carry_out, discard, prepare_upload, read_imports
from dashboard.intake_panel import MOST_MIB, check_upload
from dashboard.intake_record import Intake, IntakeRecord, Stage, read_rows, rows_path
from dashboard.wiring import Services
from data.domain import Sku
from data.errors import BadTable, NotAllowed
from data.tabular import Outcome
from tests.builders import ARTICLES, photo_picture, png
from tests.dashboard.conftest import OpenPage, said

PICTURE = png(photo_picture(ARTICLES[Sku("tent-pink")], 77))
TABLE = b"sku,image,title\nnew-1,new.png,One\nnew-2,gone.png,Two\nball-red,new.png,Red ball\n"


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would be started in a process of their own; `carry_out` does what one of them does, in this one."""
    commands: list[list[str]] = []

    class Ended:
        def __init__(self, command: list[str], **_: object) -> None:
            commands.append(command)

        def poll(self) -> int:
            return 0

    monkeypatch.setattr(intake, "subprocess", SimpleNamespace(Popen=Ended, DEVNULL=None))
    return commands


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "given"
    found.mkdir()
    (found / "new.png").write_bytes(PICTURE)
    (found / "catalogue.csv").write_bytes(TABLE)
    return found


def upload(*files: tuple[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        for name, content in files:
            written.writestr(name, content)
    packed.seek(0)
    return packed


def checked(services: Services, folder: Path, what: Intake = Intake.CATALOGUE) -> IntakeRecord:
    return carry_out(services, begin_check(services, what, by="anna", path=str(folder)).name)


def imported(services: Services, record: IntakeRecord) -> IntakeRecord:
    begin_import(services, record.name)
    return carry_out(services, record.name)


def versions(services: Services) -> list[int]:
    store = services.store
    return [table.version for table in (store.assets, store.images, store.views, store.meshes, store.photos)]


def open_import(open_page: OpenPage) -> AppTest:
    page = open_page("catalogue")
    page.session_state["tab"] = "Import"
    return page.run()


def press(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label.startswith(label)).click().run()


def table_of(page: AppTest) -> list[list[str]]:
    """The cells of the first table on a page, row by row, as their HTML."""
    [body, *_] = [str(block.proto.body) for block in page.get("html") if "cm-table" in str(block.proto.body)[:40]]
    rows = body.partition("<tbody>")[2].split("</tr>")[:-1]
    return [re.findall(r"<td[^>]*>(?:<bdi>)?(.*?)(?:</bdi>)?</td>", row) for row in rows]


def test_a_check_says_what_would_become_of_each_row_and_stores_nothing(services: Services, folder: Path) -> None:
    before = versions(services)

    record = checked(services, folder)

    rows = read_rows(services.home, record.name, 10)
    assert [(row.number, row.subject, row.outcome) for row in rows] == [
        (3, "new-2", Outcome.REFUSED),
        (2, "new-1", Outcome.TAKEN),
        (4, "ball-red", Outcome.TAKEN),
    ]
    assert record.outcomes == {"taken": 2, "skipped": 0, "refused": 1}
    assert record.counts == {"assets": 1, "pictures": 1}
    assert versions(services) == before


def test_an_import_does_what_its_check_said(services: Services, folder: Path) -> None:
    record = checked(services, folder)

    done = imported(services, record)

    assert (done.stage, done.outcomes, done.counts) == (Stage.DONE, record.outcomes, record.counts)
    assert services.store.assets.get("ball-red").title == "Red ball"


def test_checked_again_everything_is_there_already(services: Services, folder: Path) -> None:
    imported(services, checked(services, folder))

    assert checked(services, folder).outcomes == {"taken": 0, "skipped": 2, "refused": 1}


def test_a_row_that_only_changes_words_says_so(services: Services, folder: Path) -> None:
    imported(services, checked(services, folder))
    (folder / "catalogue.csv").write_bytes(TABLE.replace(b"One", b"The first"))

    rows = {row.subject: row for row in read_rows(services.home, checked(services, folder).name, 10)}

    assert (rows["new-1"].outcome, rows["new-1"].what) == (Outcome.SKIPPED, "its words change")


def test_photos_are_checked_and_imported_in_the_name_of_who_asked(services: Services, folder: Path) -> None:
    (folder / "photos.csv").write_bytes(b"photo_id,image\nfresh,new.png\nfresh,new.png\nlost,gone.png\n")
    record = checked(services, folder, Intake.PHOTOS)

    done = imported(services, record)

    assert record.outcomes == done.outcomes == {"taken": 1, "skipped": 1, "refused": 1}
    assert services.store.photos.get("fresh").submitted_by == "anna"


def test_an_upload_is_unpacked_checked_imported_and_its_files_forgotten(services: Services) -> None:
    packed = upload(("autumn/list.csv", TABLE), ("autumn/new.png", PICTURE))
    begun = check_upload(services, Intake.CATALOGUE, by="anna", upload=packed)
    record = carry_out(services, begun.name)

    done = imported(services, record)

    assert (record.outcomes["taken"], done.stage) == (2, Stage.DONE)
    assert not Path(done.source).exists()
    assert rows_path(services.home, done.name).exists()


def test_an_upload_that_is_refused_leaves_nothing_behind(services: Services) -> None:
    with pytest.raises(BadTable):
        check_upload(services, Intake.CATALOGUE, by="anna", upload=io.BytesIO(b"no archive"))

    assert list((services.home / "imports").iterdir()) == []


def test_what_a_server_left_behind_that_ended_while_it_unpacked_goes_with_the_next_upload(services: Services) -> None:
    abandoned, fresh = prepare_upload(services.home).parent, prepare_upload(services.home).parent
    long_ago = datetime.now(UTC).timestamp() - 7_200
    os.utime(abandoned, (long_ago, long_ago))

    prepare_upload(services.home)

    assert [abandoned.exists(), fresh.exists()] == [False, True]


@pytest.mark.parametrize(("path", "what"), [("", "nothing is given"), ("  ", "nothing is given"), ("/no/such.csv", "nothing at")])
def test_a_path_that_leads_nowhere_is_refused(services: Services, path: str, what: str) -> None:
    with pytest.raises(BadTable, match=what):
        begin_check(services, Intake.CATALOGUE, by="anna", path=path)


def test_a_table_that_cannot_be_read_is_refused_as_a_whole_with_the_remedy(services: Services, folder: Path) -> None:
    (folder / "catalogue.csv").write_bytes(b"name\nx\n")

    record = checked(services, folder)

    assert (record.stage, "no column" in record.what, record.remedy != "") == (Stage.REFUSED, True, True)


def test_one_import_runs_at_a_time(services: Services, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "is_under_way", lambda _home: True)

    with pytest.raises(NotAllowed, match="under way"):
        begin_check(services, Intake.CATALOGUE, by="anna", path=str(folder))


def test_an_import_whose_process_is_gone_was_interrupted_and_goes_on_where_it_was(services: Services, folder: Path) -> None:
    record = checked(services, folder)
    begin_import(services, record.name)
    [found] = read_imports(services.home)

    begin_again(services, record.name)

    assert found.stage is Stage.INTERRUPTED
    assert carry_out(services, record.name).stage is Stage.DONE


def test_what_is_discarded_is_gone(services: Services, folder: Path) -> None:
    discard(services, checked(services, folder).name)

    assert read_imports(services.home) == []


def test_the_report_is_safe_to_open_as_a_spreadsheet(services: Services, folder: Path) -> None:
    (folder / "catalogue.csv").write_text("sku,image\n=cmd(),gone.png\n", encoding="utf-8")

    record = checked(services, folder)

    text = rows_path(services.home, record.name).read_text(encoding="utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text)))["subject"] == "'=cmd()"
    assert read_rows(services.home, record.name, 1)[0].subject == "=cmd()"


def test_the_page_checks_a_path_then_shows_the_rows_then_imports(
    services: Services, open_page: OpenPage, folder: Path, started: list[list[str]]
) -> None:
    page = open_import(open_page)
    page.text_input(key="import path").set_value(str(folder))
    press(page, "Check")
    carry_out(services, started[-1][-1])

    page = open_import(open_page)
    shown = table_of(page)
    press(page, "Import 2 rows")
    carry_out(services, started[-1][-1])
    page = open_import(open_page)

    assert [row[:2] for row in shown] == [["3", "refused"], ["2", "taken"], ["4", "taken"]]
    assert "This was taken" in said(page)
    assert services.store.assets.get("new-1").title == "One"


def test_progress_is_there_after_a_reload(
    services: Services, open_page: OpenPage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_check(services, Intake.CATALOGUE, by="anna", path=str(folder))
    monkeypatch.setattr(intake, "is_under_way", lambda _home: True)

    page = open_import(open_page)

    assert "It goes on while this page is closed" in said(page)
    assert not any(button.label.startswith("Check") for button in page.button)


def test_names_of_any_kind_are_shown_harmlessly_in_the_report(services: Services, open_page: OpenPage, folder: Path) -> None:
    nasty = "<img src=x onerror=alert(1)>\u202e" + "x" * 10_000
    (folder / "catalogue.csv").write_text(f'sku,image\n"{nasty}",new.png\n', encoding="utf-8")
    checked(services, folder)

    page = open_import(open_page)

    [[_, _, subject, *_]] = table_of(page)
    assert not page.exception
    assert ("<img" in subject, len(subject) < 400, "\u202e" in subject) == (False, True, False)


def test_an_upload_may_be_as_large_as_the_server_takes() -> None:
    configured = tomllib.loads((Path(intake.__file__).parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))

    assert configured["server"]["maxUploadSize"] == MOST_MIB
