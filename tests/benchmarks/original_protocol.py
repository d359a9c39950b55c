"""The original's protocol: a quarter of the photos is labelled, the others are measured on, step by step.

    COUTURE_DATASETS=… python -m tests.benchmarks.original_protocol ycb grocery --seeds 5

Each row is measured on the same photos as the row that it is compared with. "No pull" descends the loss to its end, as the
original did; the others are pulled toward the house weights as strongly as cross-validation says, and stay there where they put
no more photos right out of fold. Intervals are of 10,000 bootstrap draws of whole skus over all seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from data.domain import ViewKind
from feedback.examples import Examples, gather
from feedback.feature_model import FeatureModel
from feedback.fine_terms import fine_terms
from feedback.fitting import components_of, fit_weights
from feedback.fitting_features import fit_features
from feedback.fitting_loss import Objective
from feedback.ladder import BOTH, FLAT, SOLID
from feedback.metrics import Clusters, Ranks, bootstrap_interval, top_k
from feedback.samples import Bench, LabelledPhoto
from matching.preparation import with_constants
from matching.weights import Metric, Weights, only_kinds
from tests.benchmarks.replay import Pictures, Split, clusters, described, draw, load, ranks, remember_geometry, review

LABELLED = 0.25
MOST_TESTED = 300
ENOUGH_STEPS = 200


@dataclass(frozen=True, kw_only=True)
class Row:
    """A step: its weights and the catalogue that they rank; `against` names the row that it is compared with."""

    name: str
    weights: Weights
    bench: Bench
    against: str | None


def outcomes(name: str, home: Path, seed: int) -> tuple[Clusters, dict[str, Ranks], dict[str, str | None]]:
    """Climb the steps of one drawing: skus of the photos measured on, their ranks by each row, what each is compared with."""
    remember_geometry()
    pictures = load(name, home)
    split = draw(pictures, seed, most_labels=round(LABELLED * len(pictures.photos)), most_tested=MOST_TESTED)
    said = review(pictures, split.order, error=0.0, seed=seed)
    labelled = [photo for photo in pictures.labelled(said) if photo.sku]
    found, against = dict[str, Ranks](), dict[str, str | None]()
    for row in rows_of(pictures, split, labelled, pictures.bench(said)):
        found[row.name], against[row.name] = ranks(pictures, split.test, row.bench, row.weights), row.against
    return clusters(pictures, split.test), found, against


def rows_of(pictures: Pictures, split: Split, labelled: Sequence[LabelledPhoto], confirmed: Bench) -> list[Row]:
    """Give each step its weights."""
    bench = pictures.bench({})
    solid = any(row.view.kind is ViewKind.RENDER for row in bench.gallery.views)
    shot = [pictures.evidence[photo_id] for photo_id in sorted(split.order)]
    plain = replace(split.start, bonuses={})

    def prepared(weights: Weights) -> Weights:
        return with_constants(weights, bench.gallery, shot)

    euclidean, mix = (prepared(replace(plain, metric=metric)) for metric in (Metric.EUCLIDEAN, Metric.MIX))
    averaged = prepared(replace(plain, pooling=dict.fromkeys(plain.pooling, 0.0)))
    rows = [
        Row(name="2D, Euclidean", weights=only_kinds(euclidean, FLAT), bench=bench, against=None),
        Row(name="2D, mix", weights=only_kinds(mix, FLAT), bench=bench, against="2D, Euclidean"),
        Row(name="2D", weights=only_kinds(plain, FLAT), bench=bench, against="2D, mix"),
    ]
    last = "2D"
    if solid:
        rows += [
            Row(name="2D + 3D", weights=only_kinds(plain, BOTH), bench=bench, against="2D"),
            Row(name="2D + 3D, averaged", weights=only_kinds(averaged, BOTH), bench=bench, against="2D + 3D"),
            Row(name="3D only", weights=only_kinds(plain, SOLID), bench=bench, against="2D + 3D"),
        ]
        last = "2D + 3D"
    components = components_of([str(photo.sku) for photo in labelled], [photo.photo.group for photo in labelled])
    flat = gather(labelled, bench, plain)
    free, fit = without_pull(flat, plain), fit_weights(flat, components, plain)
    pulled = replace(fit.weights, bonuses={})
    fine = replace(fit_features(labelled, flat, components, bench, plain, fit).weights, bonuses={})
    unruly = features_without_pull(labelled, flat, bench, plain, pulled)
    rows += [
        Row(name="channel weights, no pull", weights=free, bench=bench, against=last),
        Row(name="channel weights", weights=pulled, bench=bench, against=last),
        Row(name="feature weights, no pull", weights=unruly, bench=bench, against="channel weights"),
        Row(name="feature weights", weights=fine, bench=bench, against="channel weights"),
    ]
    checked = gather(labelled, bench, split.start)
    geometry = fit_weights(checked, components, split.start)
    everything = gather(labelled, confirmed, split.start)
    final = fit_features(
        labelled, everything, components, confirmed, split.start, fit_weights(everything, components, split.start)
    )
    return [
        *rows,
        Row(name="with geometry", weights=geometry.weights, bench=bench, against="channel weights"),
        Row(name="with confirmed photos", weights=final.weights, bench=confirmed, against="with geometry"),
    ]


def without_pull(examples: Examples, start: Weights) -> Weights:
    """Descend the loss of the channel weights to its end."""
    objective = Objective(examples, start)
    theta = objective.solve(np.arange(len(examples)), 0.0, steps=ENOUGH_STEPS)
    return replace(objective.weights(theta), bonuses={})


def features_without_pull(
    labelled: Sequence[LabelledPhoto], examples: Examples, bench: Bench, start: Weights, base: Weights
) -> Weights:
    """Descend the loss of one weight per feature to its end."""
    model = FeatureModel(examples, fine_terms(labelled, examples, bench, start), start, base, axes=True)
    return model.weights(model.path(np.arange(len(examples)), (0.0,))[-1])


def show(name: str, found: Sequence[tuple[Clusters, Mapping[str, Ranks], Mapping[str, str | None]]]) -> None:
    """Print one set's ladder."""
    skus = np.concatenate([one[0] for one in found])
    print(f"\n{name}: a quarter labelled, {len(found)} seeds, {len(skus)} rankings of the others")
    print(f"{'':28s}{'Top-1':>24s}{'Top-3':>9s}{'Top-5':>9s}   Top-1 against another row")

    def pooled(row: str, k: int) -> np.ndarray:
        return np.concatenate([top_k(one[1][row], k) for one in found])

    for row, against in found[0][2].items():
        first = bootstrap_interval(pooled(row, 1), skus)
        line = f"{row:28s}{first.value:8.1%} ({first.low:.1%} to {first.high:.1%})"
        line += f"{pooled(row, 3).mean():9.1%}{pooled(row, 5).mean():9.1%}"
        if against:
            gain = bootstrap_interval(pooled(row, 1) - pooled(against, 1), skus)
            line += f"   {gain.value:+.1%} ({gain.low:+.1%} to {gain.high:+.1%}) over {against}"
        print(line)


def main(
    names: Annotated[list[str] | None, typer.Argument()] = None,
    seeds: int = 5,
    keep: Annotated[Path | None, typer.Option(help="Keep the described pictures here.")] = None,
    workers: int = 2,
) -> None:
    """Climb the original's ladder on a quarter of the labels."""
    with TemporaryDirectory() as scratch:
        for name in names or ["ycb", "grocery"]:
            home = described(name, keep or Path(scratch))
            with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                climb: Callable[[int], tuple[Clusters, dict[str, Ranks], dict[str, str | None]]] = partial(outcomes, name, home)
                show(name, list(pool.map(climb, range(seeds))))


if __name__ == "__main__":
    typer.run(main)
