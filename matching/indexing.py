"""Indexing: everything that is missing, in parallel, resumable, never a picture twice.

Of each picture only what is missing is found out: an embedder that is added later takes the masks that are there. What a killed
run half wrote is skipped by key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from itertools import islice

from data.domain import ImageId, Sku
from data.store import Store
from matching.backends import Backends
from matching.camera import YAWS_DEG
from matching.costs import MESHES, PICTURES, RENDERS, Clock, counts_for
from matching.crops import BY_HAND, counts
from matching.gaps import Known, read_known
from matching.meshing import generate_missing, missing_meshes
from matching.rendering import RENDER_MASK, render_missing
from matching.saving import save_evidence
from matching.workers import BATCH, Job, check_engines, describe_all, start_pool

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Pending:
    """What is missing: assets that want a mesh, those whose mesh has no renders yet, pictures, photos and crops not described."""

    meshes: Mapping[Sku, Sequence[ImageId]] = field(default_factory=dict)
    renders: tuple[Sku, ...] = ()
    views: tuple[ImageId, ...] = ()
    photos: tuple[ImageId, ...] = ()
    crops: tuple[ImageId, ...] = ()
    known: Known = field(default_factory=Known)

    def of_embedder(self, name: str) -> tuple[ImageId, ...]:
        """List the pictures that an embedder has not described, renders that are still to be made aside."""
        done = self.known.embedded.get(name, frozenset())
        whole = (image_id for image_id in (*self.views, *self.photos) if image_id not in done)
        return (*whole, *(image_id for image_id in self.crops if name in self.known.uncropped[image_id].embedders))

    def first(self, assets: int, pictures: int) -> Pending:
        """Keep the meshes of so many assets, so many of the catalogue's pictures, and a photo and a crop for each asset."""
        return replace(
            self,
            meshes=dict(islice(self.meshes.items(), assets)),
            renders=self.renders[:assets],
            views=self.views[:pictures],
            photos=self.photos[:assets],
            crops=self.crops[:assets],
        )

    @property
    def counts(self) -> Mapping[str, int]:
        """How many items each stage has."""
        return {MESHES: len(self.meshes), RENDERS: len(self.meshes) + len(self.renders), PICTURES: self.pictures}

    @property
    def pictures(self) -> int:
        """Pictures to describe, crops and renders still to be made included."""
        return len(self.views) + len(self.photos) + len(self.crops) + (len(self.meshes) + len(self.renders)) * len(YAWS_DEG)


@dataclass(frozen=True, kw_only=True)
class IndexReport:
    """What an indexing run made, what failed, and what is in no words: picture or sku, and why.

    `unsaid` are pictures that can be compared, whose describer gave an answer that could not be read.
    """

    meshed: int = 0
    rendered: int = 0
    described: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    unsaid: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: IndexReport) -> IndexReport:
        """Sum two runs up."""
        return IndexReport(
            meshed=self.meshed + other.meshed,
            rendered=self.rendered + other.rendered,
            described=self.described + other.described,
            failed=(*self.failed, *other.failed),
            unsaid=(*self.unsaid, *other.unsaid),
        )


def pending(store: Store, backends: Backends, *, catalogue: bool = True, photos: bool = True) -> Pending:
    """Say what is missing of the catalogue and of the photos, without doing any of it."""
    known = read_known(store, backends)
    done = known.whole
    rendered, shown = store.views.rendered(), store.views.image_ids()
    renders = catalogue and backends.renderer != "none"
    meshes = missing_meshes(store, backends) if renders else {}
    shot = set(store.photos.image_ids().values()) - shown if photos else set()
    return Pending(
        meshes=meshes,
        renders=tuple(sorted(store.meshes.skus() - rendered - meshes.keys())) if renders else (),
        views=tuple(sorted(shown - done)) if catalogue else (),
        photos=tuple(sorted(shot - done)) if photos else (),
        crops=tuple(sorted(known.uncropped)) if photos else (),
        known=known,
    )


def index(
    store: Store,
    backends: Backends,
    *,
    catalogue: bool = True,
    photos: bool = True,
    on_progress: Progress | None = None,
    workers: int | None = None,
    most: int | None = None,
) -> IndexReport:
    """Render and describe everything that is missing.

    Args:
        store: where from and to.
        backends: which engines.
        catalogue: the assets' views and renders.
        photos: the photos.
        on_progress: told the stage (`meshes`, `renders`, `pictures`), how many are done, how many there are.
        workers: processes; as many as cores where None.
        most: do what so many assets want and no more, as a try that measures the rates; all where None.

    Raises:
        MissingBackend: an engine or its model is not here; nothing was done.
        BackendFailed: a model cannot be used, or memory ran out; what was done is kept.
    """
    report = on_progress or (lambda _stage, _done, _total: None)

    def left() -> Pending:
        found = pending(store, backends, catalogue=catalogue, photos=photos)
        return found if most is None else found.first(most, counts_for(backends, most)[PICTURES])

    missing = left()
    if not missing.pictures:
        return IndexReport()
    check_engines(backends)
    clock = Clock(store)
    with start_pool(workers) as pool:
        meshed, unmeshed = generate_missing(
            store, backends, missing.meshes, pool, lambda done: report("meshes", done, len(missing.meshes))
        )
        clock.note(MESHES, backends, meshed)
        missing = left() if missing.meshes else missing
        rendered, unrendered = render_missing(
            store, backends, missing.renders, workers, lambda done: report("renders", done, len(missing.renders))
        )
        clock.note(RENDERS, backends, rendered // len(YAWS_DEG))
        missing = left()
        described = _describe_missing(store, backends, missing, pool, report)
        clock.note(PICTURES, backends, described.described)
    return IndexReport(meshed=meshed, rendered=rendered, failed=(*unmeshed, *unrendered)) + described


def _jobs(store: Store, backends: Backends, missing: Pending) -> Iterator[Job]:
    known = missing.known
    wanted = [(image_id, True) for image_id in missing.views] + [(image_id, False) for image_id in missing.photos]
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        contents = store.images.contents(image_id for image_id, _ in batch)
        renders = store.masks.of((image_id for image_id, studio in batch if studio), RENDER_MASK)
        cut = store.masks.of((image_id for image_id, _ in batch if image_id in known.cut), backends.remover)
        for image_id, studio in batch:
            yield Job(
                image_id=image_id,
                content=contents[image_id],
                studio=studio,
                mask_png=renders[image_id][0].png if image_id in renders else None,
                masks=tuple(cut.get(image_id, ())),
                wanted=known.wanted(image_id),
            )
    yield from _crop_jobs(store, missing)


def _crop_jobs(store: Store, missing: Pending) -> Iterator[Job]:
    """Look at what people have cropped, after the photos as they are cut automatically."""
    for start in range(0, len(missing.crops), BATCH):
        batch = missing.crops[start : start + BATCH]
        contents, cut = store.images.contents(batch), store.masks.of(batch, BY_HAND)
        for image_id in batch:
            box, wanted = missing.known.boxes[image_id], missing.known.uncropped[image_id]
            known = () if wanted.cutouts else cut[image_id]
            masks = tuple(mask for mask in known if counts(mask.hypothesis, box))
            yield Job(image_id=image_id, content=contents[image_id], studio=False, box=box, masks=masks, wanted=wanted)


def _describe_missing(store: Store, backends: Backends, missing: Pending, pool: Executor, report: Progress) -> IndexReport:
    total, made = len(missing.views) + len(missing.photos) + len(missing.crops), IndexReport()
    report("pictures", 0, total)
    for batch in describe_all(_jobs(store, backends, missing), backends, pool):
        found = [(job.image_id, outcome) for job, outcome in batch if not isinstance(outcome, str)]
        failed = tuple((job.image_id, outcome) for job, outcome in batch if isinstance(outcome, str))
        unsaid = tuple((image_id, one.words.fault) for image_id, one in found if one.words is not None and one.words.fault)
        if found:
            save_evidence(store, backends, found)
        made += IndexReport(described=len(found), failed=failed, unsaid=unsaid)
        report("pictures", made.described + len(made.failed), total)
    return made
