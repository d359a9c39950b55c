"""Confidence on the sealed side: how far it can be trusted, how many candidates a promise takes, and what could stand unseen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.domain import PhotoId, Sku, WeightsVersion
from data.store import Store
from feedback.auto_accept import AutoAccept, auto_accept, share_saved
from feedback.calibration import (
    ReliabilityBin,
    bin_places,
    debiased_calibration_error,
    debiased_root_mean_square,
    reliability_curve,
)
from feedback.conformal import SetRule, set_rule
from feedback.evaluation import Evaluation, OnRanking, Outcomes, active_weights, measure, summarise
from feedback.known_photos import TestPhoto, sealed_photos
from feedback.metrics import Clusters, Interval, Values, expected_calibration_error, top_k
from feedback.risk import RiskPoint, risk_curve
from feedback.samples import Bench, load_bench
from matching.backends import Backends
from matching.evidence import load_basis
from matching.search import Ranking
from matching.worded import uses_words


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """What confidence is worth, on photos that nothing was fitted on.

    Attributes:
        photos: of the sealed side, with an asset in the DAM or without.
        weights: the active version.
        ece: as `couture evaluate` gives it.
        debiased_ece: less what chance adds to it.
        debiased_rms: root mean square of the same distance.
        curve: confidence and accuracy, the least confident first.
        sets: the rule of candidate sets.
        set_size: median number of answers of a set, on these photos.
        accepting: what could stand unseen.
        saved: the share of photos that nobody would have to look at.
        risk: the share of wrong ones among the most confident, from few to all.
    """

    photos: int
    weights: WeightsVersion
    ece: float
    debiased_ece: float
    debiased_rms: float
    curve: tuple[ReliabilityBin, ...]
    sets: SetRule
    set_size: float
    accepting: AutoAccept
    saved: Interval
    risk: tuple[RiskPoint, ...]


@dataclass(frozen=True, kw_only=True)
class SealedPhoto:
    """A photo of the sealed side: what it shows (None: nothing of the DAM), its rank (0: not ranked), and what came first.

    `by_truth` says whether a truth that it was imported with tells what it shows, and not people.
    """

    photo_id: PhotoId
    sku: Sku | None
    rank: int
    first: Sku
    by_truth: bool = False


@dataclass(frozen=True, kw_only=True, eq=False)
class SealedSide:
    """What the active weights said of the sealed side's photos, and what is known of them.

    Attributes:
        weights: the active version.
        confidence: (n,) of the first candidate.
        correct: (n,) 1 where it is right, 0 where it is not or the DAM has none.
        groups: (n,) of the photos.
        clusters: (n,) what intervals are drawn by: the article, or the group where there is none.
        categories: (n,) of the first candidate.
        likelihood: (n,) how likely the right answer was found.
        no_match: (n,) how likely the DAM has none.
        outcomes: what accuracy is measured by.
        photos: of each, what it is and what came first.
    """

    weights: WeightsVersion
    confidence: Values
    correct: Values
    groups: Clusters
    clusters: Clusters
    categories: Clusters
    likelihood: Values
    no_match: Values
    outcomes: Outcomes
    photos: tuple[SealedPhoto, ...]

    @property
    def by_truth(self) -> int:
        """How many of the photos are known by a truth that they were imported with."""
        return sum(photo.by_truth for photo in self.photos)

    def evaluation(self) -> Evaluation:
        """Turn it into the figures that `evaluate` gives.

        Raises:
            NotEnoughEvidence: no photo shows an asset of the catalogue.
        """
        return summarise(self.outcomes, self.weights, "the sealed side")

    def accepting(self, promised: float) -> AutoAccept:
        """Find the least confidence that keeps a promised error rate.

        Raises:
            ShapeMismatch: it is no share.
        """
        return auto_accept(self.confidence, self.correct, self.groups, promised=promised)

    def saved(self, found: AutoAccept) -> Interval:
        """Estimate the share of photos that nobody would have to look at."""
        return share_saved(found, self.confidence, self.groups)

    def risk(self) -> tuple[RiskPoint, ...]:
        """Give the share of wrong ones the more are taken."""
        return risk_curve(self.confidence, self.correct, self.clusters)

    def reliability(self) -> tuple[ReliabilityBin, ...]:
        """Give confidence and accuracy, the least confident first."""
        return reliability_curve(self.confidence, self.correct, self.clusters)

    def bins(self) -> tuple[tuple[int, ...], ...]:
        """Give the places of the photos of each point of that curve."""
        return bin_places(self.confidence, self.correct)


def rank_sealed_side(store: Store, backends: Backends, *, on_ranking: OnRanking | None = None) -> SealedSide:
    """Rank the sealed side's photos with the active weights, as the screen does: bonuses, words and calibration included.

    Args:
        store: where from.
        backends: of the index.
        on_ranking: given each ranking as it is made; none is kept.

    Raises:
        NotEnoughEvidence: nothing is indexed, or no sealed photo is known to show anything.
    """
    weights = active_weights(store)
    words = uses_words(weights)
    bench = load_bench(store, backends, load_basis(store, weights.basis), words=words)
    photos = sealed_photos(store, backends, weights, words=words)
    first, likelihood = list[Sku](), list[float]()

    def hear(photo: TestPhoto, ranking: Ranking) -> None:
        first.append(bench.gallery.skus[ranking.order[0]])
        likelihood.append(_likelihood(photo.skus, ranking, bench))
        if on_ranking is not None:
            on_ranking(photo, ranking)

    outcomes = measure(photos, bench, weights, on_ranking=hear)
    known = {asset.sku: asset.category or "(none)" for asset in store.assets.all()}
    return SealedSide(
        weights=weights.version,
        confidence=outcomes.confidence,
        correct=top_k(outcomes.ranks, 1),
        groups=np.array([photo.evidence.query.group for photo in photos], dtype=np.str_),
        clusters=outcomes.clusters,
        categories=np.array([known.get(sku, "(none)") for sku in first], dtype=np.str_),
        likelihood=np.array(likelihood),
        no_match=outcomes.no_match,
        outcomes=outcomes,
        photos=tuple(
            SealedPhoto(photo_id=photo.photo_id, sku=photo.sku, rank=int(rank), first=sku, by_truth=photo.by_truth)
            for photo, sku, rank in zip(photos, first, outcomes.ranks, strict=True)
            if photo.photo_id is not None
        ),
    )


def read_confidence(store: Store, backends: Backends, *, coverage: float, promised: float) -> Confidence:
    """Measure the confidence of the active weights on the sealed side. Nothing is accepted, and nothing is learned.

    Args:
        store: where from.
        backends: of the index.
        coverage: share of photos whose candidate set shall hold the right answer.
        promised: error rate of what could stand unseen.

    Raises:
        NotEnoughEvidence: nothing is indexed, or no sealed photo is known to show anything.
        ShapeMismatch: a share is none.
    """
    shares = list[Values]()

    def hear(_photo: TestPhoto, ranking: Ranking) -> None:
        shares.append(ranking.confidence.astype(np.float64))

    side = rank_sealed_side(store, backends, on_ranking=hear)
    rule = set_rule(side.likelihood, side.categories, coverage=coverage)
    sizes = [
        len(rule.candidates(own, float(no_match), str(category)))
        for own, no_match, category in zip(shares, side.no_match, side.categories, strict=True)
    ]
    accepting = side.accepting(promised)
    return Confidence(
        photos=len(side.confidence),
        weights=side.weights,
        ece=expected_calibration_error(side.confidence, side.correct),
        debiased_ece=debiased_calibration_error(side.confidence, side.correct),
        debiased_rms=debiased_root_mean_square(side.confidence, side.correct),
        curve=side.reliability(),
        sets=rule,
        set_size=float(np.median(sizes)),
        accepting=accepting,
        saved=side.saved(accepting),
        risk=side.risk(),
    )


def _likelihood(skus: frozenset[Sku], ranking: Ranking, bench: Bench) -> float:
    """Give how likely a ranking found the right answer: the likeliest of equivalent assets, or that the DAM has none."""
    places = [bench.places[sku] for sku in skus if sku in bench.places]
    return max((float(ranking.confidence[at]) for at in places), default=0.0) if skus else ranking.no_match
