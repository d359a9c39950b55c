"""Indexing: everything that is missing, in parallel, resumable, never a picture twice.

A picture's description is written last, so it marks the picture as done; what a killed run half wrote is skipped by key.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice

import cv2
import numpy as np

from data.domain import Description, ImageId, LocalFeatures, Mask, Sku, ViewKind
from data.errors import CoutureError
from data.store import Store
from matching.backends import Backends
from matching.camera import YAWS_DEG
from matching.describing import PictureEvidence, decode_mask, describe_picture
from matching.rendering import RENDER_MASK, render_missing

EXTRACTOR = "sift"
BATCH = 16
AHEAD = 4
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Pending:
    """What is missing: assets whose mesh has no renders yet, catalogue pictures and photos that are not described."""

    renders: tuple[Sku, ...]
    views: tuple[ImageId, ...]
    photos: tuple[ImageId, ...]

    @property
    def pictures(self) -> int:
        """Pictures to describe, renders still to be made included."""
        return len(self.views) + len(self.photos) + len(self.renders) * len(YAWS_DEG)


@dataclass(frozen=True, kw_only=True)
class IndexReport:
    """What an indexing run made, and what failed: picture or sku, and why."""

    rendered: int = 0
    described: int = 0
    failed: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: IndexReport) -> IndexReport:
        """Sum two runs up."""
        return IndexReport(
            rendered=self.rendered + other.rendered,
            described=self.described + other.described,
            failed=(*self.failed, *other.failed),
        )


@dataclass(frozen=True, kw_only=True)
class Job:
    """One picture for a worker: `mask_png` is set where the mask is known already."""

    image_id: ImageId
    content: bytes
    studio: bool
    mask_png: bytes | None


def pending(store: Store, backends: Backends, *, catalogue: bool = True, photos: bool = True) -> Pending:
    """Say what is missing of the catalogue and of the photos, without doing any of it."""
    done = _described(store, backends)
    views = store.views.all()
    rendered = {view.sku for view in views if view.kind is ViewKind.RENDER}
    wanted = () if backends.renderer == "none" else tuple(sorted(store.meshes.skus() - rendered))
    shown = {view.image_id for view in views}
    shot = {photo.image_id for photo in store.photos.all()} - shown
    return Pending(
        renders=wanted if catalogue else (),
        views=tuple(sorted(shown - done)) if catalogue else (),
        photos=tuple(sorted(shot - done)) if photos else (),
    )


def _described(store: Store, backends: Backends) -> set[ImageId]:
    """List the pictures that both the describer and the embedder have done; of the blocks, the last is stored last."""
    name, size = list(backends.load_embedder().block_sizes.items())[-1]
    embedded = store.vectors(name, size).done(backends.load_embedder().revision)
    return store.descriptions.done(backends.describer) & embedded


def index(
    store: Store,
    backends: Backends,
    *,
    catalogue: bool = True,
    photos: bool = True,
    on_progress: Progress | None = None,
    workers: int | None = None,
) -> IndexReport:
    """Render and describe everything that is missing.

    Args:
        store: where from and to.
        backends: which engines.
        catalogue: the assets' views and renders.
        photos: the photos.
        on_progress: told the stage (`renders`, `pictures`), how many are done, how many there are.
        workers: processes; as many as cores where None.
    """
    report = on_progress or (lambda _stage, _done, _total: None)
    missing = pending(store, backends, catalogue=catalogue, photos=photos)
    if not missing.pictures:
        return IndexReport()
    with start_pool(workers) as pool:
        rendered, unrendered = render_missing(
            store, backends, missing.renders, workers, lambda done: report("renders", done, len(missing.renders))
        )
        missing = pending(store, backends, catalogue=catalogue, photos=photos)
        described, undescribed = _describe_missing(store, backends, missing, pool, report)
    return IndexReport(rendered=rendered, described=described, failed=(*unrendered, *undescribed))


def save_evidence(store: Store, backends: Backends, found: Sequence[tuple[ImageId, PictureEvidence]]) -> None:
    """Store what pictures gave; the descriptions last, since they mark the pictures as done."""
    rows = [(image_id, cutout) for image_id, evidence in found for cutout in evidence.cutouts]
    cut = [(image_id, cutout.hypothesis, cutout.blocks) for image_id, cutout in rows]
    cut += [(image_id, name, blocks) for image_id, cutout in rows for name, blocks in cutout.tilted.items()]
    ids, names = [image_id for image_id, _, _ in cut], [name for _, name, _ in cut]
    store.masks.put(
        Mask(image_id=i, remover=backends.remover, hypothesis=c.hypothesis, png=c.mask_png, fell_back=c.fell_back)
        for i, c in rows
    )
    store.local_features.put(
        LocalFeatures(
            image_id=i,
            hypothesis=c.hypothesis,
            extractor=EXTRACTOR,
            positions=c.keypoints.positions,
            descriptors=c.keypoints.descriptors,
        )
        for i, c in rows
    )
    embedder = backends.load_embedder()
    for block, size in embedder.block_sizes.items():
        vectors = np.stack([blocks[block] for _, _, blocks in cut])
        store.vectors(block, size).put(ids, names, vectors, embedder.revision)
    store.descriptions.put(
        Description(image_id=image_id, captioner=backends.describer, **_words(evidence)) for image_id, evidence in found
    )


def _words(evidence: PictureEvidence) -> dict[str, str]:
    words = evidence.words
    return {
        "caption": words.caption,
        "object": words.object,
        "colour": words.colour,
        "texture": words.texture,
        "specificity": words.specificity,
    }


def _start_worker() -> None:
    cv2.setNumThreads(1)
    os.nice(5)


def _jobs(store: Store, missing: Pending) -> Iterator[Job]:
    wanted = [(image_id, True) for image_id in missing.views] + [(image_id, False) for image_id in missing.photos]
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        contents = store.images.contents(image_id for image_id, _ in batch)
        masks = store.masks.of((image_id for image_id, studio in batch if studio), RENDER_MASK)
        for image_id, studio in batch:
            known = masks[image_id][0].png if image_id in masks else None
            yield Job(image_id=image_id, content=contents[image_id], studio=studio, mask_png=known)


def describe_all(jobs: Iterator[Job], backends: Backends, pool: Executor) -> Iterator[list[tuple[Job, PictureEvidence | str]]]:
    """Describe pictures in worker processes, batch by batch in order, two batches per core ahead; a failure is its reason."""
    waiting: list[tuple[list[Job], Future[list[PictureEvidence | str]]]] = []
    while True:
        while len(waiting) < AHEAD and (batch := list(islice(jobs, BATCH))):
            waiting.append((batch, pool.submit(_describe_batch, batch, backends)))
        if not waiting:
            return
        batch, future = waiting.pop(0)
        yield list(zip(batch, future.result(), strict=True))


def start_pool(workers: int | None = None) -> ProcessPoolExecutor:
    """Start worker processes, as many as cores where None; they yield to whoever is reviewing."""
    count = workers or os.cpu_count()
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker)


def _describe_missing(
    store: Store, backends: Backends, missing: Pending, pool: Executor, report: Progress
) -> tuple[int, list[tuple[str, str]]]:
    total, done = len(missing.views) + len(missing.photos), 0
    failed: list[tuple[str, str]] = []
    report("pictures", 0, total)
    for batch in describe_all(_jobs(store, missing), backends, pool):
        found = [(job.image_id, outcome) for job, outcome in batch if not isinstance(outcome, str)]
        failed += [(job.image_id, outcome) for job, outcome in batch if isinstance(outcome, str)]
        if found:
            save_evidence(store, backends, found)
        done += len(found)
        report("pictures", done + len(failed), total)
    return done, failed


def _describe_batch(batch: Sequence[Job], backends: Backends) -> list[PictureEvidence | str]:
    outcomes: list[PictureEvidence | str] = []
    for job in batch:
        mask = decode_mask(job.mask_png) if job.mask_png else None
        try:
            outcomes.append(describe_picture(job.content, backends, studio=job.studio, mask=mask))
        except CoutureError as error:
            outcomes.append(str(error))
    return outcomes
