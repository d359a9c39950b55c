"""Rankings of real pictures by the weights before any label: of every photo, so that all are out of fold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from data.domain import Sku
from feedback.metrics import Clusters, Values
from matching.search import find_matches
from tests.benchmarks.replay import datasets, described, draw, load

SPREAD_OVER = 100


@dataclass(frozen=True, kw_only=True)
class Rankings:
    """What the ranking said of each photo.

    Attributes:
        confidence: (n, n_assets) probability of each asset.
        no_match: (n,) probability that the DAM has none.
        truth: (n,) position of the right asset, -1 where the DAM has none.
        groups: (n,) of the photos.
        categories: (n,) of the first candidate; empty where the set names none.
    """

    confidence: Values
    no_match: Values
    truth: np.ndarray[tuple[int], np.dtype[np.int64]]
    groups: Clusters
    categories: Clusters

    @property
    def likelihood(self) -> Values:
        """Give how likely the right answer was found: (n,)."""
        own = self.confidence[np.arange(len(self.truth)), np.maximum(self.truth, 0)]
        return np.where(self.truth < 0, self.no_match, own)


def rankings_of(name: str, keep: Path) -> Rankings:
    """Rank the catalogue for every photo of a set, by the house weights."""
    pictures = load(name, described(name, keep))
    start = draw(pictures, 0, most_labels=SPREAD_OVER, most_tested=0).start
    bench = pictures.bench({}).folded(start)
    frame = pd.read_csv(datasets() / name / "catalogue.csv", dtype=str, keep_default_na=False)
    known = dict(zip(frame["sku"], frame["category"], strict=True)) if "category" in frame else {}
    photos = [photo for photo in pictures.photos if photo.photo_id in pictures.evidence]
    found = [find_matches(pictures.evidence[photo.photo_id], bench.gallery, start, bench.local) for photo in photos]
    skus = [pictures.truth[photo.photo_id] for photo in photos]
    return Rankings(
        confidence=np.stack([one.confidence for one in found]).astype(np.float64),
        no_match=np.array([one.no_match for one in found]),
        truth=np.array([bench.places[Sku(sku)] if sku else -1 for sku in skus], dtype=np.int64),
        groups=np.array([photo.group for photo in photos], dtype=np.str_),
        categories=np.array([known.get(bench.gallery.skus[one.order[0]], "") for one in found], dtype=np.str_),
    )
