"""How often does the gate open? Sealed sides drawn from a stated world, judged by the real gate.

    python -m tests.benchmarks.gate_power            # 1,000 sealed sides per cell
    python -m tests.benchmarks.gate_power --quick    # 300

The world: skus of geometric size, mean four photos; before, 50 to 70 % of photos are right, one share per sealed side; at no true
difference 6 % of photos get right and 6 % get wrong, and a true difference adds to those that get right. Photos of one sku change
together: a normal that they share, with correlation 0.3, decides who changes. Eight categories, by sku.

The second table asks what the figure "so many sealed labels would settle it" is worth: its median and its quarters over the
sealed sides for which a number is named, whatever their outcome, beside the number that truly gives 80 % power. That number is
searched with an interval of the normal form in the place of the bootstrap's, which agrees with it on sides this large, and the
same sign test.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Annotated

import numpy as np
import typer
from scipy.stats import norm

from feedback.gate import Judgement, Outcome, judge, sign_test
from feedback.metrics import Clusters, Interval, Values, paired_difference, wilson
from feedback.sample_size import LEVEL, labels_to_settle

DIFFERENCES = (0.0, 0.02, 0.04, 0.08)
SIZES = (50, 200, 800)
MEAN_SIZE = 4
FLIPS = 0.06
TOGETHER = 0.3
BASELINE = (0.5, 0.7)
CATEGORIES = 8
CALIBRATION_PER_SEALED = 4
"""80 % of groups may be fitted on, 20 % are sealed."""

FALSE_OPENINGS = 0.025
CORES = 2


@dataclass(frozen=True, kw_only=True)
class SealedSide:
    """One drawn sealed side: (n,) right before, right after, sku, category."""

    before: Values
    after: Values
    clusters: Clusters
    categories: Clusters


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of the table, and what was found in it."""

    photos: int
    difference: float
    better: Interval
    worse: Interval
    allowed: Interval
    vetoed: Interval


def draw_side(photos: int, difference: float, chance: np.random.Generator) -> SealedSide:
    """Draw a sealed side from the world of the module's docstring."""
    sizes = chance.geometric(1 / MEAN_SIZE, size=photos)
    member = np.repeat(np.arange(photos), sizes)[:photos]
    shared = chance.normal(size=photos)[member]
    moved = norm.cdf(np.sqrt(TOGETHER) * shared + np.sqrt(1 - TOGETHER) * chance.normal(size=photos))
    lost, gained = moved < FLIPS, moved > 1 - FLIPS - difference
    level = chance.uniform(*BASELINE)
    still = (level - FLIPS) / (1 - 2 * FLIPS - difference)
    right = chance.random(photos) < still
    return SealedSide(
        before=np.asarray((right | lost) & ~gained, dtype=np.float64),
        after=np.asarray((right | gained) & ~lost, dtype=np.float64),
        clusters=member.astype(np.str_),
        categories=(member % CATEGORIES).astype(np.str_),
    )


def draw_gain(photos: int, difference: float, chance: np.random.Generator) -> float:
    """Draw the cross-fitted gain of a calibration side four times as large: the same difference, measured with its own noise."""
    side = draw_side(CALIBRATION_PER_SEALED * photos, difference, chance)
    return float((side.after - side.before).mean())


def judged(seed: int, *, photos: int, difference: float) -> Judgement:
    """Draw one sealed side and its cross-fitted gain, and ask the gate."""
    chance = np.random.default_rng([seed, photos, round(1_000 * difference)])
    side = draw_side(photos, difference, chance)
    gain = draw_gain(photos, difference, chance)
    return judge(side.before, side.after, side.clusters, side.categories, cross_fitted_gain=gain)


def run_cell(photos: int, difference: float, simulations: int, pool: ProcessPoolExecutor | None = None) -> Cell:
    """Judge many sealed sides of one cell."""
    ask = partial(judged, photos=photos, difference=difference)
    seeds = range(simulations)
    found = list(map(ask, seeds) if pool is None else pool.map(ask, seeds, chunksize=20))
    return Cell(
        photos=photos,
        difference=difference,
        better=wilson(sum(one.outcome is Outcome.BETTER for one in found), simulations),
        worse=wilson(sum(one.outcome is Outcome.WORSE for one in found), simulations),
        allowed=wilson(sum(one.allowed for one in found), simulations),
        vetoed=wilson(sum(bool(one.vetoes) for one in found), simulations),
    )


def decides(side: SealedSide) -> bool:
    """Say whether a large sealed side is better: an interval of the normal form, clustered, in the place of the bootstrap's."""
    change = side.after - side.before
    _, member = np.unique(side.clusters, return_inverse=True)
    residual = np.bincount(member, weights=change - change.mean())
    error = float(np.sqrt((residual**2).sum())) / len(change)
    return bool(change.mean() - norm.ppf(0.975) * error > 0) and sign_test(change, side.clusters) <= LEVEL


def power_of(photos: int, difference: float, simulations: int) -> float:
    """Estimate how often a sealed side of a size is found better."""
    sides = (draw_side(photos, difference, np.random.default_rng([seed, photos, 7])) for seed in range(simulations))
    return float(np.mean([decides(side) for side in sides]))


def photos_for_power(difference: float, simulations: int, *, power: float = 0.8) -> int:
    """Search the number of sealed photos that gives a power: bisection in logarithms, to 3 %."""
    low, high = 20.0, 20_000.0
    while high / low > 1.03:
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if power_of(round(middle), difference, simulations) < power else (low, middle)
    return round(float(np.sqrt(low * high)))


def settling(photos: int, difference: float, simulations: int) -> tuple[float, float, float, float]:
    """Give the quarters and the median of the number that is named, over sealed sides of all outcomes, and how often one is."""
    found = []
    for seed in range(simulations):
        side = draw_side(photos, difference, np.random.default_rng([seed, photos, round(1_000 * difference)]))
        change = side.after - side.before
        said = labels_to_settle(change, side.clusters, paired_difference(side.before, side.after, side.clusters))
        found += [] if said is None else [said]
    low, median, high = np.quantile(found, [0.25, 0.5, 0.75])
    return float(low), float(median), float(high), len(found) / simulations


def tables(simulations: int) -> Iterator[str]:
    """Run everything; give one line at a time."""
    yield f"{'photos':>6} {'true':>5}  {'better':<24} {'worse':<24} {'allowed':<24} {'vetoed':<24}"
    false_openings = []
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        for photos in SIZES:
            for difference in DIFFERENCES:
                cell = run_cell(photos, difference, simulations, pool)
                shares = " ".join(f"{words(share):<24}" for share in (cell.better, cell.worse, cell.allowed, cell.vetoed))
                yield f"{photos:>6} {difference:>+5.0%}  {shares}"
                false_openings += [cell.better] if difference == 0 else []
        held = all(share.low <= FALSE_OPENINGS for share in false_openings)
        yield f"false openings at no difference within {FALSE_OPENINGS:.1%}: {'yes' if held else 'NO'}"
        yield f"{'photos':>6} {'true':>5}  {'needed for 80 % power':<24} {'named: median (quarters)':<30} {'ratio':<6} named in"
        needed = dict(zip(DIFFERENCES[1:], pool.map(photos_for_power, DIFFERENCES[1:], [400] * 3), strict=True))
        asked = [(photos, difference) for photos in SIZES for difference in needed if photos < needed[difference]]
        named = pool.map(settling, *zip(*asked, strict=True), [min(simulations, 300)] * len(asked))
        for (photos, difference), (low, median, high, often) in zip(asked, named, strict=True):
            said = f"{median:,.0f} ({low:,.0f} to {high:,.0f})"
            ratio = median / needed[difference]
            yield f"{photos:>6} {difference:>+5.0%}  {needed[difference]:<24,} {said:<30} {ratio:<6.2f} {often:.0%}"


def words(share: Interval) -> str:
    """Write a share with its Wilson interval."""
    return f"{share.value:.1%} ({share.low:.1%}–{share.high:.1%})"


def main(
    quick: Annotated[bool, typer.Option("--quick", help="300 sealed sides per cell, not 1,000.")] = False,
) -> None:
    """Print how often the gate opens, and what its number of labels to settle is worth."""
    began = time.monotonic()
    for line in tables(300 if quick else 1_000):
        typer.echo(line)
    typer.echo(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    typer.run(main)
