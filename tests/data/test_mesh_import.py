from __future__ import annotations

from pathlib import Path

import pytest

from data.catalogue import import_catalogue
from data.domain import Sku
from data.errors import RefusedRow
from data.meshes import parse_glb
from data.store import Store
from data.tabular import ImportReport, Outcome
from tests.data.builders import glb, write_pictures, write_table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two pictures."""
    folder = tmp_path / "catalogue"
    write_pictures(folder, ["0.png", "1.png"])
    return folder


def take(store: Store, folder: Path, header: str, *rows: str) -> ImportReport:
    return import_catalogue(store, write_table(folder, header, *rows))


def test_a_mesh_is_stored_with_its_asset(store: Store, folder: Path) -> None:
    (folder / "bag.glb").write_bytes(glb())

    take(store, folder, "sku,image,mesh", "bag,0.png,bag.glb")

    assert store.meshes.glb(Sku("bag")) == glb()


def test_a_mesh_that_is_no_glb_refuses_its_row(store: Store, folder: Path) -> None:
    [refused] = take(store, folder, "sku,image,mesh", "bag,0.png,0.png").refused

    assert "0.png is no binary glTF 2.0" in refused.what


def test_another_mesh_of_an_asset_is_left_out_and_said_so(store: Store, folder: Path) -> None:
    for name, payload in (("one.glb", b"1"), ("two.glb", b"2")):
        (folder / name).write_bytes(glb(payload))

    report = take(store, folder, "sku,image,mesh", "bag,0.png,one.glb", "bag,1.png,two.glb")

    assert report.notes == ("line 3: the asset has another mesh already, which stays",)
    assert store.meshes.glb(Sku("bag")) == glb(b"1")


@pytest.mark.parametrize("content", [b"", b"glTF", glb()[:-1], glb() + b"0", b"GLTF" + glb()[4:], glb()[:4] + b"\1" + glb()[5:]])
def test_bytes_that_are_no_whole_glb_2_are_refused(content: bytes) -> None:
    with pytest.raises(RefusedRow, match=r"bag\.glb is no binary glTF"):
        parse_glb(content, name="bag.glb")


def test_a_row_that_brings_only_a_mesh_is_told_as_taken(store: Store, folder: Path) -> None:
    (folder / "bag.glb").write_bytes(glb())
    take(store, folder, "sku,image,title", "bag,0.png,Bag")

    first, again = (take(store, folder, "sku,image,mesh,title", "bag,,bag.glb,Purse") for _ in range(2))

    assert [(row.outcome, row.what) for report in (first, again) for row in report.rows] == [
        (Outcome.TAKEN, "its words change, its 3D model"),
        (Outcome.SKIPPED, "it is there already"),
    ]
    assert store.meshes.glb(Sku("bag")) == glb()


def test_of_two_rows_of_a_new_asset_the_second_is_told_as_one_more_picture(store: Store, folder: Path) -> None:
    report = take(store, folder, "sku,image", "bag,0.png", "bag,1.png")

    assert [row.what for row in report.rows] == ["a new asset", "one more picture"]
