"""The catalogue in memory: every view's short vectors, sorted so that views of one asset and kind lie side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from data.domain import BoolArray, FloatArray, Sku, ViewKind
from data.errors import ShapeMismatch
from matching.arrays import IntArray, RealArray
from matching.block_vectors import BlockVectors, is_large, pack_block
from matching.gallery_views import KINDS, GalleryView, GalleryViews, rows_of
from matching.worded import CatalogueWords, PhotoWords


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
        arrivals: (n_assets,) place of each in the order in which they came; None where nobody knows.
        mesh_quality: (n_assets,) share of the outlines of renders and reference, 0 … 1; NaN without renders; None: of none.
    """

    skus: tuple[Sku, ...]
    views: GalleryViews
    vectors: Mapping[str, BlockVectors]
    asset_of: IntArray
    kind_of: IntArray
    starts: IntArray
    groups: npt.NDArray[np.str_]
    firsts: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    features: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    worded: CatalogueWords | None = None
    mesh_quality: RealArray | None = None
    arrivals: IntArray | None = None

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
    skus: Sequence[Sku],
    views: Sequence[GalleryView],
    vectors: Mapping[str, FloatArray],
    *,
    rows: Mapping[str, IntArray] | None = None,
    shared: Collection[str] = (),
) -> Gallery:
    """Sort views and their vectors by kind and asset.

    Args:
        skus: the assets.
        views: in any order.
        vectors: (n, k) per block.
        rows: (n_views,) per block, the row of `vectors` of each view; as they come unless it is given.
        shared: blocks of which all cut-outs of one stored view have the same vector: it is kept once.
    """
    place = {sku: at for at, sku in enumerate(skus)}
    found = rows_of(views)
    asset_of = np.array([place[sku] for sku in found.skus()], dtype=np.int64)
    kind_of = found.kinds()
    order = np.lexsort((np.arange(len(views)), asset_of, kind_of))
    code = kind_of[order] * max(len(skus), 1) + asset_of[order]
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]]) if len(code) else np.zeros(0, np.int64)
    own = int(np.searchsorted(kind_of[order], KINDS.index(ViewKind.CONFIRMED)))
    sorted_views = found.ordered(order)
    confirmed, stored = sorted_views[own:], sorted_views.rows
    compact = is_large(own, vectors)
    return Gallery(
        skus=tuple(skus),
        views=sorted_views,
        vectors={
            block: pack_block(
                raw,
                order if rows is None else rows[block][order],
                own,
                runs=stored[:own] if block in shared else None,
                compact=compact,
            )
            for block, raw in vectors.items()
        },
        asset_of=asset_of[order],
        kind_of=kind_of[order],
        starts=starts.astype(np.int64),
        groups=np.array([row.group for row in confirmed], dtype=np.str_),
        firsts=_firsts(confirmed, own),
    )


def with_confirmed(catalogue: Gallery, views: Sequence[GalleryView], vectors: Mapping[str, FloatArray]) -> Gallery:
    """Add confirmed views, (n_confirmed, k) per block, to a catalogue that has none; its own vectors are shared, not copied."""
    added = build_gallery(catalogue.skus, views, vectors)
    own = len(catalogue.views)
    return replace(
        catalogue,
        views=catalogue.views.followed_by(added.views.others),
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
    if len(weights) != found.kept.shape[1]:
        raise ShapeMismatch(f"block '{block}' has {found.kept.shape[1]} features and {len(weights)} weights", remedy="retune")
    return found.weighed(np.array(weights, dtype=np.float32))


def _firsts(confirmed: Sequence[GalleryView], own: int) -> IntArray:
    """Find the first row of each confirmed photo of an asset."""
    first: dict[tuple[Sku, str], int] = {}
    for at, row in enumerate(confirmed, start=own):
        first.setdefault((row.view.sku, row.view.image_id), at)
    return np.array(list(first.values()), dtype=np.int64)
