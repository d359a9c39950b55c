"""Going on with the training of the cut-out network from crops that people drew, and saying honestly what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dashboard.cli.output import figure, percent, print_json, progress, services, stdout
from dashboard.wiring import Services
from data.errors import NotAllowed
from feedback.crop_report import BoxReport, judge_boxes
from feedback.crop_stock import CropStock, PhotoCrop, keep_stock, kept_stock, read_crops, refuse_too_few

if TYPE_CHECKING:
    from matching.backends.cutout_network.drawn import DrawnPicture
    from matching.backends.cutout_network.network import CutoutNetwork
    from matching.backends.cutout_network.training import Plan

NETWORK = "cutout-net"
CROPS = "crops.json"
RATE, WARM_UP, STEPS = 3e-4, 100, 1500
"""Slower and shorter than from scratch, so that what the weights know stays."""


@dataclass(frozen=True, kw_only=True)
class SceneChange:
    """Mean overlap (IoU) of masks with the exact ones in a kind of made scene: what may have been forgotten."""

    scene: str
    n: int
    before: float
    after: float
    grabcut: float


def train_from_crops(
    out: Path, start: Path | None, plan: Plan, *, held_out: int, resume: bool, minutes: float, as_json: bool
) -> None:
    """Train, measure on held-out crops and on made photos, write weights and report, and say what they say.

    Raises:
        NotEnoughEvidence: there are too few crops.
        NotAllowed: there are no weights to start from, or they lie where the new ones go.
    """
    from matching.backends.cutout_network.from_crops import Course, box_overlaps, tune  # noqa: PLC0415  # heavy
    from matching.backends.cutout_network.weights import WEIGHTS, read_weights, write_weights  # noqa: PLC0415

    opened = services()
    weights = start or _weights_in_use(opened)
    if weights.resolve() == (out / WEIGHTS).resolve():
        raise NotAllowed(
            f"{weights} would be written over", remedy="choose another folder with --out, or other weights with --start"
        )
    stock = _stock(opened, out / CROPS, resume=resume)
    earlier = read_weights(weights)
    course = Course(start=weights, plan=plan, pictures=_pictures(opened, stock.learned))
    with progress() as said:
        made = tune(out, course, resume=resume, minutes=minutes, on_progress=said)
        checksum = write_weights(made.network, out / WEIGHTS)
        shown = _pictures(opened, stock.held_out)
        before, after = (box_overlaps(network, shown).astype(np.float64) for network in (earlier, made.network))
        scenes = _scenes(earlier, made.network, out, plan, held_out, partial(said, "measuring"))
    report = judge_boxes(before, after, np.array([crop.group for crop in stock.held_out], dtype=np.str_))
    told = {
        "weights": str(out / WEIGHTS),
        "sha256": checksum,
        "start": str(weights),
        "seed": plan.seed,
        "step": made.step,
        "steps": plan.steps,
        "crops": _counts(stock),
        "box_iou": {
            "before": figure(report.before),
            "after": figure(report.after),
            "difference": figure(report.difference),
            "groups": report.groups,
            "change": report.change,
        },
        "made_photos": [asdict(scene) for scene in scenes],
    }
    (out / "report.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    if as_json:
        print_json(told)
    else:
        _tell(told["weights"], stock, report, scenes)
        if made.step < plan.steps:
            stdout.print(ran_out(made.step, plan.steps))


def ran_out(step: int, steps: int) -> str:
    """Say that a training ended before its last step."""
    return f"time ran out at step {step} of {steps}: go on with --resume"


def _stock(opened: Services, kept: Path, *, resume: bool) -> CropStock:
    """Read the crops of a new training and write them down; or those that the one that goes on began with."""
    if resume and kept.is_file():
        return kept_stock(kept)
    stock = read_crops(opened.store)
    refuse_too_few(stock)
    keep_stock(kept, stock)
    return stock


def _tell(weights: object, stock: CropStock, report: BoxReport, scenes: Sequence[SceneChange]) -> None:
    stdout.print(f"{weights}: learned from {len(stock.learned)} crops")
    aside = f"{stock.sealed} of the sealed side and {stock.audited} of audited photos stayed out"
    stdout.print(f"  {report.after.n} crops of {report.groups} other groups were held out; {aside}")
    before, after, change = percent(report.before), percent(report.after), report.difference
    between = f"{change.value:+.1%} ({change.low:+.1%} to {change.high:+.1%})"
    stdout.print(f"  IoU of the box around the mask with the drawn one: {before}, now {after}: {between}, {report.change.value}")
    stdout.print("  It says where masks reach, not how well they follow the outline; of that, made photos with exact masks say:")
    for scene in scenes:
        moved = f"IoU {scene.before:.3f}, now {scene.after:.3f}, GrabCut {scene.grabcut:.3f}"
        stdout.print(f"    {scene.scene}: {moved} (n = {scene.n})")
    stdout.print("  Nothing ranks with them yet: to take them, name them as source under [models.cutout-net] in settings.toml")


def _weights_in_use(opened: Services) -> Path:
    """Give the weights that settings name."""
    named = next((choice.source for choice in opened.backends.models if choice.name == NETWORK), "")
    if not named:
        remedy = "name them with --start; couture train cutout makes the first ones"
        raise NotAllowed("there are no weights to start from", remedy=remedy)
    from matching.backends.cutout_network.weights import WEIGHTS  # noqa: PLC0415  # heavy

    found = Path(named).expanduser()
    return found / WEIGHTS if found.is_dir() else found


def _pictures(opened: Services, crops: Sequence[PhotoCrop]) -> list[DrawnPicture]:
    from matching.backends.cutout_network.drawn import drawn_picture  # noqa: PLC0415  # heavy

    return [drawn_picture(opened.store.images.content(crop.image_id), crop.box) for crop in crops]


def _scenes(
    earlier: CutoutNetwork, later: CutoutNetwork, out: Path, plan: Plan, each: int, said: Callable[[int, int], None]
) -> list[SceneChange]:
    """Measure both networks on made photos that no training saw."""
    from matching.backends.cutout_network.report import held_out_report  # noqa: PLC0415  # heavy

    before, after = (held_out_report(network, out, plan, each=each, on_progress=said) for network in (earlier, later))
    return [
        SceneChange(scene=was.scene, n=was.n, before=was.network, after=now.network, grabcut=was.grabcut)
        for was, now in zip(before, after, strict=True)
    ]


def _counts(stock: CropStock) -> dict[str, int]:
    return {
        "learned": len(stock.learned),
        "held_out": len(stock.held_out),
        "sealed": stock.sealed,
        "audited": stock.audited,
    }
