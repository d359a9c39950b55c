"""Files of exported tables: CSV, JSONL and Parquet, each read back as the table that was written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from data.errors import BadTable, CoutureError
from data.spreadsheet_cells import plain_cell, safe_cell


def write_table(table: pa.Table, file: Path, kind: str) -> None:
    """Write a table to a file of a kind: `.csv`, `.jsonl` or `.parquet`.

    Raises:
        CoutureError: it is of no kind that we write.
    """
    if kind not in WRITERS:
        raise CoutureError(f"a file '{kind}' is of no kind that can be written", remedy="end it in .csv, .jsonl or .parquet")
    WRITERS[kind](table, file)


def read_table(file: Path, schema: pa.Schema) -> pa.Table:
    """Read what `write_table` wrote, without loss.

    Args:
        file: its ending says what it is.
        schema: columns and types of the table that was exported.

    Raises:
        BadTable: it is of no kind that we write, or is not of that table.
    """
    kind = file.suffix.casefold()
    if kind not in READERS:
        raise BadTable(f"{file.name} is of no kind that can be read", remedy="give .csv, .jsonl or .parquet")
    try:
        return READERS[kind](file, schema).select(schema.names).cast(schema)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise BadTable(f"{file.name} cannot be read ({error})", remedy="check that it is what its ending says") from error


def _write_csv(table: pa.Table, file: Path) -> None:
    """Write text between quotes and nothing for null, so that the empty text is another thing; lists are JSON."""
    columns = [_flat(table[field.name], field) for field in table.schema]
    pc.write_csv(pa.table(columns, names=table.schema.names), file)


def _flat(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_nested(field.type):
        texts = [None if part is None else json.dumps(part, ensure_ascii=False) for part in column.to_pylist()]
    elif _is_text(field.type):
        texts = column.to_pylist()
    else:
        return column
    return pa.array([None if text is None else safe_cell(text) for text in texts], pa.string())


def _read_csv(file: Path, schema: pa.Schema) -> pa.Table:
    types = {field.name: pa.string() if pa.types.is_nested(field.type) else field.type for field in schema}
    found = pc.read_csv(
        file,
        parse_options=pc.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pc.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
        ),
    )
    return pa.table([_unflat(found[field.name], field) for field in schema], schema=schema)


def _unflat(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray | pa.Array:
    if not pa.types.is_nested(field.type) and not _is_text(field.type):
        return column
    texts = [None if cell is None else plain_cell(cell) for cell in column.to_pylist()]
    if pa.types.is_nested(field.type):
        return pa.array([None if text is None else json.loads(text) for text in texts], field.type)
    return pa.array(texts, field.type)


def _write_jsonl(table: pa.Table, file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="\n") as lines:
        for row in table.to_pylist():
            lines.write(json.dumps(row, ensure_ascii=False, default=_moment_text) + "\n")


def _moment_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise CoutureError(f"{type(value).__name__} has no place in JSON", remedy="export it as .parquet")


def _read_jsonl(file: Path, schema: pa.Schema) -> pa.Table:
    moments = {field.name for field in schema if pa.types.is_timestamp(field.type)}
    with file.open(encoding="utf-8", newline="\n") as lines:  # a text may hold other line ends
        rows = [json.loads(line) for line in lines]
    return pa.Table.from_pylist([_with_moments(row, moments) for row in rows], schema=schema)


def _with_moments(row: Mapping[str, Any], moments: set[str]) -> Mapping[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in moments and value is not None else value for name, value in row.items()
    }


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


WRITERS: Mapping[str, Callable[[pa.Table, Path], None]] = MappingProxyType(
    {".csv": _write_csv, ".jsonl": _write_jsonl, ".parquet": partial(pq.write_table, compression="zstd")}
)
READERS: Mapping[str, Callable[[Path, pa.Schema], pa.Table]] = MappingProxyType(
    {".csv": _read_csv, ".jsonl": _read_jsonl, ".parquet": lambda file, schema: pq.read_table(file)}  # noqa: ARG005
)
