"""How often does the interval of an audited accuracy hold the truth, where the queue hands out what is uncertain?

    python -m tests.benchmarks.audit_coverage            # 1,000 queues per row
    python -m tests.benchmarks.audit_coverage --quick    # 200

The world: 3,000 photos in groups of geometric size, mean two; the photos of a group are about as hard. The model's first is
right with a probability that falls with how uncertain it is, 60 % on average, and the queue goes by that uncertainty. It is
the product's: groups are drawn for audit by `feedback.draws`, photos picked by `feedback.picking` and mixed by `feedback.mixing`,
twenty at a time as a page asks for them. One reviewer decides the first so many. Beside it a queue at random.

Printed per row: how often the 95 % interval holds the world's 60 %, with Wilson's interval over the queues, the mean estimate and
the mean width: of the audit sample, of the picks weighted by their propensities, and of the naive share of right ones among those
decided, with its clustered interval.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import Annotated

import numpy as np
import typer
from scipy.special import expit

from data.domain import PhotoId, Reviewer, Sku, WeightsVersion
from data.drawing import DrawPurpose
from data.ranking import Outlook
from feedback.audit_sample import sampled_share
from feedback.draws import is_drawn
from feedback.facts import Facts
from feedback.inverse_probability import Picked, weighted_share
from feedback.metrics import Interval, Values, bootstrap_interval, wilson
from feedback.mixing import Slots, mix, rest
from feedback.orders import Pick, QueueChoice, QueueOrder
from feedback.picking import Asking, pick_photos
from feedback.waiting import WaitingLines
from tests.builders import NOON

PHOTOS = 3_000
MEAN_SIZE = 2
STEEP = 1.5
TRUTH = 0.6
COVERAGE = (0.93, 0.97)
NAIVE_SAMPLES = 400
PAGE = 20
CORES = 2
AUDIT = DrawPurpose.AUDIT
ROWS = (
    (QueueOrder.UNCERTAIN, 0.05, 600),
    (QueueOrder.UNCERTAIN, 0.05, 1_200),
    (QueueOrder.UNCERTAIN, 0.1, 600),
    (QueueOrder.UNCERTAIN, 0.1, 1_200),
    (QueueOrder.RANDOM, 0.1, 300),
)
"""Order, share that is drawn for audit, and photos decided."""


@dataclass(frozen=True, kw_only=True)
class World:
    """Photos by number: their groups, how hard each is, and whether the model's first is right."""

    groups: Sequence[str]
    hard: Values
    right: Values


@dataclass(frozen=True, kw_only=True)
class Estimates:
    """What one queue says: by the audit sample, by the picks' propensities, and naively."""

    sampled: Interval | None
    weighted: Interval | None
    naive: Interval


def level_of_truth() -> float:
    """Find the constant of the logit that makes `TRUTH` of the world's photos right."""
    hard = np.random.default_rng(0).normal(size=400_000)
    low, high = -5.0, 5.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(middle - STEEP * hard).mean() < TRUTH else (low, middle)
    return (low + high) / 2


def draw_world(level: float, chance: np.random.Generator, photos: int = PHOTOS) -> World:
    """Draw the world's photos."""
    sizes = chance.geometric(1 / MEAN_SIZE, size=photos)
    group = np.repeat(np.arange(photos), sizes)[:photos]
    hard = (chance.normal(size=photos)[group] * 0.8 + chance.normal(size=photos) * 0.6).astype(np.float64)
    right = (chance.random(photos) < expit(level - STEEP * hard)).astype(np.float64)
    return World(groups=[f"g{number}" for number in group], hard=hard, right=right)


def name_of(number: int) -> PhotoId:
    """Name a photo of the world."""
    return PhotoId(f"p{number}")


def queue_of(world: World, seed: str) -> WaitingLines:
    """Let all photos wait, each ranked with an entropy that is higher the harder it is."""
    facts, names = Facts(), [name_of(at) for at in range(len(world.groups))]
    facts.submitted = {name: float(at) for at, name in enumerate(names)}
    facts.outlooks = {
        name: Outlook(
            photo_id=name,
            weights=WeightsVersion("v1"),
            entropy=float(expit(hard)),
            margin=0.0,
            no_match=0.0,
            sku=Sku(seed),
            category="",
        )
        for name, hard in zip(names, world.hard, strict=True)
    }
    return WaitingLines(facts, lambda: names)


def hand_out(  # noqa: PLR0917
    lines: WaitingLines, audited: set[PhotoId], order: QueueOrder, share: float, decided: int, seed: str
) -> list[Pick]:
    """Hand so many photos out as the product does, a page at a time; each is decided as it comes."""
    reviewer, choice = Reviewer(f"reviewer {seed}"), QueueChoice(order=order)
    free, filled, picks = set(audited), dict[str, PhotoId](), list[Pick]()
    while len(picks) < decided:
        asking = Asking(reviewer=reviewer, decided=len(picks), held=free, left_open=(), choice=choice)
        slots = Slots(seed=seed, reviewer=reviewer, rates={AUDIT: share}, free={AUDIT: free}, filled=filled)
        mixed = mix(pick_photos(lines, asking, PAGE), slots, min(PAGE, decided - len(picks)), NOON)
        filled |= {draw.draw_id: draw.photo_id for draw in mixed.filled}
        found = mixed.picks or rest(slots, (), str(choice))[:PAGE]
        for pick in found:
            lines.move(pick.photo_id, waits=False)
            free.discard(pick.photo_id)
        picks += found
    return picks


def estimates(seed: int, *, order: QueueOrder, share: float, decided: int, level: float) -> Estimates:
    """Draw one world, let one reviewer decide, and estimate."""
    world, name = draw_world(level, np.random.default_rng([seed, decided])), f"world {seed}"
    audited = {name_of(at) for at, group in enumerate(world.groups) if is_drawn(name, AUDIT, group, share)}
    picks = hand_out(queue_of(world, name), audited, order, share, decided, name)
    numbers = np.array([int(pick.photo_id[1:]) for pick in picks])
    sample = np.array([pick.photo_id in audited for pick in picks])
    groups, right = np.array(world.groups, dtype=np.str_)[numbers], world.right[numbers]
    others = [pick for pick in picks if pick.photo_id not in audited]
    return Estimates(
        sampled=sampled_share(right[sample], np.full(int(sample.sum()), share), groups[sample]),
        weighted=weighted_share(
            Picked(
                right=right[~sample],
                counted=np.ones(len(others), dtype=np.bool_),
                propensities=np.array([pick.propensity for pick in others]),
                clusters=groups[~sample],
                left=PHOTOS - len(audited) - len(others),
            )
        ),
        naive=bootstrap_interval(right, groups, samples=NAIVE_SAMPLES),
    )


def lines_of(queues: int) -> Iterator[str]:
    """Run every row; give one line at a time."""
    level = level_of_truth()
    columns = "".join(f"  {name:<20} {'mean':>6} {'width':>6}" for name in ("sample holds it", "picks hold it", "naive holds it"))
    yield f"{'order':<10} {'share':>5} {'decided':>7}{columns}"
    held = []
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        for order, share, decided in ROWS:
            work = partial(estimates, order=order, share=share, decided=decided, level=level)
            found = list(pool.map(work, range(queues), chunksize=10))
            sampled = [one.sampled for one in found]
            parts = [words(kept, queues) for kept in (sampled, [one.weighted for one in found], [one.naive for one in found])]
            held.append(COVERAGE[0] <= coverage(sampled, queues).value <= COVERAGE[1])
            yield f"{order.value:<10} {share:>5.0%} {decided:>7,}{''.join(parts)}"
    yield f"the interval of the audit sample holds the truth in 93 to 97 % in {sum(held)} of {len(held)} rows"


def coverage(found: Sequence[Interval | None], queues: int) -> Interval:
    """Give the share of queues in which the interval holds the truth."""
    return wilson(sum(one is not None and one.low <= TRUTH <= one.high for one in found), queues)


def words(found: Sequence[Interval | None], queues: int) -> str:
    """Write the share with its Wilson interval, and mean and width of the estimates."""
    share, there = coverage(found, queues), [one for one in found if one is not None]
    mean, width = np.mean([one.value for one in there]), np.mean([one.high - one.low for one in there])
    return f"  {f'{share.value:.1%} ({share.low:.1%}–{share.high:.1%})':<20} {mean:>6.1%} {width:>6.1%}"


def main(quick: Annotated[bool, typer.Option("--quick", help="200 queues per row, not 1,000.")] = False) -> None:
    """Print how often the intervals hold the truth."""
    began = time.monotonic()
    for line in lines_of(200 if quick else 1_000):
        typer.echo(line)
    typer.echo(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    typer.run(main)
