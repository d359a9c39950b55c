"""Short vectors of stored cut-outs, read a part at a time: what a large catalogue stores is many times what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from data.crops import Box
from data.domain import FloatArray, ImageId, LocalFeatures
from data.store import Store
from matching.arrays import IntArray
from matching.backends import Backends
from matching.basis import Basis
from matching.blocks import KEYPOINTS, blocks_of
from matching.crops import counts
from matching.cutouts import upright_name
from matching.stored_vectors import CutOutKey, feature_parts, vector_parts

NOT_CROPPED: Mapping[ImageId, Box] = {}
MOST_MASKS = 2**31
"""Names of mask hypotheses that a key has room for."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Described:
    """Short vectors of cut-outs.

    Attributes:
        images: that were asked for.
        hypotheses: names of the masks, tilted or not.
        image_of: (n,) position in `images` of each cut-out.
        mask_of: (n,) position in `hypotheses`.
        upright_of: (n,) row of the upright cut-out's keypoints: those of a tilted one are the same.
        kept: (n, k) per block; of keypoints (n_upright, k).
    """

    images: tuple[ImageId, ...]
    hypotheses: tuple[str, ...]
    image_of: IntArray
    mask_of: IntArray
    upright_of: IntArray
    kept: Mapping[str, FloatArray]

    @cached_property
    def keys(self) -> tuple[CutOutKey, ...]:
        """Image and mask hypothesis of each row."""
        pairs = zip(self.image_of.tolist(), self.mask_of.tolist(), strict=True)
        return tuple((self.images[image], self.hypotheses[mask]) for image, mask in pairs)

    @property
    def vectors(self) -> Mapping[str, FloatArray]:
        """Give the vectors of all rows, (n, k) per block."""
        return self.of(np.arange(len(self.image_of)))

    def of(self, rows: IntArray) -> dict[str, FloatArray]:
        """Give the vectors of some rows, (n, k) per block."""
        return {block: found[self.rows_of(block)[rows]] for block, found in self.kept.items()}

    def rows_of(self, block: str) -> IntArray:
        """Give where each row's vector of a block stands in `kept`: (n,)."""
        return self.upright_of if block == KEYPOINTS else np.arange(len(self.image_of))


class _Keys:
    """Numbers for cut-outs, so that half a million of them are an array."""

    def __init__(self, images: Iterable[ImageId], boxes: Mapping[ImageId, Box]) -> None:
        self.images = tuple(dict.fromkeys(images))
        self._place = {image_id: at for at, image_id in enumerate(self.images)}
        self._boxes = {self._place[image_id]: box for image_id, box in boxes.items() if image_id in self._place}
        self._masks: dict[str, int] = {}

    @property
    def hypotheses(self) -> tuple[str, ...]:
        return tuple(self._masks)

    def mask(self, name: str) -> int:
        return self._masks.setdefault(name, len(self._masks))

    def number(self, keys: Iterable[CutOutKey]) -> IntArray:
        """Number cut-outs: (n,); of an image that was not asked for, or of a mask that does not count, −1."""
        return np.array([self._number(image_id, name) for image_id, name in keys], dtype=np.int64)

    def _number(self, image_id: ImageId, name: str) -> int:
        at = self._place.get(image_id)
        if at is None or not counts(name, self._boxes.get(at)):
            return -1
        return at * MOST_MASKS + self.mask(name)

    def upright(self, numbers: IntArray) -> IntArray:
        """Give the number of each one's upright cut-out: (n,)."""
        upright = np.array([self.mask(upright_name(name)) for name in self.hypotheses], dtype=np.int64)
        return np.asarray(numbers - numbers % MOST_MASKS + upright[numbers % MOST_MASKS]) if len(numbers) else numbers


def load_described(
    store: Store,
    backends: Backends,
    basis: Basis,
    image_ids: Iterable[ImageId],
    boxes: Mapping[ImageId, Box] = NOT_CROPPED,
) -> Described:
    """Read the vectors of images and bring them to the catalogue's axes; images that are not described are left out.

    Of an image in `boxes` they are those of the person's crop, of all others those of the remover's masks.
    """
    keys = _Keys(image_ids, boxes)
    wanted = set(keys.images)
    found: dict[str, tuple[IntArray, FloatArray]] = {}
    for block, size, revision in kept_blocks(basis, backends):
        parts = ((rows.keys, rows.vectors) for rows in vector_parts(store, block, size, revision, wanted))
        found[block] = _gathered(keys, ((keyed, basis.project(block, raw)) for keyed, raw in parts), basis, block)
    pooled = (_pooled(keys, features, basis) for features in feature_parts(store, wanted))
    corners = _gathered(keys, pooled, basis, KEYPOINTS)
    # a killed run may have stored some blocks of a picture and not the others
    numbers = next((own for own, _ in found.values()), np.zeros(0, np.int64))
    for own, _ in found.values():
        numbers = numbers[np.isin(numbers, own)]
    numbers = numbers[np.isin(keys.upright(numbers), corners[0])]
    kept = {block: _picked(vectors, own, numbers) for block, (own, vectors) in found.items()}
    own, upright_of = np.unique(keys.upright(numbers), return_inverse=True)
    return Described(
        images=keys.images,
        hypotheses=keys.hypotheses,
        image_of=numbers // MOST_MASKS,
        mask_of=numbers % MOST_MASKS,
        upright_of=upright_of,
        kept={**kept, KEYPOINTS: _picked(corners[1], corners[0], own)},
    )


def kept_blocks(basis: Basis, backends: Backends) -> list[tuple[str, int, str]]:
    """List name, size and revision of the blocks that a basis was fitted on: it reads no others, whatever settings say now."""
    now = {} if basis.revisions else {source.name: source.revision for source in blocks_of(backends)}
    return [(name, len(basis.means[name]), basis.revisions.get(name) or now.get(name, "")) for name in basis.blocks]


def _gathered(
    keys: _Keys, parts: Iterator[tuple[list[CutOutKey], FloatArray]], basis: Basis, block: str
) -> tuple[IntArray, FloatArray]:
    """Number the rows of all parts and put them together, without those that do not count: (n,) and (n, k)."""
    numbers, vectors = [np.zeros(0, np.int64)], [np.zeros((0, basis.components[block].shape[1]), np.float32)]
    for keyed, short in parts:
        own = keys.number(keyed)
        numbers.append(own[own >= 0])
        vectors.append(short[own >= 0])
    return np.concatenate(numbers), np.concatenate(vectors)


def _pooled(keys: _Keys, features: Mapping[CutOutKey, LocalFeatures], basis: Basis) -> tuple[list[CutOutKey], FloatArray]:
    """Pool the local features of the cut-outs that count, and bring them to the catalogue's axes."""
    own = [key for key, number in zip(features, keys.number(features).tolist(), strict=True) if number >= 0]
    pooled = np.zeros((len(own), len(basis.means[KEYPOINTS])), dtype=np.float32)
    for row, key in enumerate(own):
        pooled[row] = basis.aggregate(features[key].descriptors)
    return own, basis.project(KEYPOINTS, pooled)


def _picked(vectors: FloatArray, own: IntArray, wanted: IntArray) -> FloatArray:
    """Take the rows of some cut-outs, of which all are there, from those of `own`; none is copied where they stand alike."""
    if np.array_equal(own, wanted):
        return vectors
    order = np.argsort(own, kind="stable")
    return np.asarray(vectors[order[np.searchsorted(own, wanted, sorter=order)]])
