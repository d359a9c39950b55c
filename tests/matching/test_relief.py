from __future__ import annotations

import io
import json
import struct
from typing import Any

import numpy as np
import PIL.Image
import pytest
import trimesh

from data.domain import BoolArray
from data.errors import BackendFailed
from matching.backends.relief import THICKEST, inflate
from matching.ports import CutOut

SIZE = 200
RED, BLUE, WHITE = (200, 0, 0), (0, 0, 200), (255, 255, 255)


def cut_out(mask: BoolArray) -> CutOut:
    """Paint the left half red and the right half blue, white outside."""
    pixels = np.full((*mask.shape, 3), WHITE, dtype=np.uint8)
    pixels[:, : mask.shape[1] // 2] = RED
    pixels[:, mask.shape[1] // 2 :] = BLUE
    pixels[~mask] = WHITE
    return CutOut(pixels=pixels, mask=mask)


def box(height: int, width: int) -> BoolArray:
    mask = np.zeros((SIZE, SIZE), dtype=np.bool_)
    mask[(SIZE - height) // 2 : (SIZE + height) // 2, (SIZE - width) // 2 : (SIZE + width) // 2] = True
    return mask


def ring() -> BoolArray:
    y, x = np.mgrid[:SIZE, :SIZE] - SIZE / 2
    away = np.hypot(x, y)
    return np.asarray((away < 80) & (away > 40), dtype=np.bool_)


def two_pieces() -> BoolArray:
    mask = box(100, 40)
    return np.asarray(np.roll(mask, -50, axis=1) | np.roll(mask, 50, axis=1), dtype=np.bool_)


def strap() -> BoolArray:
    return box(180, 4)


SHAPES = {"square": box(120, 120), "ring": ring(), "two pieces": two_pieces(), "strap": strap(), "dot": box(2, 2)}
shapes = pytest.mark.parametrize("shape", sorted(SHAPES))


def mesh_of(mask: BoolArray) -> Any:
    return trimesh.load(io.BytesIO(inflate(cut_out(mask))), file_type="glb", force="mesh", process=False)


def texture_of(mesh: Any) -> PIL.Image.Image:
    picture: PIL.Image.Image = mesh.visual.material.baseColorTexture
    return picture


@shapes
def test_the_mesh_is_closed(shape: str) -> None:
    assert mesh_of(SHAPES[shape]).is_watertight


@shapes
def test_faces_look_outward(shape: str) -> None:
    assert mesh_of(SHAPES[shape]).volume > 0


@shapes
def test_every_vertex_has_a_place_on_the_texture(shape: str) -> None:
    uv = np.asarray(mesh_of(SHAPES[shape]).visual.uv)

    assert np.isfinite(uv).all()
    assert uv.min() >= 0
    assert uv.max() <= 1


def test_the_outline_keeps_its_proportions_and_stands_upright() -> None:
    width, height, _ = mesh_of(box(160, 80)).extents

    assert (width, height) == pytest.approx((0.5, 1.0), abs=0.03)


def test_a_ring_keeps_its_hole() -> None:
    """The Euler number of a torus is 0; a filled one would have 2."""
    mesh = mesh_of(ring())
    mesh.merge_vertices(merge_tex=True)

    assert mesh.euler_number == 0


def test_a_long_strip_is_as_thick_as_it_is_wide() -> None:
    """Δ(h²) = −2 over a strip of width 2a gives h² = a² − x²: a cylinder."""
    width, _, depth = mesh_of(box(190, 30)).extents

    assert depth == pytest.approx(width, rel=0.15)


def test_a_wide_article_stays_under_the_cap() -> None:
    assert mesh_of(box(160, 160)).extents[2] < 2.1 * THICKEST


def test_the_front_shows_the_picture_and_the_back_its_mirror_image() -> None:
    """Seen from +z, the left of the picture is at −x; from behind, the same side is on the right."""
    mesh = mesh_of(box(120, 120))
    texture = np.asarray(texture_of(mesh).convert("RGB"))
    uvs = []
    for side in (1, -1):
        away = np.abs(mesh.vertices[:, :2] - [-0.3, 0.0]).sum(axis=1) + (mesh.vertices[:, 2] * side < 0)
        uvs.append(mesh.visual.uv[away.argmin()])
    colours = [texture[int((1 - v) * (texture.shape[0] - 1)), int(u * (texture.shape[1] - 1))] for u, v in uvs]

    assert all(colour[0] > 150 and colour[2] < 80 for colour in colours)


@pytest.mark.parametrize("shape", ["square", "ring", "two pieces"])
def test_no_ground_shows_on_the_texture(shape: str) -> None:
    texture = np.asarray(texture_of(mesh_of(SHAPES[shape])).convert("RGB")).astype(int)

    assert (texture.min(axis=2) < 100).all()


def test_the_glb_says_that_its_light_is_baked_in() -> None:
    glb = inflate(cut_out(box(120, 120)))
    [length] = struct.unpack("<I", glb[12:16])

    assert json.loads(glb[20 : 20 + length])["extensionsUsed"] == ["KHR_materials_unlit"]


def test_the_same_cut_out_gives_the_same_bytes() -> None:
    assert inflate(cut_out(ring())) == inflate(cut_out(ring()))


def test_a_speck_beside_the_article_is_left_out() -> None:
    mask = box(120, 120)
    mask[2:5, 2:5] = True

    assert mesh_of(mask).body_count == 1


def test_an_empty_cut_out_is_refused() -> None:
    with pytest.raises(BackendFailed, match="empty"):
        inflate(cut_out(box(0, 0)))
