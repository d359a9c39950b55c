"""A table of the store: schema, idempotent writing, reading, compaction. LanceDB is spoken here and in its neighbours alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from enum import Enum
from functools import reduce
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import pyarrow as pa
from lancedb.expr import col, lit

from data.errors import NotFound, StoreError
from data.store.locks import TableLock

if TYPE_CHECKING:
    from lancedb.db import DBConnection
    from lancedb.expr import Expr

Record = TypeVar("Record")
Row = dict[str, Any]
"""One row on its way to or from Arrow; it never leaves this package."""

COMPACT_EVERY = 200
KEPT_VERSIONS_FOR = timedelta(minutes=10)
LOOKUP_BATCH = 400
MOMENT = pa.timestamp("us", tz="UTC")


class Table:
    """One LanceDB table, opened or made; writers are serialised by its lock."""

    def __init__(
        self, database: DBConnection, name: str, schema: pa.Schema, key: Sequence[str], lock: TableLock
    ) -> None:
        self.name, self.key, self.lock = name, tuple(key), lock
        self.schema = pa.schema([field.with_nullable(field.nullable and field.name not in key) for field in schema])
        self._writes = 0
        with lock.held():
            fresh = name not in set(database.table_names(limit=10_000))
            if fresh:
                self._table = database.create_table(name, schema=self.schema)
                if len(self.key) == 1:  # compound ones are not supported; the lock alone guards those
                    self._table.set_unenforced_primary_key(self.key[0])
            else:
                self._table = database.open_table(name)

    @property
    def version(self) -> int:
        """Number that changes with every write, by whatever process."""
        return int(self._table.version)

    def count(self) -> int:
        """Count the rows."""
        return int(self._table.count_rows())

    def scan(self, columns: Sequence[str] | None = None, where: Expr | None = None) -> pa.Table:
        """Read rows as Arrow, all columns unless some are named."""
        query = self._table.search()
        if where is not None:
            query = query.where(where)
        if columns is not None:
            query = query.select(list(columns))
        return query.limit(None).to_arrow()

    def scan_in(self, column: str, values: Iterable[str], columns: Sequence[str] | None = None) -> pa.Table:
        """Read the rows whose column is one of the values; values are bound, never spliced into text."""
        wanted, parts = iter(dict.fromkeys(values)), []
        while chunk := list(islice(wanted, LOOKUP_BATCH)):
            parts.append(self.scan(columns, any_of(column, chunk)))
        if not parts:
            return self.schema.empty_table() if columns is None else self.schema.empty_table().select(list(columns))
        return pa.concat_tables(parts)

    def insert_new(self, rows: Sequence[Row]) -> int:
        """Insert the rows whose key is not there yet; say how many were."""
        if not rows:
            return 0
        return self.insert_table(pa.Table.from_pylist(list(rows), schema=self.schema))

    def insert_table(self, table: pa.Table) -> int:
        """Insert the rows of an Arrow table whose key is not there yet; say how many were."""
        with self.lock.held():
            result = self._table.merge_insert(list(self.key)).when_not_matched_insert_all().execute(table)
            self._note_write()
        return int(result.num_inserted_rows)

    def replace(self, rows: Sequence[Row]) -> None:
        """Insert rows, or put them in the place of those with the same key."""
        if not rows:
            return
        table = pa.Table.from_pylist(list(rows), schema=self.schema)
        with self.lock.held():
            self._table.merge_insert(list(self.key)).when_matched_update_all().when_not_matched_insert_all().execute(
                table
            )
            self._note_write()

    def append(self, rows: Sequence[Row]) -> None:
        """Add rows whose keys are known to be new; the caller holds the lock."""
        self._table.add(pa.Table.from_pylist(list(rows), schema=self.schema))
        self._note_write()

    def update(self, where: Expr, values: Row) -> int:
        """Change rows where a condition holds; say how many."""
        with self.lock.held():
            result = self._table.update(where=where.to_sql(), values=values)
            self._note_write()
        return int(result.rows_updated)

    def compact(self) -> None:
        """Merge small fragments and forget old versions; readers go on."""
        with self.lock.held():
            self._table.optimize(cleanup_older_than=KEPT_VERSIONS_FOR)

    def _note_write(self) -> None:
        self._writes += 1
        if self._writes % COMPACT_EVERY == 0:
            self._table.optimize(cleanup_older_than=KEPT_VERSIONS_FOR)


def any_of(column: str, values: Sequence[str]) -> Expr:
    """Build the condition that a column is one of the values, as a balanced tree so that no parser overflows."""
    terms = [col(column) == lit(value) for value in values]
    while len(terms) > 1:
        terms = [reduce(lambda one, other: one | other, terms[at : at + 2]) for at in range(0, len(terms), 2)]
    return terms[0]


class RecordTable(Generic[Record]):
    """A table whose rows are one frozen type of `data.domain`."""

    record: ClassVar[Callable[..., Any]]
    schema: ClassVar[pa.Schema]
    key: ClassVar[tuple[str, ...]]

    def __init__(self, database: DBConnection, name: str, lock: TableLock) -> None:
        self.table = Table(database, name, self.schema, self.key, lock)

    @property
    def version(self) -> int:
        """Number that changes with every write, by whatever process."""
        return self.table.version

    def count(self) -> int:
        """Count the records."""
        return self.table.count()

    def put(self, records: Iterable[Record]) -> int:
        """Store the records that are not there yet; say how many were new."""
        return self.table.insert_new([self.to_row(record) for record in records])

    def all(self) -> list[Record]:
        """Read every record."""
        return self.from_rows(self.table.scan())

    def get(self, key: str) -> Record:
        """Read one record by its key.

        Raises:
            NotFound: there is none.
        """
        found = self.from_rows(self.table.scan(where=col(self.key[0]) == lit(key)))
        if not found:
            raise NotFound(f"no {self.table.name} with {self.key[0]} '{key}'", remedy="check the id")
        return found[0]

    def to_row(self, record: Record) -> Row:
        """Flatten a record for Arrow."""
        row = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}  # type: ignore[arg-type]  # every record is a dataclass
        return {name: value.value if isinstance(value, Enum) else value for name, value in row.items()}

    def from_row(self, row: Mapping[str, Any]) -> Record:
        """Build a record from a row."""
        found: Record = type(self).record(**row)
        return found

    def from_rows(self, table: pa.Table) -> list[Record]:
        """Build the records of an Arrow table."""
        return [self.from_row(row) for row in table.to_pylist()]

    def compact(self) -> None:
        """Merge small fragments and forget old versions."""
        self.table.compact()


def refuse_unreadable(address: str, error: Exception) -> StoreError:
    """Wrap what LanceDB said of a database that cannot be opened."""
    return StoreError(f"the store at {address} cannot be opened: {error}", remedy="check the path, or restore a backup")
