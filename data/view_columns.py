"""Views as columns: a catalogue's, in a sixth of the memory that they take as objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.domain import ImageId, Sku, View, ViewId, ViewKind

NAMES = ("view_id", "sku", "image_id", "kind", "yaw_deg", "source")
SCHEMA = pa.schema([(name, pa.float64() if name == "yaw_deg" else pa.string()) for name in NAMES])
REPEATED = ("sku", "kind", "source")
"""Columns whose values come often: each is kept once."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ViewColumns:
    """References and renders, one row each; a row becomes a `View` when it is asked for.

    Attributes:
        table: with the columns of `NAMES`, each in one piece; those of `REPEATED` as dictionaries.
    """

    table: pa.Table

    @classmethod
    def of(cls, table: pa.Table) -> ViewColumns:
        """Keep the columns of a table of views, in its order."""
        columns = [table[name].combine_chunks() for name in NAMES]
        kept = [column.dictionary_encode() if name in REPEATED else column for name, column in zip(NAMES, columns, strict=True)]
        return cls(table=pa.Table.from_arrays(kept, names=list(NAMES)))

    @classmethod
    def of_views(cls, views: Sequence[View]) -> ViewColumns:
        """Turn views into columns."""
        rows = [{name: getattr(view, name) for name in NAMES} for view in views]
        return cls.of(pa.Table.from_pylist([{**row, "kind": row["kind"].value} for row in rows], schema=SCHEMA))

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def view(self, row: int) -> View:
        """Build the view of one row."""
        [found] = self.views([row])
        return found

    def views(self, rows: Iterable[int] | None = None) -> list[View]:
        """Build the views of some rows, of all where none are named."""
        part = self.table if rows is None else self.table.take(pa.array(rows, pa.int64()))
        columns = (part[name].to_pylist() for name in NAMES)
        return [
            View(view_id=ViewId(name), sku=sku, image_id=image_id, kind=ViewKind(kind), yaw_deg=yaw_deg, source=source)
            for name, sku, image_id, kind, yaw_deg, source in zip(*columns, strict=True)
        ]

    def without_renders(self, skus: Collection[Sku]) -> ViewColumns:
        """Leave the renders of some assets out."""
        if not skus:
            return self
        renders = pc.equal(self.table["kind"], ViewKind.RENDER.value)
        theirs = pc.is_in(self.table["sku"], value_set=pa.array(skus, pa.string()))
        return ViewColumns(table=self.table.filter(pc.invert(pc.and_(renders, theirs))))

    def image_ids(self, rows: Sequence[int] | None = None) -> list[ImageId]:
        """Give the pictures of some rows, of all where none are named."""
        column = self.table["image_id"] if rows is None else self.table["image_id"].take(pa.array(rows, pa.int64()))
        return [ImageId(image_id) for image_id in column.to_pylist()]

    @property
    def skus(self) -> list[Sku]:
        """Give the asset of each row."""
        return [Sku(sku) for sku in self.table["sku"].to_pylist()]

    def kinds(self, kinds: Sequence[ViewKind]) -> npt.NDArray[np.int64]:
        """Give the kind of each row: (n,) positions in `kinds`, −1 for none of them."""
        found = pc.index_in(self.table["kind"], pa.array([kind.value for kind in kinds]))
        return np.asarray(found.fill_null(-1).to_numpy(), dtype=np.int64)


class ViewsByAsset:
    """Views in columns, found by their asset."""

    def __init__(self, views: ViewColumns) -> None:
        skus = np.array(views.skus, dtype=np.object_)
        order = np.argsort(skus, kind="stable")
        self._views, self._rows = views, order.astype(np.int32)
        firsts = np.flatnonzero(np.r_[True, skus[order][1:] != skus[order][:-1]]) if len(skus) else np.zeros(0, np.int64)
        self._place = {sku: at for at, sku in enumerate(skus[order][firsts])}
        self._ends = np.append(firsts, len(skus))

    def __contains__(self, sku: Sku) -> bool:
        return sku in self._place

    def of(self, sku: Sku) -> list[View]:
        """Build the views of an asset, in the order in which they were stored; none where it has none."""
        if sku not in self._place:
            return []
        at = self._place[sku]
        return self._views.views(self._rows[self._ends[at] : self._ends[at + 1]])
