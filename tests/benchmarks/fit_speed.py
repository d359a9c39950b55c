"""How long fitting takes: 1,000 labels against 2,700 assets, synthetic vectors on the product's own path, by stage.

    python -m tests.benchmarks.fit_speed

Beside the wall's time stands the processor's: on a machine that does other work, half of it (two workers) is what an idle one
with two cores would take at best.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import typer

from data.domain import BasisVersion, ImageId, Photo, PhotoId, Side, Sku, View, ViewId, ViewKind, WeightsVersion
from feedback.examples import gather
from feedback.fitting import components_of, fit_weights
from feedback.fitting_features import fit_features
from feedback.samples import Bench, LabelledPhoto
from feedback.tuning import MOST_COMING
from matching.cutouts import upright_name
from matching.evidence import PhotoEvidence
from matching.gallery import Query, build_gallery
from matching.gallery_views import GalleryView
from matching.ports import Keypoints
from matching.preparation import with_constants
from matching.stored_vectors import CutOutKey
from matching.weights import HOUSE_BLOCKS, house_weights
from tests.benchmarks.replay import Loaded
from tests.builders import NOON

SIZE, HYPOTHESES, KEYPOINTS = 64, 4, 200
STAGES = (
    "comparing labelled photos with the catalogue",
    "comparing waiting photos",
    "fitting, with nested cross-validation",
    "feature weights, with nested cross-validation",
)
SPREAD = 1.5
"""Of a photo around its asset's vector, in the spread of the assets: about as hard as real photos are."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When a stage began or ended: by the wall's clock and by the processor's, in seconds."""

    wall: float
    processor: float

    @classmethod
    def now(cls) -> Moment:
        return cls(wall=time.perf_counter(), processor=time.process_time())


def main(labels: int = 1_000, assets: int = 2_700, waiting: int = MOST_COMING, seed: int = 0) -> None:
    """Time what `couture retune` does between reading and comparing."""
    random = np.random.default_rng(seed)
    skus = [Sku(f"sku-{at:05d}") for at in range(assets)]
    own = {block: random.normal(size=(assets, SIZE)).astype(np.float32) for block in HOUSE_BLOCKS}
    points = [
        Keypoints(
            positions=random.uniform(0, 192, (KEYPOINTS, 2)).astype(np.float32),
            descriptors=random.integers(0, 256, (KEYPOINTS, 128)).astype(np.uint8),
        )
        for _ in range(20)
    ]
    names = ("known", "known@-20", "known@+20")
    rows = [GalleryView(view=_view(sku), hypothesis=name) for sku in skus for name in names]
    gallery = build_gallery(skus, rows, {block: np.repeat(found, len(names), axis=0) for block, found in own.items()})
    keypoints: dict[CutOutKey, Keypoints] = {
        (row.view.image_id, upright_name(row.hypothesis)): points[at % len(points)] for at, row in enumerate(rows)
    }
    bench = Bench(gallery=gallery, reader=Loaded(keypoints))
    target = random.integers(0, assets, labels + waiting)
    photos = [_photo(at, skus[sku], {b: found[sku] for b, found in own.items()}, random, points) for at, sku in enumerate(target)]
    start = with_constants(
        house_weights(WeightsVersion("v1"), BasisVersion("b1"), tuple(own)), gallery, [photo.evidence for photo in photos[:200]]
    )
    photos, unlabelled = photos[:labels], [replace(photo, sku=None, positives=frozenset()) for photo in photos[labels:]]
    times = [Moment.now()]
    examples = gather(photos, bench, start)
    times.append(Moment.now())
    coming = gather(unlabelled, bench, start, checked=MOST_COMING)
    times.append(Moment.now())
    components = components_of([str(photo.sku) for photo in photos], [photo.photo.group for photo in photos])
    fit = fit_weights(examples, components, start, coming=coming)
    times.append(Moment.now())
    fit = fit_features(photos, examples, components, bench, start, fit)
    times.append(Moment.now())
    print(f"{labels} labels against {assets} assets, {examples.z.shape} similarities kept, {waiting} photos that wait")
    for at, stage in enumerate(STAGES):
        _tell(stage, times[at], times[at + 1])
    _tell("all", times[0], times[-1])
    before, after = (float((ranks == 1).mean()) for ranks in (fit.start_ranks, fit.held_out_ranks))
    print(f"Top-1 before {before:.1%}, cross-fitted {after:.1%}; strength {fit.strength}")


def _tell(stage: str, began: Moment, done: Moment) -> None:
    print(f"{stage:45s} {done.wall - began.wall:5.1f} s, processor {done.processor - began.processor:5.1f} s")


def _view(sku: Sku) -> View:
    return View(view_id=ViewId(sku), sku=sku, image_id=ImageId(sku), kind=ViewKind.REFERENCE, yaw_deg=None, source="synthetic")


def _photo(at: int, sku: Sku, own: dict[str, np.ndarray], random: np.random.Generator, points: list[Keypoints]) -> LabelledPhoto:
    photo = Photo(
        photo_id=PhotoId(f"photo-{at}"),
        image_id=ImageId(f"photo-{at}"),
        group=f"g{at}",
        side=Side.CALIBRATION,
        submitted_by="synthetic",
        submitted_at=NOON,
        source="synthetic",
    )
    noise = {block: (SPREAD * (1 + place / 4), found) for place, (block, found) in enumerate(own.items())}
    vectors = {
        block: (found + spread * random.normal(size=(HYPOTHESES, SIZE))).astype(np.float32)
        for block, (spread, found) in noise.items()
    }
    query = Query(hypotheses=tuple(f"h{row}" for row in range(HYPOTHESES)), vectors=vectors, group=photo.group)
    evidence = PhotoEvidence(query=query, keypoints=tuple(points[row] for row in range(HYPOTHESES)))
    return LabelledPhoto(photo=photo, sku=sku, evidence=evidence, positives=frozenset({sku}))


if __name__ == "__main__":
    typer.run(main)
