from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from data.errors import ShapeMismatch, StoreError
from data.store import open_store
from data.store.connection import META
from data.store.locks import TableLock
from data.store.table import Table
from tests.data.builders import asset


def test_a_store_is_made_in_a_folder_that_is_missing(tmp_path: Path) -> None:
    assert open_store(tmp_path / "deep" / "store").assets.count() == 0


def test_a_store_is_made_in_an_empty_folder(tmp_path: Path) -> None:
    assert open_store(tmp_path).assets.count() == 0


def test_what_is_stored_is_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    open_store(tmp_path).assets.put([asset("bag")])

    assert open_store(tmp_path, create=False).assets.skus() == ["bag"]


def test_a_store_keeps_its_installation_id(tmp_path: Path) -> None:
    assert open_store(tmp_path).installation_id == open_store(tmp_path).installation_id


def test_two_stores_have_two_installation_ids(tmp_path: Path) -> None:
    assert open_store(tmp_path / "one").installation_id != open_store(tmp_path / "other").installation_id


def test_a_store_that_is_missing_is_not_made_unless_asked(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no store at .*; run 'couture demo'"):
        open_store(tmp_path / "lost", create=False)


def test_asking_for_a_store_that_is_missing_makes_no_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        open_store(tmp_path / "lost", create=False)

    assert not (tmp_path / "lost").exists()


@pytest.mark.parametrize("name", ["letter.txt", "somebody's.lance"])
def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()

    with pytest.raises(StoreError, match="is no store and not empty; name another folder with --home"):
        open_store(tmp_path)


def test_a_folder_that_is_refused_is_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()

    with pytest.raises(StoreError):
        open_store(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")

    with pytest.raises(StoreError, match="is no store"):
        open_store(tmp_path / "file")


def test_a_folder_below_a_file_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")

    with pytest.raises(StoreError, match=r"cannot be opened.*check the path"):
        open_store(tmp_path / "file" / "store")


def test_a_store_whose_making_was_interrupted_is_finished(tmp_path: Path) -> None:
    (tmp_path / ".locks").mkdir()

    assert open_store(tmp_path).assets.count() == 0


def test_a_store_of_another_schema_version_is_refused_with_both_numbers(tmp_path: Path) -> None:
    import lancedb

    open_store(tmp_path)
    meta = Table(lancedb.connect(tmp_path), "meta", META, ("name",), TableLock(tmp_path / ".locks" / "meta.lock"))
    meta.replace([{"name": "schema_version", "value": "3"}])

    with pytest.raises(StoreError, match=r"has schema version 3, this program reads 2; update the program"):
        open_store(tmp_path)


def test_a_store_whose_first_table_is_damaged_is_refused_with_a_remedy(tmp_path: Path) -> None:
    open_store(tmp_path)
    for path in (tmp_path / "meta.lance" / "_versions").iterdir():
        path.write_bytes(b"damaged")

    with pytest.raises(StoreError, match="'meta' cannot be"):
        open_store(tmp_path)


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    import lancedb

    open_store(tmp_path)
    database = lancedb.connect(tmp_path)
    other = pa.schema([("name", pa.string()), ("value", pa.int64())])

    with pytest.raises(StoreError, match="the table 'meta' has other columns or sizes"):
        Table(database, "meta", other, ("name",), TableLock(tmp_path / ".locks" / "meta.lock"))


def test_vectors_of_another_size_than_those_stored_are_refused(tmp_path: Path) -> None:
    open_store(tmp_path).vectors("colour", 4)

    with pytest.raises(StoreError, match="'vectors_colour' has other columns or sizes"):
        open_store(tmp_path).vectors("colour", 8)


def test_vectors_of_another_size_than_those_open_are_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.vectors("colour", 4)

    with pytest.raises(ShapeMismatch, match="'colour' have 4 numbers each, not 8"):
        store.vectors("colour", 8)
