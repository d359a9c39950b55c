from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from data.errors import BackendFailed
from matching import glb_check
from matching.glb_check import GlbFacts, check_glb
from tests.conftest import encode, plain_picture
from tests.glb import SQUARE, ball, cube, mesh_glb, pack_glb

Change = Callable[[dict[str, Any]], None]
UV = np.zeros((6, 2), dtype=np.float32)


def refusal(content: bytes) -> str:
    with pytest.raises(BackendFailed) as caught:
        check_glb(content)
    return str(caught.value)


def spoiled(change: Change) -> str:
    """Say why a square is refused whose document was changed."""
    texture = encode(plain_picture("red"))
    return refusal(mesh_glb(SQUARE, uv=UV, indices=np.arange(6, dtype=np.uint32), texture=texture, change=change))


def test_a_cube_has_twelve_triangles() -> None:
    assert check_glb(cube()) == GlbFacts(faces=12, vertices=36)


def test_a_mesh_that_is_shown_twice_counts_twice() -> None:
    def show_twice(document: dict[str, Any]) -> None:
        document["nodes"] = [{"mesh": 0}, {"mesh": 0}]
        document["scenes"] = [{"nodes": [0, 1]}]

    assert check_glb(mesh_glb(SQUARE, change=show_twice)).faces == 4


def test_two_million_triangles_are_not_too_many() -> None:
    assert check_glb(ball(1_000)).faces == 2_000_000


def test_more_triangles_than_can_be_rendered_are_refused_with_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glb_check, "MOST_FACES", 11)

    assert "12 triangles, and 11 may be rendered" in refusal(cube())


@pytest.mark.parametrize("length", [0, 3, 11, 19, 40, 900])
def test_a_file_that_is_cut_off_is_refused(length: int) -> None:
    assert "GLB" in refusal(cube()[:length]) or "cut off" in refusal(cube()[:length])


def test_a_picture_is_no_mesh() -> None:
    assert "no binary glTF" in refusal(encode(plain_picture("red")))


def test_a_description_that_is_no_json_is_refused() -> None:
    content = cube()

    assert "cannot be read" in refusal(content[:20] + b"?" + content[21:])


def test_a_description_that_is_nested_without_end_is_refused() -> None:
    text = b"[" * 200_000
    chunk = struct.pack("<I4s", len(text), b"JSON") + text

    assert "cannot be read" in refusal(struct.pack("<4sII", b"glTF", 2, 12 + len(chunk)) + chunk)


def test_a_buffer_of_a_gigabyte_that_is_not_there_is_refused() -> None:
    assert "announces a buffer of 1,073,741,824 bytes" in spoiled(
        lambda document: document["buffers"][0].update(byteLength=2**30)
    )


def test_a_chunk_of_a_gigabyte_that_is_not_there_is_refused() -> None:
    content = bytearray(cube())
    at = content.index(b"BIN\0") - 4
    content[at : at + 4] = struct.pack("<I", 2**30)

    assert "announces 1,073,741,824 bytes" in refusal(bytes(content))


@pytest.mark.parametrize("uri", ["../secret.bin", "file:///etc/passwd", "https://example.org/mesh.bin", "data:,x"])
def test_a_buffer_outside_of_the_file_is_refused(uri: str) -> None:
    assert "refers to another file" in spoiled(lambda document: document["buffers"][0].update(uri=uri))


@pytest.mark.parametrize("uri", ["../secret.png", "/etc/passwd", "https://example.org/texture.png"])
def test_a_texture_outside_of_the_file_is_refused(uri: str) -> None:
    assert "refers to another file" in spoiled(lambda document: document["images"].__setitem__(0, {"uri": uri}))


def test_a_vertex_that_is_no_number_is_refused() -> None:
    broken = SQUARE.copy()
    broken[1, 2] = np.nan

    assert "1 of 6 vertices of the mesh are no finite numbers" in refusal(mesh_glb(broken))


def test_a_scene_without_triangles_is_refused() -> None:
    assert "no triangles" in refusal(pack_glb({"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": []}]}, b""))


def cycle(document: dict[str, Any]) -> None:
    document["nodes"] = [{"mesh": 0, "children": [1]}, {"children": [0]}]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (cycle, "no tree"),
        (lambda document: document["accessors"][0].update(count=10**9), "reach beyond its data"),
        (lambda document: document["accessors"][0].update(byteOffset=-4), "-4"),
        (lambda document: document["accessors"][0].update(type="VEC7"), "no known type"),
        (lambda document: document["bufferViews"][0].update(byteLength=10**9), "beyond its data"),
        (lambda document: document["meshes"][0]["primitives"][0].update(indices=99), "99"),
        (lambda document: document["meshes"][0]["primitives"][0].update(material=5), "material"),
        (lambda document: document["accessors"][1].update(count=3), "another number of vertices"),
        (lambda document: document["nodes"][0].update(translation=[float("nan"), 0, 0]), "translation"),
        (lambda document: document.update(nodes="many"), "no list"),
        (lambda document: document.update(extensionsRequired=["KHR_draco_mesh_compression"]), "draco"),
        (lambda document: document["images"][0].update(bufferView=0), "no JPEG or PNG"),
    ],
)
def test_a_document_that_lies_is_refused_with_the_place(change: Change, why: str) -> None:
    assert why in spoiled(change)


def test_triangles_of_vertices_that_are_not_there_are_refused() -> None:
    assert "vertices that it does not have" in refusal(mesh_glb(SQUARE, indices=np.array([0, 1, 6], dtype=np.uint32)))


def test_a_texture_of_too_many_pixels_is_refused() -> None:
    huge = encode(plain_picture("red", width=9_000, height=9_000))

    assert "9000 × 9000 pixels" in refusal(mesh_glb(SQUARE, uv=UV, texture=huge))
