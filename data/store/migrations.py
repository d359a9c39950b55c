"""Migrations: a store of an earlier schema is brought to this program's where it lies, one version after the other.

Each step says of itself what is done already, so that one that was interrupted can be repeated; the version is written when a
step is over. The caller holds the lock of the first table for all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from data.errors import StoreError
from data.store.events import SuggestionTable
from data.store.locks import TableLock
from data.store.table import FAULTS

if TYPE_CHECKING:
    from lancedb.db import DBConnection

SCHEMA_VERSION = 2
Locks = Callable[[str], TableLock]
"""Gives the lock of a table by its name."""


def migrate(database: DBConnection, found: int, locks: Locks, note: Callable[[int], None]) -> int:
    """Bring a store from the version found to this program's; give the version that it has then, found where none leads on.

    Args:
        database: the store.
        found: its schema version.
        locks: gives the lock of a table.
        note: writes down the version that was reached.

    Raises:
        StoreError: a table could not be changed; what was done stays, and opening the store again goes on from there.
    """
    while found in STEPS:
        try:
            STEPS[found](database, locks)
        except FAULTS as error:
            raise StoreError(
                f"the store could not be brought from schema version {found} to {found + 1}: {error}",
                remedy="check the disk, then open it again: what is done already is kept",
            ) from error
        found += 1
        note(found)
    return found


def add_queue_columns(database: DBConnection, locks: Locks) -> None:
    """Give suggestions the order and the probability with which the queue picked their photo; empty for those that are there."""
    if "suggestions" not in database.list_tables(limit=10_000).tables:
        return  # a store whose making was interrupted: the table is made with them
    with locks("suggestions").held():
        table = database.open_table("suggestions")
        wanted = [SuggestionTable.schema.field(name) for name in ("queue_order", "queue_propensity")]
        missing = [field for field in wanted if field.name not in table.schema.names]
        if missing:
            table.add_columns(missing)


STEPS: Mapping[int, Callable[[DBConnection, Locks], None]] = {1: add_queue_columns}
"""What leads from a version to the next."""
