"""A small indexed store: eight painted articles, their photos on both sides, and strangers. Built once, copied for each test."""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

from filelock import FileLock

from data.domain import Photo, Side
from data.store import Store, open_store
from feedback.confirmed import read_confirmed_views
from matching.backends import Backends
from matching.indexing import index
from matching.preparation import ensure_weights
from matching.search import Matcher
from tests.builders import ARTICLES, STRANGER, asset_of, image_of, photo_of, photo_picture, reference_picture, view_of

BACKENDS = Backends(renderer="none")
SEALED = (0,)
TAKEN = 4
STRANGERS = 7
STRANGERS_SEALED = 2
QUARANTINED = "ball-red/quarantined"


def fill_catalogue(store: Store) -> None:
    """Store the articles, one reference each."""
    images = {sku: image_of(reference_picture(article)) for sku, article in ARTICLES.items()}
    store.assets.put(asset_of(sku) for sku in images)
    store.images.put(images.values())
    store.views.put(view_of(sku, image) for sku, image in images.items())


def fill_photos(store: Store) -> None:
    """Store four photos of each article, the first of them sealed, seven of a stranger, and a quarantined one."""
    photos: list[Photo] = []
    for at, (sku, article) in enumerate(ARTICLES.items()):
        for number in range(TAKEN):
            image = image_of(photo_picture(article, 100 * at + number))
            store.images.put([image])
            side = Side.TEST if number in SEALED else Side.CALIBRATION
            photos.append(photo_of(f"{sku}/{number}", image, side, minutes=10 * at + number))
    for number in range(STRANGERS):
        image = image_of(photo_picture(STRANGER, 1_000 + number))
        store.images.put([image])
        side = Side.TEST if number < STRANGERS_SEALED else Side.CALIBRATION
        photos.append(photo_of(f"stranger/{number}", image, side, minutes=100 + number))
    [last] = [image_of(photo_picture(article, 2_000)) for sku, article in ARTICLES.items() if QUARANTINED.startswith(sku)]
    store.images.put([last])
    photos.append(photo_of(QUARANTINED, last, Side.QUARANTINED, minutes=200))
    store.photos.put(photos)


@cache
def build_home(base: Path) -> Path:
    """Build the store once per run of the tests, below a folder; test processes that run side by side share it."""
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, built = shared / "small-catalogue", shared / "small-catalogue.built"
    with FileLock(shared / "small-catalogue.lock"):
        if not built.exists():
            store = open_store(home)
            fill_catalogue(store)
            fill_photos(store)
            index(store, BACKENDS, workers=2)
            ensure_weights(store, BACKENDS)
            built.touch()
    return home


def copy_store(base: Path, folder: Path) -> Store:
    """Copy the small store into a folder of its own."""
    shutil.copytree(build_home(base), folder)
    return open_store(folder)


def matcher_of(store: Store) -> Matcher:
    """Make the matcher as the application would."""
    return Matcher(store, BACKENDS, lambda: read_confirmed_views(store))
