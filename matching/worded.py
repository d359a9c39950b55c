"""What is said of photos and assets, as a ranking takes it: one vector each for the text channel, and words for the bonus."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.domain import FloatArray
from matching.arrays import RealArray
from matching.attributes import attribute_overlap
from matching.ports import Words
from matching.vocabulary import Vocabulary
from matching.weights import Weights

TEXT = "text"
"""The block of the text channel. It has one vector per photo and asset, not one per view, and so is no block of the gallery."""

TEXT_CHANNEL = f"{TEXT}/reference"
ATTRIBUTES = "attributes"
"""The bonus of the check that compares attributes."""


@dataclass(frozen=True, kw_only=True)
class PhotoWords:
    """What is said of a photo: its words, and (size,) the vector of its text, of length 1, or zeros where nothing is said."""

    words: Words
    vector: FloatArray


@dataclass(frozen=True, kw_only=True)
class CatalogueWords:
    """What is said of the assets, in the order of the gallery's.

    Attributes:
        words: (n_assets,) as people and the describer say.
        vectors: (n_assets, size) of length 1; zeros where nothing is said.
        vocabulary: what words are read into.
    """

    words: tuple[Words, ...]
    vectors: FloatArray
    vocabulary: Vocabulary

    def similarities(self, photo: PhotoWords) -> FloatArray:
        """Compare a photo's text with every asset's: (n_assets,) cosines; NaN where one of the two says nothing."""
        if not photo.vector.any():
            return np.full(len(self.vectors), np.nan, dtype=np.float32)
        return np.where(self.vectors.any(axis=1), self.vectors @ photo.vector, np.nan).astype(np.float32)

    def overlaps(self, photo: PhotoWords, assets: Sequence[int]) -> list[float]:
        """Say how far a photo and some assets agree in attributes, in [0, 1]; NaN where no attribute is known of both."""
        return [attribute_overlap(photo.words, self.words[asset], self.vocabulary) for asset in assets]


def uses_words(weights: Weights) -> bool:
    """Say whether a ranking by these weights reads what is said; if not, nobody needs to read it."""
    channels = dict(zip(weights.channels, weights.values, strict=True))
    return channels.get(TEXT_CHANNEL, 0.0) > 0 or weights.bonuses.get(ATTRIBUTES, 0.0) > 0


def with_text(weights: Weights, share: float = 0.0) -> Weights:
    """Give weights the text channel where they have none, with a share of all, taken from the others alike."""
    if TEXT_CHANNEL in weights.channels:
        return weights
    return replace(
        weights,
        channels=(*weights.channels, TEXT_CHANNEL),
        values=(*(value * (1 - share) for value in weights.values), share),
        means=(*weights.means, 0.0),
        scales=(*weights.scales, 1.0),
    )


def known_overlaps(overlaps: Sequence[float]) -> RealArray:
    """Give an asset of which nothing is known the mean of the others: it is neither better nor worse for it; 0 where none is."""
    known = [value for value in overlaps if not math.isnan(value)]
    mean = sum(known) / len(known) if known else 0.0
    return np.array([mean if math.isnan(value) else value for value in overlaps], dtype=np.float64)
