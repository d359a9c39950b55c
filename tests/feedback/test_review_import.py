"""Reviews that were made elsewhere come in once, row by row."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from data.errors import BadTable
from data.events import Verdict
from data.store import Store
from feedback.review_import import import_reviews

HEADER = "photo_id,verdict,reviewer,sku\n"


def table(folder: Path, rows: str, header: str = HEADER) -> Path:
    file = folder / "reviews.csv"
    file.write_text(header + rows)
    return file


def said(store: Store) -> list[tuple[str, str, str | None]]:
    return [(event.photo_id, event.verdict.value, event.sku) for event in store.events.all()]


def test_rows_become_events_in_their_order(small_store: Store, tmp_path: Path) -> None:
    report = import_reviews(small_store, table(tmp_path, "ball-red/1,match,anna,ball-red\nstranger/3,not_in_dam,anna,\n"))

    assert report.taken == 2
    assert said(small_store) == [("ball-red/1", "match", "ball-red"), ("stranger/3", "not_in_dam", None)]


def test_a_second_import_takes_nothing(small_store: Store, tmp_path: Path) -> None:
    file = table(tmp_path, "ball-red/1,match,anna,ball-red\n")
    import_reviews(small_store, file)

    report = import_reviews(small_store, file)

    assert (report.taken, report.skipped) == (0, 1)
    assert small_store.events.count() == 1


def test_the_same_row_twice_in_one_file_is_two_events(small_store: Store, tmp_path: Path) -> None:
    report = import_reviews(small_store, table(tmp_path, "ball-red/1,skip,anna,\nball-red/1,skip,anna,\n"))

    assert report.taken == 2


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("nowhere,match,anna,ball-red", "nowhere"),
        ("ball-red/1,match,anna,ball-black", "ball-black"),
        ("ball-red/1,match,anna,", "match"),
        ("ball-red/1,perhaps,anna,", "perhaps"),
        ("ball-red/1,skip,anna,ball-red", "skip"),
        ("ball-red/1,skip,,", "reviewer"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_stops_nothing(small_store: Store, tmp_path: Path, row: str, what: str) -> None:
    report = import_reviews(small_store, table(tmp_path, f"{row}\nball-red/2,match,anna,ball-red\n"))

    [refused] = report.refused
    assert refused.number == 2
    assert what in refused.what
    assert said(small_store) == [("ball-red/2", "match", "ball-red")]


def test_an_event_id_that_comes_back_with_other_content_is_refused(small_store: Store, tmp_path: Path) -> None:
    header = "event_id," + HEADER
    import_reviews(small_store, table(tmp_path, "e1,ball-red/1,match,anna,ball-red\n", header))

    report = import_reviews(small_store, table(tmp_path, "e1,ball-red/1,not_in_dam,anna,\n", header))

    assert [line.number for line in report.refused] == [2]
    assert said(small_store) == [("ball-red/1", "match", "ball-red")]


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_other_files_say_the_same(small_store: Store, tmp_path: Path, ending: str) -> None:
    frame = pd.DataFrame({"photo_id": ["ball-red/1", "stranger/3"], "verdict": ["match", "not_in_dam"]})
    frame = frame.assign(reviewer="anna", sku=pd.Series(["ball-red", None], dtype=object))
    file = tmp_path / f"reviews.{ending}"
    frame.to_parquet(file) if ending == "parquet" else frame.to_json(file, orient="records", lines=True)

    import_reviews(small_store, file)

    assert said(small_store) == [("ball-red/1", "match", "ball-red"), ("stranger/3", "not_in_dam", None)]


def test_a_label_studio_export_is_read(small_store: Store, tmp_path: Path) -> None:
    def task(number: int, photo: str, choice: str) -> dict[str, object]:
        result = [{"type": "choices", "value": {"choices": [choice]}}]
        annotation = {"id": number, "completed_by": {"email": "anna@example.org"}, "result": result}
        return {"id": number, "data": {"photo_id": photo}, "annotations": [annotation]}

    file = tmp_path / "export.json"
    file.write_text(json.dumps([task(1, "ball-red/1", "ball-red"), task(2, "stranger/3", "not_in_dam")]))

    import_reviews(small_store, file)

    events = small_store.events.all()
    assert [(event.verdict, event.sku) for event in events] == [(Verdict.MATCH, "ball-red"), (Verdict.NOT_IN_DAM, None)]
    assert {event.reviewer for event in events} == {"anna@example.org"}


@pytest.mark.parametrize(
    ("name", "content"), [("a.jsonl", "{"), ("a.parquet", "x"), ("a.json", '{"a": 1}'), ("a.txt", ""), ("a.csv", "b\n")]
)
def test_a_file_that_cannot_be_read_is_refused_whole(small_store: Store, tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)

    with pytest.raises(BadTable, match=name):
        import_reviews(small_store, tmp_path / name)

    assert small_store.events.count() == 0
