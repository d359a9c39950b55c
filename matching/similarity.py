"""How alike a photo and the catalogue are: per view and block, then pooled to assets and channels."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.domain import BoolArray, FloatArray, ViewKind
from matching.arrays import IntArray, RealArray
from matching.block_vectors import Directions, products
from matching.gallery import Gallery, Query, fold, visible_views
from matching.gallery_views import KINDS
from matching.runs import run_maxima
from matching.weights import ChannelKind, Metric, Weights, block_of, kind_of
from matching.worded import TEXT_CHANNEL


def compare(one: RealArray, other: RealArray, metric: Metric, *, typical_length: float | None = None) -> FloatArray:
    """Compare rows of (n, k) with rows of (m, k): (n, m).

    The mix is the mean of the cosine and of the negated distance per typical length, which is the mean of `other` unless given.
    """
    lengths = np.linalg.norm(other, axis=1)
    units = other / np.maximum(lengths, 1e-9)[:, None]
    return compare_directions(one, units, lengths, metric, typical_length=typical_length)


def compare_directions(
    one: RealArray, units: Directions | RealArray, lengths: RealArray, metric: Metric, *, typical_length: float | None = None
) -> FloatArray:
    """Compare as `compare` does, with rows that are given as directions, (m, k), and lengths, (m,)."""
    own = np.linalg.norm(one, axis=1)[:, None]
    cosine = products(one / np.maximum(own, 1e-9), units)
    if metric is Metric.COSINE:
        return np.asarray(cosine, dtype=np.float32)
    distance = np.sqrt(np.maximum(own**2 + lengths[None] ** 2 - 2 * cosine * own * lengths[None], 0))
    if metric is Metric.EUCLIDEAN:
        return np.asarray(-distance, dtype=np.float32)
    typical = float(lengths.mean()) if typical_length is None else typical_length
    return np.asarray(0.5 * cosine - 0.5 * distance / max(typical, 1e-9), dtype=np.float32)


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How alike a photo and a part of the gallery are: the catalogue's own views, the confirmed ones, or both.

    Attributes:
        channels: (n_hypotheses, n_assets, n_channels), raw; NaN where an asset has no view of the kind, or not of all the
            kinds, and throughout for channels that look at other parts.
        views: (n_hypotheses, n_views) of the part, mean over blocks; −inf for what the photo must not see.
    """

    channels: FloatArray
    views: FloatArray

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        return self.channels.nbytes + self.views.nbytes


def channel_similarities(query: Query, gallery: Gallery, weights: Weights) -> FloatArray:
    """Compare a photo with every asset on every channel; views of its own group are left out.

    Returns:
        (n_hypotheses, n_assets, n_channels), raw; NaN where an asset has no view of the kind, or not of all the kinds.
    """
    return likeness(query, gallery, weights).channels


def likeness(query: Query, gallery: Gallery, weights: Weights, *, catalogue: Likeness | None = None) -> Likeness:
    """Compare a photo with the whole gallery.

    Args:
        query: the photo.
        gallery: what with.
        weights: give shift, metric, pooling and the order of channels.
        catalogue: what `catalogue_likeness` gave, where it is there already: no decision changes it.
    """
    own = _with_text(catalogue or catalogue_likeness(query, gallery, weights), query, gallery, weights)
    if not len(gallery.groups):
        return own
    confirmed = _confirmed_likeness(query, gallery, weights)
    at = [at for at, channel in enumerate(weights.channels) if kind_of(channel) is ChannelKind.CONFIRMED]
    channels = own.channels.copy(order="K")
    channels[:, :, at] = confirmed.channels[:, :, at]
    return Likeness(channels=channels, views=np.concatenate([own.views, confirmed.views], axis=1))


def _with_text(own: Likeness, query: Query, gallery: Gallery, weights: Weights) -> Likeness:
    """Fill the text channel in: it compares no views, and a correction changes it."""
    if TEXT_CHANNEL not in weights.channels or query.worded is None or gallery.worded is None:
        return own
    channels = own.channels.copy(order="K")
    channels[:, :, weights.channels.index(TEXT_CHANNEL)] = gallery.worded.similarities(query.worded)
    return replace(own, channels=channels)


def catalogue_likeness(query: Query, gallery: Gallery, weights: Weights) -> Likeness:
    """Compare a photo with the catalogue's own views; faster where the gallery is folded with the weights' features."""
    folded = fold(gallery, weights.features)

    def compared(block: str) -> FloatArray:
        vectors = folded.vectors[block]
        photo = unshifted(query.vectors[block], query.hypotheses, weights, block)
        typical = None if vectors.row_of is None else vectors.typical_length
        return vectors.spread(compare_directions(photo, vectors.kept, vectors.sizes, weights.metric, typical_length=typical))

    return _likeness(query, gallery, weights, compared, slice(0, gallery.own), np.ones(gallery.own, dtype=np.bool_))


def catalogue_likenesses(queries: Sequence[Query], gallery: Gallery, weights: Weights) -> list[Likeness]:
    """Compare several photos with the catalogue's own views in one go: its vectors are then read from memory once for all."""
    if not queries:
        return []
    joined = Query(
        hypotheses=tuple(name for query in queries for name in query.hypotheses),
        vectors={block: np.concatenate([query.vectors[block] for query in queries]) for block in queries[0].vectors},
    )
    found, ends = catalogue_likeness(joined, gallery, weights), np.cumsum([len(query.hypotheses) for query in queries])
    return [
        Likeness(channels=found.channels[end - len(query.hypotheses) : end], views=found.views[end - len(query.hypotheses) : end])
        for query, end in zip(queries, ends, strict=True)
    ]


def _confirmed_likeness(query: Query, gallery: Gallery, weights: Weights) -> Likeness:
    """Compare a photo with confirmed views; the photo shift is taken from both, since both are photos."""
    names = [row.hypothesis for row in gallery.views[gallery.own :]]

    def compared(block: str) -> FloatArray:
        vectors = gallery.vectors[block]
        photo = unshifted(query.vectors[block], query.hypotheses, weights, block)
        confirmed = unshifted(vectors.confirmed, names, weights, block)
        return compare(photo, confirmed, weights.metric, typical_length=vectors.typical_length)

    part = slice(gallery.own, len(gallery.views))
    return _likeness(query, gallery, weights, compared, part, visible_views(query, gallery)[part])


def _likeness(  # noqa: PLR0917
    query: Query, gallery: Gallery, weights: Weights, compared: Callable[[str], FloatArray], part: slice, shown: BoolArray
) -> Likeness:
    """Pool one part of the gallery, block by block: only the sum over blocks is kept of each view."""
    rows = np.full((len(weights.channels), len(query.hypotheses), len(gallery.skus)), np.nan, dtype=np.float32)
    channels = np.moveaxis(rows, 0, -1)  # each channel lies in one piece: it is filled as such
    views = np.zeros((len(query.hypotheses), part.stop - part.start), dtype=np.float32)
    blocks = [block for block in dict.fromkeys(map(block_of, weights.channels)) if block in gallery.vectors]
    pools = _pools(gallery, part, shown, {kind_of(channel) for channel in weights.channels})
    averaged = min((weights.pooling[kind] for kind in pools), default=1.0) < 1
    starts = gallery.starts[(gallery.starts >= part.start) & (gallery.starts < part.stop)] - part.start
    for block in blocks if len(starts) else ():
        alike = compared(block)
        views += alike / len(blocks)
        segments = _segments(alike, starts, shown, averaged=averaged)
        for at, channel in enumerate(weights.channels):
            if block_of(channel) == block and kind_of(channel) in pools:
                channels[:, :, at] = pools[kind_of(channel)].similarities(*segments, weights.pooling[kind_of(channel)])
    views[:, ~shown] = -np.inf
    return Likeness(channels=channels, views=views)


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


def _segments(alike: FloatArray, starts: IntArray, shown: BoolArray, *, averaged: bool) -> tuple[FloatArray, FloatArray]:
    """Take maximum and sum over each run of views of one asset and kind: (n_hypotheses, n_segments) both; −inf and 0 for none.

    The sum is zero throughout unless it is asked for: nearly all weights pool by the maximum, and need none.
    """
    top = run_maxima(alike if shown.all() else np.where(shown, alike, -np.inf), starts)
    total = np.add.reduceat(np.where(shown, alike, 0.0), starts, axis=1) if averaged else np.zeros_like(top)
    return np.asarray(top, dtype=np.float32), np.asarray(total, dtype=np.float32)


def _pools(gallery: Gallery, part: slice, shown: BoolArray, kinds: Collection[ChannelKind]) -> dict[ChannelKind, _Pool]:
    """Make the pools of the kinds whose views all lie in this part of the gallery, of which some asset has them."""
    wanted = [kind for kind in kinds if (ViewKind.CONFIRMED not in kind.views) == (part.start < gallery.own)]
    made = {kind: _Pool.of(gallery, kind, part, shown) for kind in wanted}
    return {kind: pool for kind, pool in made.items() if pool.counts.any()}


@dataclass(frozen=True, kw_only=True)
class _Pool:
    """Which segments of a part a kind of channel pools.

    Attributes:
        runs: per kind of view, positions of segments in the part and of their assets, each asset once.
        counts: (n_assets,) views that are seen; zero where an asset lacks one of the kinds.
    """

    runs: tuple[tuple[IntArray, IntArray], ...]
    counts: IntArray

    @classmethod
    def of(cls, gallery: Gallery, kind: ChannelKind, part: slice, shown: BoolArray) -> _Pool:
        starts = gallery.starts[(gallery.starts >= part.start) & (gallery.starts < part.stop)]
        runs = list[tuple[IntArray, IntArray]]()
        seen = np.add.reduceat(shown.astype(np.int64), starts - part.start) if len(starts) else np.zeros(0, dtype=np.int64)
        whole, kinds_seen = np.zeros((2, len(gallery.skus)), dtype=np.int64)
        for view in kind.views:
            segments = np.flatnonzero(gallery.kind_of[starts] == KINDS.index(view))
            assets = gallery.asset_of[starts][segments]
            runs.append((segments, assets))
            whole[assets] += seen[segments]
            kinds_seen[assets] += seen[segments] > 0
        return cls(runs=tuple(runs), counts=np.where(kinds_seen == len(kind.views), whole, 0))

    def similarities(self, top: FloatArray, total: FloatArray, share: float) -> FloatArray:
        """Mix maximum and mean over an asset's views: (n_hypotheses, n_assets); NaN for an asset without any."""
        best = np.full((len(top), len(self.counts)), -np.inf, dtype=np.float32)
        summed = np.zeros_like(best)
        for at, (segments, assets) in enumerate(self.runs):
            best[:, assets] = np.maximum(best[:, assets], top[:, segments]) if at else top[:, segments]
            if share < 1:
                summed[:, assets] += total[:, segments]
        best[:, self.counts == 0] = np.nan
        if share == 1:
            return best
        return np.asarray(share * best + (1 - share) * summed / np.maximum(self.counts, 1), dtype=np.float32)


def unshifted(vectors: FloatArray, hypotheses: Sequence[str], weights: Weights, block: str) -> FloatArray:
    """Take the photo shift of each row's mask hypothesis from it, and weigh its features; rows without a shift stay unmoved."""
    moved, names = vectors.copy(), np.array(hypotheses, dtype=np.str_)
    for name in np.unique(names):
        shift = weights.shift_of(block, str(name))
        if shift is not None:
            moved[names == name] -= shift
    features = weights.features.get(block)
    return moved if features is None else moved * np.array(features, dtype=np.float32)
