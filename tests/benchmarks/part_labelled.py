"""Labels on half of the catalogue: do photos of the other half's articles still find theirs?

    COUTURE_DATASETS=… python -m tests.benchmarks.part_labelled grocery

Of each seed half of the articles are drawn, and reviewers confirm photos of these alone. Photos that nobody labelled are then
ranked: those of articles with confirmed photos and those without are told apart, since one hides in the mean of the other. Beside
the product stand what it does before it is retuned, and logistic regression and LambdaMART, which see the same confirmed views.
Intervals are of 10,000 bootstrap draws of whole skus over all seeds, each against the weights before any label. What the fit
expects of the photos to come stands beside what comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from feedback.examples import gather
from feedback.fitting_practice import expected_first_photos
from feedback.metrics import Clusters, Ranks, bootstrap_interval, paired_difference, top_k
from feedback.tuning import MOST_COMING
from tests.benchmarks.learning_curve import by_peers, retuned, unlabelled
from tests.benchmarks.replay import clusters, described, draw, load, ranks, remember_geometry, review

NOTHING, VIEWS, BOTH = "nothing", "confirmed views only", "both"
ARMS = (NOTHING, VIEWS, BOTH, "logistic regression", "LambdaMART")
COUNTS: Mapping[str, tuple[int, ...]] = {"ycb": (50,), "grocery": (60, 300)}
OPEN: Mapping[str, int] = {"ycb": 100, "grocery": 900}


@dataclass(frozen=True, kw_only=True)
class Half:
    """One drawing: ranks per arm, what each photo shows, whether its article has a confirmed photo; and of the photos that wait,
    the share of articles without one, beside what was expected of it."""

    skus: Clusters
    ranks: Mapping[str, Ranks]
    known: np.ndarray[tuple[int], np.dtype[np.bool_]]
    labels: int
    first: float
    expected: float


def half(  # noqa: PLR0917
    name: str, home: Path, count: int, tested: int, error: float, seed: int
) -> Half:
    """Label photos of half of the articles, and rank photos of all."""
    remember_geometry()
    pictures = load(name, home)
    split = draw(pictures, seed, most_labels=OPEN[name], most_tested=tested)
    skus = sorted({sku for sku in pictures.truth.values() if sku})
    drawn = set(np.random.default_rng(seed).permutation(skus)[: len(skus) // 2].tolist())
    order = [photo for photo in split.order if pictures.truth[photo] in drawn][:count]
    said = review(pictures, order, error=error, seed=seed)
    bench, labelled = pictures.bench(said), [photo for photo in pictures.labelled(said) if photo.sku]
    waiting = unlabelled(pictures, [photo for photo in split.order if photo not in said])
    asked = gather(waiting, bench, split.start, checked=MOST_COMING)
    expected = expected_first_photos(gather(labelled, bench, split.start), asked, split.start)
    found = {
        NOTHING: ranks(pictures, split.test, pictures.bench({}), split.start),
        VIEWS: ranks(pictures, split.test, bench, split.start),
        BOTH: ranks(pictures, split.test, bench, retuned(labelled, bench, split.start, waiting)),
        **by_peers(pictures, labelled, split.test, bench, split.start, seed),
    }
    confirmed = set(said.values())
    known = np.array([pictures.truth[photo] in confirmed for photo in split.test])
    first = float(np.mean([pictures.truth[photo.photo.photo_id] not in confirmed for photo in waiting]))
    return Half(skus=clusters(pictures, split.test), ranks=found, known=known, labels=len(order), first=first, expected=expected)


def show(name: str, found: Sequence[Half]) -> None:
    """Print one set's figures."""
    known, skus = np.concatenate([one.known for one in found]), np.concatenate([one.skus for one in found])
    typer.echo(f"\n{name}: {len(found)} seeds, {len(skus)} rankings, {np.mean([one.labels for one in found]):.0f} labels on half")
    first, expected = [one.first for one in found], [one.expected for one in found]
    off = np.abs(np.array(first) - np.array(expected))
    typer.echo(
        f"of articles that nobody confirmed: {np.mean(first):.0%} of the photos that wait, expected {np.mean(expected):.0%},"
        f" off by {off.mean():.0%} on the mean and {off.max():.0%} at most"
    )
    parts = {"with a confirmed photo": known, "without one": ~known, "all": np.ones_like(known)}
    for words, part in parts.items():
        typer.echo(f"   articles {words}: {part.sum()} rankings; Top-1, and against nothing")
        before = np.concatenate([top_k(one.ranks[NOTHING], 1) for one in found])[part]
        for arm in ARMS:
            right = np.concatenate([top_k(one.ranks[arm], 1) for one in found])[part]
            value, moved = bootstrap_interval(right, skus[part]), paired_difference(before, right, skus[part])
            typer.echo(
                f"      {arm:22s} {value.value:.1%} ({value.low:.1%} to {value.high:.1%})"
                f"   {moved.value:+.1%} ({moved.low:+.1%} to {moved.high:+.1%})"
            )


def main(  # noqa: PLR0917
    names: Annotated[list[str] | None, typer.Argument()] = None,
    seeds: int = 10,
    error: Annotated[float, typer.Option(help="Share of labels that are wrong.")] = 0.02,
    tested: Annotated[int, typer.Option(help="Photos that are ranked, of each seed.")] = 100,
    keep: Annotated[Path | None, typer.Option(help="Keep the described pictures here.")] = None,
    workers: int = 2,
) -> None:
    """Measure what labels on half of the catalogue do to the other half."""
    with TemporaryDirectory() as scratch:
        for name in names or list(COUNTS):
            home = described(name, keep or Path(scratch))
            for count in COUNTS[name]:
                with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                    show(name, list(pool.map(partial(half, name, home, count, tested, error), range(seeds))))


if __name__ == "__main__":
    typer.run(main)
