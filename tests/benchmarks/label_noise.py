"""What bad labels do to the ranking: one of ten reviewers who answers at random, and labels that are shuffled altogether.

    COUTURE_DATASETS=… python -m tests.benchmarks.label_noise grocery --labels 300 --seeds 10

The same photos are ranked by weights and confirmed views from clean labels, from the same labels with one reviewer in ten
answering at random, from those with that reviewer left out, and by weights fitted on shuffled labels over clean views: a gain of
the last over nothing would be a leak. Intervals are of 10,000 bootstrap draws of whole skus over all seeds.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from data.domain import PhotoId
from feedback.examples import gather
from feedback.fitting import components_of, fit_weights
from feedback.metrics import Values, bootstrap_interval, top_k
from tests.benchmarks.learning_curve import TESTED, retuned
from tests.benchmarks.replay import clusters, described, draw, load, ranks, remember_geometry, review

REVIEWERS = 10


def outcomes(name: str, home: Path, seed: int, *, labels: int) -> dict[str, Values]:
    """Rank the photos of one drawing: 1 where the asset comes first; `skus` beside them."""
    remember_geometry()
    pictures = load(name, home)
    split = draw(pictures, seed, most_labels=labels, most_tested=TESTED[name])
    chosen = split.order[:labels]
    clean = review(pictures, chosen, error=0.0, seed=seed)
    random = review(pictures, chosen, error=1.0, seed=seed)
    mixed = {photo: random[photo] if at % REVIEWERS == 0 else clean[photo] for at, photo in enumerate(chosen)}
    without: dict[PhotoId, str] = {photo: clean[photo] for at, photo in enumerate(chosen) if at % REVIEWERS}
    found: dict[str, Values] = {"skus": clusters(pictures, split.test)}  # type: ignore[dict-item]
    for arm, said in (("clean", clean), ("one of ten at random", mixed), ("that one left out", without)):
        bench = pictures.bench(said)
        weights = retuned([photo for photo in pictures.labelled(said) if photo.sku], bench, split.start)
        found[arm] = top_k(ranks(pictures, split.test, bench, weights), 1)
    plain = pictures.bench({})
    found["nothing"] = top_k(ranks(pictures, split.test, plain, split.start), 1)
    known = [photo for photo in pictures.labelled(clean) if photo.sku]
    skus = [known[at].sku for at in np.random.default_rng(seed).permutation(len(known))]
    shuffled = [replace(photo, sku=sku, positives=frozenset({sku})) for photo, sku in zip(known, skus, strict=True) if sku]
    components = components_of([str(photo.sku) for photo in shuffled], [photo.photo.group for photo in shuffled])
    fit = fit_weights(gather(shuffled, plain, split.start), components, split.start)
    found["shuffled"] = top_k(ranks(pictures, split.test, plain, fit.weights), 1)
    return found


def main(
    names: Annotated[list[str] | None, typer.Argument()] = None,
    labels: int = 300,
    seeds: int = 10,
    keep: Annotated[Path | None, typer.Option(help="Keep the described pictures here.")] = None,
    workers: int = 2,
) -> None:
    """Measure what bad labels do."""
    with TemporaryDirectory() as scratch:
        for name in names or ["grocery"]:
            home = described(name, keep or Path(scratch))
            with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                found = list(pool.map(partial(outcomes, name, home, labels=labels), range(seeds)))
            values = {arm: np.concatenate([one[arm] for one in found]) for arm in found[0]}
            print(f"{name}: {labels} labels, {seeds} seeds, {len(values['skus'])} rankings of photos never labelled")
            for arm, before in (
                ("clean", "nothing"),
                ("one of ten at random", "clean"),
                ("that one left out", "clean"),
                ("shuffled", "nothing"),
            ):
                one = bootstrap_interval(values[arm] - values[before], values["skus"].astype(np.str_))
                print(
                    f"   {arm:24s} Top-1 {values[arm].mean():.1%}, against {before}: {one.value:+.1%}"
                    f" ({one.low:+.1%} to {one.high:+.1%})"
                )


if __name__ == "__main__":
    typer.run(main)
