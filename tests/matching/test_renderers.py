from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from data.domain import FloatArray
from data.errors import BackendFailed, CoutureError, MissingBackend
from matching.backends import ENGINES, load
from matching.camera import DISTANCE, FIELD_OF_VIEW_DEG, PITCH_DEG, YAWS_DEG
from matching.mesh_ports import BatchRenderer, RenderedView, Renderer
from tests.conftest import encode, plain_picture
from tests.glb import SIDES, SQUARE, cube, empty, mesh_glb

RENDERERS = sorted(ENGINES["renderer"])


@cache
def renderer_of(name: str) -> Renderer:
    found: Renderer = load("renderer", name)
    return found


@cache
def turned_cube(name: str) -> Sequence[RenderedView]:
    try:
        return renderer_of(name).render(cube(), yaws_deg=YAWS_DEG)
    except MissingBackend as error:
        pytest.skip(str(error))


def share_of_square() -> float:
    """Share of the picture that a square takes which looks to +z, by the pinhole camera: its far edge is smaller."""
    pitch, away, focal = math.radians(PITCH_DEG), 2 * DISTANCE, 1 / math.tan(math.radians(FIELD_OF_VIEW_DEG / 2))
    low, high = (focal / (away - sign * math.sin(pitch)) for sign in (-1, 1))
    tall = sum(math.cos(pitch) * half for half in (low, high))
    return (low + high) * tall / 4


def share_of(side: str, view: RenderedView, rows: slice = slice(None)) -> float:
    """Share of the article's pixels that have a side's colour."""
    part = view.rgba[rows]
    inside = part[part[..., 3] > 250][:, :3].astype(np.float64)
    colour: FloatArray = np.array(SIDES[side], dtype=np.float32) * 255
    return float((np.abs(inside - colour).max(axis=1) < 70).mean())


@pytest.mark.parametrize("name", RENDERERS)
def test_a_mesh_has_one_view_per_yaw(name: str) -> None:
    assert [view.yaw_deg for view in turned_cube(name)] == list(YAWS_DEG)


@pytest.mark.parametrize("name", RENDERERS)
def test_views_are_rgba_bytes_of_512_px(name: str) -> None:
    assert {(view.rgba.shape, view.rgba.dtype.name) for view in turned_cube(name)} == {((512, 512, 4), "uint8")}


@pytest.mark.parametrize("name", RENDERERS)
def test_the_ground_is_transparent_and_the_mesh_is_not(name: str) -> None:
    alpha = turned_cube(name)[0].rgba[..., 3]

    assert (alpha[0, 0], alpha[256, 256]) == (0, 255)


@pytest.mark.parametrize("name", RENDERERS)
def test_the_whole_mesh_is_in_the_picture_from_every_side(name: str) -> None:
    edges = [view.rgba[[0, -1], :, 3].any() or view.rgba[:, [0, -1], 3].any() for view in turned_cube(name)]

    assert not any(edges)


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize(("yaw_deg", "side"), [(0, "+z"), (90, "+x"), (180, "-z"), (270, "-x")])
def test_each_quarter_turn_shows_its_side(name: str, yaw_deg: int, side: str) -> None:
    assert share_of(side, turned_cube(name)[yaw_deg // 45]) > 0.5


@pytest.mark.parametrize("name", RENDERERS)
def test_what_points_up_in_the_file_is_above_in_the_picture(name: str) -> None:
    view = turned_cube(name)[0]

    assert share_of("+y", view, slice(0, 256)) > 0.1 > share_of("+y", view, slice(256, 512))


@pytest.mark.parametrize("name", RENDERERS)
def test_what_points_down_is_not_seen(name: str) -> None:
    assert all(share_of("-y", view) < 0.01 for view in turned_cube(name))


@pytest.mark.parametrize("name", RENDERERS)
def test_an_eighth_turn_shows_two_sides(name: str) -> None:
    view = turned_cube(name)[1]

    assert min(share_of("+z", view), share_of("+x", view)) > 0.3


@pytest.mark.parametrize("name", RENDERERS)
def test_a_mesh_looks_the_same_every_time(name: str) -> None:
    again = renderer_of(name).render(cube(), yaws_deg=YAWS_DEG[:1])

    assert all(np.array_equal(one.rgba, other.rgba) for one, other in zip(again, turned_cube(name), strict=False))


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize(
    "content", [b"", b"not a mesh at all", cube()[:40], empty()], ids=["nothing", "text", "cut off", "empty"]
)
def test_what_is_no_mesh_is_refused(name: str, content: bytes) -> None:
    turned_cube(name)  # skips where the renderer does not work at all

    with pytest.raises(BackendFailed):
        renderer_of(name).render(content, yaws_deg=(0.0,))


@cache
def odd_meshes(name: str) -> dict[str, RenderedView]:
    """Render, from the front, meshes that lack something."""
    turned_cube(name)
    uv = np.array([(0, 1), (1, 1), (1, 0), (0, 1), (1, 0), (0, 0)], dtype=np.float32)
    red = encode(plain_picture("red"))
    triangles = {
        "untextured": mesh_glb(SQUARE),
        "textured": mesh_glb(SQUARE, uv=uv, texture=red),
        "no uv": mesh_glb(SQUARE, texture=red),
        "degenerate": mesh_glb(np.concatenate([SQUARE, np.zeros((3, 3), dtype=np.float32)])),
        "turned": mesh_glb(SQUARE[::-1].copy(), change=lambda document: document["materials"][0].update(doubleSided=False)),
    }
    return dict(zip(triangles, front_views(renderer_of(name), list(triangles.values())), strict=True))


def front_views(renderer: Renderer, glbs: Sequence[bytes]) -> list[RenderedView]:
    if isinstance(renderer, BatchRenderer):
        rendered = [views for views in renderer.render_each(glbs, yaws_deg=(0.0,)) if not isinstance(views, CoutureError)]
    else:
        rendered = [renderer.render(glb, yaws_deg=(0.0,)) for glb in glbs]
    return [view for [view] in rendered]


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("lack", ["untextured", "textured", "no uv", "degenerate", "turned"])
def test_a_mesh_that_lacks_something_is_seen_whole(name: str, lack: str) -> None:
    view = odd_meshes(name)[lack]

    assert abs((view.rgba[..., 3] > 127).mean() - share_of_square()) < 0.01


@pytest.mark.parametrize("name", RENDERERS)
def test_a_mesh_without_texture_is_white(name: str) -> None:
    assert odd_meshes(name)["untextured"].rgba[256, 256].tolist() == [255, 255, 255, 255]


@pytest.mark.parametrize("name", RENDERERS)
def test_a_texture_keeps_its_colour(name: str) -> None:
    assert odd_meshes(name)["textured"].rgba[256, 256].tolist() == [255, 0, 0, 255]


@pytest.mark.parametrize("name", RENDERERS)
def test_settings_have_a_fingerprint(name: str) -> None:
    assert renderer_of(name).settings_hash == renderer_of(name).settings_hash != ""


@pytest.mark.pictures
@pytest.mark.timeout(60)
@pytest.mark.parametrize("yaw_deg", [45.0, 45.01])
def test_a_scan_that_hung_multisampling_is_drawn(pictures_folder: Path, yaw_deg: float) -> None:
    scan = pictures_folder / "ycb" / "meshes" / "073-a_lego_duplo.glb"

    [view] = renderer_of("vtk").render(scan.read_bytes(), yaws_deg=[yaw_deg])

    assert view.rgba[..., 3].any()
