"""The rows of the gallery: the catalogue's own as columns, the confirmed ones as they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np
import numpy.typing as npt

from data.domain import BoolArray, ImageId, Sku, View, ViewKind
from data.view_columns import ViewColumns
from matching.arrays import IntArray

KINDS = list(ViewKind)
"""Confirmed views are the last kind, and so stand last in every array."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GalleryView:
    """One row of the gallery. `hypothesis` is the mask that it was cut with; `group` is set for confirmed views alone."""

    view: View
    group: str = ""
    hypothesis: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class GalleryViews(Sequence[GalleryView]):
    """Rows of the gallery; each becomes a `GalleryView` when it is asked for: 20,000 assets have half a million.

    Attributes:
        stored: views of the catalogue.
        rows: (n,) row of `stored` of each of the first n.
        masks: (n,) position in `hypotheses` of each of them.
        hypotheses: names of the masks that they were cut with.
        others: those that follow them.
    """

    stored: ViewColumns
    rows: npt.NDArray[np.int32]
    masks: npt.NDArray[np.int16]
    hypotheses: tuple[str, ...]
    others: tuple[GalleryView, ...] = ()

    def __len__(self) -> int:
        return len(self.rows) + len(self.others)

    @overload
    def __getitem__(self, at: int) -> GalleryView: ...
    @overload
    def __getitem__(self, at: slice) -> list[GalleryView]: ...
    def __getitem__(self, at: int | slice) -> GalleryView | list[GalleryView]:
        places = range(len(self))[at]
        if isinstance(places, range):
            return self.some(places)
        [found] = self.some([places])
        return found

    def __iter__(self) -> Iterator[GalleryView]:
        return iter(self.some(range(len(self))))

    def some(self, places: Sequence[int]) -> list[GalleryView]:
        """Build some rows, in the order asked for: much faster than one after the other. Tilts of a view share it."""
        kept = len(self.rows)
        wanted = dict.fromkeys(int(self.rows[at]) for at in places if at < kept)
        views = dict(zip(wanted, self.stored.views(wanted), strict=True)) if wanted else {}
        return [
            GalleryView(view=views[int(self.rows[at])], hypothesis=self.hypotheses[self.masks[at]])
            if at < kept
            else self.others[at - kept]
            for at in places
        ]

    def image_ids(self, places: Sequence[int]) -> list[ImageId]:
        """Give the pictures of some rows, in the order asked for."""
        kept = len(self.rows)
        own = iter(self.stored.image_ids([int(self.rows[at]) for at in places if at < kept]))
        return [next(own) if at < kept else self.others[at - kept].view.image_id for at in places]

    def ordered(self, order: IntArray) -> GalleryViews:
        """Give some rows in an order that keeps the catalogue's own first."""
        own, rest = order[order < len(self.rows)], order[order >= len(self.rows)]
        others = tuple(self.others[at - len(self.rows)] for at in rest.tolist())
        return replace(self, rows=self.rows[own], masks=self.masks[own], others=others)

    def kept(self, stays: BoolArray) -> GalleryViews:
        """Give the rows that stay: (n_views,)."""
        return self.ordered(np.flatnonzero(stays))

    def followed_by(self, others: Sequence[GalleryView]) -> GalleryViews:
        """Add rows behind these."""
        return replace(self, others=(*self.others, *others))

    def runs(self) -> IntArray:
        """Find where the cut-outs of each view begin: (n_pictures,), ascending; tilts of one stored view lie side by side."""
        begins = np.append(True, self.rows[1:] != self.rows[:-1])[: len(self.rows)]
        return np.concatenate([np.flatnonzero(begins), np.arange(len(self.rows), len(self))])

    def skus(self) -> list[Sku]:
        """Give the asset of each row."""
        own = self.stored.skus
        return [own[row] for row in self.rows.tolist()] + [row.view.sku for row in self.others]

    def kinds(self) -> IntArray:
        """Give the kind of each row: (n_views,) positions in `KINDS`."""
        own = self.stored.kinds(KINDS)[self.rows]
        return np.concatenate([own, np.array([KINDS.index(row.view.kind) for row in self.others], dtype=np.int64)])


NO_VIEWS = ViewColumns.of_views([])


def rows_of(views: Sequence[GalleryView]) -> GalleryViews:
    """Take rows as they are."""
    if isinstance(views, GalleryViews):
        return views
    none = np.zeros(0, np.int32), np.zeros(0, np.int16)
    return GalleryViews(stored=NO_VIEWS, rows=none[0], masks=none[1], hypotheses=(), others=tuple(views))
