from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from data.domain import Image, ImageId, Mesh, Sku, View, ViewId, ViewKind
from data.store import Store, open_store
from matching.backends import Backends
from matching.indexing import index, pending
from matching.meshing import forget_generated, generate_missing, missing_meshes
from tests.builders import ARTICLES, asset_of, image_of, reference_picture, view_of
from tests.glb import cube
from tests.matching.trellis_stand_in import backends_with, calls, write_stand_in

BAG, SCARF = Sku("bag-red"), Sku("scarf-gold")
RELIEF = Backends(mesh_generator="relief")


@pytest.fixture
def catalogue(tmp_path: Path) -> Store:
    """Two assets with one reference each."""
    store = open_store(tmp_path / "store")
    for sku in (BAG, SCARF):
        add_reference(store, sku, image_of(reference_picture(ARTICLES[sku])))
    return store


def add_reference(store: Store, sku: Sku, image: Image) -> None:
    store.assets.put([asset_of(sku)])
    store.images.put([image])
    store.views.put([view_of(sku, image)])


def add_render(store: Store, sku: Sku, source: str) -> None:
    [reference] = [view for view in store.views.of(sku) if view.kind is ViewKind.REFERENCE]
    store.views.put(
        [View(view_id=ViewId(source), sku=sku, image_id=reference.image_id, kind=ViewKind.RENDER, yaw_deg=0.0, source=source)]
    )


def make(store: Store, backends: Backends = RELIEF) -> tuple[int, list[tuple[str, str]]]:
    with ThreadPoolExecutor(1) as pool:
        return generate_missing(store, backends, missing_meshes(store, backends), pool, lambda _done: None)


def test_an_asset_without_a_mesh_gets_one(catalogue: Store) -> None:
    assert make(catalogue) == (2, [])
    assert catalogue.meshes.skus() == {BAG, SCARF}


def test_a_second_run_makes_nothing(catalogue: Store) -> None:
    make(catalogue)

    assert missing_meshes(catalogue, RELIEF) == {}


def test_no_generator_misses_no_mesh(catalogue: Store) -> None:
    assert missing_meshes(catalogue, Backends()) == {}


def test_a_mesh_of_the_catalogue_is_used_as_it_is(catalogue: Store) -> None:
    catalogue.meshes.put([Mesh(sku=BAG, generator="catalogue", glb=cube(), settings_hash="")])
    make(catalogue)

    assert catalogue.meshes.glb(BAG) == cube()
    assert catalogue.meshes.count() == 2


def test_an_asset_with_finished_renders_wants_no_mesh(catalogue: Store) -> None:
    add_render(catalogue, BAG, "catalogue")

    assert list(missing_meshes(catalogue, RELIEF)) == [SCARF]


def test_an_asset_without_a_reference_wants_no_mesh(catalogue: Store) -> None:
    catalogue.assets.put([asset_of(Sku("ball-red"))])

    assert Sku("ball-red") not in missing_meshes(catalogue, RELIEF)


def test_another_reference_makes_a_new_mesh_in_the_place_of_the_old_one(catalogue: Store) -> None:
    make(catalogue)
    add_reference(catalogue, BAG, image_of(reference_picture(ARTICLES[Sku("ball-red")])))

    assert make(catalogue) == (1, [])
    assert catalogue.meshes.count() == 2


def test_a_new_mesh_takes_the_renders_of_the_old_one_away_and_leaves_those_of_others(catalogue: Store) -> None:
    make(catalogue)
    add_render(catalogue, BAG, "vtk of the bag")
    add_render(catalogue, SCARF, "vtk of the scarf")
    add_reference(catalogue, BAG, image_of(reference_picture(ARTICLES[Sku("ball-red")])))
    make(catalogue)

    assert [view.sku for view in catalogue.views.all() if view.kind is ViewKind.RENDER] == [SCARF]


def test_another_generator_takes_the_place_of_the_first_one(catalogue: Store, tmp_path: Path) -> None:
    make(catalogue)
    make(catalogue, backends_with(write_stand_in(tmp_path / "package"), "trellis"))

    assert {mesh.generator for mesh in catalogue.meshes.all()} == {"trellis"}


def test_a_generator_that_starts_slowly_is_started_once(catalogue: Store, tmp_path: Path) -> None:
    package = write_stand_in(tmp_path / "package")

    assert make(catalogue, backends_with(package, "trellis")) == (2, [])
    assert sum(call["call"] == "from_pretrained" for call in calls(package)) == 1


def test_a_generator_that_does_not_work_here_is_one_failure_and_loses_no_mesh(catalogue: Store) -> None:
    made, [(name, reason)] = make(catalogue, Backends(mesh_generator="trellis"))

    assert (made, name) == (0, "mesh generator trellis")
    assert "models.trellis.python" in reason


def test_a_reference_without_an_article_fails_alone(catalogue: Store) -> None:
    add_reference(catalogue, Sku("void"), image_of(np.full((64, 64, 3), 255, np.uint8)))
    made, failed = make(catalogue)

    assert (made, [name for name, _ in failed]) == (2, ["void"])


def test_a_reference_that_cannot_be_read_fails_alone(catalogue: Store) -> None:
    broken = Image(image_id=ImageId("b"), content=b"no", thumbnail=b"", width=1, height=1, perceptual_hash="0" * 16)
    add_reference(catalogue, Sku("torn"), broken)
    made, failed = make(catalogue)

    assert (made, [name for name, _ in failed]) == (2, ["torn"])


def test_one_reference_of_two_is_enough(catalogue: Store) -> None:
    add_reference(catalogue, BAG, image_of(np.full((64, 64, 3), 255, np.uint8)))

    assert make(catalogue) == (2, [])


def test_generated_meshes_can_be_forgotten_with_their_renders_and_the_catalogue_keeps_its_own(catalogue: Store) -> None:
    catalogue.meshes.put([Mesh(sku=BAG, generator="catalogue", glb=cube(), settings_hash="")])
    make(catalogue)
    add_render(catalogue, BAG, "vtk of the bag")
    add_render(catalogue, SCARF, "vtk of the scarf")

    assert forget_generated(catalogue) == 1
    assert catalogue.meshes.skus() == {BAG}
    assert [view.sku for view in catalogue.views.all() if view.kind is ViewKind.RENDER] == [BAG]


def test_a_mesh_to_make_counts_as_eight_pictures(catalogue: Store) -> None:
    assert pending(catalogue, RELIEF).pictures == 2 + 2 * 8


def test_indexing_makes_the_mesh_and_its_eight_views(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    add_reference(store, BAG, image_of(reference_picture(ARTICLES[BAG])))
    report = index(store, RELIEF, workers=1)

    assert (report.meshed, report.rendered, report.described, report.failed) == (1, 8, 9, ())
    assert pending(store, RELIEF).pictures == 0
