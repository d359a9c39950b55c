"""What the repository carries as its demo catalogue, and the code that makes it."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import trimesh

from data.catalogue import import_catalogue
from data.demo import demo_folder
from data.demo.articles import CATALOGUE
from data.demo.collection import SEED
from data.demo.light import STUDIO, Skin, developed, lit
from data.demo.materials import plain
from data.demo.meshes import glb_of
from data.demo.models import Part, assemble
from data.demo.occasions import BURST_LENGTH, BURSTS, planned
from data.demo.shapes import capped, column, oval, rounded
from data.photos import import_photos
from data.store import open_store

MOST_BYTES = 14_500_000
LARGEST_BYTES = 500_000
MESHES = sorted((demo_folder() / "meshes").glob("*.glb"))


def _rows(name: str) -> list[dict[str, str]]:
    with (demo_folder() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _files() -> list[Path]:
    return [path for path in demo_folder().rglob("*") if path.is_file()]


def test_the_carried_catalogue_and_photos_import_without_a_refusal(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")

    catalogue = import_catalogue(store, demo_folder())
    photos = import_photos(store, demo_folder())

    assert (catalogue.refused, photos.refused) == ((), ())
    assert (catalogue.taken, photos.taken) == (len(_rows("catalogue.csv")), len(_rows("photos.csv")))
    assert catalogue.counts["meshes"] == len(CATALOGUE)


def test_some_photos_show_an_article_that_the_catalogue_does_not_have(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    import_catalogue(store, demo_folder())
    import_photos(store, demo_folder())

    outside = [truth for truth in store.photos.truths().values() if not truth.in_dam and truth.sku is None]

    assert len(outside) >= 8


def test_there_are_articles_of_every_kind_and_photos_enough() -> None:
    kinds = {row["category"] for row in _rows("catalogue.csv")}

    assert kinds >= {"bags", "shoes", "hats", "belts", "scarves", "garments"}
    assert (len(_rows("catalogue.csv")) >= 40, len(_rows("photos.csv")) >= 80) == (True, True)


def test_every_article_is_photographed() -> None:
    assert {row["sku"] for row in _rows("photos.csv")} - {""} == {article.sku for article in CATALOGUE}


def test_the_tables_say_what_the_code_says() -> None:
    assert [row["sku"] for row in _rows("catalogue.csv")] == [article.sku for article in CATALOGUE]
    assert [row["photo_id"] for row in _rows("photos.csv")] == [plan.photo_id for plan in planned(SEED)]


def test_no_title_or_description_gives_a_sku_away() -> None:
    skus = {article.sku for article in CATALOGUE}

    assert not [row for row in _rows("catalogue.csv") for sku in skus if sku in row["title"] + row["description"]]


def test_bursts_share_a_group_within_two_seconds_and_other_photos_have_none() -> None:
    groups: dict[str, list[str]] = {}
    for row in _rows("photos.csv"):
        groups.setdefault(row["group"], []).append(row["taken_at"])
    groups.pop("")

    assert [len(moments) for moments in groups.values()] == [BURST_LENGTH] * len(BURSTS)
    assert all(moments == sorted(moments) and moments[0][:16] == moments[-1][:16] for moments in groups.values())


def test_the_black_flap_bags_are_nearer_to_each_other_than_to_any_other_bag() -> None:
    black = {sku: _colour(sku) for sku in ("BAG-0101", "BAG-0102", "BAG-0103", "BAG-0104", "BAG-0105", "BAG-0106")}
    others = {sku: _colour(sku) for sku in ("BAG-0201", "BAG-0301", "BAG-0401")}

    widest = max(np.abs(a - b).max() for a in black.values() for b in black.values())
    nearest = min(np.abs(a - b).max() for a in black.values() for b in others.values())

    assert widest < nearest


def _colour(sku: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Mean colour of a reference's darker half, (3,): the article without its paper."""
    with PIL.Image.open(demo_folder() / "references" / f"{sku}.jpg") as picture:
        pixels = np.asarray(picture, dtype=np.float64).reshape(-1, 3)
    return np.asarray(pixels[pixels.min(axis=1) < 200].mean(axis=0), dtype=np.float64)


def test_no_two_carried_pictures_are_the_same() -> None:
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in _files()]

    assert len(set(digests)) == len(digests)


def test_the_carried_files_stay_small() -> None:
    sizes = [path.stat().st_size for path in _files()]

    assert sum(sizes) < MOST_BYTES
    assert max(sizes) < LARGEST_BYTES


@pytest.mark.parametrize("path", MESHES, ids=lambda path: path.stem)
def test_a_mesh_is_closed_textured_and_as_large_as_an_article(path: Path) -> None:
    loaded = trimesh.load_scene(io.BytesIO(path.read_bytes()), file_type="glb")
    [mesh] = loaded.geometry.values()
    mesh.merge_vertices(merge_tex=True, merge_norm=True)
    edges = np.unique(np.sort(mesh.edges, axis=1), axis=0, return_counts=True)[1]

    assert mesh.visual.material.baseColorTexture.size == (512, 512)
    assert (edges == 1).mean() < 0.01
    assert 0.1 < max(mesh.extents) < 0.8


def test_making_an_article_twice_gives_the_same_bytes() -> None:
    sunglasses = CATALOGUE[-1]

    first, second = (glb_of(assemble(sunglasses.build(), size=256)) for _ in range(2))

    assert first == second


def test_a_part_turned_inside_out_still_faces_outward() -> None:
    body = column(rounded([(0, 2, 2), (4, 2, 2)], 0.5), 16)

    for grid in (body, body[::-1]):
        model = assemble([Part(grid=grid, material=plain("#808080"))], size=64)
        corners = model.vertices[model.faces]
        volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6
        assert 30 < volume < 16 * np.pi


def test_an_outline_ends_where_it_began() -> None:
    outline = oval(3, 2, 12, squareness=5)

    assert (outline[0] == outline[-1]).all()


def test_a_cap_is_a_point_in_the_middle_of_its_ring() -> None:
    ring = np.array([(1, 0, 7), (0, 1, 7), (-1, 0, 7), (0, -1, 7), (1, 0, 7)], dtype=np.float64)

    low, _, high = capped(ring[None])

    assert (low == (0, 0, 7)).all()
    assert (high == (0, 0, 7)).all()


def test_what_faces_the_key_light_is_brighter_than_what_turns_away() -> None:
    grey = Skin(colour=np.full((2, 3), 0.5), gloss=np.zeros(2), metal=np.zeros(2), open_sky=np.ones(2), open_key=np.ones(2))
    normals = np.stack([STUDIO.toward, -STUDIO.toward])

    bright, dark = developed(lit(grey, normals, normals, STUDIO)).mean(axis=1)

    assert bright > dark + 0.2


def test_light_never_leaves_the_range_of_a_picture() -> None:
    picture = developed(np.array([0.0, 0.5, 1.0, 50.0]))

    assert picture.min() >= 0
    assert picture.max() <= 1
    assert (np.diff(picture) > 0).all()
