"""A table of the store: schema, idempotent writing, reading, compaction. LanceDB is spoken here and in its neighbours alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

import pyarrow as pa
from lancedb.expr import col, lit

from data.errors import NotFound, StoreError
from data.store.locks import TableLock
from data.store.parts import PART, in_parts, picked
from data.store.upkeep import Upkeep

if TYPE_CHECKING:
    from lancedb.db import DBConnection
    from lancedb.expr import Expr
    from lancedb.table import LanceTable

Record = TypeVar("Record")
Row = dict[str, Any]
"""One row on its way to or from Arrow; it never leaves this package."""
KEPT_VERSIONS_FOR = timedelta(minutes=10)
LOOKUP_BATCH = 10_000
MOMENT = pa.timestamp("us", tz="UTC")
FAULTS = (OSError, RuntimeError, ValueError)
"""What LanceDB and Arrow raise when a disk is full, a file is damaged or a row does not fit."""


class Table:
    """One LanceDB table, opened or made; writers are serialised by its lock.

    Where writes change rows that are there (`changes_rows`), compaction keeps writers out: else each would win over it.
    """

    def __init__(
        self,
        database: DBConnection,
        name: str,
        schema: pa.Schema,
        key: Sequence[str],
        lock: TableLock,
        *,
        changes_rows: bool = False,
    ) -> None:
        self.name, self.key, self.lock = name, tuple(key), lock
        self._alone = lock.held if changes_rows else nullcontext
        self.schema = pa.schema([field.with_nullable(field.nullable and field.name not in key) for field in schema])
        with lock.held(), self._explained("opened"):
            if name not in database.list_tables(limit=10_000).tables:
                self._table = cast("LanceTable", database.create_table(name, schema=self.schema))
                if len(self.key) == 1:  # compound ones are not supported; the lock alone guards those
                    self._table.set_unenforced_primary_key(self.key[0])
            else:
                self._table = cast("LanceTable", database.open_table(name))
            self._check_columns()
        self._upkeep = Upkeep(name, self.compact, self.version)

    @property
    def version(self) -> int:
        """Number that changes with every write, by whatever process."""
        return int(self._table.version)

    def count(self) -> int:
        """Count the rows."""
        return int(self._table.count_rows())

    def scan(self, columns: Sequence[str] | None = None, where: Expr | None = None) -> pa.Table:
        """Read rows as Arrow, all columns unless some are named.

        Raises:
            StoreError: the table cannot be read.
        """
        with self._explained("read"):
            query = self._table.search()
            if where is not None:
                query = query.where(where)
            if columns is not None:
                query = query.select(list(columns))
            return query.limit(None).to_arrow()

    def parts(self, where: Expr, rows: int = PART) -> Iterator[pa.Table]:
        """Read rows as `scan` does, so many at a time."""
        with self._explained("read"):
            yield from in_parts(self._table.search().where(where).limit(None).to_batches(rows), rows)

    def scan_in(self, column: str, values: Iterable[str], columns: Sequence[str] | None = None) -> pa.Table:
        """Read the rows whose column is one of the values; values are bound, never spliced into text."""
        wanted, parts = iter(dict.fromkeys(values)), []
        while chunk := list(islice(wanted, LOOKUP_BATCH)):
            parts.append(self.scan(columns, col(column).isin([lit(value) for value in chunk])))
        if not parts:
            return self.schema.empty_table() if columns is None else self.schema.empty_table().select(list(columns))
        return pa.concat_tables(parts)

    def insert_new(self, rows: Sequence[Row]) -> int:
        """Insert the rows whose key is not there yet, of rows with one key the first; say how many were."""
        if not rows:
            return 0
        return self.insert_table(self._arrow(rows))

    def insert_table(self, table: pa.Table) -> int:
        """Insert the rows of an Arrow table whose key is not there yet, of rows with one key the first; say how many were.

        Raises:
            StoreError: nothing could be written.
        """
        first = {key: at for at, key in reversed(list(enumerate(self._keys(table))))}
        with self.lock.held():
            with self._explained("written"):
                merge = self._table.merge_insert(list(self.key)).when_not_matched_insert_all()
                result = merge.execute(picked(table, first.values()))
            self._upkeep.note(self.version)
        return int(result.num_inserted_rows)

    def replace(self, rows: Sequence[Row]) -> None:
        """Insert rows, or put them in the place of those with the same key; of rows with one key the last counts.

        Raises:
            StoreError: nothing could be written.
        """
        if not rows:
            return
        table = self._arrow(rows)
        last = {key: at for at, key in enumerate(self._keys(table))}
        with self.lock.held():
            with self._explained("written"):
                merge = self._table.merge_insert(list(self.key)).when_matched_update_all().when_not_matched_insert_all()
                merge.execute(picked(table, last.values()))
            self._upkeep.note(self.version)

    def remove(self, where: Expr) -> None:
        """Delete the rows that meet a condition."""
        with self.lock.held(), self._explained("written"):
            self._table.delete(where)
            self._upkeep.note(self.version)

    def append(self, rows: Sequence[Row]) -> None:
        """Add rows whose keys are known to be new; the caller holds the lock.

        Raises:
            StoreError: nothing could be written.
        """
        with self._explained("written"):
            self._table.add(self._arrow(rows))
        self._upkeep.note(self.version)

    def compact(self) -> None:
        """Merge small fragments and forget old versions; readers and writers go on.

        Raises:
            StoreError: it failed, or gave way to a writer; the table is as it was.
        """
        with self._alone(), self._explained("compacted"):
            self._table.optimize(cleanup_older_than=KEPT_VERSIONS_FOR)

    def settle(self) -> None:
        """Wait until a compaction that has begun beside the writers is over."""
        self._upkeep.settle()

    def _arrow(self, rows: Sequence[Row]) -> pa.Table:
        with self._explained("written"):
            return pa.Table.from_pylist(list(rows), schema=self.schema)

    def _keys(self, table: pa.Table) -> Iterator[tuple[Any, ...]]:
        return zip(*(table[name].to_pylist() for name in self.key), strict=True)

    def _check_columns(self) -> None:
        found = [(field.name, field.type) for field in self._table.schema]
        if found != [(field.name, field.type) for field in self.schema]:
            raise StoreError(
                f"the table '{self.name}' has other columns or sizes than this program writes",
                remedy="open it with the program and settings that made it, or name another folder with --home",
            )

    @contextmanager
    def _explained(self, done: str) -> Iterator[None]:
        try:
            yield
        except FAULTS as error:
            raise StoreError(
                f"the table '{self.name}' cannot be {done}: {error}", remedy="check the disk, or run 'couture doctor'"
            ) from error


class RecordTable(Generic[Record]):
    """A table whose rows are one frozen type of `data.domain`."""

    record: ClassVar[Callable[..., Any]]
    schema: ClassVar[pa.Schema]
    key: ClassVar[tuple[str, ...]]
    changes_rows: ClassVar[bool] = False

    def __init__(self, database: DBConnection, name: str, lock: TableLock) -> None:
        self.table = Table(database, name, self.schema, self.key, lock, changes_rows=self.changes_rows)

    @property
    def version(self) -> int:
        """Number that changes with every write, by whatever process."""
        return self.table.version

    def count(self) -> int:
        """Count the records."""
        return self.table.count()

    def alone(self) -> AbstractContextManager[None]:
        """Keep other writers of this table out, for one batch; readers go on."""
        return self.table.lock.held()

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
        return cast("Record", type(self).record(**row))

    def from_rows(self, table: pa.Table) -> list[Record]:
        """Build the records of an Arrow table."""
        return [self.from_row(row) for part in table.to_batches(LOOKUP_BATCH) for row in part.to_pylist()]

    def compact(self) -> None:
        """Merge small fragments and forget old versions."""
        self.table.compact()
