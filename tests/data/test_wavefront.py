from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import trimesh

from data.catalogue import import_catalogue
from data.domain import Mesh, Sku, View, ViewId, ViewKind
from data.store import Store
from data.tabular import ImportReport
from tests.conftest import encode, plain_picture
from tests.data.builders import glb, write_pictures, write_table

CORNERS = "v 0 0 0\nv 1 0 0\nv 0 2 0\nvt 0 0\nvt 1 0\nvt 0 1\n"
TRIANGLE = CORNERS + "usemtl cloth\nf 1/1 2/2 3/3\n"
LIBRARY = "newmtl cloth\nKd 1 1 1\nmap_Kd cloth.png\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalogue folder with a picture and an OBJ in a folder of its own, its material and texture beside it."""
    folder = tmp_path / "catalogue"
    write_pictures(folder, ["0.png"])
    (folder / "bag").mkdir()
    (folder / "bag" / "bag.obj").write_text("mtllib bag.mtl\n" + TRIANGLE)
    (folder / "bag" / "bag.mtl").write_text(LIBRARY)
    (folder / "bag" / "cloth.png").write_bytes(encode(plain_picture((10, 200, 30))))
    return folder


def take(store: Store, folder: Path) -> ImportReport:
    return import_catalogue(store, write_table(folder, "sku,image,mesh", "bag,0.png,bag/bag.obj"))


def refusal(store: Store, folder: Path) -> str:
    [refused] = take(store, folder).refused
    return f"{refused.what}; {refused.remedy}"


def loaded(store: Store) -> Any:
    return trimesh.load(io.BytesIO(store.meshes.glb(Sku("bag"))), file_type="glb", force="mesh", process=False)


def test_an_obj_is_stored_as_glb(store: Store, folder: Path) -> None:
    assert take(store, folder).counts["meshes"] == 1
    assert loaded(store).extents == pytest.approx([1, 2, 0])


def test_its_texture_comes_with_it(store: Store, folder: Path) -> None:
    take(store, folder)
    texture = loaded(store).visual.material.baseColorTexture

    assert texture.convert("RGB").getpixel((0, 0)) == pytest.approx((10, 200, 30), abs=3)


def test_a_texture_may_lie_in_another_folder_of_the_import(store: Store, folder: Path) -> None:
    (folder / "bag" / "bag.mtl").write_text(LIBRARY.replace("cloth.png", "../cloth.png"))
    (folder / "bag" / "cloth.png").rename(folder / "cloth.png")

    assert take(store, folder).refused == ()


def test_the_same_obj_is_taken_once(store: Store, folder: Path) -> None:
    take(store, folder)

    assert take(store, folder).counts["meshes"] == 0


@pytest.mark.parametrize("path", ["../../secret.mtl", "/etc/passwd", "..\\..\\secret.mtl"])
def test_a_material_outside_of_the_import_folder_is_not_read(store: Store, folder: Path, path: str) -> None:
    (folder.parent / "secret.mtl").write_text(LIBRARY)
    (folder / "bag" / "bag.obj").write_text(f"mtllib {path}\n{TRIANGLE}")

    assert "lies outside of the table's folder" in refusal(store, folder)


@pytest.mark.parametrize("path", ["../../secret.png", "/etc/hostname", "-s 1 1 1 ../../secret.png"])
def test_a_texture_outside_of_the_import_folder_is_not_read(store: Store, folder: Path, path: str) -> None:
    (folder.parent / "secret.png").write_bytes(encode(plain_picture("red")))
    (folder / "bag" / "bag.mtl").write_text(LIBRARY.replace("cloth.png", path))

    assert "lies outside of the table's folder" in refusal(store, folder)


def test_maps_other_than_colour_are_not_read(store: Store, folder: Path) -> None:
    (folder / "bag" / "bag.mtl").write_text(LIBRARY + "map_Bump ../../secret.png\nmap_Ks /etc/hostname\n")

    assert take(store, folder).refused == ()


@pytest.mark.parametrize("name", ["bag.mtl", "cloth.png"])
def test_a_missing_file_is_named(store: Store, folder: Path, name: str) -> None:
    (folder / "bag" / name).unlink()

    assert f"bag/bag.obj names the file {name}" in refusal(store, folder)


def test_a_texture_that_is_no_picture_is_refused(store: Store, folder: Path) -> None:
    (folder / "bag" / "cloth.png").write_text("no picture")

    assert "its texture cloth.png" in refusal(store, folder)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no faces"),
        ("\x00\x01binary", "no faces"),
        (CORNERS, "no faces"),
        ("f 1 2 3\n", "no face that can be drawn"),
        (CORNERS + "f 1 2 99\n", "cannot be read as OBJ"),
        (CORNERS.replace("v 1", "v nan") + "f 1 2 3\n", "no face that can be drawn"),
        (CORNERS.replace("v 1", "v inf") + "f 1 2 3\n", "no face that can be drawn"),
        (CORNERS + "f 1 2 3\n" * 1_000_001, "1,000,001 faces"),
        ("".join(f"mtllib {number}.mtl\n" for number in range(65)) + TRIANGLE, "names 65 files"),
    ],
    ids=[
        "empty",
        "binary",
        "vertices alone",
        "faces alone",
        "a vertex too far",
        "nan",
        "infinity",
        "too many faces",
        "many files",
    ],
)
def test_a_damaged_obj_refuses_its_row(store: Store, folder: Path, text: str, reason: str) -> None:
    (folder / "bag" / "bag.obj").write_text(text)

    assert reason in refusal(store, folder)


def test_a_mesh_of_the_catalogue_takes_the_place_of_a_generated_one_and_of_its_renders(store: Store, folder: Path) -> None:
    (folder / "bag.glb").write_bytes(glb())
    import_catalogue(store, write_table(folder, "sku,image", "bag,0.png"))
    [reference] = store.views.of(Sku("bag"))
    store.meshes.put([Mesh(sku=Sku("bag"), generator="relief", glb=b"", settings_hash="")])
    said = {"sku": Sku("bag"), "image_id": reference.image_id, "kind": ViewKind.RENDER, "yaw_deg": 0.0, "source": "vtk"}
    store.views.put([View(view_id=ViewId("r"), **said)])  # type: ignore[arg-type]
    import_catalogue(store, write_table(folder, "sku,image,mesh", "bag,0.png,bag.glb"))

    assert [mesh.generator for mesh in store.meshes.all()] == ["catalogue"]
    assert [view.kind for view in store.views.of(Sku("bag"))] == [ViewKind.REFERENCE]


def test_finished_renders_are_taken_with_their_yaw_and_a_bad_row_refused_alone(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "renders"
    write_pictures(folder, ["0.png", "1.png", "2.png"])
    rows = ("bag,0.png,reference,", "bag,1.png,render,45", "bag,2.png,render,-90", "bag,2.png,render,east", "bag,3.png,render,0")
    report = import_catalogue(store, write_table(folder, "sku,image,kind,yaw_deg", *rows))

    assert [(view.kind.value, view.yaw_deg) for view in store.views.of(Sku("bag"))] == [
        ("reference", None),
        ("render", 45.0),
        ("render", 270.0),
    ]
    assert [refused.number for refused in report.refused] == [5, 6]
