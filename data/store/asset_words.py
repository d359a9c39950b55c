"""The table of what is said of assets, in LanceDB's full-text index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

import pyarrow as pa
from lancedb.index import FTS

from data.domain import AssetWords, Sku
from data.store.locks import TableLock
from data.store.table import RecordTable, Table

if TYPE_CHECKING:
    from lancedb.db import DBConnection

TEXT = "text"


class TextTable(Table):
    """A table with a full-text index. Rows that came after it was made are found too, and compaction takes them in."""

    def index_once(self, column: str) -> None:
        """Make the index of a column, where there is none yet."""
        with self.lock.held(), self._explained("indexed"):
            if not any(column in index.columns for index in self._table.list_indices()):
                self._table.create_index(column, config=FTS())

    def search(self, words: str, column: str, limit: int) -> pa.Table:
        """Read the rows that fit words best, the best first: BM25 over word stems.

        Raises:
            StoreError: the table cannot be read.
        """
        with self._explained("searched"):
            return self._table.search(words, query_type="fts", fts_columns=column).limit(limit).to_arrow()


class AssetWordsTable(RecordTable[AssetWords]):
    """Everything that is said of an asset, its sku included, by sku."""

    record = AssetWords
    key = ("sku",)
    schema: ClassVar[pa.Schema] = pa.schema([("sku", pa.string()), (TEXT, pa.string())])

    def __init__(self, database: DBConnection, name: str, lock: TableLock) -> None:
        self.table: TextTable = TextTable(database, name, self.schema, self.key, lock)
        self.table.index_once(TEXT)

    def refresh(self, texts: Mapping[Sku, str]) -> int:
        """Bring the texts up to date; say how many were new or others."""
        known = {row.sku: row.text for row in self.all()}
        changed = [AssetWords(sku=sku, text=text) for sku, text in texts.items() if known.get(sku) != text]
        self.table.replace([self.to_row(words) for words in changed])
        return len(changed)

    def search(self, words: str, limit: int) -> list[Sku]:
        """Find the assets whose texts fit words best, the best first."""
        return [Sku(sku) for sku in self.table.search(words, TEXT, limit)["sku"].to_pylist()]
