"""Do candidate sets hold the right answer as often as they promise? On real pictures, by the weights before any label.

    COUTURE_DATASETS=… python -m tests.benchmarks.conformal_coverage ycb grocery

Nothing was fitted on any label, so every photo is out of fold. In each of 100 splits, half of the groups set the rule and the
other half is measured on. Printed per set and promise: the mean coverage over the splits, its middle 95 %, and the median and
mean number of answers in a set. Beside it the calibration error of those weights' first candidate, as it is before any label.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from feedback.calibration import debiased_calibration_error, debiased_root_mean_square
from feedback.conformal import set_rule
from feedback.metrics import Flags, expected_calibration_error
from tests.benchmarks.real_rankings import Rankings, rankings_of

PROMISES = (0.8, 0.9, 0.95)
SPLITS = 100
WITHIN = 0.02


def halves(rankings: Rankings, seed: int) -> Flags:
    """Draw half of the groups: (n,) whether a photo is of it."""
    groups = np.unique(rankings.groups)
    chosen = np.random.default_rng(seed).permutation(groups)[: len(groups) // 2]
    return np.asarray(np.isin(rankings.groups, chosen))


def split_once(rankings: Rankings, coverage: float, seed: int) -> tuple[float, list[int]]:
    """Set the rule on one half; give the coverage and the sizes of the sets of the other."""
    known = halves(rankings, seed)
    rule = set_rule(rankings.likelihood[known], rankings.categories[known], coverage=coverage)
    held, sizes = [], []
    for at in np.flatnonzero(~known):
        found = rule.candidates(rankings.confidence[at], float(rankings.no_match[at]), str(rankings.categories[at]))
        truth = int(rankings.truth[at])
        held.append(found.not_in_dam if truth < 0 else truth in found.assets)
        sizes.append(len(found))
    return float(np.mean(held)), sizes


def calibration(rankings: Rankings) -> str:
    """Say how far the confidence of the first candidate is from its accuracy."""
    first = rankings.confidence.argmax(axis=1)
    sure, right = rankings.confidence.max(axis=1), (first == rankings.truth).astype(np.float64)
    plain, debiased = expected_calibration_error(sure, right), debiased_calibration_error(sure, right)
    return (
        f"calibration error {plain:.3f}, debiased {debiased:.3f}, root mean square {debiased_root_mean_square(sure, right):.3f}"
    )


def main(
    names: Annotated[list[str] | None, typer.Argument()] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the described pictures here.")] = None,
) -> None:
    """Measure how often candidate sets hold the right answer."""
    with TemporaryDirectory() as scratch:
        for name in names or ["ycb", "grocery"]:
            began = time.monotonic()
            rankings = rankings_of(name, keep or Path(scratch))
            absent = int((rankings.truth < 0).sum())
            typer.echo(f"{name}: {len(rankings.truth)} photos, {absent} of them not in the DAM, {SPLITS} splits")
            typer.echo(f"   {calibration(rankings)}")
            for coverage in PROMISES:
                found = [split_once(rankings, coverage, seed) for seed in range(SPLITS)]
                reached = np.array([share for share, _ in found])
                sizes = np.concatenate([np.array(own) for _, own in found])
                low, high = np.quantile(reached, [0.025, 0.975])
                kept = "within" if abs(reached.mean() - coverage) <= WITHIN else "NOT within"
                typer.echo(
                    f"   promised {coverage:.0%}: {reached.mean():.1%} (splits {low:.1%} to {high:.1%}), {kept} {WITHIN:.0%};"
                    f" answers in a set: median {np.median(sizes):.0f}, mean {sizes.mean():.1f}"
                )
            typer.echo(f"   {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    typer.run(main)
