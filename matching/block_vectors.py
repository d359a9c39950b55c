"""One block of the gallery's vectors in memory: the largest thing that the server holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from data.domain import BoolArray, FloatArray
from matching.arrays import IntArray, RealArray

LARGE_BYTES = 512 * 2**20
"""Of a catalogue's directions in float32, above which they are kept in half of it: 9,000 assets with eight renders."""

STEPS = 32_767
"""Of a number between 0 and 1, kept in 16 bits: a cosine is then off by 9e-6 on average, a third of what float16 would be."""

TOGETHER = 8_192
"""Rows that are brought to float32 at once: 2 MB, which stay in the processor's cache."""

Directions = FloatArray | npt.NDArray[np.int16]


@dataclass(frozen=True, kw_only=True)
class BlockVectors:
    """One block of all views. A decision adds to the confirmed ones alone: the catalogue's stay where they are in memory.

    Attributes:
        kept: (n_kept, k) directions of the catalogue's own views, of unit length; zeros for a vector of zeros. Float32, or
            int16 in steps of 1 / `STEPS`.
        sizes: (n_kept,) what they were before.
        confirmed: (n_confirmed, k), not normalised, since the photo shift is taken from them.
        row_of: (n_own,) position in `kept` of each view, where some have one vector in common; None: as they stand.
    """

    kept: Directions
    sizes: FloatArray
    confirmed: FloatArray
    row_of: npt.NDArray[np.int32] | None = None

    @property
    def units(self) -> FloatArray:
        """Give the directions of all the catalogue's own views: (n_own, k)."""
        return as_float(self.kept if self.row_of is None else self.kept[self.row_of])

    @property
    def lengths(self) -> FloatArray:
        """Give what the catalogue's own vectors were before: (n_own,)."""
        return self.sizes if self.row_of is None else self.sizes[self.row_of]

    @property
    def typical_length(self) -> float | None:
        """Give the mean of these, which the mixed metric divides by; None where there are none."""
        return float(self.lengths.mean()) if len(self.sizes) else None

    def directions(self, rows: IntArray) -> FloatArray:
        """Give the directions of some of the catalogue's own views: (n, k)."""
        return as_float(self.kept[rows if self.row_of is None else self.row_of[rows]])

    def spread(self, values: FloatArray) -> FloatArray:
        """Give each of the catalogue's own views what was found of its vector: (n, n_kept) to (n, n_own)."""
        return values if self.row_of is None else np.take(values, self.row_of, axis=1)

    def some(self, stays: BoolArray) -> BlockVectors:
        """Keep some of the catalogue's own views: (n_own,)."""
        if self.row_of is not None:
            return replace(self, row_of=self.row_of[stays])
        return replace(self, kept=self.kept[stays], sizes=self.sizes[stays])

    def raw(self, at: int) -> FloatArray:
        """Give the vector of one view, (k,), as it was before."""
        own = len(self.kept) if self.row_of is None else len(self.row_of)
        if at >= own:
            return np.asarray(self.confirmed[at - own], dtype=np.float32)
        row = at if self.row_of is None else int(self.row_of[at])
        return np.asarray(as_float(self.kept[row]) * self.sizes[row], dtype=np.float32)

    def weighed(self, weights: FloatArray) -> BlockVectors:
        """Weigh the numbers of the catalogue's own vectors, (k,), before they are normalised."""

        def vectors(some: slice) -> FloatArray:
            return np.asarray(as_float(self.kept[some]) * self.sizes[some, None] * weights, dtype=np.float32)

        kept, sizes = _directions(vectors, self.kept.shape, compact=self.kept.dtype == np.int16)
        return replace(self, kept=kept, sizes=sizes)


def is_large(own: int, vectors: Mapping[str, FloatArray]) -> bool:
    """Say whether so many views of a catalogue are too large for float32."""
    return bool(own * sum(raw.shape[1] for raw in vectors.values()) * np.dtype(np.float32).itemsize > LARGE_BYTES)


def pack_block(
    raw: FloatArray, rows: IntArray, own: int, *, runs: npt.NDArray[np.int32] | None = None, compact: bool = False
) -> BlockVectors:
    """Pack one block.

    Args:
        raw: (n, k), in any order.
        rows: (n_views,) row of `raw` of each view, the catalogue's own first.
        own: how many these are.
        runs: (own,) numbers of which equal neighbours have one vector in common; None: none have.
        compact: whether directions take 16 bits a number.
    """
    mine, row_of = rows[:own], None
    if runs is not None:
        begins = np.append(True, runs[1:] != runs[:-1])[: len(runs)]
        mine, row_of = mine[begins], (np.cumsum(begins) - 1).astype(np.int32)
    kept, sizes = _directions(lambda some: raw[mine[some]], (len(mine), raw.shape[1]), compact=compact)
    confirmed = raw[rows[own:]].astype(np.float32, copy=False)
    return BlockVectors(kept=kept, sizes=sizes, confirmed=confirmed, row_of=row_of)


def as_float(kept: Directions) -> FloatArray:
    """Give directions as float32."""
    return np.asarray(kept.astype(np.float32) / STEPS if kept.dtype == np.int16 else kept, dtype=np.float32)


def products(one: RealArray, kept: Directions | RealArray) -> FloatArray:
    """Multiply rows of (n, k) with directions, (m, k): (n, m)."""
    if kept.dtype != np.int16:
        return np.asarray(one @ kept.T)
    scaled, found = (one / STEPS).astype(np.float32), np.empty((len(one), len(kept)), dtype=np.float32)
    for start in range(0, len(kept), TOGETHER):
        found[:, start : start + TOGETHER] = scaled @ kept[start : start + TOGETHER].astype(np.float32).T
    return found


def _directions(read: Callable[[slice], FloatArray], shape: tuple[int, ...], *, compact: bool) -> tuple[Directions, FloatArray]:
    """Give directions and lengths of vectors, some rows at a time: all at once would take four times the memory.

    Args:
        read: gives the vectors of some rows.
        shape: (n, k) of all.
        compact: whether directions take 16 bits a number.
    """
    sizes = np.empty(shape[0], dtype=np.float32)
    kept: Directions = np.empty(shape, dtype=np.int16) if compact else np.empty(shape, dtype=np.float32)
    for start in range(0, shape[0], TOGETHER):
        part = slice(start, start + TOGETHER)
        vectors = read(part)
        lengths = np.linalg.norm(vectors, axis=1)
        units = vectors / np.maximum(lengths, 1e-9)[:, None]
        sizes[part] = lengths
        kept[part] = np.rint(units * STEPS) if compact else units
    return kept, sizes
