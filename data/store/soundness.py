"""Whether a store is sound: it opens, its tables can be read, and no row points at something that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data.errors import StoreError
from data.store.connection import Store
from data.store.migrations import SCHEMA_VERSION
from data.store.table import RecordTable, Table

SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class TableCount:
    """How many rows a table has."""

    name: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class StoreFault:
    """Something that is wrong with a store, and what to do about it."""

    what: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Soundness:
    """What a store was found to be."""

    schema_version: int
    tables: tuple[TableCount, ...]
    faults: tuple[StoreFault, ...]


@dataclass(frozen=True, kw_only=True)
class _Link:
    """Every value of a column must stand in a column of another table."""

    table: str
    column: str
    target: str
    target_column: str
    remedy: str


AGAIN = "import the catalogue again, which brings what is missing: couture import catalogue"
PHOTOS_AGAIN = "import the photos again, which brings what is missing: couture import photos"
RESTORE = "restore a backup: decisions are kept, but what they are about is gone"
LINKS = (
    _Link(table="views", column="image_id", target="images", target_column="image_id", remedy=AGAIN),
    _Link(table="views", column="sku", target="assets", target_column="sku", remedy=AGAIN),
    _Link(table="meshes", column="sku", target="assets", target_column="sku", remedy=AGAIN),
    _Link(table="photos", column="image_id", target="images", target_column="image_id", remedy=PHOTOS_AGAIN),
    _Link(table="events", column="photo_id", target="photos", target_column="photo_id", remedy=RESTORE),
    _Link(table="suggestions", column="photo_id", target="photos", target_column="photo_id", remedy=RESTORE),
    _Link(table="activations", column="version", target="weights", target_column="version", remedy=RESTORE),
)


def check_store(store: Store) -> Soundness:
    """Look through a store; every key is read, no picture is."""
    faults = list[StoreFault]()
    counts = list[TableCount]()
    for name, table in _tables(store).items():
        try:
            table.scan(list(table.key))
            counts.append(TableCount(name=name, rows=table.count()))
        except StoreError as error:
            faults.append(StoreFault(what=error.what, remedy="restore a backup, or import and index again"))
    readable = {count.name for count in counts}
    for link in LINKS:
        if {link.table, link.target} <= readable:
            faults += _orphans(store, link)
    return Soundness(schema_version=SCHEMA_VERSION, tables=tuple(counts), faults=tuple(faults))


def _orphans(store: Store, link: _Link) -> Iterator[StoreFault]:
    tables = _tables(store)
    said = set(tables[link.table].scan([link.column])[link.column].to_pylist()) - {None}
    there = set(tables[link.target].scan([link.target_column])[link.target_column].to_pylist())
    lost = sorted(said - there)
    if lost:
        named = ", ".join(lost[:SHOWN]) + (" …" if len(lost) > SHOWN else "")
        what = f"{link.table} name {len(lost)} {link.column} that {link.target} do not have ({named})"
        yield StoreFault(what=what, remedy=link.remedy)


def _tables(store: Store) -> dict[str, Table]:
    return {name: held.table for name, held in vars(store).items() if isinstance(held, RecordTable)}
