"""What is fitted on the catalogue before any label: block means, principal components, and the visual vocabulary.

VLAD: Jégou, Douze, Schmid and Pérez, "Aggregating local descriptors into a compact image representation", CVPR 2010.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from sklearn.cluster import MiniBatchKMeans

from data.domain import BasisVersion, ByteArray, FloatArray
from data.errors import NotEnoughEvidence, ShapeMismatch
from matching.blocks import KEYPOINTS, BlockSource
from matching.ports import Treatment

DIMENSIONS = 64
PLAIN_DIMENSIONS = 256
WHITENING = 0.25
"""0 keeps the variances of the components, 1 makes them equal.

A quarter was best on both real sets (CONTRIBUTING, "Decisions").
"""

WORDS = 32
VOCABULARY_SAMPLE = 40_000
DESCRIPTOR_SCALE = 512.0


@dataclass(frozen=True, kw_only=True)
class Basis:
    """Transforms from raw blocks to short vectors.

    Attributes:
        version: its name.
        means: (d,) per block.
        components: (d, at most 64) per block, scaled for partial whitening; (d, at most 256) and orthonormal where a block's
            treatment is plain, so that inner products of centred vectors stay.
        vocabulary: (32, 128) visual words.
        revisions: of each embedder's block, what its vectors come from; of a basis that was stored before there were several
            embedders, none is known.
    """

    version: BasisVersion
    means: Mapping[str, FloatArray]
    components: Mapping[str, FloatArray]
    vocabulary: FloatArray
    revisions: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> tuple[str, ...]:
        """The blocks of embedders that it knows."""
        return tuple(name for name in self.means if name != KEYPOINTS)

    def knows(self, sources: Sequence[BlockSource]) -> bool:
        """Say whether it was fitted on these very blocks: the same names, lengths and revisions."""
        own = {name: len(self.means[name]) for name in self.blocks}
        same = all(self.revisions.get(source.name, source.revision) == source.revision for source in sources)
        return same and own == {source.name: source.size for source in sources}

    def project(self, block: str, raw: FloatArray) -> FloatArray:
        """Bring raw vectors of a block, (n, d), to the catalogue's axes: (n, k), not normalised.

        Each is multiplied by itself: in one product of matrices the last bits of a row depend on which rows stand beside it, so
        that weights could not be made again bit for bit once other pictures are stored.

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
        centred = np.asarray(raw - mean, dtype=np.float32)
        return np.asarray(np.matmul(centred[:, None, :], self.components[block])[:, 0], dtype=np.float32)

    def aggregate(self, descriptors: ByteArray) -> FloatArray:
        """Pool local features, (n, 128), into one vector, (32 · 128,); zeros where there are none."""
        return aggregate(descriptors, self.vocabulary)


def fit_basis(
    version: BasisVersion,
    blocks: Mapping[str, FloatArray],
    descriptors: Sequence[ByteArray],
    *,
    sources: Sequence[BlockSource] = (),
    seed: int = 0,
) -> Basis:
    """Fit the transforms on the catalogue's own views; no photo has a part in it.

    Descriptors are centred, brought to at most 64 principal components and partly whitened. Vectors whose embedder asks for
    the plain treatment are centred on the catalogue's mean and brought to at most 256 principal directions, none scaled: a
    pretrained model was trained for their inner products, and whitening would weigh its noise like its signal.

    Args:
        version: name to give it.
        blocks: (n_views, d) raw vectors per block.
        descriptors: local features of each view, (n, 128).
        sources: where the blocks come from and how they are treated; whitened where one has none.
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
    plain = {source.name for source in sources if source.treatment is Treatment.PLAIN}
    components = {
        name: _directions(raw - means[name]) if name in plain else _principal(raw - means[name]) for name, raw in every.items()
    }
    revisions = {source.name: source.revision for source in sources}
    return Basis(version=version, means=means, components=components, vocabulary=vocabulary, revisions=revisions)


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
    revisions = {f"revision/{name}": np.array(revision) for name, revision in basis.revisions.items()}
    np.savez_compressed(buffer, allow_pickle=False, vocabulary=basis.vocabulary, **arrays, **revisions)
    return buffer.getvalue()


def unpack(version: BasisVersion, payload: bytes) -> Basis:
    """Build a basis from stored bytes."""
    with np.load(io.BytesIO(payload), allow_pickle=False) as found:
        revisions = {name.removeprefix("revision/"): str(found[name]) for name in found.files if name.startswith("revision/")}
        numbers = [name for name in found.files if not name.startswith("revision/")]
        named = {name: np.asarray(found[name], dtype=np.float32) for name in numbers}
    return Basis(
        version=version,
        means={name.removeprefix("mean/"): array for name, array in named.items() if name.startswith("mean/")},
        components={name.removeprefix("components/"): array for name, array in named.items() if name.startswith("components/")},
        vocabulary=named["vocabulary"],
        revisions=revisions,
    )


def _principal(centred: FloatArray) -> FloatArray:
    _, spread, axes = np.linalg.svd(centred.astype(np.float64), full_matrices=False)
    kept = max(1, min(DIMENSIONS, int((spread > 1e-6 * max(spread[0], 1e-12)).sum())))
    scale = np.maximum(spread[:kept] / np.sqrt(len(centred)), 1e-9) ** WHITENING
    signs = np.sign(axes[np.arange(kept), np.abs(axes[:kept]).argmax(axis=1)])
    return np.asarray((axes[:kept] * signs[:, None]).T / scale, dtype=np.float32)


def _directions(centred: FloatArray) -> FloatArray:
    """Find the principal directions, orthonormal: (d, at most 256), none where the rows have no spread."""
    doubled = centred.astype(np.float64)
    if len(doubled) > doubled.shape[1]:
        spread, found = np.linalg.eigh(doubled.T @ doubled)
        spread, axes = np.sqrt(np.maximum(spread[::-1], 0)), found.T[::-1]
    else:
        _, spread, axes = np.linalg.svd(doubled, full_matrices=False)
    kept = max(1, min(PLAIN_DIMENSIONS, int((spread > 1e-6 * max(spread[0], 1e-12)).sum())))
    signs = np.sign(axes[np.arange(kept), np.abs(axes[:kept]).argmax(axis=1)])
    return np.asarray((axes[:kept] * signs[:, None]).T, dtype=np.float32)


def _fit_vocabulary(descriptors: Sequence[ByteArray], *, seed: int) -> FloatArray:
    every = np.concatenate([np.zeros((0, 128), np.uint8), *descriptors]).astype(np.float32) / DESCRIPTOR_SCALE
    if len(every) < WORDS:
        padding = np.random.default_rng(seed).random((WORDS, 128), dtype=np.float32)
        return np.asarray(padding / np.linalg.norm(padding, axis=1, keepdims=True), dtype=np.float32)
    if len(every) > VOCABULARY_SAMPLE:
        every = every[np.random.default_rng(seed).choice(len(every), VOCABULARY_SAMPLE, replace=False)]
    found = MiniBatchKMeans(WORDS, random_state=seed, n_init=3, batch_size=4096).fit(every)
    return np.asarray(found.cluster_centers_, dtype=np.float32)
