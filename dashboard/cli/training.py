"""The command that trains a model of our own."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.crop_training import RATE, STEPS, WARM_UP, ran_out, train_from_crops
from dashboard.cli.output import AsJson, Home, app, print_json, progress, stdout
from data.errors import NotAllowed, StoreError

training = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(training, name="train", help="Train a model of your own.")
FROM_SCRATCH = 4000
PICTURES = {".jpg", ".jpeg", ".png", ".webp"}


@training.callback()
def train() -> None:
    """Keep `cutout` a command of its own, though it is the only one."""


@training.command("cutout")
def cutout(
    out: Annotated[Path, typer.Option(help="Folder for weights, report and checkpoints.", show_default=False)],
    home: Home = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Batches of 32 pictures, in all.", show_default="4000, from crops 1500")
    ] = None,
    minutes: Annotated[float, typer.Option(help="Stop after so long; --resume goes on.", show_default="none")] = math.inf,
    seed: Annotated[int, typer.Option(help="The same seed gives the same weights on the same machine.")] = 1,
    grounds: Annotated[
        Path | None, typer.Option(help="Folder of photos, of nothing that accuracy is measured on, as further grounds.")
    ] = None,
    articles: Annotated[int, typer.Option(min=2, help="How many articles with exact masks to make.")] = 5400,
    held_out: Annotated[int, typer.Option(min=1, help="Photos per kind of scene to measure on.")] = 40,
    workers: Annotated[int, typer.Option(min=0, help="Processes that make photos beside the one that trains.")] = 1,
    from_crops: Annotated[
        bool, typer.Option("--from-crops", help="Go on from weights, with half of each batch from crops that people drew.")
    ] = False,
    start: Annotated[Path | None, typer.Option(help="The weights to go on from.", show_default="those in settings.toml")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the folder's checkpoint.")] = False,
    as_json: AsJson = False,
) -> None:
    """Train the cut-out network from scratch on made photos, and measure it on others; or go on from crops.

    Under an hour on two cores. With --from-crops it learns where articles are in your photos, from crops of the calibration
    side that no audit uses, and says whether held-out crops agree more with its masks. Use the weights with remover =
    "cutout-net" and source under [models.cutout-net] in settings.toml.
    """
    from matching.backends.cutout_network.report import held_out_report  # noqa: PLC0415  # heavy
    from matching.backends.cutout_network.stock import Sizes  # noqa: PLC0415
    from matching.backends.cutout_network.training import CHECKPOINT, Plan, train  # noqa: PLC0415
    from matching.backends.cutout_network.weights import WEIGHTS, write_weights  # noqa: PLC0415

    if (out / CHECKPOINT).exists() and not resume:
        raise NotAllowed(f"{out} has a checkpoint of another training", remedy="add --resume, or choose another folder")
    if start and not from_crops:
        raise NotAllowed("--start names weights to go on from", remedy="add --from-crops")
    sizes = Sizes(solids=articles * 5 // 9, flats=articles - articles * 5 // 9, grounds=max(1, articles // 6))
    plan = Plan(seed=seed, steps=steps or FROM_SCRATCH, photos=_photos(grounds), workers=workers, sizes=sizes)
    _ready(out)
    if from_crops:
        plan = replace(plan, steps=steps or STEPS, rate=RATE, warm_up=WARM_UP)
        train_from_crops(out, start, plan, held_out=held_out, resume=resume, minutes=minutes, as_json=as_json)
        return
    with progress() as report:
        made = train(out, plan, resume=resume, minutes=minutes, on_progress=report)
        checksum = write_weights(made.network, out / WEIGHTS)
        scenes = held_out_report(made.network, out, plan, each=held_out, on_progress=partial(report, "measuring"))
    said = {
        "weights": str(out / WEIGHTS),
        "sha256": checksum,
        "seed": seed,
        "step": made.step,
        "steps": plan.steps,
        "loss": made.loss,
        "held_out": [asdict(scene) for scene in scenes],
    }
    (out / "report.json").write_text(json.dumps(said, indent=1), encoding="utf-8")
    if as_json:
        print_json(said)
        return
    stdout.print(f"{out / WEIGHTS}, step {made.step} of {plan.steps}, SHA-256 {checksum}")
    for scene in scenes:
        stdout.print(f"  {scene.scene}: IoU {scene.network:.3f}, GrabCut {scene.grabcut:.3f} (n = {scene.n})")
    if made.step < plan.steps:
        stdout.print(ran_out(made.step, plan.steps))


def _ready(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{out} cannot be made: {error.strerror}", remedy="choose another folder") from error


def _photos(folder: Path | None) -> tuple[Path, ...]:
    if folder is None:
        return ()
    found = tuple(sorted(path for path in folder.glob("*") if path.suffix.lower() in PICTURES))
    if not found:
        raise NotAllowed(f"{folder} has no pictures", remedy=f"name a folder with files ending in {', '.join(sorted(PICTURES))}")
    return found
