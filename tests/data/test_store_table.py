"""What every table of the store promises, tried on one of them."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from data.domain import ImageId, Mesh, Sku
from data.errors import NotFound, StoreError
from data.store import Store, open_store
from tests.data.builders import AWKWARD, asset, image, view


def test_putting_says_how_many_were_new(store: Store) -> None:
    store.assets.put([asset("bag")])

    assert store.assets.put([asset("bag"), asset("shoe")]) == 1


def test_putting_again_changes_nothing(store: Store) -> None:
    store.assets.put([asset("bag", title="first")])
    store.assets.put([asset("bag", title="second")])

    assert [found.title for found in store.assets.all()] == ["first"]


def test_one_key_twice_in_one_batch_is_stored_once(store: Store) -> None:
    store.assets.put([asset("bag", title="first"), asset("shoe"), asset("bag", title="second")])

    assert [(found.sku, found.title) for found in store.assets.all()] == [("bag", "first"), ("shoe", "Bag")]


def test_one_compound_key_twice_in_one_batch_is_stored_once(store: Store) -> None:
    mesh = Mesh(sku=Sku("bag"), generator="catalogue", glb=b"glb", settings_hash="h")

    assert store.meshes.put([mesh, mesh]) == 1


def test_putting_nothing_is_no_write(store: Store) -> None:
    before = store.assets.version

    assert (store.assets.put([]), store.assets.version) == (0, before)


def test_replacing_keeps_one_record_per_key(store: Store) -> None:
    store.assets.put([asset("bag", title="old"), asset("shoe", title="shoe")])
    store.assets.replace([asset("bag", title="new"), asset("bag", title="newest"), asset("hat", title="hat")])

    assert {found.sku: found.title for found in store.assets.all()} == {"bag": "newest", "shoe": "shoe", "hat": "hat"}


def test_a_record_comes_back_as_it_went(store: Store) -> None:
    kept = asset("bag", title="Tote", category="bags", description="of leather")
    store.assets.put([kept])

    assert store.assets.get("bag") == kept


def test_a_record_that_is_not_there_is_named(store: Store) -> None:
    with pytest.raises(NotFound, match="no assets with sku 'lost'"):
        store.assets.get("lost")


@pytest.mark.parametrize("text", AWKWARD)
def test_any_text_may_be_a_key(store: Store, text: str) -> None:
    store.assets.put([asset(text), asset("other")])

    assert store.assets.get(text).sku == text


@pytest.mark.parametrize("text", AWKWARD)
def test_text_that_looks_like_a_condition_finds_nothing_else(store: Store, text: str) -> None:
    store.assets.put([asset("other")])

    with pytest.raises(NotFound):
        store.assets.get(text)


def test_awkward_texts_are_looked_up_together(store: Store) -> None:
    store.images.put([image(text, content=text.encode()) for text in (*AWKWARD, "other")])

    assert store.images.contents(ImageId(text) for text in AWKWARD) == {text: text.encode() for text in AWKWARD}


def test_looking_up_nothing_finds_nothing(store: Store) -> None:
    store.images.put([image("i1")])

    assert store.images.contents([]) == {}


def test_thousands_of_keys_are_looked_up_at_once(store: Store) -> None:
    store.views.put([view(f"w{at}") for at in range(12_000)])

    assert store.views.table.scan_in("view_id", [f"w{at}" for at in range(11_000)]).num_rows == 11_000


def test_more_rows_than_a_default_limit_are_read(store: Store) -> None:
    store.views.put([view(f"w{at}") for at in range(3_000)])

    assert len(store.views.of(view().sku)) == 3_000


def test_a_second_handle_sees_a_write_at_once(store: Store) -> None:
    other = open_store(store.address)
    store.assets.put([asset("bag")])

    assert other.assets.get("bag") == asset("bag")


def test_a_second_handle_counts_a_write_at_once(store: Store) -> None:
    other = open_store(store.address)
    store.assets.put([asset("bag")])

    assert other.assets.count() == 1


def test_a_write_of_another_handle_changes_the_version_at_once(store: Store) -> None:
    other = open_store(store.address)
    before = other.assets.version
    store.assets.put([asset("bag")])

    assert other.assets.version != before


def test_two_handles_in_one_thread_may_hold_one_lock(store: Store) -> None:
    other = open_store(store.address)

    with store.assets.alone():
        assert other.assets.put([asset("bag")]) == 1


def test_a_writer_waits_while_another_thread_is_alone(store: Store) -> None:
    writer = threading.Thread(target=lambda: store.assets.put([asset("bag")]))
    with store.assets.alone():
        writer.start()
        writer.join(0.2)
        seen = store.assets.count()
    writer.join()

    assert (seen, store.assets.count()) == (0, 1)


def test_text_that_no_file_can_hold_is_an_error_of_ours(store: Store) -> None:
    with pytest.raises(StoreError, match="'assets' cannot be written"):
        store.assets.put([asset("bag", title="half a character: \ud83d")])


def test_a_table_that_was_taken_away_is_an_error_of_ours(store: Store) -> None:
    store.assets.put([asset("bag")])
    shutil.rmtree(store.address / "assets.lance")

    with pytest.raises(StoreError, match="'assets' cannot be read"):
        store.assets.all()


def fragments(folder: Path) -> int:
    import lancedb

    stats: Any = lancedb.connect(folder).open_table("assets").stats()  # typed as an object, a dictionary in truth
    return int(stats["fragment_stats"]["num_fragments"])


def put_one_by_one(store: Store, count: int) -> None:
    for at in range(count):
        store.assets.put([asset(f"bag-{at:04}")])


def test_compaction_keeps_every_row(store: Store) -> None:
    put_one_by_one(store, 20)
    before = store.assets.all()

    store.compact()

    assert sorted(store.assets.all(), key=lambda found: found.sku) == before


def test_compaction_merges_what_many_writes_left(store: Store) -> None:
    put_one_by_one(store, 20)

    store.compact()

    assert fragments(store.address) == 1


def test_a_handle_that_was_open_reads_on_after_compaction(store: Store) -> None:
    other = open_store(store.address)
    put_one_by_one(store, 20)

    store.compact()

    assert len(other.assets.all()) == 20


def test_readers_go_on_while_tables_are_compacted(store: Store) -> None:
    put_one_by_one(store, 20)
    done = threading.Event()
    counts: set[int] = set()

    def read() -> None:
        while not done.is_set():
            counts.add(len(store.assets.all()))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(5):
        store.compact()
    done.set()
    reader.join()

    assert counts == {20}


def test_many_small_writes_are_compacted_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.store.upkeep.COMPACT_EVERY", 20)
    store = open_store(tmp_path)

    put_one_by_one(store, 50)
    store.assets.table.settle()

    assert fragments(tmp_path) < 30


def test_writes_of_commands_that_write_once_are_compacted_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.store.upkeep.COMPACT_EVERY", 20)

    for at in range(25):
        store = open_store(tmp_path)
        store.assets.put([asset(f"bag-{at}")])
        store.assets.table.settle()

    assert fragments(tmp_path) < 20


def test_a_compaction_that_fails_does_not_make_a_write_look_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("data.store.upkeep.COMPACT_EVERY", 10)
    store = open_store(tmp_path)
    put_one_by_one(store, 5)
    next((tmp_path / "assets.lance" / "data").iterdir()).unlink()

    before = store.assets.version
    for at in range(10):  # added rows read no file that was there; rows that are merged may, once it is out of the cache
        store.assets.table.append([store.assets.to_row(asset(f"shoe-{at}"))])
    store.assets.table.settle()

    assert store.assets.version == before + 10
    assert "the table 'assets' could not be compacted" in caplog.text


def test_a_writer_does_not_wait_for_a_compaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.store.upkeep.COMPACT_EVERY", 5)
    store = open_store(tmp_path)
    begun, go_on = threading.Event(), threading.Event()

    def slow(**_: object) -> None:
        begun.set()
        assert go_on.wait(30)

    monkeypatch.setattr(store.assets.table._table, "optimize", slow)
    put_one_by_one(store, 6)
    assert begun.wait(30)
    stored = store.assets.put([asset("shoe")])
    go_on.set()
    store.assets.table.settle()

    assert stored == 1


def test_rows_that_are_added_while_a_table_is_compacted_are_all_there_once(store: Store) -> None:
    ended = threading.Event()

    def compact() -> None:
        while not ended.is_set():
            store.assets.compact()

    compacting = threading.Thread(target=compact)
    compacting.start()
    put_one_by_one(store, 60)
    ended.set()
    compacting.join()

    assert store.assets.count() == len(store.assets.skus()) == 60


def test_leases_are_compacted_alone(store: Store) -> None:
    held: list[bool] = []

    def compact() -> None:
        store.leases.compact()
        held.append(True)

    with store.leases.alone():
        waiting = threading.Thread(target=compact)
        waiting.start()
        waiting.join(0.3)
        assert not held
    waiting.join()

    assert held
