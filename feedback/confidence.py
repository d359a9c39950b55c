"""Confidence on the sealed side: how far it can be trusted, how many candidates a promise takes, and what could stand unseen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.domain import Sku, WeightsVersion
from data.store import Store
from feedback.auto_accept import AutoAccept, auto_accept, share_saved
from feedback.calibration import ReliabilityBin, debiased_calibration_error, debiased_root_mean_square, reliability_curve
from feedback.conformal import SetRule, set_rule
from feedback.evaluation import active_weights, measure
from feedback.known_photos import TestPhoto, sealed_photos
from feedback.metrics import Interval, Values, expected_calibration_error, top_k
from feedback.samples import Bench, load_bench
from matching.backends import Backends
from matching.evidence import load_basis
from matching.search import Ranking


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
    weights = active_weights(store)
    bench = load_bench(store, backends, load_basis(store, weights.basis))
    photos = sealed_photos(store, backends, weights)
    outcomes, rankings = measure(photos, bench, weights)
    known = {asset.sku: asset.category or "(none)" for asset in store.assets.all()}
    first = [known.get(bench.gallery.skus[ranking.order[0]], "(none)") for ranking in rankings]
    rule = set_rule(_likelihoods(photos, rankings, bench), np.array(first, dtype=np.str_), coverage=coverage)
    sizes = [
        len(rule.candidates(np.asarray(ranking.confidence, dtype=np.float64), ranking.no_match, category))
        for ranking, category in zip(rankings, first, strict=True)
    ]
    groups = np.array([photo.evidence.query.group for photo in photos], dtype=np.str_)
    correct = top_k(outcomes.ranks, 1)
    accepting = auto_accept(outcomes.confidence, correct, groups, promised=promised)
    return Confidence(
        photos=len(photos),
        weights=weights.version,
        ece=expected_calibration_error(outcomes.confidence, correct),
        debiased_ece=debiased_calibration_error(outcomes.confidence, correct),
        debiased_rms=debiased_root_mean_square(outcomes.confidence, correct),
        curve=reliability_curve(outcomes.confidence, correct, outcomes.clusters),
        sets=rule,
        set_size=float(np.median(sizes)),
        accepting=accepting,
        saved=share_saved(accepting, outcomes.confidence, groups),
    )


def _likelihoods(photos: Sequence[TestPhoto], rankings: Sequence[Ranking], bench: Bench) -> Values:
    """Give how likely each ranking found the right answer: the likeliest of equivalent assets, or that the DAM has none."""

    def likelihood(skus: frozenset[Sku], ranking: Ranking) -> float:
        places = [bench.places[sku] for sku in skus if sku in bench.places]
        return max((float(ranking.confidence[at]) for at in places), default=0.0) if skus else ranking.no_match

    return np.array([likelihood(photo.skus, ranking) for photo, ranking in zip(photos, rankings, strict=True)])
