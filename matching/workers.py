"""Worker processes that look at pictures, while the models run beside them in one process."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice

import cv2

from data.crops import Box
from data.domain import ImageId, Mask
from data.errors import CoutureError
from matching.backends import NONE, Backends
from matching.describing import PictureEvidence, Wanted, cut_out, look, run_models
from matching.masks import decode_mask, encode_mask, working_picture
from matching.ports import ModelEmbedder, RunsModel

BATCH = 16
AHEAD = 4


@dataclass(frozen=True, kw_only=True)
class Job:
    """One picture to look at.

    Attributes:
        image_id: which.
        content: encoded, as stored.
        studio: it stands on a plain background.
        mask_png: where the article is, if that is known by itself, as of a render.
        masks: where it was cut already.
        box: where a person says that the article is.
        wanted: what of it; None: everything.
    """

    image_id: ImageId
    content: bytes
    studio: bool
    mask_png: bytes | None = None
    masks: tuple[Mask, ...] = ()
    box: Box | None = None
    wanted: Wanted | None = None


Outcome = PictureEvidence | str
"""What a picture gave, or why it failed."""


def start_pool(workers: int | None = None) -> ProcessPoolExecutor:
    """Start worker processes, as many as cores where None; they yield to whoever is reviewing."""
    count = workers or os.cpu_count()
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker)


def describe_all(jobs: Iterator[Job], backends: Backends, pool: Executor) -> Iterator[list[tuple[Job, Outcome]]]:
    """Describe pictures, batch by batch in order; a picture that fails is its reason.

    Worker processes decode, cut out and prepare, some batches ahead. A thread of this process runs the models meanwhile, one
    batch ahead of whoever takes the batches, so that storing does not keep a model waiting.

    Raises:
        MissingBackend: a model is not here.
        BackendFailed: a model cannot be used, or memory runs out; the batches before are done.
    """
    seen = _look_ahead(jobs, backends, pool)
    if not _has_models(backends):
        yield from seen
        return
    with ThreadPoolExecutor(1) as runner:
        earlier: Future[list[tuple[Job, Outcome]]] | None = None
        for batch in seen:
            later = runner.submit(_run_batch, batch, backends)
            if earlier is not None:
                yield earlier.result()
            earlier = later
        if earlier is not None:
            yield earlier.result()


def check_engines(backends: Backends) -> None:
    """Load what every picture needs but the embedders' weights, so that what is missing is said before anything is done.

    Raises:
        MissingBackend: an engine or its model is not here.
        BackendFailed: the remover's model is damaged.
        BadSettings: settings ask for what there is not.
    """
    getattr(backends.load_remover(), "ready", lambda: None)()
    backends.load_describer()
    if backends.text_embedder != NONE:
        _ = backends.load_text_embedder().revision
    for embedder in backends.load_embedders():
        _ = embedder.revision, embedder.block_sizes
        if isinstance(embedder, ModelEmbedder):
            _ = embedder.cutout_px


def _look_ahead(jobs: Iterator[Job], backends: Backends, pool: Executor) -> Iterator[list[tuple[Job, Outcome]]]:
    """Let worker processes look at pictures, as many batches ahead as keep them busy."""
    waiting: list[tuple[list[Job | str], list[Job], Future[list[Outcome]]]] = []
    while True:
        while len(waiting) < AHEAD and (batch := list(islice(jobs, BATCH))):
            cut = _cut_here(batch, backends)
            waiting.append((cut, batch, pool.submit(_look_batch, [job for job in cut if isinstance(job, Job)], backends)))
        if not waiting:
            return
        cut, batch, future = waiting.pop(0)
        outcomes = iter(future.result())
        yield [(job, one if isinstance(one, str) else next(outcomes)) for job, one in zip(batch, cut, strict=True)]


def _cut_here(batch: Sequence[Job], backends: Backends) -> list[Job | str]:
    """Cut pictures out in this process where the remover runs a model; leave that to the workers where it does not."""
    if not isinstance(backends.load_remover(), RunsModel):
        return list(batch)
    return [job if job.mask_png or job.masks or job.box else _cut_one(job, backends) for job in batch]


def _cut_one(job: Job, backends: Backends) -> Job | str:
    try:
        found = cut_out(working_picture(job.content), backends, studio=job.studio)
    except CoutureError as error:
        return str(error)
    masks = [
        Mask(
            image_id=job.image_id,
            remover=backends.remover,
            hypothesis=one.name,
            png=encode_mask(one.mask),
            fell_back=one.fell_back,
        )
        for one in found
    ]
    return replace(job, masks=tuple(masks))


def _look_batch(batch: Sequence[Job], backends: Backends) -> list[Outcome]:
    return [_look_one(job, backends) for job in batch]


def _look_one(job: Job, backends: Backends) -> Outcome:
    mask = decode_mask(job.mask_png) if job.mask_png else None
    wanted = job.wanted or Wanted.all_of(backends)
    try:
        return look(job.content, backends, wanted, studio=job.studio, mask=mask, masks=job.masks, box=job.box)
    except CoutureError as error:
        return str(error)


def _run_batch(batch: Sequence[tuple[Job, Outcome]], backends: Backends) -> list[tuple[Job, Outcome]]:
    finished = iter(run_models([outcome for _, outcome in batch if not isinstance(outcome, str)], backends))
    return [(job, outcome if isinstance(outcome, str) else next(finished)) for job, outcome in batch]


def _has_models(backends: Backends) -> bool:
    engines = (*backends.load_embedders(), backends.load_describer())
    return any(isinstance(engine, ModelEmbedder | RunsModel) for engine in engines)


def _start_worker() -> None:
    cv2.setNumThreads(1)
    os.nice(5)
