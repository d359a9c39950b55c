"""The original system's steps in order, each on the same photos as the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from data.domain import ViewKind
from data.store import Store
from feedback.corrections import read_corrections
from feedback.evaluation import Outcomes, Rerank, Step, measure
from feedback.known_photos import TestPhoto
from feedback.ladder_words import anything_said, reranked, with_bonus, with_captions
from feedback.mean_embedding import MEAN, Shares, mean_bench, mean_evidence, mean_photo, shares_of
from feedback.metrics import bootstrap_interval, paired_difference, top_k
from feedback.samples import Bench
from matching.backends import Backends
from matching.blocks import blocks_of
from matching.evidence import PhotoEvidence, load_basis
from matching.preparation import calibration_photos, with_constants
from matching.weights import ChannelKind, Metric, Weights, house_weights, only_kinds

Progress = Callable[[str, int, int], None]
FLAT = frozenset({ChannelKind.REFERENCE})
SOLID = frozenset({ChannelKind.RENDER})
BOTH = FLAT | SOLID | {ChannelKind.CATALOGUE}


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One step to measure: its weights, how blocks are joined into the mean embedding, and the rule that orders anew, if any."""

    step: str
    weights: Weights
    shares: Shares | None = None
    rerank: Rerank | None = None

    def measure(self, photos: Sequence[TestPhoto], bench: Bench, active: Weights) -> Outcomes:
        """Rank the catalogue for each photo; the photo shift of the mean embedding is that of the active weights."""
        if self.shares is None:
            return measure(photos, bench, self.weights, self.rerank)
        joined = [mean_photo(photo, self.shares, active) for photo in photos]
        return measure(joined, mean_bench(bench, self.shares, active), self.weights)


def climb(
    store: Store,
    backends: Backends,
    photos: Sequence[TestPhoto],
    bench: Bench,
    active: Weights,
    *,
    on_progress: Progress | None = None,
) -> tuple[Step, ...]:
    """Measure each step of the ladder on the same photos.

    Steps of 3D are left out where the catalogue has no renders, the mean embedding where there is one embedder, those of
    confirmed views and fitted weights where there are none, and those of words where nothing is said. Channel weights of the
    steps before "fitted" are the house's; words come on top of the weights in use.
    """
    rungs = rungs_of(store, backends, bench, active)
    rungs += _word_rungs(store, backends, photos, bench, active)
    report = on_progress or (lambda _stage, _done, _total: None)
    steps: list[Step] = []
    before: Outcomes | None = None
    for done, rung in enumerate(rungs):
        report("ladder", done, len(rungs))
        outcomes = rung.measure(photos, bench, active)
        steps.append(_step(rung.step, outcomes, before))
        before = outcomes
    report("ladder", len(rungs), len(rungs))
    return tuple(steps)


def rungs_of(store: Store, backends: Backends, bench: Bench, active: Weights) -> list[Rung]:
    """Give each step its weights, and the mean embedding its one block."""
    basis = load_basis(store, active.basis)
    known = list(calibration_photos(store, backends, basis).values())
    blocks = tuple(bench.gallery.vectors)
    plain = replace(house_weights(active.version, active.basis, blocks), shift=active.shift, bonuses={})
    house = {metric: with_constants(replace(plain, metric=metric), bench.gallery, known) for metric in Metric}
    cosine = house[Metric.COSINE]
    rungs = [
        Rung(step="2d, euclidean", weights=only_kinds(house[Metric.EUCLIDEAN], FLAT)),
        Rung(step="2d, mix", weights=only_kinds(house[Metric.MIX], FLAT)),
        *_mean_rungs(backends, bench, plain, known),
        Rung(step="2d", weights=only_kinds(cosine, FLAT)),
    ]
    kinds = {row.view.kind for row in bench.gallery.views}
    if ViewKind.RENDER in kinds:
        averaged = with_constants(replace(cosine, pooling=dict.fromkeys(cosine.pooling, 0.0)), bench.gallery, known)
        rungs += [
            Rung(step="2d + 3d", weights=only_kinds(cosine, BOTH)),
            Rung(step="2d + 3d, averaged", weights=only_kinds(averaged, BOTH)),
            Rung(step="3d only", weights=only_kinds(cosine, SOLID)),
        ]
    if ViewKind.CONFIRMED in kinds:
        step = "2d + 3d + confirmed" if ViewKind.RENDER in kinds else "2d + confirmed"
        rungs.append(Rung(step=step, weights=cosine))
    if store.weights.get(active.version).parent is not None:
        channels = replace(active, bonuses={}, features={}, pooling=plain.pooling)
        rungs.append(Rung(step="fitted channel weights", weights=channels))
        if active.features or active.pooling != plain.pooling:
            rungs.append(Rung(step="fitted feature weights", weights=replace(active, bonuses={})))
    return [*rungs, Rung(step="with geometry", weights=active)]


def _word_rungs(store: Store, backends: Backends, photos: Sequence[TestPhoto], bench: Bench, active: Weights) -> list[Rung]:
    """Give the steps of words, on top of what ranks; none where nothing is said."""
    if not anything_said(photos, bench):
        return []
    basis, said = load_basis(store, active.basis), read_corrections(store)
    known = list(calibration_photos(store, backends, basis, corrections=said).values())
    captions = with_captions(active, bench, known)
    return [
        Rung(step="with captions", weights=captions),
        Rung(step="with attribute rerank", weights=captions, rerank=reranked),
        Rung(step="with attribute bonus", weights=with_bonus(captions)),
    ]


def _mean_rungs(backends: Backends, bench: Bench, plain: Weights, known: Sequence[PhotoEvidence]) -> list[Rung]:
    """Give the step of the mean embedding; none where there is one embedder, whose vectors need no mean."""
    sources = [source for source in blocks_of(backends) if source.name in bench.gallery.vectors]
    if len({source.embedder for source in sources}) < 2:  # noqa: PLR2004  # a mean of one
        return []
    shares = shares_of(sources)
    whole = mean_bench(bench, shares, plain).gallery
    photos = [mean_evidence(photo, shares, plain) for photo in known]
    weights = replace(house_weights(plain.version, plain.basis, (MEAN,)), bonuses={})
    return [Rung(step="mean embedding", weights=only_kinds(with_constants(weights, whole, photos), FLAT), shares=shares)]


def _step(name: str, outcomes: Outcomes, before: Outcomes | None) -> Step:
    ranks, clusters = outcomes.ranks[outcomes.in_dam], outcomes.clusters[outcomes.in_dam]
    tops = [bootstrap_interval(top_k(ranks, k), clusters) for k in (1, 3, 5)]
    difference = None
    if before is not None:
        difference = paired_difference(top_k(before.ranks[before.in_dam], 1), top_k(ranks, 1), clusters)
    return Step(step=name, top1=tops[0], top3=tops[1], top5=tops[2], difference=difference)
