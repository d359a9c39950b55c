"""What bad labels do to the ranking: one of ten reviewers who answers at random, and labels that are shuffled altogether.

    COUTURE_DATASETS=… python -m tests.benchmarks.label_noise grocery --labels 300 --seeds 10

The same photos are ranked by weights and confirmed views from clean labels, from the same labels with one reviewer in ten
answering at random, from those with that reviewer left out, from what stays once those who confirm no better than chance are held
back, and by weights fitted on shuffled labels over clean views: a gain of the last over nothing would be a leak. Suspicion looks
after every ten labels of the house, at what the weights before any label suggested without any confirmed view. Intervals are of
10,000 bootstrap draws of whole skus over all seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from data.domain import PhotoId, Sku
from data.events import Review
from data.ranking import Suggestion
from feedback.examples import gather
from feedback.exposure import SHOWN
from feedback.fitting import components_of, fit_weights
from feedback.guessing import find_guessers
from feedback.held_back import EVERY
from feedback.metrics import Values, bootstrap_interval, top_k
from matching.search import find_matches
from matching.weights import Weights
from tests.benchmarks.learning_curve import TESTED, retuned
from tests.benchmarks.replay import Pictures, clusters, described, draw, load, ranks, remember_geometry, review
from tests.benchmarks.suspicion_power import reviewer, said, shown

REVIEWERS = 10
BAD = 0
NOBODY = -1.0


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
    named = first_named(suggested(pictures, mixed, split.start), len(pictures.catalogue.skus))
    held = {photo: sku for at, (photo, sku) in enumerate(mixed.items()) if at % REVIEWERS not in named}
    found["named after"] = np.array([named.get(BAD, NOBODY)])
    found["honest ones named"] = np.array([float(len(named.keys() - {BAD}))])
    for arm, labelled in (("clean", clean), ("one of ten at random", mixed), ("that one left out", without), ("held back", held)):
        bench = pictures.bench(labelled)
        weights = retuned([photo for photo in pictures.labelled(labelled) if photo.sku], bench, split.start)
        found[arm] = top_k(ranks(pictures, split.test, bench, weights), 1)
        found[f"{arm}, old weights"] = top_k(ranks(pictures, split.test, bench, split.start), 1)
    plain = pictures.bench({})
    found["nothing"] = top_k(ranks(pictures, split.test, plain, split.start), 1)
    known = [photo for photo in pictures.labelled(clean) if photo.sku]
    skus = [known[at].sku for at in np.random.default_rng(seed).permutation(len(known))]
    shuffled = [replace(photo, sku=sku, positives=frozenset({sku})) for photo, sku in zip(known, skus, strict=True) if sku]
    components = components_of([str(photo.sku) for photo in shuffled], [photo.photo.group for photo in shuffled])
    fit = fit_weights(gather(shuffled, plain, split.start), components, split.start)
    found["shuffled"] = top_k(ranks(pictures, split.test, plain, fit.weights), 1)
    return found


Labelled = list[tuple[Review, Suggestion]]


def suggested(pictures: Pictures, said_of: Mapping[PhotoId, str], start: Weights) -> Labelled:
    """Give each label as the review of one of ten reviewers in turn, with the five that were shown before."""
    folded = pictures.bench({}).folded(start)
    found = []
    for at, (photo, sku) in enumerate(said_of.items()):
        if sku:
            ranking = find_matches(pictures.evidence[photo], folded.gallery, start, folded.local)
            five = [int(asset) for asset in ranking.order[:SHOWN]]
            listed = shown(f"s{at}", photo, five, float(ranking.confidence[five[0]]))
            review_of_it = said(photo, reviewer(at % REVIEWERS), folded.places[Sku(sku)], at, suggestion=f"s{at}")
            found.append((review_of_it, listed))
    return found


def first_named(labelled: Labelled, assets: int) -> dict[int, float]:
    """Say of each reviewer who is named after how many of their own labels that was."""
    named: dict[int, float] = {}
    for end in range(EVERY, len(labelled) + 1, EVERY):
        so_far = labelled[:end]
        found = find_guessers(
            [review for review, _ in so_far], {}, {listed.suggestion_id: listed for _, listed in so_far}, assets
        )
        for guesser in found:
            named.setdefault(int(guesser.reviewer.split()[-1]), end / REVIEWERS)
    return named


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
                ("held back", "clean"),
                ("one of ten at random, old weights", "clean, old weights"),
                ("held back, old weights", "clean, old weights"),
                ("shuffled", "nothing"),
            ):
                one = bootstrap_interval(values[arm] - values[before], values["skus"].astype(np.str_))
                print(
                    f"   {arm:34s} Top-1 {values[arm].mean():.1%}, against {before}: {one.value:+.1%}"
                    f" ({one.low:+.1%} to {one.high:+.1%})"
                )
            after = np.sort(values["named after"][values["named after"] > NOBODY])
            print(f"   named in {len(after)} of {seeds} houses, after {after.astype(int).tolist()} labels of their own")
            print(f"   honest reviewers named: {int(values['honest ones named'].sum())} of {(REVIEWERS - 1) * seeds}")


if __name__ == "__main__":
    typer.run(main)
