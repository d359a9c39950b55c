"""How often does the interval of the weighted accuracy hold the truth, where the queue hands out what is uncertain?

    python -m tests.benchmarks.audit_coverage            # 1,000 queues per row
    python -m tests.benchmarks.audit_coverage --quick    # 200

The world: 3,000 photos in groups of geometric size, mean two; the photos of a group are about as hard. The model's first is
right with a probability that falls with how uncertain it is, 60 % on average, and the queue goes by that uncertainty: one pick
in ten is a draw among all that wait, as in `feedback.picking`. A reviewer decides the first so many. Beside it a queue at random.

Printed per row: how often the 95 % interval holds the world's 60 %, with Wilson's interval over the queues; the mean estimate;
the same of the naive share of right ones among those decided, with its clustered interval; and the mean width of both.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer
from scipy.special import expit

from feedback.inverse_probability import Picked, weighted_share
from feedback.metrics import Interval, Values, bootstrap_interval, wilson
from feedback.orders import QueueOrder
from feedback.picking import DRAWN_SHARE

Photos = npt.NDArray[np.int64]

PHOTOS = 3_000
MEAN_SIZE = 2
STEEP = 1.5
TRUTH = 0.6
COVERAGE = (0.93, 0.97)
NAIVE_SAMPLES = 400
ROWS = (
    (QueueOrder.UNCERTAIN, 300),
    (QueueOrder.UNCERTAIN, 600),
    (QueueOrder.UNCERTAIN, 1_200),
    (QueueOrder.UNCERTAIN, 2_400),
    (QueueOrder.RANDOM, 300),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the table, and what was found in it."""

    order: QueueOrder
    decided: int
    weighted: Interval
    naive: Interval
    mean_weighted: float
    mean_naive: float
    width_weighted: float
    width_naive: float


def level_of_truth() -> float:
    """Find the constant of the logit that makes `TRUTH` of the world's photos right."""
    hard = np.random.default_rng(0).normal(size=400_000)
    low, high = -5.0, 5.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(middle - STEEP * hard).mean() < TRUTH else (low, middle)
    return (low + high) / 2


def draw_queue(order: QueueOrder, decided: int, level: float, chance: np.random.Generator) -> Picked:
    """Draw the world's photos, and let the queue hand out some of them."""
    sizes = chance.geometric(1 / MEAN_SIZE, size=PHOTOS)
    group = np.repeat(np.arange(PHOTOS), sizes)[:PHOTOS]
    hard = (chance.normal(size=PHOTOS)[group] * 0.8 + chance.normal(size=PHOTOS) * 0.6).astype(np.float64)
    right = (chance.random(PHOTOS) < expit(level - STEEP * hard)).astype(np.float64)
    share = DRAWN_SHARE if order is QueueOrder.UNCERTAIN else 1.0
    picks, propensities = pick(np.argsort(-hard, kind="stable"), decided, share, chance)
    return Picked(
        right=right[picks],
        counted=np.ones(decided, dtype=np.bool_),
        propensities=propensities,
        clusters=group[picks].astype(np.str_),
        left=PHOTOS - decided,
    )


def pick(line: Photos, decided: int, share: float, chance: np.random.Generator) -> tuple[Photos, Values]:
    """Pick photos as the product does: the first of the line, or with probability `share` one of all that wait, each alike."""
    waiting, gone, first = line.tolist(), np.zeros(len(line), dtype=np.bool_), 0
    place = {photo: at for at, photo in enumerate(waiting)}
    drawn, chances = chance.random(decided) < share, chance.random(decided)
    ordered, picks, propensities = line.tolist(), [], []
    for at in range(decided):
        while gone[ordered[first]]:
            first += 1
        chosen = waiting[int(chances[at] * len(waiting))] if drawn[at] else ordered[first]
        propensities.append(share / len(waiting) + (1 - share) * (chosen == ordered[first]))
        last = waiting.pop()
        if last != chosen:
            waiting[place[chosen]], place[last] = last, place[chosen]
        gone[chosen] = True
        picks.append(chosen)
    return np.array(picks), np.array(propensities)


def run_row(order: QueueOrder, decided: int, queues: int) -> Row:
    """Draw many queues of one row."""
    level, weighted, naive = level_of_truth(), list[Interval](), list[Interval]()
    for seed in range(queues):
        picked = draw_queue(order, decided, level, np.random.default_rng([seed, decided]))
        found = weighted_share(picked)
        weighted += [] if found is None else [found]
        naive.append(bootstrap_interval(picked.right, picked.clusters, samples=NAIVE_SAMPLES))
    return Row(
        order=order,
        decided=decided,
        weighted=wilson(sum(one.low <= TRUTH <= one.high for one in weighted), queues),
        naive=wilson(sum(one.low <= TRUTH <= one.high for one in naive), queues),
        mean_weighted=float(np.mean([one.value for one in weighted])),
        mean_naive=float(np.mean([one.value for one in naive])),
        width_weighted=float(np.mean([one.high - one.low for one in weighted])),
        width_naive=float(np.mean([one.high - one.low for one in naive])),
    )


def lines(queues: int) -> Iterator[str]:
    """Run every row; give one line at a time."""
    figures = f"{'mean':>6} {'width':>6}"
    yield f"{'order':<10} {'decided':>7}  {'weighted holds it':<22} {figures}  {'naive holds it':<22} {figures}"
    held = []
    for order, decided in ROWS:
        row = run_row(order, decided, queues)
        held.append(COVERAGE[0] <= row.weighted.value <= COVERAGE[1])
        yield (
            f"{order.value:<10} {decided:>7,}  {words(row.weighted):<22} {row.mean_weighted:>6.1%} {row.width_weighted:>6.1%}"
            f"  {words(row.naive):<22} {row.mean_naive:>6.1%} {row.width_naive:>6.1%}"
        )
    yield f"the weighted interval holds the truth in 93 to 97 % in {sum(held)} of {len(held)} rows"


def words(share: Interval) -> str:
    """Write a share with its Wilson interval."""
    return f"{share.value:.1%} ({share.low:.1%}–{share.high:.1%})"


def main(quick: Annotated[bool, typer.Option("--quick", help="200 queues per row, not 1,000.")] = False) -> None:
    """Print how often the intervals hold the truth."""
    began = time.monotonic()
    for line in lines(200 if quick else 1_000):
        typer.echo(line)
    typer.echo(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    typer.run(main)
