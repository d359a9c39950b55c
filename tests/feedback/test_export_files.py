"""Whatever is exported comes back without loss by its own reader."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import datasets
import pyarrow as pa
import pytest

from data.crops import Box
from data.domain import EventId, PhotoId, Reviewer, Side, Sku, SuggestionId, WeightsVersion
from data.errors import BadTable, CoutureError, NotAllowed
from data.events import RenderRemark, RenderVerdict, Verdict
from data.ranking import Candidate, Contribution, Suggestion
from data.store import Store
from feedback.accepting import turn_off
from feedback.crops import crop_photo, uncrop_photo
from feedback.equivalence import declare_equivalent, read_labels
from feedback.export import LABELS, Exported, export, exported_table
from feedback.export_files import read_table, write_table
from feedback.labels import LabelKind
from feedback.review_import import import_reviews
from tests.builders import ARTICLES, BEN, NOON, image_of, photo_picture, review_of, view_of
from tests.corrections import correction_of
from tests.small_catalogue import copy_store

ENDINGS = ("csv", "jsonl", "parquet")
HARD = ["", "=1+1", "+1", "-1", "@a", "\tx", "\rx", "'=1", 'a "b", c', "two\nlines", "two\r\nlines", "\u2028é", "null", "1"]
"""Notes that a careless writer or reader changes."""


@pytest.fixture
def spoken(small_store: Store) -> Store:
    """A store in which somebody said something of every kind, in words that are hard to write down."""
    store = small_store
    reviews = [
        dataclasses.replace(review_of("ball-red/1", Verdict.SKIP, event=f"e{at}"), note=note, seconds=0.1 * at)
        for at, note in enumerate(HARD)
    ]
    store.events.append(
        [*reviews, review_of("ball-red/1", Verdict.MATCH, "ball-red"), review_of("stranger/3", Verdict.NOT_IN_DAM)]
    )
    store.events.append([review_of("ball-red/1", Verdict.MATCH, "ball-red", by=Reviewer("Lee, Ann =1"))])
    store.events.append(
        [review_of("ball-green/1", Verdict.MATCH, "ball-red"), review_of("ball-green/1", Verdict.UNUSABLE, by=BEN)]
    )
    declare_equivalent(store, [Sku("ball-red"), Sku("bag-red")], by="anna", at=NOON)
    store.corrections.append(
        [correction_of("c1", "=red", sku="ball-red"), correction_of("c2", photo="ball-red/1", withdraws="c1")]
    )
    remark = RenderRemark(event_id=EventId("r1"), sku=Sku("ball-red"), verdict=RenderVerdict.WRONG, by="anna", at=NOON)
    store.render_remarks.append([remark])
    store.suggestions.put([suggestion()])
    crop_photo(store, PhotoId("ball-red/1"), Box(left=0.1, top=0.2, right=1 / 3, bottom=0.9), by="=anna", at=NOON)
    uncrop_photo(store, PhotoId("ball-red/1"), by="anna", at=NOON)
    turn_off(store, by=BEN, reason='="sale", ended', at=NOON)
    return store


def suggestion() -> Suggestion:
    """Make a suggestion of one candidate, with a channel that has no evidence."""
    [sku] = [Sku("ball-red")]
    parts = (
        Contribution(channel="colour/reference", similarity=0.1 + 0.2, value=0.25),
        Contribution(channel="colour/render", similarity=float("nan"), value=0.0),
    )
    best = view_of(sku, image_of(photo_picture(ARTICLES[sku], 1)))
    candidate = Candidate(rank=1, sku=sku, title="=ball", score=1 / 3, confidence=0.9, best_view=best, contributions=parts)
    return Suggestion(
        suggestion_id=SuggestionId("s1"),
        photo_id=PhotoId("ball-red/1"),
        weights=WeightsVersion("v1"),
        no_match=1 / 7,
        candidates=(candidate,),
        painted_at=NOON,
        propensity=0.2,
    )


def said(store: Store) -> dict[PhotoId, tuple[LabelKind, Sku | None, frozenset[Sku], frozenset[str]]]:
    """Read what each label says, whatever the events' order."""
    labels = read_labels(store).items()
    return {photo_id: (label.kind, label.chosen, label.skus, frozenset(label.reviewers)) for photo_id, label in labels}


@pytest.mark.parametrize("what", list(Exported))
def test_every_table_comes_back_from_every_kind_of_file(spoken: Store, tmp_path: Path, what: Exported) -> None:
    held = exported_table(spoken, what)
    assert held.num_rows

    for ending in ENDINGS:
        file = tmp_path / f"{what.value}.{ending}"
        assert export(spoken, what, file) == held.num_rows
        assert read_table(file, held.schema).equals(held), ending


@pytest.mark.parametrize("ending", ENDINGS)
def test_reviews_become_the_same_events_again(spoken: Store, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"reviews.{ending}"
    export(spoken, Exported.REVIEWS, file)

    rows = read_table(file, spoken.events.schema).to_pylist()

    assert [spoken.events.from_row(row) for row in rows] == spoken.events.all()


def test_a_spreadsheet_finds_no_formula_in_an_exported_file(spoken: Store, tmp_path: Path) -> None:
    export(spoken, Exported.REVIEWS, tmp_path / "reviews.csv")

    cells = (tmp_path / "reviews.csv").read_text(encoding="utf-8").split(",")

    assert '"\'=1+1"' in cells
    assert [cell for cell in cells if cell.startswith(('"=', '"+', '"-', '"@', '"\t', '"\r'))] == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_table_comes_back_empty(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"labels.{ending}"
    write_table(LABELS.empty_table(), file, f".{ending}")

    assert read_table(file, LABELS).equals(LABELS.empty_table())


def test_a_file_of_another_table_is_refused(spoken: Store, tmp_path: Path) -> None:
    export(spoken, Exported.ASSETS, tmp_path / "assets.parquet")

    with pytest.raises(BadTable, match="assets"):
        read_table(tmp_path / "assets.parquet", LABELS)


@pytest.mark.parametrize("name", ["labels.xlsx", "labels.html"])
def test_a_kind_that_is_not_written_is_refused_and_leaves_nothing(spoken: Store, tmp_path: Path, name: str) -> None:
    before = set(tmp_path.iterdir())

    with pytest.raises(CoutureError, match=name):
        export(spoken, Exported.LABELS, tmp_path / name)

    assert set(tmp_path.iterdir()) == before


def test_reviews_are_no_dataset_folder(spoken: Store, tmp_path: Path) -> None:
    with pytest.raises(CoutureError, match="of no kind"):
        export(spoken, Exported.REVIEWS, tmp_path / "folder")


def test_a_dataset_folder_is_read_by_the_datasets_library(spoken: Store, tmp_path: Path) -> None:
    folder = tmp_path / "dataset"
    assert export(spoken, Exported.LABELS, folder) == 2

    found = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))

    rows = {row["photo_id"]: row for split in found.values() for row in split}
    held = {row["photo_id"]: row for row in exported_table(spoken, Exported.LABELS).to_pylist()}
    assert sorted(rows) == ["ball-red/1", "stranger/3"]
    assert {name: {**row, "image": None} for name, row in rows.items()} == {name: {**held[name], "image": None} for name in rows}
    assert rows["ball-red/1"]["image"].size == (240, 240)
    assert set(found) == {"train"}


def test_the_sealed_side_is_a_split_of_its_own(spoken: Store, tmp_path: Path) -> None:
    sealed = [photo.photo_id for photo in spoken.photos.all() if photo.side is Side.TEST][:1]
    spoken.events.append([review_of(sealed[0], Verdict.NOT_IN_DAM)])

    export(spoken, Exported.LABELS, tmp_path / "dataset")

    found = datasets.load_dataset(str(tmp_path / "dataset"), cache_dir=str(tmp_path / "cache"), split="test")
    assert found["photo_id"][:] == sealed


def test_a_dataset_holds_the_pictures_as_they_are_stored(spoken: Store, tmp_path: Path) -> None:
    export(spoken, Exported.LABELS, tmp_path / "dataset")

    found = datasets.load_dataset(str(tmp_path / "dataset"), cache_dir=str(tmp_path / "cache"), split="train")
    raw = found.cast_column("image", datasets.Image(decode=False))

    assert [row["image"]["bytes"] for row in raw] == [spoken.images.content(row["image_id"]) for row in raw]


def test_a_label_studio_file_gives_the_same_labels_again(
    spoken: Store, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = copy_store(tmp_path_factory.getbasetemp(), tmp_path / "other")
    export(spoken, Exported.LABELS, tmp_path / "labels.json")

    report = import_reviews(other, tmp_path / "labels.json")

    assert report.refused == ()
    declare_equivalent(other, [Sku("ball-red"), Sku("bag-red")], by="anna", at=NOON)
    assert said(other) == said(spoken)


def test_a_label_studio_file_that_comes_home_adds_nothing(spoken: Store, tmp_path: Path) -> None:
    export(spoken, Exported.LABELS, tmp_path / "labels.json")

    report = import_reviews(spoken, tmp_path / "labels.json")

    assert (report.taken, report.refused) == (0, ())
    assert report.skipped


def test_a_note_travels_with_its_label_studio_annotation(spoken: Store, tmp_path: Path) -> None:
    noted = dataclasses.replace(review_of("tent-pink/1", Verdict.UNUSABLE, event="noted"), note="too dark")
    spoken.events.append([noted])

    export(spoken, Exported.LABELS, tmp_path / "labels.json")

    tasks = json.loads((tmp_path / "labels.json").read_text(encoding="utf-8"))
    [task] = [task for task in tasks if task["data"]["photo_id"] == "tent-pink/1"]
    controls = [
        (result["from_name"], result["to_name"], result["type"], result["value"]) for result in task["annotations"][0]["result"]
    ]
    assert controls == [
        ("verdict", "photo", "choices", {"choices": ["unusable"]}),
        ("note", "photo", "textarea", {"text": ["too dark"]}),
    ]
    assert task["data"]["image"].startswith("data:image/jpeg;base64,")


def test_reviews_with_words_that_begin_like_formulas_can_be_imported_again(
    small_store: Store, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    said = dataclasses.replace(review_of("ball-red/1", Verdict.MATCH, "ball-red", by=Reviewer("@anna")), note="=1+1")
    small_store.events.append([said])
    export(small_store, Exported.REVIEWS, tmp_path / "reviews.csv")
    other = copy_store(tmp_path_factory.getbasetemp(), tmp_path / "other")

    import_reviews(other, tmp_path / "reviews.csv")

    assert other.events.all() == small_store.events.all()


def test_a_name_that_is_taken_is_refused(spoken: Store, tmp_path: Path) -> None:
    (tmp_path / "dataset").mkdir()

    with pytest.raises(NotAllowed, match="dataset"):
        export(spoken, Exported.LABELS, tmp_path / "dataset")


def test_a_list_with_nothing_in_it_is_not_nothing(tmp_path: Path) -> None:
    schema = pa.schema([("names", pa.list_(pa.string()))])
    table = pa.table({"names": [[], None, ["a b", "=c"]]}, schema=schema)
    write_table(table, tmp_path / "a.csv", ".csv")

    assert read_table(tmp_path / "a.csv", schema).equals(table)
