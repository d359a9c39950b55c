"""How well a network cuts out made photos that no training saw, scene by scene, beside GrabCut on the same photos."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.domain import BoolArray, FloatArray
from matching.backends.cutout_network.composites import SCENES
from matching.backends.cutout_network.faults import photographed
from matching.backends.cutout_network.feeding import HELD_OUT
from matching.backends.cutout_network.inference import likely
from matching.backends.cutout_network.network import CutoutNetwork
from matching.backends.cutout_network.stock import Progress, Sizes, Stock, stocked
from matching.backends.cutout_network.training import Plan
from matching.backends.grabcut import GrabCutRemover

OTHER_SEED = 1_000_003
"""Added to the seed of the training: other articles, other grounds."""

HALF = 127
SHARE = 20


@dataclass(frozen=True, kw_only=True)
class SceneReport:
    """Mean overlap (IoU) of masks with the truth in one kind of scene, n photos."""

    scene: str
    n: int
    network: float
    grabcut: float


def held_out_report(
    network: CutoutNetwork, folder: Path, plan: Plan, *, each: int = 40, on_progress: Progress | None = None
) -> list[SceneReport]:
    """Measure a network on made photos of articles and grounds drawn from another seed than the training's.

    Args:
        network: in evaluation mode.
        folder: keeps the stock.
        plan: of the training; a twentieth as many articles are made.
        each: photos per scene.
        on_progress: told photos done, and in all.
    """
    whole, rows = plan.sizes, list[SceneReport]()
    sizes = Sizes(solids=1 + whole.solids // SHARE, flats=1 + whole.flats // SHARE, grounds=1 + whole.grounds // SHARE)
    stock = stocked(folder, seed=plan.seed + OTHER_SEED, sizes=sizes)
    for number, scene in enumerate(SCENES):
        found = [_overlaps(network, stock, number, photo, plan.seed) for photo in range(each)]
        means = np.mean(found, axis=0)
        rows.append(SceneReport(scene=scene.__name__, n=each, network=float(means[0]), grabcut=float(means[1])))
        if on_progress:
            on_progress((number + 1) * each, len(SCENES) * each)
    return rows


def _overlaps(network: CutoutNetwork, stock: Stock, number: int, photo: int, seed: int) -> tuple[float, float]:
    draws = np.random.default_rng((seed, HELD_OUT, number, photo))
    canvas, mask = SCENES[number](stock, draws)
    pixels, truth = photographed(canvas, draws), np.asarray(mask > HALF, dtype=np.bool_)
    found = next(iter(GrabCutRemover().masks(pixels, studio=False))).mask
    return overlap(likely(network, pixels) > 0.5, truth), overlap(found, truth)  # noqa: PLR2004


def overlap(one: BoolArray | FloatArray, other: BoolArray) -> float:
    """What both have of what either has; 1 where both are empty."""
    given = np.asarray(one, dtype=np.bool_)
    union = int((given | other).sum())
    return float((given & other).sum() / union) if union else 1.0
