"""Renders a GLB into its views with VTK, offscreen.

VTK's wheels are kept up, read glTF with its axes right, and need no display.
"""

from __future__ import annotations

import hashlib
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from data.domain import ByteArray
from data.errors import BackendFailed, MissingBackend
from matching.camera import DISTANCE, FIELD_OF_VIEW_DEG, PITCH_DEG, SIZE_PX
from matching.glb_check import check_glb
from matching.mesh_ports import RenderedView

OVERSIZE = 2
"""Views are drawn so many times larger and averaged. Multisampling would smooth edges too, but Mesa's software rasteriser hangs
in it for good on some meshes from some sides (a scan at 45.01°, a relief on edge)."""

NEEDS = "install libegl1 and libgl1-mesa-dri (Debian), or set renderer = 'none' in settings.toml"


class VtkRenderer:
    """The built-in renderer: flat light, since the texture has the light baked in."""

    name = "vtk"

    def __init__(self) -> None:
        said = f"vtk {SIZE_PX} {PITCH_DEG} {FIELD_OF_VIEW_DEG} {DISTANCE} {OVERSIZE} 3"
        self.settings_hash = hashlib.sha256(said.encode()).hexdigest()[:16]

    def render(self, glb: bytes, *, yaws_deg: Sequence[float]) -> Sequence[RenderedView]:
        """Render a mesh from all sides: see `Renderer`."""
        check_glb(glb)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mesh.glb"
            path.write_bytes(glb)
            window, scene = _open_window(path)
            centre, size = _fit(scene)
            views = []
            for yaw_deg in yaws_deg:
                _aim(scene.GetActiveCamera(), centre, size, yaw_deg)
                scene.ResetCameraClippingRange()
                views.append(RenderedView(yaw_deg=yaw_deg, rgba=_grab(window)))
            window.Finalize()
        if not any(view.rgba[..., 3].any() for view in views):
            raise BackendFailed("nothing of the mesh is to be seen", remedy="check its triangles")
        return views


def _open_window(path: Path) -> tuple[Any, Any]:
    try:
        import vtkmodules.vtkRenderingOpenGL2  # noqa: F401, PLC0415  # loading it chooses the way to draw
        from vtkmodules.vtkCommonCore import vtkLogger, vtkObject  # noqa: PLC0415
        from vtkmodules.vtkIOImport import vtkGLTFImporter  # noqa: PLC0415
        from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow  # noqa: PLC0415
    except ImportError as error:
        raise MissingBackend(role="renderer", name="vtk", remedy=f"{NEEDS} ({error})") from error
    vtkObject.GlobalWarningDisplayOff()
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    window, scene = vtkRenderWindow(), vtkRenderer()
    window.SetOffScreenRendering(1)
    window.SetShowWindow(False)
    window.SetSize(OVERSIZE * SIZE_PX, OVERSIZE * SIZE_PX)
    window.SetMultiSamples(0)
    window.SetAlphaBitPlanes(1)
    if not window.SupportsOpenGL():
        raise MissingBackend(role="renderer", name="vtk", remedy=NEEDS)
    scene.SetBackground(1, 1, 1)
    scene.SetBackgroundAlpha(0)
    scene.AutomaticLightCreationOff()
    window.AddRenderer(scene)
    importer = vtkGLTFImporter()
    importer.SetFileName(str(path))
    importer.SetRenderWindow(window)
    importer.Update()
    scene.RemoveAllLights()
    actors = scene.GetActors()
    actors.InitTraversal()
    if not actors.GetNumberOfItems():
        raise BackendFailed("the mesh has no triangles, or cannot be read", remedy="export it again as GLB")
    for _ in range(actors.GetNumberOfItems()):
        actor = actors.GetNextActor()
        looks = actor.GetProperty()
        looks.SetLighting(False)
        if actor.GetMapper().GetInput().GetPointData().GetTCoords() is None:
            looks.RemoveAllTextures()  # one without a place on the mesh would hide it
        looks.BackfaceCullingOff()  # a scan whose triangles are turned the wrong way would else have holes
    return window, scene


def _fit(scene: Any) -> tuple[tuple[float, float, float], float]:  # noqa: ANN401  # VTK has no types
    low_x, high_x, low_y, high_y, low_z, high_z = scene.ComputeVisiblePropBounds()
    size = max(high_x - low_x, high_y - low_y, high_z - low_z)
    if not math.isfinite(size) or size <= 0:
        raise BackendFailed("the mesh has no extent", remedy="check its vertices")
    return ((low_x + high_x) / 2, (low_y + high_y) / 2, (low_z + high_z) / 2), size


def _aim(camera: Any, centre: tuple[float, float, float], size: float, yaw_deg: float) -> None:  # noqa: ANN401
    yaw, pitch = math.radians(yaw_deg), math.radians(PITCH_DEG)
    away = DISTANCE * size
    camera.SetFocalPoint(*centre)
    camera.SetPosition(
        centre[0] + away * math.sin(yaw) * math.cos(pitch),
        centre[1] + away * math.sin(pitch),
        centre[2] + away * math.cos(yaw) * math.cos(pitch),
    )
    camera.SetViewUp(0, 1, 0)
    camera.SetViewAngle(FIELD_OF_VIEW_DEG)


def _grab(window: Any) -> ByteArray:  # noqa: ANN401
    from vtkmodules.util.numpy_support import vtk_to_numpy  # noqa: PLC0415
    from vtkmodules.vtkRenderingCore import vtkWindowToImageFilter  # noqa: PLC0415

    window.Render()
    grabber = vtkWindowToImageFilter()
    grabber.SetInput(window)
    grabber.SetInputBufferTypeToRGBA()
    grabber.ReadFrontBufferOff()
    grabber.Update()
    flat = vtk_to_numpy(grabber.GetOutput().GetPointData().GetScalars())  # type: ignore[no-untyped-call]  # VTK has no types
    upright = np.ascontiguousarray(flat.reshape(OVERSIZE * SIZE_PX, OVERSIZE * SIZE_PX, 4)[::-1])
    return np.asarray(cv2.resize(upright, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_AREA), dtype=np.uint8)
