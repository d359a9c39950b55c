"""How good masks are: each remover against the truth, beside GrabCut on the same photos.

    COUTURE_DATASETS=… python -m tests.benchmarks.mask_quality grabcut rembg-u2net --only families.txt --sheet masks.png
    COUTURE_DATASETS=… python -m tests.benchmarks.mask_quality grabcut rembg-u2net grabcut+rembg-u2net --accuracy

The mask of a photo is the one that the screen shows: the first hypothesis of which the remover is sure. It gave up where that is
the whole picture, or where it is sure of none. "Best" is the best of all its hypotheses. Objects and clothes: see
`masked_photos`. Intervals are 95 % bootstraps of whole objects (clothes: of photos), 10,000 draws, seed 0. Times are of one core,
the removers in turn on each photo, decoding left out. With `--accuracy` see `mask_accuracy`; there `one+other` pools the
hypotheses of two removers, and `remover:reading` reads them otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from threadpoolctl import threadpool_limits

from data.domain import BoolArray, ByteArray
from data.pictures import decode
from feedback.metrics import Clusters, Values, bootstrap_interval, paired_difference
from matching.backends import Backends, ModelChoice
from matching.masks import WORKING_PX, shrink
from matching.ports import BackgroundRemover, MaskHypothesis
from tests.benchmarks.mask_accuracy import SETS, measure_accuracy
from tests.benchmarks.mask_rows import POOLED, READING
from tests.benchmarks.masked_photos import MaskedPhoto, flat_clothes, iou, object_photos
from tests.benchmarks.replay import datasets

BASE = "grabcut"
GOOD_IOU = 0.9
SHEET: Mapping[str, int] = {"grocery": 24, "clothing": 24}
TILE_PX, ACROSS = 180, 8
OUTLINE = (255, 0, 255)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one remover gave for n photos: IoU of its mask, of its best hypothesis, whether it gave up, seconds."""

    ious: Values
    best: Values
    gave_up: Values
    seconds: Values


def shown(found: Sequence[MaskHypothesis]) -> MaskHypothesis:
    """Choose the hypothesis that the screen shows."""
    return next((one for one in found if not one.fell_back), found[0])


def measure(photos: Sequence[MaskedPhoto], removers: Mapping[str, BackgroundRemover]) -> dict[str, Measured]:
    """Cut every photo out by each remover in turn."""
    rows: dict[str, list[tuple[float, float, bool, float]]] = {name: [] for name in removers}
    for photo in photos:
        pixels = shrink(decode(photo.content), WORKING_PX)
        for name, remover in removers.items():
            started = time.perf_counter()
            found = remover.masks(pixels, studio=False)
            seconds = time.perf_counter() - started
            chosen = shown(found)
            gave_up = chosen.fell_back or bool(chosen.mask.all())
            best = max(iou(one.mask, photo.mask) for one in found)
            rows[name].append((iou(chosen.mask, photo.mask), best, gave_up, seconds))
    tables = {name: np.array(row, dtype=np.float64) for name, row in rows.items()}
    return {
        name: Measured(ious=table[:, 0], best=table[:, 1], gave_up=table[:, 2], seconds=table[:, 3])
        for name, table in tables.items()
    }


def show(title: str, photos: Sequence[MaskedPhoto], found: Mapping[str, Measured], wanted: Collection[int]) -> None:
    """Print some of the photos' figures."""
    at = sorted(wanted)
    if not at:
        return
    alike: Clusters = np.array([photos[place].shows for place in at], dtype=np.str_)
    print(f"\n{title}: {len(at)} photos of {len(np.unique(alike))}")
    for name, said in found.items():
        ious, base = said.ious[at], found[BASE].ious[at]
        line = f"   {name:18s} IoU {_three(ious, alike)}  best {said.best[at].mean():.3f}  over {GOOD_IOU}: "
        line += f"{(ious > GOOD_IOU).mean():6.1%}  gave up {said.gave_up[at].mean():6.1%}"
        if name != BASE:
            gain = paired_difference(base, ious, alike)
            line += f"  over {BASE} {gain.value:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
        print(line)


def _three(values: Values, alike: Clusters) -> str:
    found = bootstrap_interval(values, alike)
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def show_times(found: Mapping[str, Measured]) -> None:
    """Print what a photo takes, and how that compares with GrabCut on the same photo."""
    for name, said in found.items():
        ratio = float(np.median(said.seconds / found[BASE].seconds))
        print(f"   {name:18s} {1000 * np.median(said.seconds):7.1f} ms a photo (median), {ratio:.2f} times {BASE}")


def report(title: str, photos: Sequence[MaskedPhoto], removers: Mapping[str, BackgroundRemover]) -> None:
    """Measure and print one kind of photo: all, then family by family where there are several photos of each."""
    found = measure(photos, removers)
    show(title, photos, found, range(len(photos)))
    show_times(found)
    families = sorted({photo.family for photo in photos})
    if len(families) < len(photos):
        for family in families:
            show(family, photos, found, [at for at, photo in enumerate(photos) if photo.family == family])


def draw_sheet(file: Path, remover: BackgroundRemover) -> None:
    """Outline the masks of 48 real photos, evenly spread over shops and clothes, on one picture."""
    tiles = []
    for name, count in SHEET.items():
        paths = sorted((datasets() / name / "photos").glob("*.jpg"))
        for at in np.linspace(0, len(paths) - 1, count).round().astype(int):
            pixels = shrink(decode(paths[at].read_bytes()), WORKING_PX)
            tiles.append(_tile(pixels, shown(remover.masks(pixels, studio=False)).mask))
    rows = [np.hstack(tiles[at : at + ACROSS]) for at in range(0, len(tiles), ACROSS)]
    cv2.imwrite(str(file), np.vstack(rows)[..., ::-1])


def _tile(pixels: ByteArray, mask: BoolArray) -> ByteArray:
    outlines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    drawn = shrink(np.asarray(cv2.drawContours(pixels.copy(), outlines, -1, OUTLINE, 5), dtype=np.uint8), TILE_PX)
    tile = np.full((TILE_PX, TILE_PX, 3), 255, dtype=np.uint8)
    tile[: drawn.shape[0], : drawn.shape[1]] = drawn
    return tile


def chosen(photos: Iterable[MaskedPhoto], named: Collection[str]) -> list[MaskedPhoto]:
    """Keep photos of the named objects or families; of all where none is named."""
    return [photo for photo in photos if not named or photo.shows in named or photo.family in named]


def main(  # noqa: PLR0917
    removers: Annotated[
        list[str] | None, typer.Argument(help="Of the table of removers; with --accuracy also one+other.")
    ] = None,
    only: Annotated[Path | None, typer.Option(help="Only objects or families that this file names, one a line.")] = None,
    objects: Annotated[str, typer.Option(help="Only these objects or families, with commas between.")] = "",
    each: Annotated[int, typer.Option(help="Photos of every object.")] = 5,
    seed: Annotated[int, typer.Option(help="Of the photos.")] = 0,
    sheet: Annotated[Path | None, typer.Option(help="Draw 48 real photos with the last remover's masks here.")] = None,
    accuracy: Annotated[bool, typer.Option(help="Measure the ranking with each.")] = False,
    sets: Annotated[str, typer.Option(help="What --accuracy measures on.")] = ",".join(SETS),
    draws: Annotated[int | None, typer.Option(help="With --accuracy: how often labels are drawn; 0: none are.")] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the described pictures here.")] = None,
    weights: Annotated[Path | None, typer.Option(help="Of cutout-net, as couture train cutout makes them.")] = None,
) -> None:
    """Measure masks, and with --accuracy what they are worth to the ranking."""
    wanted = list(dict.fromkeys([BASE, *(removers or [])]))
    named = {*filter(None, objects.split(",")), *(only.read_text(encoding="utf-8").split() if only else ())}
    cv2.setNumThreads(1)
    if accuracy:
        measure_accuracy(wanted, sets.split(","), named, each, seed, draws, keep)
        return
    models = (ModelChoice(name="cutout-net", source=str(weights)),) if weights else ()
    loaded = {name: Backends(remover=name, models=models).load_remover() for name in wanted if not {POOLED, READING} & set(name)}
    with threadpool_limits(1):
        photos = chosen(object_photos(each, seed), named)
        report(f"ycb objects on kept back backgrounds, seed {seed}", photos, loaded)
        report("clothes on a plain ground (truth by its colour)", list(flat_clothes()), loaded)
        if sheet:
            draw_sheet(sheet, loaded[list(loaded)[-1]])


if __name__ == "__main__":
    typer.run(main)
