"""Blender itself: on real meshes beside the built-in renderer, and what becomes of it when it is missing, crashes or hangs."""

from __future__ import annotations

import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from data.domain import ByteArray
from data.errors import BackendFailed, CoutureError, MissingBackend
from matching.backends.blender_program import find_blender, install_command
from matching.backends.blender_renderer import MESH_LIMIT_S, BlenderRenderer
from matching.backends.vtk_renderer import VtkRenderer
from matching.camera import YAWS_DEG
from matching.mesh_ports import RenderedView
from tests.glb import cube

OBJECTS = 10
SMALL_PX = 128
SIDES_DEG = (0.0, 90.0)


@dataclass(frozen=True)
class Named:
    """What settings say of Blender."""

    source: str


def stand_in(folder: Path, program: str) -> Named:
    """Write a program in the place of Blender; it is given the script, `--` and the job, as Blender is."""
    path = folder / "blender"
    path.write_text(f"#!{sys.executable}\nimport json, os, pathlib, sys, time\n{program}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return Named(source=str(path))


def failure(renderer: BlenderRenderer) -> str:
    with pytest.raises(BackendFailed) as caught:
        renderer.render(cube(), yaws_deg=(0.0,))
    return str(caught.value)


def test_a_blender_that_is_not_there_is_named_with_the_ways_to_get_one() -> None:
    with pytest.raises(MissingBackend, match="couture doctor --install-blender"):
        BlenderRenderer(choice=Named(source="no-such-blender")).render(cube(), yaws_deg=(0.0,))


def test_a_crash_is_told_with_the_last_that_blender_said(tmp_path: Path) -> None:
    program = stand_in(tmp_path, "print('one'); print('no memory'); os.abort()")

    assert "no memory" in failure(BlenderRenderer(choice=program))


def test_a_mesh_that_ends_blender_costs_itself_alone(tmp_path: Path) -> None:
    program = stand_in(
        tmp_path,
        "for mesh in json.loads(pathlib.Path(sys.argv[-1]).read_text())['meshes']:\n"
        "    if pathlib.Path(mesh['glb']).name == '1.glb': os.abort()\n"
        "    pathlib.Path(mesh['report']).write_text(json.dumps({'error': 'seen'}))\n",
    )

    found = BlenderRenderer(choice=program).render_each([cube()] * 3, yaws_deg=(0.0,))

    assert ["seen" in str(outcome) for outcome in found] == [True, False, True]


def test_a_file_that_is_no_mesh_does_not_keep_the_others_from_being_rendered(tmp_path: Path) -> None:
    program = stand_in(
        tmp_path,
        "for mesh in json.loads(pathlib.Path(sys.argv[-1]).read_text())['meshes']:\n"
        "    pathlib.Path(mesh['report']).write_text(json.dumps({'error': 'seen'}))\n",
    )

    found = BlenderRenderer(choice=program).render_each([b"no mesh", cube()], yaws_deg=(0.0,))

    assert ["seen" in str(outcome) for outcome in found] == [False, True]


def test_the_environment_of_bpy_runs_scripts_by_its_own_python(tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)

    assert find_blender(str(tmp_path)) == (str(python), "-I")


def test_a_blender_is_started_without_windows_and_with_an_exit_code_for_faults(tmp_path: Path) -> None:
    named = stand_in(tmp_path, "")

    assert find_blender(named.source) == (
        named.source,
        "--background",
        "-noaudio",
        "--factory-startup",
        "--python-exit-code",
        "1",
        "--python",
    )


def test_bpy_is_installed_in_the_release_that_is_built_for_this_python(tmp_path: Path) -> None:
    assert install_command(tmp_path, (3, 11))[1:] == ("-m", "pip", "install", "--disable-pip-version-check", "bpy==5.0.1")


def test_a_python_for_which_no_bpy_is_built_is_told_which_ones_are() -> None:
    with pytest.raises(MissingBackend, match=r"built for Python 3\.11, 3\.13, not 3\.12"):
        install_command(Path("blender"), (3, 12))


@cache
def blender(limit_s: float = MESH_LIMIT_S) -> BlenderRenderer:
    """Give a small and quick one; skip where there is no Blender."""
    try:
        find_blender()
    except MissingBackend as error:
        pytest.skip(str(error))
    return BlenderRenderer(size_px=SMALL_PX, samples=4, limit_s=limit_s)


@pytest.mark.slow
def test_a_mesh_that_takes_too_long_is_given_up() -> None:
    assert "more than 0 s" in failure(blender(limit_s=0.01))


def views_of(rendered: Sequence[Sequence[RenderedView] | CoutureError]) -> list[Sequence[RenderedView]]:
    assert not [outcome for outcome in rendered if isinstance(outcome, CoutureError)]
    return [outcome for outcome in rendered if not isinstance(outcome, CoutureError)]


@cache
def meshes(folder: Path) -> list[bytes]:
    """Read ten meshes, every third one of the folder."""
    return [path.read_bytes() for path in sorted((folder / "ycb" / "meshes").glob("*.glb"))[::3][:OBJECTS]]


@cache
def sides(folder: Path) -> list[tuple[RenderedView, RenderedView]]:
    """Render two sides of each of the ten: by Blender, and by the built-in renderer."""
    ours = [view for glb in meshes(folder) for view in small(VtkRenderer().render(glb, yaws_deg=SIDES_DEG))]
    theirs = [view for views in views_of(blender().render_each(meshes(folder), yaws_deg=SIDES_DEG)) for view in views]
    return list(zip(theirs, ours, strict=True))


def small(views: Sequence[RenderedView]) -> list[RenderedView]:
    size = (SMALL_PX, SMALL_PX)
    resized = [cv2.resize(view.rgba, size, interpolation=cv2.INTER_AREA) for view in views]
    return [
        RenderedView(yaw_deg=view.yaw_deg, rgba=np.asarray(pixels, dtype=np.uint8))
        for view, pixels in zip(views, resized, strict=True)
    ]


def on_white(view: RenderedView) -> ByteArray:
    return np.where(view.rgba[..., 3:] > 127, view.rgba[..., :3], 255).astype(np.uint8)


def difference(one: RenderedView, other: RenderedView) -> float:
    """Mean difference of two pictures on white, in 0 … 255."""
    return float(np.abs(on_white(one).astype(np.int16) - on_white(other)).mean())


@pytest.mark.pictures
def test_blender_and_the_built_in_renderer_see_the_same_outline_of_ten_real_meshes(pictures_folder: Path) -> None:
    masks = [(one.rgba[..., 3] > 127, other.rgba[..., 3] > 127) for one, other in sides(pictures_folder)]

    assert len(masks) == OBJECTS * len(SIDES_DEG)
    assert min(float((one & other).sum() / (one | other).sum()) for one, other in masks) > 0.95


@pytest.mark.pictures
def test_both_paint_the_same_colours(pictures_folder: Path) -> None:
    assert max(difference(one, other) for one, other in sides(pictures_folder)) < 5


@pytest.mark.pictures
def test_each_side_is_most_like_the_same_side(pictures_folder: Path) -> None:
    lettered = meshes(pictures_folder)[0]  # a can with print all round
    ours = small(VtkRenderer().render(lettered, yaws_deg=YAWS_DEG))
    [theirs] = views_of(blender().render_each([lettered], yaws_deg=YAWS_DEG))

    assert [int(np.argmin([difference(one, other) for other in ours])) for one in theirs] == list(range(8))
