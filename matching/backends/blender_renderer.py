"""Renders GLBs with Blender's Cycles, in a process of its own: its Python and ours do not agree.

One job file goes in and pictures come out; see `blender_scene.py`, which Blender runs. Many meshes share one start. A mesh that
crashes Blender or takes too long costs itself alone: Blender is started again for those behind it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from data.errors import BackendFailed, CoutureError, MissingBackend
from matching.backends.blender_program import find_blender
from matching.camera import DISTANCE, FIELD_OF_VIEW_DEG, PITCH_DEG, SIZE_PX
from matching.glb_check import check_glb
from matching.mesh_ports import RenderedView

SCRIPT = Path(__file__).with_name("blender_scene.py")
SAMPLES, SEED = 32, 0
MESH_LIMIT_S, START_LIMIT_S = 120.0, 120.0
SAID_LINES, SAID_CHARACTERS = 3, 400
SETTINGS = 1
"""Counts up when `blender_scene.py` paints otherwise."""


class Choice(Protocol):
    """What settings say of this renderer."""

    @property
    def source(self) -> str:
        """Which Blender; empty: search for it."""


class BlenderRenderer:
    """Cycles with a fixed seed; every surface shines in its own colour, as the built-in renderer paints it.

    Args:
        choice: what settings say under [models.blender]: its source is a Blender, or an environment that has bpy.
        device: `auto` takes a graphics card where Cycles finds one; `cpu`, `cuda` and `mps` insist.
        size_px: side of a view.
        samples: per pixel.
        limit_s: how long one mesh may take.
    """

    name = "blender"
    meshes_per_start = 16
    starts_at_once = 4
    """More would fill a graphics card's memory; each takes its share of the cores."""

    def __init__(
        self,
        *,
        choice: Choice | None = None,
        device: str = "auto",
        size_px: int = SIZE_PX,
        samples: int = SAMPLES,
        limit_s: float = MESH_LIMIT_S,
    ) -> None:
        self._device, self._program = device, choice.source if choice else ""
        self._size_px, self._samples, self._limit_s = size_px, samples, limit_s
        said = f"blender {SETTINGS} {size_px} {PITCH_DEG} {FIELD_OF_VIEW_DEG} {DISTANCE} {samples} {SEED}"
        self.settings_hash = hashlib.sha256(said.encode()).hexdigest()[:16]

    def render(self, glb: bytes, *, yaws_deg: Sequence[float]) -> Sequence[RenderedView]:
        """Render a mesh from all sides: see `Renderer`."""
        [found] = self.render_each([glb], yaws_deg=yaws_deg)
        if isinstance(found, CoutureError):
            raise found
        return found

    def render_each(self, glbs: Sequence[bytes], *, yaws_deg: Sequence[float]) -> list[Sequence[RenderedView] | CoutureError]:
        """Render several meshes: see `BatchRenderer`."""
        command = find_blender(self._program)
        found: dict[int, Sequence[RenderedView] | CoutureError] = {}
        with tempfile.TemporaryDirectory() as named:
            folder = Path(named)
            waiting = list[int]()
            for at, glb in enumerate(glbs):
                try:
                    check_glb(glb)
                except BackendFailed as error:
                    found[at] = error
                else:
                    _glb(folder, at).write_bytes(glb)
                    waiting.append(at)
            while waiting:
                fault = self._start(command, folder, waiting, yaws_deg)
                while waiting and _report(folder, waiting[0]).exists():
                    at = waiting.pop(0)
                    found[at] = self._read(folder, at, yaws_deg)
                if waiting:
                    found[waiting.pop(0)] = fault
        return [found[at] for at in range(len(glbs))]

    def _start(self, command: Sequence[str], folder: Path, meshes: Sequence[int], yaws_deg: Sequence[float]) -> BackendFailed:
        """Start Blender once; give why it ended, which is of interest where it left meshes undone."""
        job = folder / "job.json"
        job.write_text(json.dumps(self._job(folder, meshes, yaws_deg)), encoding="utf-8")
        limit_s = START_LIMIT_S + self._limit_s * len(meshes)
        try:
            ended = subprocess.run(  # noqa: S603  # our own script, no shell
                [*command, str(SCRIPT), "--", str(job)],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=limit_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return self._too_slow()
        except OSError as error:
            raise MissingBackend(role="renderer", name="blender", remedy=f"'{command[0]}' does not start: {error}") from error
        if "Timeout (" in ended.stderr:  # what faulthandler says before it ends the process
            return self._too_slow()
        said = " / ".join(f"{ended.stdout}\n{ended.stderr}".strip().splitlines()[-SAID_LINES:])[-SAID_CHARACTERS:]
        return BackendFailed(
            f"Blender ended with {ended.returncode} before it had rendered the mesh ({said})",
            remedy="check the mesh, or set renderer = 'vtk' in settings.toml",
        )

    def _job(self, folder: Path, meshes: Sequence[int], yaws_deg: Sequence[float]) -> dict[str, object]:
        return {
            "size_px": self._size_px,
            "samples": self._samples,
            "seed": SEED,
            "pitch_deg": PITCH_DEG,
            "field_of_view_deg": FIELD_OF_VIEW_DEG,
            "distance": DISTANCE,
            "device": self._device,
            "threads": max((os.cpu_count() or 1) // self.starts_at_once, 1),
            "limit_s": self._limit_s,
            "meshes": [
                {
                    "glb": str(_glb(folder, at)),
                    "report": str(_report(folder, at)),
                    "views": [{"yaw_deg": yaw, "picture": str(_picture(folder, at, turn))} for turn, yaw in enumerate(yaws_deg)],
                }
                for at in meshes
            ],
        }

    def _read(self, folder: Path, at: int, yaws_deg: Sequence[float]) -> Sequence[RenderedView] | CoutureError:
        error = json.loads(_report(folder, at).read_text(encoding="utf-8"))["error"]
        if error:
            return BackendFailed(
                f"Blender cannot render the mesh: {error[:SAID_CHARACTERS]}", remedy="export it again as one plain GLB"
            )
        views = list[RenderedView]()
        for turn, yaw_deg in enumerate(yaws_deg):
            pixels = cv2.imread(str(_picture(folder, at, turn)), cv2.IMREAD_UNCHANGED)
            if pixels is None or pixels.shape != (self._size_px, self._size_px, 4):
                return BackendFailed(f"Blender left no picture of the mesh at {yaw_deg:.0f}°", remedy="check the disk")
            views.append(
                RenderedView(yaw_deg=yaw_deg, rgba=np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA), dtype=np.uint8))
            )
        if not any(view.rgba[..., 3].any() for view in views):
            return BackendFailed("nothing of the mesh is to be seen", remedy="check its triangles")
        return views

    def _too_slow(self) -> BackendFailed:
        return BackendFailed(f"the mesh took Blender more than {self._limit_s:.0f} s", remedy="simplify it, then import it again")


def _glb(folder: Path, at: int) -> Path:
    return folder / f"{at}.glb"


def _report(folder: Path, at: int) -> Path:
    return folder / f"{at}.json"


def _picture(folder: Path, at: int, turn: int) -> Path:
    return folder / f"{at}-{turn}.png"
