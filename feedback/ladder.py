"""The original system's steps in order, each on the same photos as the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from data.domain import ViewKind
from data.store import Store
from feedback.evaluation import Outcomes, Step, measure
from feedback.known_photos import TestPhoto
from feedback.metrics import bootstrap_interval, paired_difference, top_k
from feedback.samples import Bench
from matching.backends import Backends
from matching.evidence import load_basis
from matching.preparation import calibration_photos, with_constants
from matching.weights import ChannelKind, Metric, Weights, house_weights, only_kinds

Progress = Callable[[str, int, int], None]
FLAT = frozenset({ChannelKind.REFERENCE})
SOLID = frozenset({ChannelKind.RENDER})
BOTH = FLAT | SOLID | {ChannelKind.CATALOGUE}


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

    Steps of 3D are left out where the catalogue has no renders, and those of confirmed views and fitted weights
    where there are none. Channel weights of the steps before "fitted" are the house's.
    """
    rows = ladder_weights(store, backends, bench, active)
    report = on_progress or (lambda _stage, _done, _total: None)
    steps: list[Step] = []
    before: Outcomes | None = None
    for done, (name, weights) in enumerate(rows):
        report("ladder", done, len(rows))
        outcomes, _ = measure(photos, bench, weights)
        steps.append(_step(name, outcomes, before))
        before = outcomes
    report("ladder", len(rows), len(rows))
    return tuple(steps)


def ladder_weights(store: Store, backends: Backends, bench: Bench, active: Weights) -> list[tuple[str, Weights]]:
    """Give each step its weights."""
    basis = load_basis(store, active.basis)
    known = list(calibration_photos(store, backends, basis).values())
    blocks = tuple(bench.gallery.vectors)
    plain = replace(house_weights(active.version, active.basis, blocks), shift=active.shift, bonuses={})
    house = {metric: with_constants(replace(plain, metric=metric), bench.gallery, known) for metric in Metric}
    cosine = house[Metric.COSINE]
    rows = [
        ("2d, euclidean", only_kinds(house[Metric.EUCLIDEAN], FLAT)),
        ("2d, mix", only_kinds(house[Metric.MIX], FLAT)),
        ("2d", only_kinds(cosine, FLAT)),
    ]
    kinds = {row.view.kind for row in bench.gallery.views}
    if ViewKind.RENDER in kinds:
        averaged = with_constants(replace(cosine, pooling=dict.fromkeys(cosine.pooling, 0.0)), bench.gallery, known)
        rows += [
            ("2d + 3d", only_kinds(cosine, BOTH)),
            ("2d + 3d, averaged", only_kinds(averaged, BOTH)),
            ("3d only", only_kinds(cosine, SOLID)),
        ]
    if ViewKind.CONFIRMED in kinds:
        rows.append(("2d + 3d + confirmed" if ViewKind.RENDER in kinds else "2d + confirmed", cosine))
    if store.weights.get(active.version).parent is not None:
        rows.append(("fitted channel weights", replace(active, bonuses={})))
    rows.append(("with geometry", active))
    return rows


def _step(name: str, outcomes: Outcomes, before: Outcomes | None) -> Step:
    ranks, clusters = outcomes.ranks[outcomes.in_dam], outcomes.clusters[outcomes.in_dam]
    tops = [bootstrap_interval(top_k(ranks, k), clusters) for k in (1, 3, 5)]
    difference = None
    if before is not None:
        difference = paired_difference(top_k(before.ranks[before.in_dam], 1), top_k(ranks, 1), clusters)
    return Step(step=name, top1=tops[0], top3=tops[1], top5=tops[2], difference=difference)
