from __future__ import annotations

import lancedb
import pytest

from data.domain import Asset, Image, ImageId, Mesh, Sku, ViewKind
from data.store import Store
from matching.backends import Backends
from matching.indexing import index, pending
from tests.builders import ARTICLES, STRANGER, asset_of, image_of, photo_of, photo_picture, reference_picture, view_of
from tests.glb import cube
from tests.small_catalogue import BACKENDS

BALL, SCARF = Sku("ball-red"), Sku("scarf-navy")


class KilledError(Exception):
    """Stands for the end of a process."""


def fill(store: Store) -> dict[str, ImageId]:
    """Store one asset and one photo of it."""
    reference = image_of(reference_picture(ARTICLES[BALL]))
    photo = image_of(photo_picture(ARTICLES[BALL], 1))
    store.assets.put([asset_of(BALL)])
    store.images.put([reference, photo])
    store.views.put([view_of(BALL, reference)])
    store.photos.put([photo_of("p1", photo)])
    return {"reference": reference.image_id, "photo": photo.image_id}


def broken(content: bytes) -> Image:
    """Make an image whose pixels cannot be read."""
    return Image(image_id=ImageId("broken"), content=content, thumbnail=b"", width=1, height=1, perceptual_hash="0" * 16)


def rows_of(store: Store) -> dict[str, int]:
    """Count every row that indexing writes."""
    vectors = {name: store.vectors(name, size).table.count() for name, size in BACKENDS.load_embedders()[0].block_sizes.items()}
    others = {"masks": store.masks.count(), "features": store.local_features.count(), "words": store.descriptions.count()}
    return vectors | others


def test_what_is_missing_is_said_by_kind(empty_store: Store) -> None:
    ids = fill(empty_store)

    missing = pending(empty_store, BACKENDS)

    assert (missing.renders, missing.views, missing.photos) == ((), (ids["reference"],), (ids["photo"],))


def test_a_mesh_without_renders_counts_as_eight_pictures(empty_store: Store) -> None:
    fill(empty_store)
    empty_store.meshes.put([Mesh(sku=BALL, generator="catalogue", glb=cube(), settings_hash="")])

    assert pending(empty_store, Backends()).pictures == 2 + 8


def test_a_mesh_is_not_missed_where_settings_say_no_renderer(empty_store: Store) -> None:
    fill(empty_store)
    empty_store.meshes.put([Mesh(sku=BALL, generator="catalogue", glb=cube(), settings_hash="")])

    assert pending(empty_store, BACKENDS).renders == ()


def test_a_picture_that_is_both_view_and_photo_is_described_once(empty_store: Store) -> None:
    ids = fill(empty_store)
    both = image_of(reference_picture(ARTICLES[BALL]))
    empty_store.photos.put([photo_of("p2", both)])

    assert pending(empty_store, BACKENDS).photos == (ids["photo"],)


def test_an_empty_store_needs_no_work(empty_store: Store) -> None:
    assert index(empty_store, BACKENDS).described == 0


@pytest.mark.slow
def test_a_second_run_does_nothing(small_store: Store) -> None:
    before = rows_of(small_store)

    report = index(small_store, BACKENDS, workers=1)

    assert (report.described, rows_of(small_store)) == (0, before)


@pytest.mark.slow
def test_a_run_that_was_killed_is_finished_without_doing_anything_twice(empty_store: Store) -> None:
    fill(empty_store)
    for number in range(18):  # more than one batch
        image = image_of(photo_picture(STRANGER, number))
        empty_store.images.put([image])
        empty_store.photos.put([photo_of(f"s{number}", image)])

    def kill(stage: str, done: int, _total: int) -> None:
        if stage == "pictures" and done:
            raise KilledError

    with pytest.raises(KilledError):
        index(empty_store, BACKENDS, on_progress=kill, workers=2)
    rest = index(empty_store, BACKENDS, workers=2)

    assert (rest.described, empty_store.descriptions.count()) == (20 - 16, 20)


@pytest.mark.slow
def test_a_picture_that_was_half_written_is_described_again(small_store: Store) -> None:
    before = rows_of(small_store)
    folder = lancedb.connect(small_store.address)
    victim = small_store.photos.all()[0].image_id
    folder.open_table("descriptions").delete(f"image_id = '{victim}'")
    folder.open_table("vectors_outline").delete(f"image_id = '{victim}'")

    report = index(small_store, BACKENDS, workers=1)

    assert (report.described, rows_of(small_store)) == (1, before)


@pytest.mark.slow
def test_a_broken_picture_is_reported_and_stops_nothing(empty_store: Store) -> None:
    fill(empty_store)
    empty_store.images.put([broken(b"no picture at all")])
    empty_store.photos.put([photo_of("p9", broken(b""))])

    report = index(empty_store, BACKENDS, workers=1)

    assert (report.described, [what for what, _ in report.failed]) == (2, ["broken"])


@pytest.mark.slow
def test_meshes_become_eight_views_and_a_broken_one_is_reported(empty_store: Store) -> None:
    fill(empty_store)
    empty_store.assets.put([Asset(sku=SCARF, title="", category="", description="", added_at=asset_of(BALL).added_at)])
    empty_store.meshes.put(
        [
            Mesh(sku=BALL, generator="catalogue", glb=cube(), settings_hash=""),
            Mesh(sku=SCARF, generator="catalogue", glb=b"no mesh", settings_hash=""),
        ]
    )

    report = index(empty_store, Backends(), workers=1)

    renders = [view.sku for view in empty_store.views.all() if view.kind is ViewKind.RENDER]
    assert (renders, [what for what, _ in report.failed]) == ([BALL] * 8, [SCARF])
