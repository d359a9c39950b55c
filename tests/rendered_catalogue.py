"""The small catalogue with painted renders: those of a bag show it, those of a tent show a scarf. Built once, then copied."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from data.domain import Image, Sku, View, ViewId, ViewKind
from data.store import Store, open_store
from matching.alignment import align_renders
from matching.indexing import index
from matching.preparation import ensure_basis
from tests.builders import ARTICLES, Article, image_of, paint
from tests.small_catalogue import BACKENDS, copy_store

RIGHT, WRONG = Sku("bag-red"), Sku("tent-pink")
FRONT_DEG = 90.0
SHOWN: Mapping[Sku, Sku] = {RIGHT: RIGHT, WRONG: Sku("scarf-navy")}
"""Which article the renders of an asset show."""


def painted_render(article: Article, yaw_deg: float) -> Image:
    """Paint a render: the article as in its reference at `FRONT_DEG`, from any other yaw its thin side."""
    white = np.full((240, 240, 3), 255, dtype=np.uint8)
    side = article if yaw_deg == FRONT_DEG else Article(outline="bar", colour=article.colour, stripe_px=0)
    return image_of(paint(side, white, centre=(118, 122), reach_px=84, turn_deg=3))


def put_renders(store: Store, sku: Sku, article: Article) -> None:
    """Store two renders of an asset that show an article."""
    for yaw_deg in (0.0, FRONT_DEG):
        image = painted_render(article, yaw_deg)
        store.images.put([image])
        view_id = ViewId(f"{sku}-render-{yaw_deg}")
        store.views.put(
            [View(view_id=view_id, sku=sku, image_id=image.image_id, kind=ViewKind.RENDER, yaw_deg=yaw_deg, source="test")]
        )


@cache
def build_rendered_home(base: Path) -> Path:
    """Build the store once per run of the tests, below a folder."""
    home = base / "rendered-catalogue"
    store = copy_store(base, home)
    for sku, shown in SHOWN.items():
        put_renders(store, sku, ARTICLES[shown])
    index(store, BACKENDS, photos=False, workers=1)
    align_renders(store, BACKENDS, ensure_basis(store, BACKENDS))
    return home


def copy_rendered_store(base: Path, folder: Path) -> Store:
    """Copy the store with renders into a folder of its own."""
    shutil.copytree(build_rendered_home(base), folder)
    return open_store(folder)
