"""How often is the promise of auto-accept broken, and what does it save?

    python -m tests.benchmarks.auto_accept_promise            # 1,000 sets of labelled photos per row
    python -m tests.benchmarks.auto_accept_promise --quick    # 300

Three worlds. "honest": confidence is the chance to be right, Beta(3, 0.4). "overconfident": the chance is its third power.
"rotten top": as honest, but of the most confident twentieth one in eight is wrong. Photos come in groups of
geometric size, mean two, of one confidence and one outcome. A promise is broken where a threshold is named at which
more of the world's photos are wrong than was promised. Beside it the threshold that takes the most photos whose share of wrong
ones, as counted, keeps the promise.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import typer

from feedback.auto_accept import LEVEL, auto_accept
from feedback.metrics import Interval, Values, wilson

SIZES = (500, 2_000)
PROMISES = (0.02, 0.05)
MEAN_SIZE = 2
WORLD = 1_000_000


def honest(confidence: Values) -> Values:
    """Give the chance to be right."""
    return confidence


def overconfident(confidence: Values) -> Values:
    """Give the chance to be right."""
    return np.asarray(confidence**3)


def rotten_top(confidence: Values) -> Values:
    """Give the chance to be right."""
    return np.where(confidence > TOP, 7 / 8, confidence)


WORLDS: tuple[Callable[[Values], Values], ...] = (honest, overconfident, rotten_top)


def confidences(count: int, chance: np.random.Generator) -> Values:
    """Draw confidences of a world."""
    return chance.beta(3, 0.4, size=count)


TOP = float(np.quantile(confidences(WORLD, np.random.default_rng(1)), 0.95))


@dataclass(frozen=True, kw_only=True)
class Row:
    """How often a promise is broken, by ours and by counting alone; how often a threshold is named, and the mean share saved."""

    broken: Interval
    counted_broken: Interval
    named: float
    saved: float


class World:
    """The true share of wrong photos at each threshold."""

    def __init__(self, right: Callable[[Values], Values]) -> None:
        self._right = right
        ranked = np.sort(confidences(WORLD, np.random.default_rng(2)))[::-1]
        self._falling = -ranked
        self._errors = np.cumsum(1 - right(ranked)) / np.arange(1, WORLD + 1)

    def error_at(self, threshold: float) -> float:
        """Give the share of wrong ones among all at or above a threshold."""
        return float(self._errors[max(int(np.searchsorted(self._falling, -threshold, side="right")) - 1, 0)])

    def draw(self, photos: int, chance: np.random.Generator) -> tuple[Values, Values, np.ndarray[tuple[int], np.dtype[np.str_]]]:
        """Draw labelled photos: confidence, outcome, group."""
        group = np.repeat(np.arange(photos), chance.geometric(1 / MEAN_SIZE, size=photos))[:photos]
        confidence = confidences(photos, chance)
        right = (chance.random(photos) < self._right(confidence)).astype(np.float64)
        return confidence[group], right[group], group.astype(np.str_)


def counted(confidence: Values, correct: Values, promised: float) -> float | None:
    """Name the threshold that takes the most photos whose share of wrong ones, as counted, keeps the promise."""
    order = np.argsort(-confidence, kind="stable")
    shares = np.cumsum(1 - correct[order]) / np.arange(1, len(order) + 1)
    kept = np.flatnonzero(shares <= promised)
    return float(confidence[order[kept[-1]]]) if len(kept) else None


def run_row(world: World, photos: int, promised: float, sets: int) -> Row:
    """Draw many sets of labelled photos."""
    broken, counted_broken, named, saved = 0, 0, 0, 0.0
    for seed in range(sets):
        confidence, correct, groups = world.draw(photos, np.random.default_rng([seed, photos]))
        found = auto_accept(confidence, correct, groups, promised=promised)
        named += found.threshold is not None
        saved += float((confidence >= (np.inf if found.threshold is None else found.threshold)).mean())
        broken += found.threshold is not None and world.error_at(found.threshold) > promised
        naive = counted(confidence, correct, promised)
        counted_broken += naive is not None and world.error_at(naive) > promised
    return Row(broken=wilson(broken, sets), counted_broken=wilson(counted_broken, sets), named=named / sets, saved=saved / sets)


def words(share: Interval) -> str:
    """Write a share with its Wilson interval."""
    return f"{share.value:.1%} ({share.low:.1%}–{share.high:.1%})"


def main(quick: Annotated[bool, typer.Option("--quick", help="300 sets per row, not 1,000.")] = False) -> None:
    """Print how often promises are broken."""
    began, kept = time.monotonic(), []
    typer.echo(f"{'world':<14} {'photos':>6} {'promised':>8}  {'broken':<20} {'named':>6} {'saved':>6}  broken by counting alone")
    for right in WORLDS:
        world = World(right)
        for photos in SIZES:
            for promised in PROMISES:
                row = run_row(world, photos, promised, 300 if quick else 1_000)
                kept.append(row.broken.value <= LEVEL)
                typer.echo(
                    f"{right.__name__:<14} {photos:>6,} {promised:>8.0%}  {words(row.broken):<20}"
                    f" {row.named:>6.0%} {row.saved:>6.1%}  {words(row.counted_broken)}"
                )
    typer.echo(f"broken in at most {LEVEL:.0%}: {sum(kept)} of {len(kept)} rows; {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    typer.run(main)
