"""How good the ranking is, on photos that it never learned from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from data.domain import BoolArray, WeightsVersion
from data.errors import NotEnoughEvidence
from data.store import Store
from feedback.confusion import read_confusion
from feedback.examples import TOGETHER, Tell
from feedback.known_photos import Progress, TestPhoto, file_photos, sealed_photos
from feedback.metrics import (
    Clusters,
    Interval,
    Ranks,
    Values,
    auroc,
    bootstrap_interval,
    calibration_interval,
    expected_calibration_error,
    reciprocal_ranks,
    top_k,
)
from feedback.samples import Bench, load_bench
from matching.backends import Backends
from matching.evidence import load_basis
from matching.search import Ranking, find_matches
from matching.similarity import catalogue_likenesses
from matching.weights import Weights, from_json
from matching.worded import uses_words


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """What a ranking did on each photo.

    Attributes:
        ranks: (n,) rank of the right asset, 0 where the DAM has none, or no evidence of it.
        in_dam: (n,) whether the DAM has it.
        no_match: (n,) estimated probability that it has not.
        confidence: (n,) of the first candidate.
        clusters: (n,) what photos are alike by.
        categories: (n,) of the right asset, empty where there is none.
    """

    ranks: Ranks
    in_dam: BoolArray
    no_match: Values
    confidence: Values
    clusters: Clusters
    categories: Clusters

    def matched(self, values: Values) -> Values:
        """Keep the photos whose asset is in the DAM."""
        return np.asarray(values[self.in_dam], dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One row of the ladder; `difference` is the change of Top-1 from the row before, None in the first."""

    step: str
    top1: Interval
    top3: Interval
    top5: Interval
    difference: Interval | None


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Figures with their 95 % intervals, clustered by sku. `no_match_auroc` is None without both kinds of photo.

    `confusable` is Top-1 of the photos that show an asset which is taken for another (see `confusion`); None where there is none.
    """

    photos: int
    measured_on: str
    weights: WeightsVersion
    top1: Interval
    top3: Interval
    top5: Interval
    mrr: Interval
    no_match_auroc: Interval | None
    ece: float
    by_category: tuple[tuple[str, Interval], ...]
    steps: tuple[Step, ...] = ()
    ece_interval: Interval | None = None
    confusable: Interval | None = None


Rerank = Callable[[TestPhoto, Ranking, Bench], Ranking]
OnRanking = Callable[[TestPhoto, Ranking], None]


def measure(
    photos: Sequence[TestPhoto],
    bench: Bench,
    weights: Weights,
    rerank: Rerank | None = None,
    *,
    on_photo: Tell | None = None,
    on_ranking: OnRanking | None = None,
) -> Outcomes:
    """Rank the catalogue for each photo. Of 20,000 assets a ranking takes 12 MB, so none is kept.

    Args:
        photos: in any order.
        bench: the catalogue.
        weights: how to weigh it.
        rerank: orders each ranking anew.
        on_photo: told how far it is.
        on_ranking: given each ranking as it is made, in the order of the photos.

    Raises:
        NotEnoughEvidence: there is no photo.
    """
    if not photos:
        raise NotEnoughEvidence("there is no photo to measure on", remedy="review photos, or import some with their truth")
    bench = bench.folded(weights)
    ranks, no_match, confidence = list[int](), list[float](), list[float]()
    with threadpool_limits(1, "blas"):
        for done, (photo, found) in enumerate(_rank_all(photos, bench, weights), start=1):
            ranking = found if rerank is None else rerank(photo, found, bench)
            ranks.append(_rank(ranking, [bench.places[sku] for sku in photo.skus if sku in bench.places]))
            no_match.append(ranking.no_match)
            confidence.append(float(ranking.confidence[ranking.order[0]]))
            if on_ranking is not None:
                on_ranking(photo, ranking)
            if on_photo is not None:
                on_photo(done, len(photos))
    return Outcomes(
        ranks=np.array(ranks, dtype=np.int64),
        in_dam=np.array([photo.sku is not None for photo in photos]),
        no_match=np.array(no_match),
        confidence=np.array(confidence),
        clusters=np.array([photo.cluster for photo in photos], dtype=np.str_),
        categories=np.array([photo.category for photo in photos], dtype=np.str_),
    )


def _rank_all(photos: Sequence[TestPhoto], bench: Bench, weights: Weights) -> Iterator[tuple[TestPhoto, Ranking]]:
    """Rank the catalogue for each photo; eight at a time are compared with it, so that it is read from memory once for them."""
    for start in range(0, len(photos), TOGETHER):
        batch = photos[start : start + TOGETHER]
        alike = catalogue_likenesses([photo.evidence.query for photo in batch], bench.gallery, weights)
        for photo, own in zip(batch, alike, strict=True):
            yield photo, find_matches(photo.evidence, bench.gallery, weights, bench.local, catalogue=own)


def _rank(ranking: Ranking, right: Sequence[int]) -> int:
    """Give the rank of the first of equivalent assets; 0 where there is none, or no evidence of any."""
    seen = [asset for asset in right if np.isfinite(ranking.scores[asset])]
    return min((int(np.flatnonzero(ranking.order == asset)[0]) + 1 for asset in seen), default=0)


def summarise(outcomes: Outcomes, weights: WeightsVersion, measured_on: str) -> Evaluation:
    """Turn outcomes into figures with intervals.

    Raises:
        NotEnoughEvidence: no photo shows an asset of the catalogue.
    """
    ranks, clusters = outcomes.ranks[outcomes.in_dam], outcomes.clusters[outcomes.in_dam]
    categories = outcomes.categories[outcomes.in_dam]
    tops = {k: bootstrap_interval(top_k(ranks, k), clusters) for k in (1, 3, 5)}
    return Evaluation(
        photos=len(outcomes.ranks),
        measured_on=measured_on,
        weights=weights,
        top1=tops[1],
        top3=tops[3],
        top5=tops[5],
        mrr=bootstrap_interval(reciprocal_ranks(ranks), clusters),
        no_match_auroc=auroc(outcomes.no_match, ~outcomes.in_dam, outcomes.clusters),
        ece=expected_calibration_error(outcomes.confidence, top_k(outcomes.ranks, 1)),
        ece_interval=calibration_interval(outcomes.confidence, top_k(outcomes.ranks, 1), outcomes.clusters),
        by_category=tuple(
            (str(name), bootstrap_interval(top_k(ranks[categories == name], 1), clusters[categories == name]))
            for name in np.unique(categories)
        ),
    )


def active_weights(store: Store) -> Weights:
    """Read the weights that rank now.

    Raises:
        NotEnoughEvidence: nothing is indexed yet.
    """
    version = store.activations.active()
    if version is None:
        raise NotEnoughEvidence("nothing is indexed yet", remedy="import a catalogue, then run 'couture index'")
    return from_json(store.weights.get(version).parameters)


def evaluate(
    store: Store,
    backends: Backends,
    *,
    file: Path | None = None,
    ladder: bool = False,
    on_progress: Progress | None = None,
) -> Evaluation:
    """Measure the active weights on the sealed side, or on the photos of a file with truth.

    Raises:
        NotEnoughEvidence: nothing is indexed, or there is no photo to measure on.
        BadTable: the file cannot be read as a whole.
    """
    from feedback.ladder import climb  # noqa: PLC0415  # the ladder measures with this module

    weights = active_weights(store)
    words = ladder or uses_words(weights)
    bench = load_bench(store, backends, load_basis(store, weights.basis), words=words)
    if file is None:
        photos = sealed_photos(store, backends, weights, words=words)
    else:
        photos = file_photos(store, backends, weights, file, on_progress, words=words)
    outcomes = measure(photos, bench, weights)
    said = "the sealed side" if file is None else file.name
    found = summarise(outcomes, weights.version, said)
    steps = climb(store, backends, photos, bench, weights, on_progress=on_progress) if ladder else ()
    return Evaluation(**{**vars(found), "steps": steps, "confusable": _confusable(store, photos, outcomes)})


def _confusable(store: Store, photos: Sequence[TestPhoto], outcomes: Outcomes) -> Interval | None:
    """Measure Top-1 inside groups of assets that reviews say are taken for each other."""
    confused = {sku for group in read_confusion(store).groups for sku in group.skus}
    within = np.array([photo.sku is not None and bool(confused & set(photo.skus)) for photo in photos], dtype=np.bool_)
    return bootstrap_interval(top_k(outcomes.ranks[within], 1), outcomes.clusters[within]) if within.any() else None
