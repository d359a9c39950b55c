"""The embedded text embedder: words and pairs of words, hashed into a vector of fixed length. Nothing is learned or fetched.

Weinberger, Dasgupta, Langford, Smola and Attenberg, "Feature hashing for large scale multitask learning", ICML 2009.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from data.domain import FloatArray

SIZE = 1024
LONGEST = 2
"""Words of the longest run that counts as one."""


class NgramEmbedder:
    """Describes a text by the words that it has. Safe to share between threads."""

    name = "ngrams"
    revision = "hashed-1"
    size = SIZE

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Count words and pairs of words, hashed: (n, size), of length 1; zeros for a text without a word that says anything."""
        if not texts:
            return np.zeros((0, SIZE), dtype=np.float32)
        return np.asarray(self._hashed.transform(list(texts)).toarray(), dtype=np.float32)

    @cached_property
    def _hashed(self) -> Any:  # noqa: ANN401  # scikit-learn has no types
        from sklearn.feature_extraction.text import HashingVectorizer  # noqa: PLC0415

        return HashingVectorizer(n_features=SIZE, ngram_range=(1, LONGEST), stop_words="english", norm="l2")
