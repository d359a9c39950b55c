from __future__ import annotations

import pyarrow as pa

from data.store.parts import in_parts


def batches(*sizes: int) -> list[pa.RecordBatch]:
    numbers = iter(range(sum(sizes)))
    schema = pa.schema([("n", pa.int64())])
    return [pa.record_batch({"n": [next(numbers) for _ in range(size)]}, schema=schema) for size in sizes]


def test_parts_have_as_many_rows_as_asked_for_whatever_sizes_batches_come_in() -> None:
    parts = [part["n"].to_pylist() for part in in_parts(batches(2, 5, 1), rows=3)]

    assert parts == [[0, 1, 2], [3, 4, 5], [6, 7]]


def test_what_fits_exactly_leaves_no_empty_part() -> None:
    assert [part.num_rows for part in in_parts(batches(3, 0, 3), rows=3)] == [3, 3]


def test_nothing_has_no_part() -> None:
    assert list(in_parts([], rows=3)) == []
