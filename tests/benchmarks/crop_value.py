"""What a crop by hand is worth to the ranking, and how a box is best used.

    COUTURE_DATASETS=… python -m tests.benchmarks.crop_value

Photos of the `ycb` objects whose mask is known (`masked_photos`), compared with the `ycb` catalogue. The person's box is the
truth's bounding box, each side moved by a normal draw of 3 % of the box's width or height, since nobody draws exactly. Rows:
`automatic` are GrabCut's hypotheses without a box; `box` the box alone; `cut` GrabCut from what is around the box; `cut+box`
both, the box as what is no cut (what the house does); `cut+box, alike` both, as two cuts; `inside` GrabCut's hypotheses of the
cropped picture, the box among them; `perfect mask` the truth. The rest is as in `mask_accuracy`: Top-1 and Top-5 before any
label and, with --draws, after labels; intervals are 95 % bootstraps of whole objects, seed 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import cv2
import numpy as np
import typer
from threadpoolctl import threadpool_limits

from data.crops import Box
from data.domain import BoolArray, ByteArray, ImageId, Mask, PhotoId
from data.pictures import decode
from data.store import open_store
from feedback.metrics import bootstrap_interval
from matching.backends import Backends
from matching.crops import BY_HAND, cut_by_hand, fill
from matching.describing import Wanted, look
from matching.evidence import PhotoEvidence, load_basis, read_evidence
from matching.masks import WORKING_PX, encode_mask, shrink
from matching.ports import MaskHypothesis
from tests.benchmarks.mask_accuracy import PERFECT, Shots, after, before, masked_shots, seen_by, show
from tests.benchmarks.masked_photos import MaskedPhoto, iou, object_photos
from tests.benchmarks.real_pictures import PROTOCOLS
from tests.benchmarks.replay import described, remember_geometry

AUTOMATIC = "automatic"
ROWS = (AUTOMATIC, "box", "cut", "cut+box", "cut+box, alike", "inside", PERFECT)
UNSTEADY = 0.03
Cut = Mapping[str, Sequence[MaskHypothesis]]


def drawn(mask: BoolArray, random: np.random.Generator) -> Box:
    """Draw a box around the truth as a person might."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = mask.shape
    sides = np.array([columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height])
    spans = np.tile(sides[2:] - sides[:2], 2)
    left, top, right, bottom = np.clip(sides + random.normal(0, UNSTEADY, 4) * spans, 0, 1)
    return Box(left=left, top=top, right=right, bottom=bottom)


def cuts(pixels: ByteArray, photo: MaskedPhoto, box: Box, backends: Backends) -> Cut:
    """Cut a photo out in every row's way."""
    remover = backends.load_remover()
    cut, whole = cut_by_hand(pixels, box)
    rectangle = fill(box, (pixels.shape[0], pixels.shape[1]))
    rows, columns = np.flatnonzero(rectangle.any(axis=1)), np.flatnonzero(rectangle.any(axis=0))
    window = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    inside = list[MaskHypothesis]()
    for found in remover.masks(np.ascontiguousarray(pixels[window]), studio=False):
        placed = np.zeros_like(rectangle)
        placed[window] = found.mask
        inside.append(MaskHypothesis(name=found.name, mask=placed, fell_back=found.fell_back))
    return {
        AUTOMATIC: remover.masks(pixels, studio=False),
        "box": [whole],
        "cut": [cut],
        "cut+box": [cut, whole],
        "cut+box, alike": [cut, MaskHypothesis(name=f"{BY_HAND} box", mask=rectangle, fell_back=False)],
        "inside": inside,
        PERFECT: [MaskHypothesis(name="known", mask=photo.mask, fell_back=False)],
    }


def evidence(content: bytes, found: Sequence[MaskHypothesis], backends: Backends, home: Path) -> PhotoEvidence:
    """Describe a photo by some masks, as they would be stored."""
    store = open_store(home / "store")
    latest = store.bases.latest()
    if latest is None:
        raise RuntimeError(f"{home} is not indexed")
    masks = [
        Mask(image_id=ImageId(""), remover="", hypothesis=one.name, png=encode_mask(one.mask), fell_back=one.fell_back)
        for one in found
    ]
    wanted = Wanted(embedders=backends.embedders, words=False)
    return read_evidence(look(content, backends, wanted, studio=False, masks=masks), load_basis(store, latest.version))


def seen_by_row(shots: Shots, photos: Sequence[MaskedPhoto], home: Path, seed: int) -> dict[str, dict[PhotoId, PhotoEvidence]]:
    """Describe every photo by every row; print how good the first sure mask of each is."""
    backends, random = Backends(), np.random.default_rng(seed)
    seen: dict[str, dict[PhotoId, PhotoEvidence]] = {row: {} for row in ROWS}
    ious: dict[str, list[float]] = {row: [] for row in ROWS}
    for photo in photos:
        pixels = shrink(decode(photo.content), WORKING_PX)
        for row, found in cuts(pixels, photo, drawn(photo.mask, random), backends).items():
            chosen = next((one for one in found if not one.fell_back), found[0])
            ious[row].append(iou(chosen.mask, photo.mask))
            seen[row][PhotoId(photo.photo_id)] = evidence(photo.content, found, backends, home)
    alike = np.array([photo.shows for photo in photos], dtype=np.str_)
    print(f"\nIoU of the mask that the screen shows: {len(photos)} photos of {len(np.unique(alike))} objects")
    for row, values in ious.items():
        found_iou = bootstrap_interval(np.array(values), alike)
        print(f"   {row:28s} {found_iou.value:.3f} [{found_iou.low:.3f}, {found_iou.high:.3f}]", flush=True)
    return seen


def main(
    each: Annotated[int, typer.Option(help="Photos of every object.")] = 5,
    seed: Annotated[int, typer.Option(help="Of the photos and of the boxes.")] = 0,
    draws: Annotated[int, typer.Option(help="How often labels are drawn; 0: none are.")] = 0,
    keep: Annotated[Path | None, typer.Option(help="Keep the described pictures here.")] = None,
) -> None:
    """Measure what a person's box is worth."""
    cv2.setNumThreads(1)
    remember_geometry()
    with TemporaryDirectory() as scratch, threadpool_limits(1):
        work = keep or Path(scratch)
        photos = list(object_photos(each, seed))
        shots, home = masked_shots(photos, work), described("ycb", work)
        seen = seen_by_row(shots, photos, home, seed)
        rows = {row: seen_by(shots.pictures, seen[row]) for row in ROWS}
        wanted = [PhotoId(photo.photo_id) for photo in photos]
        show("ycb objects, no label", [before(rows, wanted)])
        labels = PROTOCOLS["ycb"].labels
        if draws:
            show(f"ycb objects, {labels} labels", [after(rows, labels, at, wanted) for at in range(draws)])


if __name__ == "__main__":
    typer.run(main)
