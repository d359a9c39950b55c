"""What is fitted on the catalogue before any label: block means, principal components, and the visual vocabulary.

VLAD: Jégou, Douze, Schmid and Pérez, "Aggregating local descriptors into a compact image representation", CVPR 2010.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from data.domain import BasisVersion, ByteArray, FloatArray
from data.errors import NotEnoughEvidence, ShapeMismatch

DIMENSIONS = 64
WHITENING = 0.25
"""0 keeps the variances of the components, 1 makes them equal.

A quarter was best on both real sets (CONTRIBUTING, "Decisions").
"""

WORDS = 32
VOCABULARY_SAMPLE = 40_000
DESCRIPTOR_SCALE = 512.0
KEYPOINTS = "keypoints"


@dataclass(frozen=True, kw_only=True)
class Basis:
    """Transforms from raw blocks to short vectors.

    Attributes:
        version: its name.
        means: (d,) per block.
        components: (d, at most 64) per block, scaled for partial whitening.
        vocabulary: (32, 128) visual words.
    """

    version: BasisVersion
    means: Mapping[str, FloatArray]
    components: Mapping[str, FloatArray]
    vocabulary: FloatArray

    def project(self, block: str, raw: FloatArray) -> FloatArray:
        """Bring raw vectors of a block, (n, d), to the catalogue's axes: (n, k), not normalised.

        Raises:
            ShapeMismatch: the block is not of this size, or the basis does not know it.
        """
        mean = self.means.get(block)
        if mean is None or raw.shape[1] != len(mean):
            raise ShapeMismatch(
                f"block '{block}' has {raw.shape[1]} numbers, the basis {self.version} was fitted on "
                f"{'none of that name' if mean is None else len(mean)}",
                remedy="run 'couture index --refit'",
            )
        return np.asarray((raw - mean) @ self.components[block], dtype=np.float32)

    def aggregate(self, descriptors: ByteArray) -> FloatArray:
        """Pool local features, (n, 128), into one vector, (32 · 128,); zeros where there are none."""
        return aggregate(descriptors, self.vocabulary)


def fit_basis(
    version: BasisVersion, blocks: Mapping[str, FloatArray], descriptors: Sequence[ByteArray], *, seed: int = 0
) -> Basis:
    """Fit the transforms on the catalogue's own views; no photo has a part in it.

    Args:
        version: name to give it.
        blocks: (n_views, d) raw vectors per block.
        descriptors: local features of each view, (n, 128).
        seed: of the vocabulary.

    Raises:
        NotEnoughEvidence: there are fewer than two views.
    """
    count = min((len(raw) for raw in blocks.values()), default=0)
    if count < 2:  # noqa: PLR2004
        raise NotEnoughEvidence(
            f"the catalogue has {count} described pictures, a basis needs two or more",
            remedy="import the catalogue, then run 'couture index'",
        )
    vocabulary = _fit_vocabulary(descriptors, seed=seed)
    every = {**blocks, KEYPOINTS: np.stack([aggregate(found, vocabulary) for found in descriptors])}
    means = {name: raw.mean(axis=0).astype(np.float32) for name, raw in every.items()}
    components = {name: _principal(raw - means[name]) for name, raw in every.items()}
    return Basis(version=version, means=means, components=components, vocabulary=vocabulary)


def aggregate(descriptors: ByteArray, vocabulary: FloatArray) -> FloatArray:
    """Sum each local feature's residual to its visual word, each word normalised: VLAD, (n_words · 128,)."""
    pooled = np.zeros_like(vocabulary)
    if len(descriptors):
        features = descriptors.astype(np.float32) / DESCRIPTOR_SCALE
        away = (vocabulary**2).sum(axis=1) - 2 * features @ vocabulary.T
        nearest = away.argmin(axis=1)
        np.add.at(pooled, nearest, features - vocabulary[nearest])
        pooled /= np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-9)
    return np.asarray(pooled.ravel(), dtype=np.float32)


def pack(basis: Basis) -> bytes:
    """Turn a basis into bytes for the store."""
    buffer = io.BytesIO()
    arrays = {f"mean/{name}": mean for name, mean in basis.means.items()}
    arrays |= {f"components/{name}": found for name, found in basis.components.items()}
    np.savez_compressed(buffer, allow_pickle=False, vocabulary=basis.vocabulary, **arrays)
    return buffer.getvalue()


def unpack(version: BasisVersion, payload: bytes) -> Basis:
    """Build a basis from stored bytes."""
    with np.load(io.BytesIO(payload), allow_pickle=False) as found:
        named = {name: np.asarray(found[name], dtype=np.float32) for name in found.files}
    return Basis(
        version=version,
        means={name.removeprefix("mean/"): array for name, array in named.items() if name.startswith("mean/")},
        components={name.removeprefix("components/"): array for name, array in named.items() if name.startswith("components/")},
        vocabulary=named["vocabulary"],
    )


def _principal(centred: FloatArray) -> FloatArray:
    _, spread, axes = np.linalg.svd(centred.astype(np.float64), full_matrices=False)
    kept = max(1, min(DIMENSIONS, int((spread > 1e-6 * max(spread[0], 1e-12)).sum())))
    scale = np.maximum(spread[:kept] / np.sqrt(len(centred)), 1e-9) ** WHITENING
    signs = np.sign(axes[np.arange(kept), np.abs(axes[:kept]).argmax(axis=1)])
    return np.asarray((axes[:kept] * signs[:, None]).T / scale, dtype=np.float32)


def _fit_vocabulary(descriptors: Sequence[ByteArray], *, seed: int) -> FloatArray:
    every = np.concatenate([np.zeros((0, 128), np.uint8), *descriptors]).astype(np.float32) / DESCRIPTOR_SCALE
    if len(every) < WORDS:
        padding = np.random.default_rng(seed).random((WORDS, 128), dtype=np.float32)
        return np.asarray(padding / np.linalg.norm(padding, axis=1, keepdims=True), dtype=np.float32)
    if len(every) > VOCABULARY_SAMPLE:
        every = every[np.random.default_rng(seed).choice(len(every), VOCABULARY_SAMPLE, replace=False)]
    found = MiniBatchKMeans(WORDS, random_state=seed, n_init=3, batch_size=4096).fit(every)
    return np.asarray(found.cluster_centers_, dtype=np.float32)
