"""How scores would move with feature weights and with the pooling of views, to first order, around the starting weights.

With feature weights f = exp(u / 2) the cosine of x and z moves by x_d z_d / (|x||z|) − cos/2 (x_d²/|x|² + z_d²/|z|²) per unit of
u_d: the derivative at u = 0. The pooling of views is linear in the share of the maximum already.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from data.domain import FloatArray, ViewKind
from feedback.examples import WORKERS, Examples
from feedback.samples import Bench, LabelledPhoto
from matching.arrays import IntArray
from matching.gallery import Gallery, Query, visible_views
from matching.gallery_views import KINDS
from matching.similarity import unshifted
from matching.trust import log_shares
from matching.weights import ChannelKind, Weights, block_of, kind_of

CANDIDATES = 24
"""Of each photo: beyond its hardest ones the softmax has next to nothing."""

Reals = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class FineTerms:
    """First derivatives of summed, weighted similarities, before they are divided by the weight of the speaking channels.

    Attributes:
        columns: (n, k) which candidates of the examples.
        features: (n, k, 2, n_features) by log f² of each feature: of the catalogue's own views, and of confirmed ones.
        pooling: (n, k, n_kinds) by the share of the mean over an asset's views, per kind of channel.
        blocks: which features are of which block.
    """

    columns: IntArray
    features: Reals
    pooling: Reals
    blocks: dict[str, slice]


def fine_terms(photos: Sequence[LabelledPhoto], examples: Examples, bench: Bench, weights: Weights) -> FineTerms:
    """Derive the scores of each photo's hardest candidates.

    Args:
        photos: as they were gathered.
        examples: what was gathered of them.
        bench: the catalogue; no photo sees confirmed views of its own group.
        weights: the starting weights.
    """
    sizes = {block: found.kept.shape[1] for block, found in bench.gallery.vectors.items()}
    ends = np.cumsum(list(sizes.values()))
    blocks = {block: slice(int(end) - size, int(end)) for (block, size), end in zip(sizes.items(), ends, strict=True)}
    columns, hypothesis = _hardest(examples, weights)
    reader = _Views(bench.gallery)

    def one(at: int) -> tuple[Reals, Reals]:
        kept = columns[at]
        return _derive(photos[at].evidence.query, reader, weights, blocks, examples.assets[at, kept], hypothesis[at, kept])

    with ThreadPoolExecutor(WORKERS) as pool, threadpool_limits(1, "blas"):
        found = list(pool.map(one, range(len(photos))))
    return FineTerms(
        columns=columns,
        features=np.stack([features for features, _ in found]),
        pooling=np.stack([pooling for _, pooling in found]),
        blocks=blocks,
    )


def _hardest(examples: Examples, weights: Weights) -> tuple[IntArray, IntArray]:
    """Find each photo's best candidates, labelled ones first, and the mask hypothesis that counts most, of each."""
    values = np.array(weights.values, dtype=np.float32)
    spoken = np.maximum(examples.speaks @ values, 1e-9)
    prior = log_shares(examples.kinds, weights.trust, examples.there) / max(weights.sharpness, 1e-6)
    scores = np.where(examples.there[:, :, None], examples.z @ values, -np.inf) / spoken[:, None] + prior[:, :, None]
    best = scores.max(axis=1) + weights.popularity * examples.popularity
    best = np.where(examples.positive | examples.corrected | examples.refused, np.inf, best)
    best = np.where(examples.assets < 0, -np.inf, best)
    columns = np.sort(np.argsort(-best, axis=1, kind="stable")[:, :CANDIDATES], axis=1)
    return columns, scores.argmax(axis=1)


class _Views:
    """The rows of each asset's views, by kind of view."""

    def __init__(self, gallery: Gallery) -> None:
        self.gallery = gallery
        self._names = [row.hypothesis for row in gallery.views[gallery.own :]]
        count = len(gallery.skus)
        self._first = np.zeros((len(KINDS), count), dtype=np.int64)
        self._many = np.zeros((len(KINDS), count), dtype=np.int64)
        lengths = np.diff(np.append(gallery.starts, len(gallery.views)))
        kinds, assets = gallery.kind_of[gallery.starts], gallery.asset_of[gallery.starts]
        self._first[kinds, assets], self._many[kinds, assets] = gallery.starts, lengths

    def rows(self, kind: ViewKind, assets: IntArray) -> tuple[IntArray, IntArray]:
        """Give the views of some assets, and the place in `assets` of each."""
        many = self._many[KINDS.index(kind), assets]
        owner = np.repeat(np.arange(len(assets)), many)
        within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        return self._first[KINDS.index(kind), assets][owner] + within, owner

    def directions(self, block: str, rows: IntArray, weights: Weights) -> FloatArray:
        """Give views' directions, (n, size); the photo shift is taken from confirmed ones."""
        found, own = self.gallery.vectors[block], self.gallery.own
        if not len(rows) or rows[0] < own:
            return found.directions(rows)
        names = [self._names[row - own] for row in rows]
        return _normal(unshifted(found.confirmed[rows - own], names, weights, block))


@dataclass(frozen=True, kw_only=True)
class _Pooled:
    """Of each asset: the best view's similarity and direction, the sum over views and their number."""

    top: Reals
    best: FloatArray
    total: Reals
    count: IntArray


def _derive(  # noqa: PLR0917
    query: Query, views: _Views, weights: Weights, blocks: dict[str, slice], assets: IntArray, hypothesis: IntArray
) -> tuple[Reals, Reals]:
    features = np.zeros((len(assets), 2, max(part.stop for part in blocks.values())), dtype=np.float32)
    pooling = np.zeros((len(assets), len(ChannelKind)), dtype=np.float32)
    seen = visible_views(query, views.gallery)
    chosen = {}
    for kind in KINDS:
        rows, owner = views.rows(kind, np.maximum(assets, 0))
        keep = seen[rows] & (assets[owner] >= 0)
        chosen[kind] = rows[keep], owner[keep]
    share = dict(zip(weights.channels, np.array(weights.values) / np.array(weights.scales), strict=True))
    for block, part in blocks.items():
        photo = _normal(unshifted(query.vectors[block], query.hypotheses, weights, block))[hypothesis]
        pooled = {kind: _pool(photo, views.directions(block, rows, weights), owner) for kind, (rows, owner) in chosen.items()}
        for channel, weight in share.items():
            if block_of(channel) != block or weight == 0:
                continue
            found = _joined([pooled[kind] for kind in KINDS if kind in kind_of(channel).views])
            there = found.count > 0
            if not there.any():
                continue
            top = np.where(there, found.top, 0)
            slope = photo * found.best - 0.5 * top[:, None] * (photo**2 + found.best**2)
            side = int(kind_of(channel) is ChannelKind.CONFIRMED)
            features[:, side, part] += np.where(there[:, None], weight * slope, 0)
            mean = found.total / np.maximum(found.count, 1)
            pooling[:, list(ChannelKind).index(kind_of(channel))] += np.where(there, weight * (mean - top), 0)
    return features, pooling


def _pool(photo: FloatArray, directions: FloatArray, owner: IntArray) -> _Pooled:
    """Compare each asset's hypothesis of the photo, (k, size), with its views, (m, size)."""
    count = np.bincount(owner, minlength=len(photo))
    alike = np.einsum("ms,ms->m", photo[owner], directions).astype(np.float32)
    top = np.full(len(photo), -np.inf, dtype=np.float32)
    np.maximum.at(top, owner, alike)
    best = np.zeros_like(photo)
    winners = np.flatnonzero(alike == top[owner])[::-1]
    best[owner[winners]] = directions[winners]
    total = np.bincount(owner, weights=alike, minlength=len(photo)).astype(np.float32)
    return _Pooled(top=top, best=best, total=total, count=count)


def _joined(parts: Sequence[_Pooled]) -> _Pooled:
    """Pool kinds of views together; an asset that lacks one of them has none."""
    top, best = parts[0].top, parts[0].best
    for part in parts[1:]:
        best = np.where((part.top > top)[:, None], part.best, best)
        top = np.maximum(top, part.top)
    whole = np.stack([part.count for part in parts])
    return _Pooled(
        top=top,
        best=best,
        total=np.sum([part.total for part in parts], axis=0, dtype=np.float32),
        count=np.where((whole > 0).all(axis=0), whole.sum(axis=0), 0),
    )


def _normal(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), dtype=np.float32)
