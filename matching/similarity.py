"""How alike a photo and the catalogue are: per view and block, then pooled to assets and channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.domain import BoolArray, FloatArray
from matching.arrays import IntArray, RealArray
from matching.gallery import KINDS, Gallery, Query, visible_views
from matching.weights import ChannelKind, Metric, Weights, block_of, kind_of


def compare(one: RealArray, other: RealArray, metric: Metric, *, typical_length: float | None = None) -> FloatArray:
    """Compare rows of (n, k) with rows of (m, k): (n, m).

    The mix is the mean of the cosine and of the negated distance per typical length, which is the mean of `other` unless given.
    """
    lengths = np.linalg.norm(other, axis=1)
    units = other / np.maximum(lengths, 1e-9)[:, None]
    return compare_directions(one, units, lengths, metric, typical_length=typical_length)


def compare_directions(
    one: RealArray, units: RealArray, lengths: RealArray, metric: Metric, *, typical_length: float | None = None
) -> FloatArray:
    """Compare as `compare` does, with rows that are given as directions, (m, k), and lengths, (m,)."""
    own = np.linalg.norm(one, axis=1)[:, None]
    cosine = (one / np.maximum(own, 1e-9)) @ units.T
    if metric is Metric.COSINE:
        return np.asarray(cosine, dtype=np.float32)
    distance = np.sqrt(np.maximum(own**2 + lengths[None] ** 2 - 2 * cosine * own * lengths[None], 0))
    if metric is Metric.EUCLIDEAN:
        return np.asarray(-distance, dtype=np.float32)
    typical = float(lengths.mean()) if typical_length is None else typical_length
    return np.asarray(0.5 * cosine - 0.5 * distance / max(typical, 1e-9), dtype=np.float32)


def view_similarities(query: Query, gallery: Gallery, weights: Weights, block: str) -> FloatArray:
    """Compare a photo with every view on one block.

    The photo shift is taken from the photo, and from confirmed views, which are photos too.

    Returns:
        (n_hypotheses, n_views); larger is more alike.
    """
    photo = _unshifted(query.vectors[block], query.hypotheses, weights, block)
    vectors = gallery.vectors[block]
    own = compare_directions(photo, vectors.units, vectors.lengths, weights.metric)
    if not len(vectors.confirmed):
        return own
    names = [row.hypothesis for row in gallery.views[gallery.own :]]
    confirmed = _unshifted(vectors.confirmed, names, weights, block)
    typical = float(vectors.lengths.mean()) if len(vectors.lengths) else None
    return np.concatenate([own, compare(photo, confirmed, weights.metric, typical_length=typical)], axis=1)


def similarities_by_block(query: Query, gallery: Gallery, weights: Weights) -> dict[str, FloatArray]:
    """Compare a photo with every view on each block that the weights name: (n_hypotheses, n_views) each."""
    blocks = dict.fromkeys(block_of(channel) for channel in weights.channels)
    return {block: view_similarities(query, gallery, weights, block) for block in blocks if block in gallery.vectors}


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
    averaged = min(weights.pooling[kind] for kind in by_kind) < 1
    for block in compared:
        segments = _segments(compared[block], gallery, shown, averaged=averaged)
        for at, channel in enumerate(weights.channels):
            if block_of(channel) == block:
                kind = kind_of(channel)
                found[:, :, at] = by_kind[kind].similarities(*segments, weights.pooling[kind])
    return found


def most_alike(alike: FloatArray, gallery: Gallery, shown: BoolArray) -> IntArray:
    """Find the most similar view of each asset: (n_assets,) positions of views, −1 where it has none that is shown.

    Args:
        alike: (n_views,).
        gallery: the catalogue.
        shown: (n_views,).
    """
    best = np.full(len(gallery.skus), -1)
    if not len(gallery.starts):
        return best
    seen = np.where(shown, alike, -np.inf)
    top = np.full(len(gallery.skus), -np.inf, dtype=seen.dtype)
    np.maximum.at(top, gallery.asset_of[gallery.starts], np.maximum.reduceat(seen, gallery.starts))
    winners = np.flatnonzero((seen == top[gallery.asset_of]) & shown)[::-1]
    best[gallery.asset_of[winners]] = winners  # of equals the first stays
    return best


def _segments(alike: FloatArray, gallery: Gallery, shown: BoolArray, *, averaged: bool) -> tuple[FloatArray, FloatArray]:
    """Take maximum and sum over each run of views of one asset and kind: (n_hypotheses, n_segments) both; −inf and 0 for none.

    The sum is zero throughout unless it is asked for: nearly all weights pool by the maximum, and need none.
    """
    seen, counted, own = alike, alike, gallery.own
    if not shown[own:].all():
        seen, counted = alike.copy(), alike.copy()
        seen[:, own:][:, ~shown[own:]], counted[:, own:][:, ~shown[own:]] = -np.inf, 0.0
    top = np.maximum.reduceat(seen, gallery.starts, axis=1)
    total = np.add.reduceat(counted, gallery.starts, axis=1) if averaged else np.zeros_like(top)
    return np.asarray(top, dtype=np.float32), np.asarray(total, dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class _Pool:
    """Which segments a kind of channel pools, and how many views each asset has in them: (n_assets,)."""

    segments: IntArray
    assets: IntArray
    counts: IntArray

    @classmethod
    def of(cls, gallery: Gallery, kind: ChannelKind, shown: BoolArray) -> _Pool:
        wanted = np.isin(gallery.kind_of[gallery.starts], [KINDS.index(view) for view in kind.views])
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


def _unshifted(vectors: FloatArray, hypotheses: Sequence[str], weights: Weights, block: str) -> FloatArray:
    """Take the photo shift of each row's mask hypothesis from it; rows without one stay as they are."""
    moved, names = vectors.copy(), np.array(hypotheses, dtype=np.str_)
    for name in np.unique(names):
        shift = weights.shift_of(block, str(name))
        if shift is not None:
            moved[names == name] -= shift
    return moved
