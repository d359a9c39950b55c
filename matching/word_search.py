"""Finding assets by words: exact words, the full-text index and the texts' vectors together.

Three lists become one by reciprocal rank fusion: Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and
individual rank learning methods", SIGIR 2009, with its constant of 60.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from data.domain import FloatArray, Sku
from data.errors import MissingBackend
from data.store import Store
from matching.backends import Backends
from matching.renewal import Renewal
from matching.spoken import Corrections
from matching.texts import with_sku
from matching.word_reading import catalogue_texts, embed_text, read_catalogue_words
from matching.worded import CatalogueWords

SMOOTHING = 60
MOST_OF_EACH = 50
LEAST_ALIKE = 0.05
"""Cosine below which a text's vector says nothing of the query."""


class WordSearch:
    """Finds assets by words. Safe to share between threads; what it knows is renewed when the catalogue or its words change."""

    def __init__(self, store: Store, backends: Backends, corrections: Callable[[], Corrections] = Corrections) -> None:
        self._store, self._backends, self._corrections = store, backends, corrections
        self._known = Renewal[tuple[tuple[Sku, ...], CatalogueWords | None]]()

    def find(self, words: str, limit: int = MOST_OF_EACH) -> list[Sku]:
        """Find the assets that fit words best, the best first; none for no word.

        Without the text embedder's model, words alone are compared.
        """
        if not words.strip():
            return []
        skus, said = self._known.get(self._state(), self._read)
        exact = [asset.sku for asset in self._store.assets.search(words, limit=MOST_OF_EACH)]
        lists = [exact, self._store.asset_words.search(words, MOST_OF_EACH)]
        if said is not None:
            lists.append(_nearest(skus, said, embed_text(self._backends, words)))
        return fused(lists)[:limit]

    def _state(self) -> tuple[int, ...]:
        store = self._store
        return tuple(table.version for table in (store.assets, store.views, store.descriptions, store.corrections))

    def _read(self) -> tuple[tuple[Sku, ...], CatalogueWords | None]:
        store, corrections = self._store, self._corrections()
        skus = tuple(store.assets.skus())
        texts = catalogue_texts(store, self._backends, skus, corrections, with_sku)
        store.asset_words.refresh(dict(zip(skus, texts, strict=True)))
        try:
            return skus, read_catalogue_words(store, self._backends, skus, corrections)
        except MissingBackend:
            return skus, None


def fused(lists: Sequence[Sequence[Sku]]) -> list[Sku]:
    """Merge lists, best first, by the sum of 1 / (60 + rank); of equals, the one that stands earlier in an earlier list."""
    scores: dict[Sku, float] = {}
    for found in lists:
        for rank, sku in enumerate(found, start=1):
            scores[sku] = scores.get(sku, 0.0) + 1 / (SMOOTHING + rank)
    return sorted(scores, key=lambda sku: -scores[sku])


def _nearest(skus: Sequence[Sku], said: CatalogueWords, query: FloatArray) -> list[Sku]:
    alike = said.vectors @ query
    order = np.argsort(-alike, kind="stable")[:MOST_OF_EACH]
    return [skus[at] for at in order if alike[at] > LEAST_ALIKE]
