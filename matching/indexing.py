"""Indexing: everything that is missing, in parallel, resumable, never a picture twice.

A picture's description is written last, so it marks the picture as done; what a killed run half wrote is skipped by key.
"""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice

import cv2
import numpy as np
import PIL.Image

from data.domain import Description, Image, ImageId, LocalFeatures, Mask, Sku, View, ViewId, ViewKind
from data.errors import CoutureError
from data.pictures import ingest_picture
from data.store import Store
from matching.backends import Backends
from matching.describing import PictureEvidence, decode_mask, describe_picture
from matching.ports import RenderedView

YAWS_DEG = tuple(45.0 * step for step in range(8))
EXTRACTOR = "sift"
RENDER_MASK = "render"
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

    rendered: int
    described: int
    failed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Job:
    """One picture for a worker: `mask_png` is set where the mask is known already."""

    image_id: ImageId
    content: bytes
    studio: bool
    mask_png: bytes | None


def pending(store: Store, backends: Backends) -> Pending:
    """Say what is missing, without doing any of it."""
    done = store.descriptions.done(backends.describer)
    views = store.views.all()
    rendered = {view.sku for view in views if view.kind is ViewKind.RENDER}
    wanted = () if backends.renderer == "none" else tuple(sorted(store.meshes.skus() - rendered))
    shown = {view.image_id for view in views}
    photos = {photo.image_id for photo in store.photos.all()} - shown
    return Pending(renders=wanted, views=tuple(sorted(shown - done)), photos=tuple(sorted(photos - done)))


def index(store: Store, backends: Backends, *, on_progress: Progress | None = None, workers: int | None = None) -> IndexReport:
    """Render and describe everything that is missing.

    Args:
        store: where from and to.
        backends: which engines.
        on_progress: told the stage (`renders`, `pictures`), how many are done, how many there are.
        workers: processes; as many as cores where None.
    """
    failed: list[tuple[str, str]] = []
    report = on_progress or (lambda _stage, _done, _total: None)
    missing = pending(store, backends)
    if not missing.pictures:
        return IndexReport(rendered=0, described=0, failed=())
    with start_pool(workers) as pool:
        rendered = _render_missing(store, backends, missing.renders, pool, failed, report)
        missing = pending(store, backends)
        described = _describe_missing(store, backends, missing, pool, failed, report)
    return IndexReport(rendered=rendered, described=described, failed=tuple(failed))


def save_evidence(store: Store, backends: Backends, found: Sequence[tuple[ImageId, PictureEvidence]]) -> None:
    """Store what pictures gave; the descriptions last, since they mark the pictures as done."""
    rows = [(image_id, cutout) for image_id, evidence in found for cutout in evidence.cutouts]
    ids, names = [image_id for image_id, _ in rows], [cutout.hypothesis for _, cutout in rows]
    store.masks.put(
        Mask(image_id=i, remover=backends.remover, hypothesis=c.hypothesis, png=c.mask_png, fell_back=c.fell_back) for i, c in rows
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
        vectors = np.stack([cutout.blocks[block] for _, cutout in rows])
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


def describe_all(
    jobs: Iterator[Job], backends: Backends, pool: ProcessPoolExecutor
) -> Iterator[list[tuple[Job, PictureEvidence | str]]]:
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
    count = workers or len(os.sched_getaffinity(0))
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker)


def _describe_missing(
    store: Store, backends: Backends, missing: Pending, pool: ProcessPoolExecutor, failed: list[tuple[str, str]], report: Progress
) -> int:
    total, done, attempted = len(missing.views) + len(missing.photos), 0, 0
    report("pictures", 0, total)
    for batch in describe_all(_jobs(store, missing), backends, pool):
        found = [(job.image_id, outcome) for job, outcome in batch if not isinstance(outcome, str)]
        failed += [(job.image_id, outcome) for job, outcome in batch if isinstance(outcome, str)]
        if found:
            save_evidence(store, backends, found)
        done, attempted = done + len(found), attempted + len(batch)
        report("pictures", attempted, total)
    return done


def _describe_batch(batch: Sequence[Job], backends: Backends) -> list[PictureEvidence | str]:
    outcomes: list[PictureEvidence | str] = []
    for job in batch:
        mask = decode_mask(job.mask_png) if job.mask_png else None
        try:
            outcomes.append(describe_picture(job.content, backends, studio=job.studio, mask=mask))
        except CoutureError as error:
            outcomes.append(str(error))
    return outcomes


def _render_missing(
    store: Store,
    backends: Backends,
    skus: Sequence[Sku],
    pool: ProcessPoolExecutor,
    failed: list[tuple[str, str]],
    report: Progress,
) -> int:
    rendered = 0
    if skus:
        report("renders", 0, len(skus))
    waiting = [(sku, pool.submit(_render_one, store.meshes.glb(sku), backends)) for sku in skus]
    for done, (sku, future) in enumerate(waiting, start=1):
        outcome = future.result()
        if isinstance(outcome, str):
            failed.append((sku, outcome))
        else:
            _save_renders(store, backends, sku, outcome)
            rendered += len(outcome)
        report("renders", done, len(skus))
    return rendered


def _render_one(glb: bytes, backends: Backends) -> list[tuple[float, Image, bytes]] | str:
    renderer = backends.load_renderer()
    if renderer is None:
        return []
    try:
        return [_finish_render(view) for view in renderer.render(glb, yaws_deg=YAWS_DEG)]
    except CoutureError as error:
        return str(error)


def _finish_render(view: RenderedView) -> tuple[float, Image, bytes]:
    """Lay a render on white as an image, its alpha kept as the mask."""
    alpha = view.rgba[..., 3:].astype(np.float32) / 255
    flat = (view.rgba[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    buffer = io.BytesIO()
    PIL.Image.fromarray(flat).save(buffer, "PNG", compress_level=1)
    mask = np.where(view.rgba[..., 3] > 127, 255, 0).astype(np.uint8)  # noqa: PLR2004
    image = ingest_picture(buffer.getvalue(), name=f"render at {view.yaw_deg:.0f}°")
    return view.yaw_deg, image, cv2.imencode(".png", mask)[1].tobytes()


def _save_renders(store: Store, backends: Backends, sku: Sku, made: Iterable[tuple[float, Image, bytes]]) -> None:
    """Store images and masks first and the views last, since those mark the asset as rendered."""
    renderer = backends.load_renderer()
    source = f"{backends.renderer} {renderer.settings_hash}" if renderer else backends.renderer
    finished = list(made)
    store.images.put(image for _, image, _ in finished)
    store.masks.put(
        Mask(image_id=image.image_id, remover=RENDER_MASK, hypothesis="known", png=png, fell_back=False) for _, image, png in finished
    )
    store.views.put(
        View(
            view_id=ViewId(hashlib.sha256(f"{sku}\n{source}\n{yaw_deg}".encode()).hexdigest()[:32]),
            sku=sku,
            image_id=image.image_id,
            kind=ViewKind.RENDER,
            yaw_deg=yaw_deg,
            source=source,
        )
        for yaw_deg, image, _ in finished
    )

