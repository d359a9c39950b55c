"""Rendering: the eight views of every mesh that has none yet, kept with their alpha as mask."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor

import cv2
import numpy as np
import PIL.Image

from data.domain import Image, Mask, Sku, View, ViewId, ViewKind
from data.errors import CoutureError
from data.pictures import ingest_picture
from data.store import Store
from matching.backends import Backends
from matching.ports import RenderedView

YAWS_DEG = tuple(45.0 * step for step in range(8))
RENDER_MASK = "render"
OPAQUE = 127
FinishedRender = tuple[float, Image, bytes]
"""Yaw in degrees, the picture on white, its mask as PNG."""


def render_missing(
    store: Store, backends: Backends, skus: Sequence[Sku], pool: Executor, on_done: Callable[[int], None]
) -> tuple[int, list[tuple[str, str]]]:
    """Render the meshes of assets and store the views.

    Args:
        store: where from and to.
        backends: which renderer.
        skus: whose meshes.
        pool: where renderers run.
        on_done: told how many assets are done.

    Returns:
        How many views were made, and of each asset that failed, why.
    """
    failed: list[tuple[str, str]] = []
    rendered = 0
    waiting = [(sku, pool.submit(_render_one, store.meshes.glb(sku), backends)) for sku in skus]
    for done, (sku, future) in enumerate(waiting, start=1):
        outcome = future.result()
        if isinstance(outcome, str):
            failed.append((sku, outcome))
        else:
            _save_renders(store, backends, sku, outcome)
            rendered += len(outcome)
        on_done(done)
    return rendered, failed


def _render_one(glb: bytes, backends: Backends) -> list[FinishedRender] | str:
    renderer = backends.load_renderer()
    if renderer is None:
        return []
    try:
        return [_finish(view) for view in renderer.render(glb, yaws_deg=YAWS_DEG)]
    except CoutureError as error:
        return str(error)


def _finish(view: RenderedView) -> FinishedRender:
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
