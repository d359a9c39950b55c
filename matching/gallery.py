"""The catalogue in memory: every view's short vectors, sorted so that views of one asset and kind lie side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.domain import BoolArray, FloatArray, Sku, View, ViewKind
from matching.arrays import IntArray, RealArray
from matching.weights import ChannelKind, Metric, Weights, block_of, kind_of


@dataclass(frozen=True, kw_only=True)
class GalleryView:
    """One row of the gallery. `hypothesis` is the mask that it was cut with; `group` is set for confirmed views alone."""

    view: View
    group: str = ""
    hypothesis: str = ""


@dataclass(frozen=True, kw_only=True)
class Gallery:
    """Every view of the catalogue.

    Attributes:
        skus: the assets, in the order of all arrays over assets.
        views: one per row, sorted by kind, then asset.
        vectors: (n_views, k) per block, on the catalogue's axes, not normalised.
        asset_of: (n_views,) position in `skus`.
        kind_of: (n_views,) position in `ViewKind`.
        starts: (n_segments,) first row of each run of views of one asset and kind.
        groups: (n_views,) group of a confirmed view, empty otherwise.
    """

    skus: tuple[Sku, ...]
    views: tuple[GalleryView, ...]
    vectors: Mapping[str, FloatArray]
    asset_of: IntArray
    kind_of: IntArray
    starts: IntArray
    groups: npt.NDArray[np.str_]


@dataclass(frozen=True, kw_only=True)
class Query:
    """A photo on the catalogue's axes.

    Attributes:
        hypotheses: names of its mask hypotheses.
        vectors: (n_hypotheses, k) per block, not normalised, not shifted.
        group: its group, whose confirmed views it must not see; empty for an upload.
    """

    hypotheses: tuple[str, ...]
    vectors: Mapping[str, FloatArray]
    group: str = ""


def build_gallery(skus: Sequence[Sku], views: Sequence[GalleryView], vectors: Mapping[str, FloatArray]) -> Gallery:
    """Sort views and their vectors by kind and asset."""
    place = {sku: at for at, sku in enumerate(skus)}
    kinds = list(ViewKind)
    asset_of = np.array([place[row.view.sku] for row in views], dtype=np.int64)
    kind_of = np.array([kinds.index(row.view.kind) for row in views], dtype=np.int64)
    order = np.lexsort((np.arange(len(views)), asset_of, kind_of))
    code = kind_of[order] * max(len(skus), 1) + asset_of[order]
    starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]]) if len(code) else np.zeros(0, np.int64)
    return Gallery(
        skus=tuple(skus),
        views=tuple(views[at] for at in order),
        vectors={block: found[order] for block, found in vectors.items()},
        asset_of=asset_of[order],
        kind_of=kind_of[order],
        starts=starts.astype(np.int64),
        groups=np.array([views[at].group for at in order], dtype=np.str_),
    )


def view_similarities(query: Query, gallery: Gallery, weights: Weights, block: str) -> FloatArray:
    """Compare a photo with every view on one block.

    The photo shift is taken from the photo, and from confirmed views, which are photos too.

    Returns:
        (n_hypotheses, n_views); larger is more alike.
    """
    photo = _unshifted(query.vectors[block], query.hypotheses, weights, block)
    views = gallery.vectors[block]
    first = int(np.searchsorted(gallery.kind_of, list(ViewKind).index(ViewKind.CONFIRMED)))
    if first == len(views):
        return compare(photo, views, weights.metric)
    names = [row.hypothesis for row in gallery.views[first:]]
    confirmed = _unshifted(views[first:], names, weights, block)
    typical = float(np.linalg.norm(views, axis=1).mean())
    parts = [compare(photo, part, weights.metric, typical_length=typical) for part in (views[:first], confirmed)]
    return np.concatenate(parts, axis=1)


def similarities_by_block(query: Query, gallery: Gallery, weights: Weights) -> dict[str, FloatArray]:
    """Compare a photo with every view on each block that the weights name: (n_hypotheses, n_views) each."""
    blocks = dict.fromkeys(block_of(channel) for channel in weights.channels)
    return {block: view_similarities(query, gallery, weights, block) for block in blocks if block in gallery.vectors}


def compare(one: RealArray, other: RealArray, metric: Metric, *, typical_length: float | None = None) -> FloatArray:
    """Compare rows of (n, k) with rows of (m, k): (n, m).

    The mix is the mean of the cosine and of the negated distance per typical length, which is the mean of `other` unless given.
    """
    lengths = np.linalg.norm(one, axis=1)[:, None], np.linalg.norm(other, axis=1)[None, :]
    inner = one @ other.T
    cosine = inner / np.maximum(lengths[0] * lengths[1], 1e-9)
    if metric is Metric.COSINE:
        return np.asarray(cosine, dtype=np.float32)
    distance = np.sqrt(np.maximum(lengths[0] ** 2 + lengths[1] ** 2 - 2 * inner, 0))
    if metric is Metric.EUCLIDEAN:
        return np.asarray(-distance, dtype=np.float32)
    typical = float(lengths[1].mean()) if typical_length is None else typical_length
    return np.asarray(0.5 * cosine - 0.5 * distance / max(typical, 1e-9), dtype=np.float32)


def channel_similarities(
    query: Query, gallery: Gallery, weights: Weights, *, alike: Mapping[str, FloatArray] | None = None
) -> FloatArray:
    """Compare a photo with every asset on every channel; views of its own group are left out.

    Args:
        query: the photo.
        gallery: the catalogue.
        weights: give shift, metric, pooling and the order of channels.
        alike: what `similarities_by_block` gave, where it is there already.

    Returns:
        (n_hypotheses, n_assets, n_channels), raw; NaN where an asset has no view of the kind, or not of all the kinds.
    """
    compared = alike if alike is not None else similarities_by_block(query, gallery, weights)
    found = np.full((len(query.hypotheses), len(gallery.skus), len(weights.channels)), np.nan, dtype=np.float32)
    if not len(gallery.starts):
        return found
    shown = visible_views(query, gallery)
    by_kind = {kind: _Pool.of(gallery, kind, shown) for kind in {kind_of(channel) for channel in weights.channels}}
    for block in compared:
        segments = _segments(compared[block], gallery, shown)
        for at, channel in enumerate(weights.channels):
            if block_of(channel) == block:
                kind = kind_of(channel)
                found[:, :, at] = by_kind[kind].similarities(*segments, weights.pooling[kind])
    return found


def _segments(alike: FloatArray, gallery: Gallery, shown: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Take maximum and sum over each run of views of one asset and kind: (n_hypotheses, n_segments) both; -inf and 0 for none."""
    top = np.maximum.reduceat(np.where(shown, alike, -np.inf), gallery.starts, axis=1)
    total = np.add.reduceat(np.where(shown, alike, 0.0), gallery.starts, axis=1)
    return np.asarray(top, dtype=np.float32), np.asarray(total, dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class _Pool:
    """Which segments a kind of channel pools, and how many views each asset has in them: (n_assets,)."""

    segments: IntArray
    assets: IntArray
    counts: IntArray

    @classmethod
    def of(cls, gallery: Gallery, kind: ChannelKind, shown: BoolArray) -> _Pool:
        kinds = list(ViewKind)
        wanted = np.isin(gallery.kind_of[gallery.starts], [kinds.index(view) for view in kind.views])
        segments = np.flatnonzero(wanted)
        assets = gallery.asset_of[gallery.starts][segments]
        counts = np.add.reduceat(shown.astype(np.int64), gallery.starts)[segments]
        whole = np.bincount(assets, weights=counts, minlength=len(gallery.skus)).astype(np.int64)
        kinds_seen = np.bincount(assets[counts > 0], minlength=len(gallery.skus))
        return cls(segments=segments, assets=assets, counts=np.where(kinds_seen == len(kind.views), whole, 0))

    def similarities(self, top: FloatArray, total: FloatArray, share: float) -> FloatArray:
        """Mix maximum and mean over an asset's views: (n_hypotheses, n_assets); NaN for an asset without any."""
        best = np.full((len(self.counts), len(top)), -np.inf, dtype=np.float32)
        np.maximum.at(best, self.assets, top.T[self.segments])
        summed = np.zeros_like(best)
        np.add.at(summed, self.assets, total.T[self.segments])
        there = self.counts[:, None] > 0
        mean = summed / np.maximum(self.counts, 1)[:, None]
        pooled = np.where(there, share * np.where(there, best, 0) + (1 - share) * mean, np.nan)
        return np.asarray(pooled.T, dtype=np.float32)


def visible_views(query: Query, gallery: Gallery) -> BoolArray:
    """Hide the confirmed views of the photo's own group: (n_views,)."""
    if not query.group:
        return np.ones(len(gallery.views), dtype=np.bool_)
    return np.asarray(gallery.groups != query.group, dtype=np.bool_)


def _unshifted(vectors: FloatArray, hypotheses: Sequence[str], weights: Weights, block: str) -> FloatArray:
    """Take the photo shift of each row's mask hypothesis from it; rows without one stay as they are."""
    moved, names = vectors.copy(), np.array(hypotheses, dtype=np.str_)
    for name in np.unique(names):
        shift = weights.shift_of(block, str(name))
        if shift is not None:
            moved[names == name] -= shift
    return moved
