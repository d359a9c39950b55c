"""A backup is the whole store as of one moment, and a restore puts back all of it or touches nothing."""

from __future__ import annotations

import json
import threading
import zipfile
from pathlib import Path

import pytest

from data.domain import Sku
from data.errors import NotAllowed, StoreError
from data.events import Verdict
from data.store import Store, open_store
from data.store.backup import back_up, count_rows, table_names
from data.store.backup_manifest import MANIFEST
from data.store.restoring import restore
from tests.builders import ANNA, asset_of, review_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with two assets and two reviews."""
    made = open_store(tmp_path / "store")
    made.assets.put([asset_of(Sku("bag-red")), asset_of(Sku("bag-blue"))])
    made.events.append([review_of("p1", Verdict.MATCH, "bag-red"), review_of("p2", Verdict.NOT_IN_DAM)])
    return made


@pytest.fixture
def backup(store: Store, tmp_path: Path) -> Path:
    """A backup of it."""
    file = tmp_path / "backup.zip"
    back_up(store, file)
    return file


def rewritten(backup: Path, name: str, content: bytes, *, as_name: str = "") -> Path:
    """Copy a backup with one entry of other content or another name."""
    other = backup.with_name("other.zip")
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(other, "w") as target:
        for entry in source.namelist():
            target.writestr(as_name or entry, content) if entry == name else target.writestr(entry, source.read(entry))
    return other


def manifest_of(backup: Path) -> dict[str, object]:
    with zipfile.ZipFile(backup) as packed:
        said: dict[str, object] = json.loads(packed.read(MANIFEST))
    return said


def test_every_row_of_every_table_comes_back(store: Store, tmp_path: Path) -> None:
    store.vectors("colour", 3)
    back_up(store, tmp_path / "backup.zip")
    restore(tmp_path / "backup.zip", tmp_path / "home" / "store")

    again = open_store(tmp_path / "home" / "store", create=False)
    assert table_names(again.address) == table_names(store.address)
    assert count_rows(again.address) == count_rows(store.address)
    assert again.events.all() == store.events.all()
    assert again.assets.all() == store.assets.all()
    assert again.installation_id == store.installation_id


def test_a_restored_store_can_be_written(backup: Path, tmp_path: Path) -> None:
    restore(backup, tmp_path / "again")

    [stored] = open_store(tmp_path / "again").events.append([review_of("p3", Verdict.SKIP)])
    assert stored.sequence == 2


def test_a_backup_leaves_nothing_else_in_the_store_or_beside_it(store: Store, backup: Path) -> None:
    assert [path.name for path in store.address.iterdir() if "backup" in path.name] == []
    assert sorted(path.name for path in backup.parent.iterdir()) == ["backup.zip", "store"]


def test_a_backup_overwrites_a_file_only_where_it_may(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "mine.zip"
    file.write_text("mine")

    with pytest.raises(NotAllowed, match=r"mine\.zip"):
        back_up(store, file)
    assert file.read_text() == "mine"

    back_up(store, file, overwrite=True)
    assert zipfile.is_zipfile(file)


def test_what_was_acknowledged_before_a_backup_is_in_it_while_others_write(store: Store, tmp_path: Path) -> None:
    acknowledged, enough, stop = list[str](), threading.Event(), threading.Event()

    def write() -> None:
        for number in range(2_000):
            if stop.is_set():
                return
            [stored] = store.events.append([review_of(f"w{number}", Verdict.SKIP, by=ANNA)])
            acknowledged.append(stored.event_id)
            if number == 4:
                enough.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert enough.wait(30)
    before = list(acknowledged)
    try:
        back_up(store, tmp_path / "live.zip")
    finally:
        stop.set()
        writer.join()

    restore(tmp_path / "live.zip", tmp_path / "again")
    found = open_store(tmp_path / "again").events.all()
    assert set(before) <= {event.event_id for event in found}
    assert [event.sequence for event in found] == list(range(len(found)))


def test_a_compaction_beside_it_leaves_a_backup_whole(store: Store, tmp_path: Path) -> None:
    stop, compacted = threading.Event(), threading.Event()

    def compact() -> None:
        number = 0
        while not stop.is_set():
            store.events.append([review_of(f"c{number}", Verdict.SKIP)])
            store.events.compact()
            compacted.set()
            number += 1

    beside = threading.Thread(target=compact)
    beside.start()
    assert compacted.wait(30)
    try:
        for number in range(5):
            back_up(store, tmp_path / f"{number}.zip")
    finally:
        stop.set()
        beside.join()

    for number in range(5):
        restore(tmp_path / f"{number}.zip", tmp_path / f"again-{number}")
        found = open_store(tmp_path / f"again-{number}").events.all()
        assert [event.sequence for event in found] == list(range(len(found)))


def test_a_file_that_is_being_written_is_no_part_of_a_backup(store: Store, tmp_path: Path) -> None:
    (store.address / "events.lance" / "_versions" / ".tmp8dTLme").write_bytes(b"half a manif")

    back_up(store, tmp_path / "whole.zip")
    restore(tmp_path / "whole.zip", tmp_path / "again")

    assert open_store(tmp_path / "again").events.all() == store.events.all()


def test_a_store_that_is_there_is_kept_unless_it_may_be_moved_aside(store: Store, backup: Path) -> None:
    store.events.append([review_of("later", Verdict.SKIP)])

    with pytest.raises(NotAllowed, match="--force"):
        restore(backup, store.address)
    assert open_store(store.address).events.count() == 3

    moved = restore(backup, store.address, replace=True).moved_aside
    assert moved is not None
    assert open_store(moved).events.count() == 3
    assert open_store(store.address).events.count() == 2


def test_a_backup_that_is_cut_off_is_refused_and_nothing_is_lost(store: Store, backup: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(backup.read_bytes()[:-2_000])

    with pytest.raises(StoreError, match=r"cut\.zip is no backup"):
        restore(cut, store.address, replace=True)

    assert open_store(store.address).events.count() == 2


def test_a_changed_byte_is_found_before_anything_is_touched(store: Store, backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 255
    backup.write_bytes(content)

    with pytest.raises(StoreError):
        restore(backup, store.address, replace=True)

    assert sorted(path.name for path in backup.parent.iterdir()) == ["backup.zip", "store"]


def test_content_that_is_not_what_the_checksums_say_is_refused(backup: Path, tmp_path: Path) -> None:
    files = manifest_of(backup)["files"]
    assert isinstance(files, list)

    with pytest.raises(StoreError, match="not what it was"):
        restore(rewritten(backup, files[0]["path"], b"x" * files[0]["size_bytes"]), tmp_path / "again")

    assert not (tmp_path / "again").exists()


def test_another_programs_file_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "foreign.zip", "w") as packed:
        packed.writestr("letter.txt", "hello")

    with pytest.raises(StoreError, match=MANIFEST):
        restore(tmp_path / "foreign.zip", tmp_path / "again")


def test_a_backup_of_a_later_schema_says_so(backup: Path, tmp_path: Path) -> None:
    later = json.dumps({**manifest_of(backup), "schema_version": 99}).encode()

    with pytest.raises(StoreError, match="schema version 99"):
        restore(rewritten(backup, MANIFEST, later), tmp_path / "again")


@pytest.mark.parametrize("path", ["../out", "/out", "a.lance/../../out", "a.lance\\..\\..\\out", "C:/out", "out"])
def test_a_path_that_leads_out_of_the_store_is_refused(backup: Path, tmp_path: Path, path: str) -> None:
    files = manifest_of(backup)["files"]
    assert isinstance(files, list)
    said = {**manifest_of(backup), "files": [{**files[0], "path": path}, *files[1:]]}

    with pytest.raises(StoreError, match="no table's"):
        restore(rewritten(backup, MANIFEST, json.dumps(said).encode()), tmp_path / "again")

    assert not (tmp_path / "again").exists()


def test_a_file_that_is_not_listed_is_refused(backup: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(backup, "a") as packed:
        packed.writestr("../../more", "x")

    with pytest.raises(StoreError, match="does not hold"):
        restore(backup, tmp_path / "again")
