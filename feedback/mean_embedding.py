"""The original's "mean embedding": all embedders' vectors in one, whatever the labels say of each.

Encoders share no space, so the mean of their vectors means nothing; the equal-weight concatenation of their normalised vectors
has the mean of their cosines as its cosine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from data.domain import FloatArray
from feedback.known_photos import TestPhoto
from feedback.samples import Bench
from matching.block_vectors import BlockVectors
from matching.blocks import BlockSource
from matching.evidence import PhotoEvidence
from matching.gallery import Gallery, Query
from matching.weights import Weights

MEAN = "mean_embedding"
Shares = Mapping[str, float]
"""Length of each block in the whole vector: embedders count alike, and so do the blocks of one."""


def shares_of(sources: Sequence[BlockSource]) -> dict[str, float]:
    """Divide a vector of length 1 among embedders, and each one's part among its blocks: squares sum to 1."""
    embedders = [source.embedder for source in sources]
    each = 1 / len(set(embedders))
    return {source.name: float(np.sqrt(each / embedders.count(source.embedder))) for source in sources}


def mean_bench(bench: Bench, shares: Shares, weights: Weights) -> Bench:
    """Give the catalogue one block, of all embedders' vectors."""
    return replace(bench, gallery=_mean_gallery(bench.gallery, shares, weights))


def mean_photo(photo: TestPhoto, shares: Shares, weights: Weights) -> TestPhoto:
    """Give a photo to measure on one block, of all embedders' vectors."""
    return replace(photo, evidence=mean_evidence(photo.evidence, shares, weights))


def mean_evidence(photo: PhotoEvidence, shares: Shares, weights: Weights) -> PhotoEvidence:
    """Give a photo one block, of all embedders' vectors, the photo shift taken from each."""
    query = photo.query
    moved = {block: unshifted(query.vectors[block], query.hypotheses, weights, block) for block in shares}
    vectors = {MEAN: joined(moved, shares)}
    whole = Query(hypotheses=query.hypotheses, fell_back=query.fell_back, vectors=vectors, group=query.group)
    return replace(photo, query=whole)


def joined(vectors: Mapping[str, FloatArray], shares: Shares) -> FloatArray:
    """Concatenate the normalised vectors of blocks, (n, d) each, each at the length of its share: (n, sum of d)."""
    parts = [
        vectors[block] / np.maximum(np.linalg.norm(vectors[block], axis=1, keepdims=True), 1e-9) * share
        for block, share in shares.items()
    ]
    return np.concatenate(parts, axis=1).astype(np.float32)


def unshifted(vectors: FloatArray, hypotheses: Sequence[str], weights: Weights, block: str) -> FloatArray:
    """Take the photo shift of each row's mask hypothesis from it; rows without a shift stay."""
    shifts = [weights.shift_of(block, name) for name in hypotheses]
    return np.stack([row if shift is None else row - shift for row, shift in zip(vectors, shifts, strict=True)])


def _mean_gallery(gallery: Gallery, shares: Shares, weights: Weights) -> Gallery:
    units = joined({block: gallery.vectors[block].units for block in shares}, shares)
    names = [row.hypothesis for row in gallery.views[gallery.own :]]
    confirmed = np.zeros((0, units.shape[1]), dtype=np.float32)
    if names:
        seen = {block: unshifted(gallery.vectors[block].confirmed, names, weights, block) for block in shares}
        confirmed = joined(seen, shares)
    lengths = np.linalg.norm(units, axis=1)
    whole = BlockVectors(
        kept=np.asarray(units / np.maximum(lengths, 1e-9)[:, None], dtype=np.float32),
        sizes=np.asarray(lengths, dtype=np.float32),
        confirmed=confirmed,
    )
    return replace(gallery, vectors={MEAN: whole})
