"""Meshing: a model of every asset that has a reference and none yet, kept by the pictures that it was made of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import cv2
import numpy as np

from data.domain import ByteArray, ImageId, Mesh, Sku, ViewKind
from data.errors import BackendFailed, CoutureError
from data.pictures import decode
from data.store import Store
from data.store.catalogue import CATALOGUE
from matching.backends import Backends
from matching.cutouts import zoom
from matching.masks import WORKING_PX, shrink
from matching.mesh_ports import MeshGenerator, MeshJob, MeshOutcome
from matching.ports import CutOut, RunsModel

CUTOUT_PX = 1024
BATCH = 8
ROUND = 128
"""Assets whose cut-outs are handed at once to a generator that starts slowly."""

Failures = list[tuple[str, str]]
Pictures = list[tuple[Sku, list[bytes]]]
Made = TypeVar("Made")


def missing_meshes(store: Store, backends: Backends) -> dict[Sku, tuple[ImageId, ...]]:
    """List the assets that want a mesh, with their references in the order of import.

    Assets of which the catalogue brought a mesh or finished renders want none. Those whose mesh was made by another generator,
    with other settings or of other references want a new one.
    """
    generator = backends.load_mesh_generator()
    if generator is None:
        return {}
    references: dict[Sku, list[ImageId]] = {}
    served = set[Sku]()
    for view in store.views.all():
        if view.kind is ViewKind.REFERENCE:
            references.setdefault(view.sku, []).append(view.image_id)
        elif view.source == CATALOGUE:
            served.add(view.sku)
    made = store.meshes.made()
    wanted = {sku: tuple(images) for sku, images in sorted(references.items()) if sku not in served}
    return {
        sku: images
        for sku, images in wanted.items()
        if not any(by == CATALOGUE or (by, key) == (generator.name, _key(generator, images)) for by, key in made.get(sku, []))
    }


def generate_missing(
    store: Store,
    backends: Backends,
    missing: Mapping[Sku, Sequence[ImageId]],
    pool: Executor,
    on_done: Callable[[int], None],
) -> tuple[int, Failures]:
    """Make the meshes of assets and store each as soon as it is there.

    A mesh in the place of an earlier one takes the earlier one's renders away, so that they are made anew.

    Args:
        store: where from and to.
        backends: which generator, and which background remover.
        missing: whose meshes, and the references to make them of.
        pool: where cut-outs are made, and meshes too unless the generator runs alone.
        on_done: told how many assets are done.

    Returns:
        How many meshes were made, and of each asset that failed, why.
    """
    made, done = 0, 0
    failed: Failures = []
    try:
        generator = backends.load_mesh_generator()
        if generator is None:
            return 0, []
        outcomes = (
            _alone(store, backends, generator, missing, pool) if generator.alone else _beside(store, backends, missing, pool)
        )
        for batch in outcomes:
            _save(store, generator, missing, [outcome for outcome in batch if outcome.glb])
            made += sum(bool(outcome.glb) for outcome in batch)
            failed += [(outcome.sku, outcome.failure) for outcome in batch if not outcome.glb]
            done += len(batch)
            on_done(done)
    except CoutureError as error:
        failed.append((f"mesh generator {backends.mesh_generator}", str(error)))
    return made, failed


def forget_generated(store: Store) -> int:
    """Delete every mesh that was generated and what was rendered of it; say of how many assets. The catalogue's own stay."""
    made = store.meshes.made()
    skus = [sku for sku, meshes in made.items() if all(by != CATALOGUE for by, _ in meshes)]
    store.views.forget_renders(skus)
    store.meshes.forget_generated(skus)
    return len(skus)


def _key(generator: MeshGenerator, images: Sequence[ImageId]) -> str:
    return hashlib.sha256("\n".join([generator.name, generator.settings_hash, *images]).encode()).hexdigest()[:16]


def _save(
    store: Store, generator: MeshGenerator, missing: Mapping[Sku, Sequence[ImageId]], outcomes: Sequence[MeshOutcome]
) -> None:
    """Store meshes; what was made of earlier ones goes first, so that a killed run leaves no old render beside a new mesh."""
    skus = [outcome.sku for outcome in outcomes]
    earlier = store.meshes.skus().intersection(skus)
    store.views.forget_renders(earlier)
    store.meshes.forget_generated(earlier, but=generator.name)
    store.meshes.replace(
        Mesh(sku=made.sku, generator=generator.name, glb=made.glb or b"", settings_hash=_key(generator, missing[made.sku]))
        for made in outcomes
    )


def _outcomes(
    store: Store, backends: Backends, generator: MeshGenerator, missing: Mapping[Sku, Sequence[ImageId]], pool: Executor
) -> Iterator[list[MeshOutcome]]:
    """Make meshes; a remover that runs a model stays in this process, so that its weights are loaded once."""
    with ThreadPoolExecutor(1) as here:
        cutters = here if isinstance(backends.load_remover(), RunsModel) else pool
        if generator.alone:
            yield from _alone(store, backends, generator, missing, cutters)
        else:
            yield from _beside(store, backends, missing, cutters)


def _beside(
    store: Store, backends: Backends, missing: Mapping[Sku, Sequence[ImageId]], pool: Executor
) -> Iterator[list[MeshOutcome]]:
    """Cut out and generate in worker processes."""
    for futures in _rounds(_batches(store, missing), lambda batch: pool.submit(_generate_batch, batch, backends)):
        for future in futures:
            yield future.result()


def _alone(
    store: Store, backends: Backends, generator: MeshGenerator, missing: Mapping[Sku, Sequence[ImageId]], pool: Executor
) -> Iterator[list[MeshOutcome]]:
    """Cut out in worker processes, and give many jobs at a time to the one process that generates."""
    for futures in _rounds(_batches(store, missing), lambda batch: pool.submit(_cut_batch, batch, backends)):
        found = [outcome for future in futures for outcome in future.result()]
        yield [outcome for outcome in found if isinstance(outcome, MeshOutcome)]
        for outcome in generator.generate([job for job in found if isinstance(job, MeshJob)]):
            yield [outcome]


def _batches(store: Store, missing: Mapping[Sku, Sequence[ImageId]]) -> Iterator[Pictures]:
    skus = iter(missing)
    while batch := list(islice(skus, BATCH)):
        contents = store.images.contents(image for sku in batch for image in missing[sku])
        yield [(sku, [contents[image] for image in missing[sku]]) for sku in batch]


def _rounds(batches: Iterator[Pictures], submit: Callable[[Pictures], Future[Made]]) -> Iterator[list[Future[Made]]]:
    """Hand out a round of batches at a time: no more than that is in memory."""
    while submitted := [submit(batch) for batch in islice(batches, ROUND // BATCH)]:
        yield submitted


def _generate_batch(batch: Pictures, backends: Backends) -> list[MeshOutcome]:
    generator = backends.load_mesh_generator()
    outcomes = []
    for job in _cut_batch(batch, backends):
        if isinstance(job, MeshOutcome):
            outcomes.append(job)
        elif generator is not None:
            outcomes += generator.generate([job])
    return outcomes


def _cut_batch(batch: Pictures, backends: Backends) -> list[MeshJob | MeshOutcome]:
    return [_job(sku, contents, backends) for sku, contents in batch]


def _job(sku: Sku, contents: Sequence[bytes], backends: Backends) -> MeshJob | MeshOutcome:
    """Cut out the references of an asset; those in which nothing is found are left out, unless that is all of them."""
    cutouts, failure = [], ""
    for content in contents:
        try:
            cutouts.append(_cut(decode(content), backends))
        except CoutureError as error:
            failure = str(error)
    return MeshJob(sku=sku, cutouts=tuple(cutouts)) if cutouts else MeshOutcome(sku=sku, failure=failure)


def _cut(pixels: ByteArray, backends: Backends) -> CutOut:
    """Cut a reference out, larger than for comparing.

    Raises:
        BackendFailed: nothing was found in it.
    """
    remover = backends.load_remover()
    sure = [found for found in remover.masks(shrink(pixels, WORKING_PX), studio=True) if not found.fell_back]
    if not sure:
        raise BackendFailed("no article was found in the reference", remedy="give a picture on a plain ground, or a mesh")
    size = (pixels.shape[1], pixels.shape[0])
    mask = cv2.resize(sure[0].mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0.5  # noqa: PLR2004
    return zoom(pixels, np.asarray(mask, dtype=np.bool_), size_px=CUTOUT_PX)
