"""Rendering: the eight views of every mesh that has none yet, kept with their alpha as mask."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice

import cv2
import numpy as np
import PIL.Image
from pebble import ProcessExpired, ProcessPool

from data.domain import Image, Mask, Sku, View, ViewId, ViewKind
from data.errors import CoutureError
from data.pictures import ingest_picture
from data.store import Store
from matching.backends import Backends
from matching.camera import YAWS_DEG
from matching.mesh_ports import BatchRenderer, RenderedView, Renderer

RENDER_MASK = "render"
OPAQUE = 127
FinishedRender = tuple[float, Image, bytes]
"""Yaw in degrees, the picture on white, its mask as PNG."""

Outcome = list[FinishedRender] | str
"""The views of a mesh, or why there are none."""

MESH_LIMIT_S = 150.0
"""What a process may take for each mesh, and to start: more than Blender's own limits."""


def render_missing(
    store: Store,
    backends: Backends,
    skus: Sequence[Sku],
    workers: int | None,
    on_done: Callable[[int], None],
    *,
    mesh_limit_s: float = MESH_LIMIT_S,
) -> tuple[int, list[tuple[str, str]]]:
    """Render the meshes of assets and store the views.

    Renderers run in processes of their own, with a time limit: a mesh that crashes or hangs one is a failure of its own.

    Args:
        store: where from and to.
        backends: which renderer.
        skus: whose meshes.
        workers: processes; as many as cores where None.
        on_done: told how many assets are done.
        mesh_limit_s: how long a mesh may take.

    Returns:
        How many views were made, and of each asset that failed, why.
    """
    failed: list[tuple[str, str]] = []
    rendered = done = 0
    for batch, outcomes in _render_batches(store, backends, skus, workers or os.cpu_count() or 1, mesh_limit_s):
        for sku, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, str):
                failed.append((sku, outcome))
            else:
                _save_renders(store, backends, sku, outcome)
                rendered += len(outcome)
        done += len(batch)
        on_done(done)
    return rendered, failed


def _render_batches(
    store: Store, backends: Backends, skus: Sequence[Sku], workers: int, mesh_limit_s: float
) -> Iterator[tuple[Sequence[Sku], Sequence[Outcome]]]:
    """Render in processes, in the order given, a batch per process ahead: only those meshes are in memory."""
    renderer = backends.load_renderer()
    if renderer is None or not skus:
        return
    per_start, at_once = 1, workers
    if isinstance(renderer, BatchRenderer):
        at_once = min(workers, renderer.starts_at_once)
        per_start = max(1, min(renderer.meshes_per_start, -(-len(skus) // at_once)))
    batches = iter([skus[start : start + per_start] for start in range(0, len(skus), per_start)])
    limit_s = mesh_limit_s * (per_start + 1)
    pool = ProcessPool(at_once, context=multiprocessing.get_context("spawn"), initializer=_start_worker)
    waiting = deque[tuple[Sequence[Sku], Future[list[Outcome]]]]()
    try:
        while True:
            for batch in islice(batches, 2 * at_once - len(waiting)):
                glbs = [store.meshes.glb(sku) for sku in batch]
                waiting.append((batch, pool.schedule(_render_each, args=(glbs, backends), timeout=limit_s)))
            if not waiting:
                return
            batch, future = waiting.popleft()
            yield batch, _outcomes(future, len(batch), limit_s)
    finally:
        pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it untyped
        pool.join()


def _outcomes(future: Future[list[Outcome]], count: int, limit_s: float) -> Sequence[Outcome]:
    """Wait for a process; where it died or took too long, all of its batch failed."""
    try:
        return future.result()
    except TimeoutError:
        return [f"the mesh took more than {limit_s:.0f} s to render; simplify it, then import it again"] * count
    except ProcessExpired as error:
        return [f"the mesh ended the renderer ({error.exitcode}); repair it, then import it again"] * count


def _start_worker() -> None:
    cv2.setNumThreads(1)
    os.nice(5)


def _render_each(glbs: Sequence[bytes], backends: Backends) -> list[Outcome]:
    renderer = backends.load_renderer()
    if renderer is None:
        return [[]] * len(glbs)
    if not isinstance(renderer, BatchRenderer):
        return [_render_one(glb, renderer) for glb in glbs]
    try:
        found = renderer.render_each(glbs, yaws_deg=YAWS_DEG)
    except CoutureError as error:
        return [str(error)] * len(glbs)
    return [str(views) if isinstance(views, CoutureError) else [finish_view(view) for view in views] for views in found]


def _render_one(glb: bytes, renderer: Renderer) -> Outcome:
    try:
        return [finish_view(view) for view in renderer.render(glb, yaws_deg=YAWS_DEG)]
    except CoutureError as error:
        return str(error)


def finish_view(view: RenderedView) -> FinishedRender:
    """Lay a render on white as an image, its alpha kept as the mask."""
    alpha = view.rgba[..., 3:].astype(np.float32) / 255
    flat = (view.rgba[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
    buffer = io.BytesIO()
    PIL.Image.fromarray(flat).save(buffer, "PNG", compress_level=1)
    mask = np.where(view.rgba[..., 3] > OPAQUE, 255, 0).astype(np.uint8)
    image = ingest_picture(buffer.getvalue(), name=f"render at {view.yaw_deg:.0f}°")
    return view.yaw_deg, image, cv2.imencode(".png", mask)[1].tobytes()


def _save_renders(store: Store, backends: Backends, sku: Sku, made: Iterable[FinishedRender]) -> None:
    """Store images and masks first and the views last, since those mark the asset as rendered."""
    renderer = backends.load_renderer()
    source = f"{backends.renderer} {renderer.settings_hash}" if renderer else backends.renderer
    finished = list(made)
    store.images.put(image for _, image, _ in finished)
    store.masks.put(
        Mask(image_id=image.image_id, remover=RENDER_MASK, hypothesis="known", png=png, fell_back=False)
        for _, image, png in finished
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
