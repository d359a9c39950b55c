"""Homes of any size for measuring: the demo's real pictures and vectors under as many assets and photos as asked for."""

from __future__ import annotations

import itertools
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from dashboard.background import index_everything
from dashboard.demo import load_demo
from data.domain import Asset, Photo, PhotoId, Side, Sku, View, ViewId, ViewKind
from data.store import Store, open_store

START = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 20_000


def demo_home(folder: Path) -> Path:
    """Load the demo catalogue and index it, once."""
    if not folder.exists():
        index_everything(load_demo(folder, history=False))
    return folder


def grown_home(demo: Path, folder: Path, *, assets: int, photos: int) -> Path:
    """Copy a demo home and add rows until it has so many assets, each with a reference and eight renders, and so many photos.

    Pictures are shared, so only rows grow: what is searched, listed and leased is as large as it says.
    """
    shutil.copytree(demo, folder)
    store = open_store(folder / "store")
    add_assets(store, assets - store.assets.count())
    add_photos(store, photos - store.photos.count())
    store.compact()
    return folder


def add_assets(store: Store, count: int) -> None:
    """Add assets that share the pictures of those that have renders."""
    patterns = [(asset, store.views.of(asset.sku)) for asset in store.assets.all()]
    patterns = [(asset, views) for asset, views in patterns if any(view.kind is ViewKind.RENDER for view in views)]
    numbered = itertools.cycle(patterns)
    made = [(Sku(f"SYN-{at:06d}"), *next(numbered)) for at in range(max(count, 0))]
    for start in range(0, len(made), BATCH // 9):
        part = made[start : start + BATCH // 9]
        store.assets.put(_asset(sku, like) for sku, like, _ in part)
        store.views.put(_view(sku, view, at) for sku, _, views in part for at, view in enumerate(views))


def add_photos(store: Store, count: int, *, prefix: str = "") -> list[PhotoId]:
    """Add photos that share the pictures of those that are there; each has a group of its own. Give their ids."""
    pictures = itertools.cycle([photo.image_id for photo in store.photos.all()])
    name = prefix or f"synthetic-{uuid4().hex[:6]}"
    made = [
        Photo(
            photo_id=PhotoId(f"{name}-{at:06d}"),
            image_id=next(pictures),
            group=f"{name}-{at}",
            side=Side.CALIBRATION,
            submitted_by="benchmark",
            submitted_at=START + timedelta(seconds=at),
            source="benchmark",
        )
        for at in range(max(count, 0))
    ]
    for start in range(0, len(made), BATCH):
        store.photos.put(made[start : start + BATCH])
    return [photo.photo_id for photo in made]


def _asset(sku: Sku, like: Asset) -> Asset:
    return Asset(sku=sku, title=f"{like.title} {sku[-6:]}", category=like.category, description=like.description, added_at=START)


def _view(sku: Sku, like: View, at: int) -> View:
    return View(
        view_id=ViewId(f"{sku}-{at}"), sku=sku, image_id=like.image_id, kind=like.kind, yaw_deg=like.yaw_deg, source="benchmark"
    )
