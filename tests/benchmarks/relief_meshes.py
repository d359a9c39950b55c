"""Meshes between a scan and a relief, to tell apart what a relief lacks: its shape, its colours, or its outline.

A scan is seen by the built-in camera from its front, and that one picture, whose outline is known from its alpha, gives: a relief
that stands where the scan stands; the same with the scan's own back on its back, where a relief has its front mirrored; and the
scan with that picture's colours straight along the line of sight, so that sides and back have what a relief gives them.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import trimesh
from scipy.ndimage import distance_transform_edt
from scipy.spatial.transform import Rotation

from data.domain import BoolArray, ByteArray
from data.meshes import write_glb
from matching.backends import Backends
from matching.backends.relief import inflate
from matching.backends.vtk_renderer import VtkRenderer
from matching.camera import DISTANCE, FIELD_OF_VIEW_DEG, PITCH_DEG, SIZE_PX
from matching.cutouts import zoom
from matching.masks import WORKING_PX, fit_mask, shrink
from matching.meshing import CUTOUT_PX
from matching.rendering import OPAQUE
from tests.benchmarks.masked_photos import iou, turned

FOCAL_PX = SIZE_PX / 2 / math.tan(math.radians(FIELD_OF_VIEW_DEG / 2))
GROUND, PURE = 245, 253
"""Of the darkest channel: from here on a pixel is ground where the border's ground reaches it, or all around it is white."""

LEAST_HOLE = 0.0005
FINER = 4
SEEN_ALIKE = 0.97
"""How far the outline of what is projected here and the renderer's must agree: else a camera was misread."""

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A textured mesh as `write_glb` takes it."""

    vertices: Points
    faces: npt.NDArray[np.int64]
    uvs: Points
    texture: ByteArray

    @classmethod
    def of(cls, glb: bytes) -> Surface:
        """Read a GLB of one texture."""
        mesh: Any = trimesh.load(io.BytesIO(glb), file_type="glb", force="mesh")
        return cls(
            vertices=np.array(mesh.vertices, dtype=np.float64),
            faces=np.array(mesh.faces, dtype=np.int64),
            uvs=np.asarray(mesh.visual.uv, dtype=np.float64) * [1, -1] + [0, 1],
            texture=np.array(mesh.visual.material.baseColorTexture.convert("RGB"), dtype=np.uint8),
        )

    @property
    def glb(self) -> bytes:
        """Write it."""
        return write_glb(self.vertices, self.faces, self.uvs, self.texture, quality=95)


@dataclass(frozen=True, kw_only=True)
class Front:
    """A scan seen from its front: its surface scaled to 1 and centred, which way the camera looks, and what it sees."""

    glb: bytes
    scan: Surface
    turn: Rotation
    pixels: ByteArray
    mask: BoolArray

    @classmethod
    def of(cls, glb: bytes, yaw_deg: float) -> Front:
        """Look at a scan from a yaw.

        Raises:
            RuntimeError: its surface does not fall onto its picture.
        """
        [view] = VtkRenderer().render(glb, yaws_deg=[yaw_deg])
        scan = Surface.of(glb)
        low, high = scan.vertices.min(axis=0), scan.vertices.max(axis=0)
        scan = replace(scan, vertices=(scan.vertices - (low + high) / 2) / (high - low).max())
        turn = Rotation.from_euler("y", yaw_deg, degrees=True) * Rotation.from_euler("x", -PITCH_DEG, degrees=True)
        found = cls(glb=glb, scan=scan, turn=turn, pixels=view.rgba[..., :3], mask=view.rgba[..., 3] > OPAQUE)
        if iou(_filled(found.seen(scan.vertices), scan.faces), found.mask) < SEEN_ALIKE:
            raise RuntimeError(f"the scan does not fall onto its picture at {yaw_deg:.0f}°")
        return found

    def seen(self, points: Points) -> Points:
        """Project points of the scan's space into the picture: (n, 2), column and row in pixels."""
        own = self.turn.inv().apply(points)
        column = SIZE_PX / 2 + FOCAL_PX * own[:, 0] / (DISTANCE - own[:, 2])
        row = SIZE_PX / 2 - FOCAL_PX * own[:, 1] / (DISTANCE - own[:, 2])
        return np.stack([column, row], axis=1)

    def repainted(self) -> bytes:
        """Give the scan this picture's colours along the line of sight, whatever lies behind what."""
        uvs = (self.seen(self.scan.vertices) / SIZE_PX).clip(0, 1)
        return replace(self.scan, uvs=uvs, texture=_spread(self.pixels, self.mask)).glb

    def relief(self) -> Surface:
        """Inflate this picture; the surface stands as the scan stands, with the colours that `inflate` lays on."""
        found = Surface.of(inflate(zoom(self.pixels, self.mask, size_px=CUTOUT_PX)))
        rows, columns = np.flatnonzero(self.mask.any(axis=1)), np.flatnonzero(self.mask.any(axis=0))
        longest = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
        middle = np.array([columns[0] + columns[-1] + 1 - SIZE_PX, SIZE_PX - rows[0] - rows[-1] - 1, 0]) / 2
        placed = (found.vertices * longest + middle) * DISTANCE / FOCAL_PX
        return replace(found, vertices=self.turn.apply(placed))

    def inflated(self) -> bytes:
        """Give the relief of this picture."""
        return self.relief().glb

    def with_true_back(self) -> bytes:
        """Give the relief the scan's own back: what is seen of it from the other end of the line of sight, its bounds laid on."""
        flat = self.relief()
        height, width = flat.texture.shape[:2]
        back = cv2.resize(self._back(), (width, height), interpolation=cv2.INTER_AREA)
        behind = self.turn.inv().apply(flat.vertices)[flat.faces, 2].mean(axis=1) < 0
        inner = 0.5 / width
        front_half, back_half = flat.uvs * [0.5, 1], flat.uvs * [0.5, 1] + [0.5, 0]
        front_half[:, 0] = front_half[:, 0].clip(0, 0.5 - inner)
        back_half[:, 0] = back_half[:, 0].clip(0.5 + inner, 1)
        return Surface(
            vertices=np.concatenate([flat.vertices, flat.vertices]),
            faces=np.where(behind[:, None], flat.faces + len(flat.vertices), flat.faces),
            uvs=np.concatenate([front_half, back_half]),
            texture=np.concatenate([flat.texture, back], axis=1).astype(np.uint8),
        ).glb

    def _back(self) -> ByteArray:
        """Look at the scan from behind, mirrored so that it lies on the front, cropped to its bounds, no ground left."""
        camera = Rotation.from_euler("x", -PITCH_DEG, degrees=True)
        behind = camera * Rotation.from_euler("y", 180, degrees=True) * self.turn.inv()
        [view] = VtkRenderer().render(turned(self.glb, behind), yaws_deg=[0.0])
        seen, inside = view.rgba[:, ::-1, :3], view.rgba[:, ::-1, 3] > OPAQUE
        rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
        window = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
        return _spread(seen, inside)[window]


def known_relief(pixels: ByteArray) -> bytes:
    """Inflate a reference on pure white, whose outline its ground tells: (height, width, 3)."""
    return inflate(zoom(pixels, known_mask(pixels), size_px=CUTOUT_PX))


def cut_iou(pixels: ByteArray) -> float:
    """Measure how far the automatic cut of a reference on pure white is its known outline; 0 where nothing sure was cut."""
    small = shrink(pixels, WORKING_PX)
    sure = [found.mask for found in Backends().load_remover().masks(small, studio=True) if not found.fell_back]
    return iou(sure[0], fit_mask(known_mask(pixels), small)) if sure else 0.0


def known_mask(pixels: ByteArray) -> BoolArray:
    """Tell an article from the pure white that it stands on; white holes in it are ground too."""
    light = pixels.min(axis=2)
    count, pieces = cv2.connectedComponents(np.pad(light >= GROUND, 1, constant_values=True).astype(np.uint8), connectivity=4)
    around, pieces = pieces[0, 0], pieces[1:-1, 1:-1]
    ground = pieces == around
    for piece in set(range(1, count)) - {int(around)}:
        own = pieces == piece
        if own.mean() >= LEAST_HOLE and np.median(light[own]) >= PURE:
            ground |= own
    return np.asarray(~ground, dtype=np.bool_)


def _spread(pixels: ByteArray, inside: BoolArray) -> ByteArray:
    """Spread an article's colours over its ground; those of its very edge, which are mixed with it, are not taken."""
    inner = cv2.erode(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    near = distance_transform_edt(~(inner if inner.any() else inside), return_distances=False, return_indices=True)
    return np.ascontiguousarray(pixels[near[0], near[1]])


def _filled(corners: Points, faces: npt.NDArray[np.int64]) -> BoolArray:
    """Fill the triangles of a projected surface, finer than the picture first: the rasteriser draws their borders too."""
    canvas = np.zeros((SIZE_PX * FINER, SIZE_PX * FINER), dtype=np.uint8)
    for triangle in np.round(FINER * corners[faces] - 0.5).astype(np.int32):
        cv2.fillConvexPoly(canvas, triangle, 255)
    return cv2.resize(canvas, (SIZE_PX, SIZE_PX), interpolation=cv2.INTER_AREA) > OPAQUE
