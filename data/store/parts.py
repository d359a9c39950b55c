"""Parts of Arrow tables: some of the rows, or as many at a time as asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

PART = 8_192
"""Rows of one part of a table."""


def in_parts(batches: Iterable[pa.RecordBatch], rows: int = PART) -> Iterator[pa.Table]:
    """Put batches together to tables of so many rows, whatever sizes they come in; the last may be smaller."""
    kept, count = list[pa.RecordBatch](), 0
    for batch in batches:
        kept.append(batch)
        count += batch.num_rows
        while count >= rows:
            whole = pa.Table.from_batches(kept)
            yield whole.slice(0, rows)
            kept, count = whole.slice(rows).to_batches(), count - rows
    if count:
        yield pa.Table.from_batches(kept)


def picked(table: pa.Table, rows: Iterable[int]) -> pa.Table:
    """Leave out the rows not named; the order stays. `merge_insert` stores a key twice that comes twice in one batch."""
    kept = sorted(rows)
    return table if len(kept) == table.num_rows else table.take(kept)
