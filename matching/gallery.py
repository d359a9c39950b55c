"""The catalogue in memory: every view's short vectors, sorted so that views of one asset and kind lie side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from data.domain import BoolArray, FloatArray, Sku, View, ViewKind
from data.errors import ShapeMismatch
from matching.arrays import IntArray, RealArray
from matching.worded import CatalogueWords, PhotoWords

KINDS = list(ViewKind)
"""Confirmed views are the last kind, and so stand last in every array."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GalleryView:
    """One row of the gallery. `hypothesis` is the mask that it was cut with; `group` is set for confirmed views alone."""

    view: View
    group: str = ""
    hypothesis: str = ""


@dataclass(frozen=True, kw_only=True)
class BlockVectors:
    """One block of all views. A decision adds to the confirmed ones alone: the catalogue's stay where they are in memory.

    Attributes:
        units: (n_own, k) directions of the catalogue's own views, of unit length; zeros for a vector of zeros.
        lengths: (n_own,) what they were before.
        confirmed: (n_confirmed, k), not normalised, since the photo shift is taken from them.
    """

    units: FloatArray
    lengths: FloatArray
    confirmed: FloatArray

    def raw(self, at: int) -> FloatArray:
        """Give the vector of one view, (k,), as it was before."""
        own = len(self.units)
        return np.asarray(self.units[at] * self.lengths[at] if at < own else self.confirmed[at - own], dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """Every view of the catalogue: its own first, then the confirmed ones.

    Attributes:
        skus: the assets, in the order of all arrays over assets.
        views: one per row, sorted by kind, then asset.
        vectors: of the views on the catalogue's axes, per block.
        asset_of: (n_views,) position in `skus`.
        kind_of: (n_views,) position in `ViewKind`.
        starts: (n_segments,) first row of each run of views of one asset and kind.
        groups: (n_confirmed,) group of each confirmed view.
        firsts: first row of each confirmed photo of an asset, which has one row per mask hypothesis.
        features: what the vectors of the catalogue's own views are weighed with, see `fold`.
        worded: what is said of the assets; None where nobody asked for it.
        mesh_quality: (n_assets,) share of the outlines of renders and reference, 0 … 1; NaN without renders; None: of none.
    """

    skus: tuple[Sku, ...]
    views: tuple[GalleryView, ...]
    vectors: Mapping[str, BlockVectors]
    asset_of: IntArray
    kind_of: IntArray
    starts: IntArray
    groups: npt.NDArray[np.str_]
    firsts: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    features: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    worded: CatalogueWords | None = None
    mesh_quality: RealArray | None = None

    @property
    def own(self) -> int:
        """How many views are the catalogue's own; confirmed ones follow."""
        return len(self.views) - len(self.groups)


@dataclass(frozen=True, kw_only=True)
class Query:
    """A photo on the catalogue's axes.

    Attributes:
        hypotheses: names of its mask hypotheses.
        vectors: (n_hypotheses, k) per block, not normalised, not shifted.
        group: its group, whose confirmed views it must not see; empty for an upload.
        fell_back: of each hypothesis, whether its remover gave up; empty: of none.
        worded: what is said of it; None where nobody asked for it.
    """

    hypotheses: tuple[str, ...]
    vectors: Mapping[str, FloatArray]
    group: str = ""
    fell_back: tuple[bool, ...] = ()
    worded: PhotoWords | None = None


def build_gallery(
    skus: Sequence[Sku], views: Sequence[GalleryView], vectors: Mapping[str, FloatArray], *, rows: Sequence[int] | None = None
) -> Gallery:
    """Sort views and their vectors by kind and asset.

    Args:
        skus: the assets.
        views: in any order.
        vectors: (n, k) per block.
        rows: (n_views,) the row of `vectors` of each view; as they come unless it is given.
    """
    place = {sku: at for at, sku in enumerate(skus)}
    asset_of = np.array([place[row.view.sku] for row in views], dtype=np.int64)
    kind_of = np.array([KINDS.index(row.view.kind) for row in views], dtype=np.int64)
    order = np.lexsort((np.arange(len(views)), asset_of, kind_of))
    code = kind_of[order] * max(len(skus), 1) + asset_of[order]
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]]) if len(code) else np.zeros(0, np.int64)
    own = int(np.searchsorted(kind_of[order], KINDS.index(ViewKind.CONFIRMED)))
    picked = order if rows is None else np.array(rows, dtype=np.int64)[order]
    return Gallery(
        skus=tuple(skus),
        views=tuple(views[at] for at in order),
        vectors={block: _block(found[picked], own) for block, found in vectors.items()},
        asset_of=asset_of[order],
        kind_of=kind_of[order],
        starts=starts.astype(np.int64),
        groups=np.array([views[at].group for at in order[own:]], dtype=np.str_),
        firsts=_firsts([views[at] for at in order], own),
    )


def with_confirmed(catalogue: Gallery, views: Sequence[GalleryView], vectors: Mapping[str, FloatArray]) -> Gallery:
    """Add confirmed views, (n_confirmed, k) per block, to a catalogue that has none; its own vectors are shared, not copied."""
    added = build_gallery(catalogue.skus, views, vectors)
    own = len(catalogue.views)
    return replace(
        catalogue,
        views=(*catalogue.views, *added.views),
        vectors={block: replace(found, confirmed=added.vectors[block].confirmed) for block, found in catalogue.vectors.items()},
        asset_of=np.concatenate([catalogue.asset_of, added.asset_of]),
        kind_of=np.concatenate([catalogue.kind_of, added.kind_of]),
        starts=np.concatenate([catalogue.starts, added.starts + own]),
        groups=added.groups,
        firsts=added.firsts + own,
    )


def visible_views(query: Query, gallery: Gallery) -> BoolArray:
    """Hide the confirmed views of the photo's own group: (n_views,)."""
    seen = np.ones(len(gallery.views), dtype=np.bool_)
    if query.group:
        seen[gallery.own :] = gallery.groups != query.group
    return seen


def popularity(query: Query, gallery: Gallery) -> FloatArray:
    """Count the confirmed photos of each asset that a photo may see, those of its own group left out: log(1 + n), (n_assets,)."""
    seen = gallery.firsts
    if query.group and len(seen):
        seen = seen[gallery.groups[seen - gallery.own] != query.group]
    return np.log1p(np.bincount(gallery.asset_of[seen], minlength=len(gallery.skus))).astype(np.float32)


def fold(gallery: Gallery, features: Mapping[str, tuple[float, ...]]) -> Gallery:
    """Weigh the numbers of the catalogue's own vectors once, so that no comparison has to; confirmed ones are weighed as they
    are compared, since the photo shift is taken from them first.

    Raises:
        ShapeMismatch: a block has another number of features than weights.
    """
    if gallery.features == features:
        return gallery
    if gallery.features:
        raise ShapeMismatch("the gallery is folded with other feature weights", remedy="fold the gallery as it was read")
    vectors = {block: _weighed(block, found, features.get(block)) for block, found in gallery.vectors.items()}
    return replace(gallery, vectors=vectors, features=features)


def _weighed(block: str, found: BlockVectors, weights: tuple[float, ...] | None) -> BlockVectors:
    if weights is None:
        return found
    if len(weights) != found.units.shape[1]:
        raise ShapeMismatch(f"block '{block}' has {found.units.shape[1]} features and {len(weights)} weights", remedy="retune")
    moved = _block(found.units * found.lengths[:, None] * np.array(weights, dtype=np.float32), len(found.units))
    return replace(moved, confirmed=found.confirmed)


def _firsts(views: Sequence[GalleryView], own: int) -> IntArray:
    """Find the first row of each confirmed photo of an asset."""
    first: dict[tuple[Sku, str], int] = {}
    for at in range(own, len(views)):
        first.setdefault((views[at].view.sku, views[at].view.image_id), at)
    return np.array(list(first.values()), dtype=np.int64)


def _block(sorted_vectors: FloatArray, own: int) -> BlockVectors:
    lengths = np.linalg.norm(sorted_vectors[:own], axis=1)
    units = sorted_vectors[:own] / np.maximum(lengths, 1e-9)[:, None]
    return BlockVectors(
        units=np.asarray(units, dtype=np.float32),
        lengths=np.asarray(lengths, dtype=np.float32),
        confirmed=sorted_vectors[own:].astype(np.float32),  # a copy: a slice would keep all of them in memory
    )
