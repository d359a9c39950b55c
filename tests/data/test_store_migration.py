"""Stores that an earlier version of the program wrote."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import lancedb
import pyarrow as pa
import pytest

from data.domain import PhotoId, SuggestionId, WeightsVersion
from data.errors import StoreError
from data.ranking import Suggestion
from data.store import Store, open_store
from data.store.connection import META
from data.store.locks import TableLock
from data.store.migrations import SCHEMA_VERSION
from data.store.table import MOMENT, Table
from tests.data.builders import NOON

if TYPE_CHECKING:
    from lancedb.table import LanceTable

COLUMNS_OF_1 = pa.schema(
    [
        pa.field("suggestion_id", pa.string(), nullable=False),
        pa.field("photo_id", pa.string()),
        pa.field("weights", pa.string()),
        pa.field("no_match", pa.float64()),
        pa.field("candidates", pa.string()),
        pa.field("painted_at", MOMENT),
        pa.field("explored_rank", pa.int32()),
        pa.field("propensity", pa.float64()),
    ]
)
"""The suggestions as schema version 1 had them."""

OLD = Suggestion(
    suggestion_id=SuggestionId("old"),
    photo_id=PhotoId("p1"),
    weights=WeightsVersion("v1"),
    no_match=0.25,
    candidates=(),
    painted_at=NOON,
    explored_rank=5,
    propensity=0.2,
)
NEW = Suggestion(
    suggestion_id=SuggestionId("new"),
    photo_id=PhotoId("p2"),
    weights=WeightsVersion("v1"),
    no_match=0.5,
    candidates=(),
    painted_at=NOON,
    queue_order="useful/bag",
    queue_propensity=0.925,
)


@pytest.fixture
def address(tmp_path: Path) -> Path:
    """A store of schema version 1 with one suggestion in it."""
    open_store(tmp_path)
    database = lancedb.connect(tmp_path)
    database.drop_table("outlooks")
    database.drop_table("suggestions")
    made = cast("LanceTable", database.create_table("suggestions", schema=COLUMNS_OF_1))
    made.set_unenforced_primary_key("suggestion_id")
    made.add(pa.Table.from_pylist([old_row()], schema=COLUMNS_OF_1))
    write_version(tmp_path, 1)
    return tmp_path


def old_row() -> dict[str, Any]:
    return {name: getattr(OLD, name) for name in COLUMNS_OF_1.names} | {"candidates": json.dumps([])}


def meta_of(address: Path) -> Table:
    return Table(lancedb.connect(address), "meta", META, ("name",), TableLock(address / ".locks" / "meta.lock"))


def write_version(address: Path, version: int) -> None:
    meta_of(address).replace([{"name": "schema_version", "value": str(version)}])


def version_of(address: Path) -> int:
    return int({row["name"]: row["value"] for row in meta_of(address).scan().to_pylist()}["schema_version"])


def open_and_put(address: Path, number: int) -> None:
    """Open the store as a process of its own, and record one suggestion."""
    store = open_store(address, create=False)
    store.suggestions.put([Suggestion(**{**vars(NEW), "suggestion_id": SuggestionId(f"new-{number}")})])


def test_an_earlier_store_has_this_version_once_it_was_opened(address: Path) -> None:
    open_store(address, create=False)

    assert version_of(address) == SCHEMA_VERSION == 2


def test_what_was_shown_before_there_were_orders_is_read_without_one(address: Path) -> None:
    assert open_store(address).suggestions.all() == [OLD]


def test_a_migrated_store_takes_suggestions_with_their_order(address: Path) -> None:
    store = open_store(address)
    store.suggestions.put([NEW])

    assert open_store(address).suggestions.get("new") == NEW
    assert store.suggestions.count() == 2


def test_a_migrated_store_keeps_its_installation_id(tmp_path: Path) -> None:
    before = open_store(tmp_path).installation_id
    write_version(tmp_path, 1)

    assert open_store(tmp_path).installation_id == before


def test_a_store_that_was_opened_before_reads_on_after_the_migration(address: Path) -> None:
    write_version(address, 2)
    database = lancedb.connect(address)
    database.open_table("suggestions").add_columns(pa.schema([("queue_order", pa.string()), ("queue_propensity", pa.float64())]))
    kept = open_store(address)
    write_version(address, 1)
    open_store(address).suggestions.put([NEW])

    assert {found.suggestion_id for found in kept.suggestions.all()} == {"old", "new"}


@pytest.mark.parametrize("done", [["queue_order"], ["queue_order", "queue_propensity"]])
def test_a_migration_that_was_interrupted_is_finished(address: Path, done: list[str]) -> None:
    kinds = {"queue_order": pa.string(), "queue_propensity": pa.float64()}
    lancedb.connect(address).open_table("suggestions").add_columns(pa.schema([(name, kinds[name]) for name in done]))

    store = open_store(address)
    store.suggestions.put([NEW])

    assert (version_of(address), store.suggestions.get("old"), store.suggestions.get("new")) == (2, OLD, NEW)


def test_an_earlier_store_without_the_table_is_migrated_too(address: Path) -> None:
    lancedb.connect(address).drop_table("suggestions")

    assert (open_store(address).suggestions.count(), version_of(address)) == (0, 2)


def test_a_migrated_store_is_compacted_without_loss(address: Path) -> None:
    store = open_store(address)
    store.suggestions.put([NEW])
    store.compact()

    assert {found.suggestion_id: found for found in store.suggestions.all()} == {"old": OLD, "new": NEW}


def test_two_processes_may_open_an_earlier_store_at_once(address: Path) -> None:
    context = multiprocessing.get_context("spawn")
    openers = [context.Process(target=open_and_put, args=(address, number)) for number in range(2)]
    for process in openers:
        process.start()
    for process in openers:
        process.join()

    found: Store = open_store(address, create=False)
    assert [process.exitcode for process in openers] == [0, 0]
    assert sorted(shown.suggestion_id for shown in found.suggestions.all()) == ["new-0", "new-1", "old"]


def test_a_store_that_says_no_version_is_refused(address: Path) -> None:
    write_version(address, 0)

    with pytest.raises(StoreError, match="has schema version 0, this program reads 2"):
        open_store(address)


def test_a_migration_that_the_disk_refuses_leaves_the_version_as_it_was(address: Path) -> None:
    for path in (address / "suggestions.lance" / "_versions").iterdir():
        path.write_bytes(b"damaged")

    with pytest.raises(StoreError, match="could not be brought from schema version 1 to 2"):
        open_store(address)
    assert version_of(address) == 1
