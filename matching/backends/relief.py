"""The silhouette of a cut-out inflated into a closed, textured mesh: for whoever has one picture and no model.

The half thickness h solves Poisson's equation, Δ(h²) = −2 inside of the silhouette and h = 0 on its edge, so that a strip becomes
a cylinder and a disc a lens: Prasad and Fitzgibbon, "Single view reconstruction of curved surfaces", CVPR 2006, inflate likewise.
Front and back take the picture's colours straight along z, the sides those of its edge.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from data.domain import BoolArray, ByteArray
from data.errors import BackendFailed, CoutureError
from data.meshes import write_glb
from matching.mesh_ports import MeshJob, MeshOutcome
from matching.ports import CutOut

GRID = 64
"""Cells of the longest side: finer is smoother and larger, 96 gives about 300 KB."""

MARGIN = 3
THICKEST = 0.22
"""Half thickness at most, in longest sides: wide articles are flat rather than balls."""

TEXTURE_PX = 512
EDGE = 0.006
"""Of the longest side: pixels at the edge mix with the ground, and give their colour to nothing."""

SMOOTHING, BLEND = 0.7, 3.0
"""In cells: of the slope along the edge, and over how many the edge's own height gives way to the solution."""

THIN_SHARE, THIN = 0.3, 0.25
"""A cell that a strap covers by so much counts as inside, that far from the edge at least: thin parts stay whole."""

SMALLEST_PIECE = 0.01

Field = npt.NDArray[np.float64]


class ReliefGenerator:
    """Inflates the first cut-out of an asset."""

    name = "relief"
    alone = False

    def __init__(self) -> None:
        said = f"relief 2 {GRID} {THICKEST} {TEXTURE_PX} {EDGE} {SMOOTHING} {BLEND} {THIN_SHARE} {THIN} {SMALLEST_PIECE}"
        self.settings_hash = hashlib.sha256(said.encode()).hexdigest()[:16]

    def generate(self, jobs: Sequence[MeshJob]) -> Iterator[MeshOutcome]:
        """Make one mesh per job: see `MeshGenerator`."""
        for job in jobs:
            try:
                yield MeshOutcome(sku=job.sku, glb=inflate(job.cutouts[0]))
            except CoutureError as error:
                yield MeshOutcome(sku=job.sku, failure=str(error))


def inflate(cutout: CutOut) -> bytes:
    """Inflate a cut-out into a GLB whose front looks along +z; the longest side of its silhouette is about 1.

    Raises:
        BackendFailed: the cut-out is empty, or too thin to have an inside.
    """
    mask = _without_specks(cutout.mask)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        raise BackendFailed("the cut-out is empty: there is nothing to inflate", remedy="crop the picture by hand")
    window = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    inside, picture = mask[window], cutout.pixels[window]
    cell_px = max(inside.shape) / GRID
    squared = _squared_height(*_coarse(inside, cell_px))
    vertices, faces = _surface(squared)
    height, width = inside.shape
    x_px, y_px = (vertices[:, 1] - MARGIN + 0.5) * cell_px, (vertices[:, 0] - MARGIN + 0.5) * cell_px
    placed = np.stack([x_px - width / 2, height / 2 - y_px, vertices[:, 2] * cell_px], axis=1) / max(inside.shape)
    uvs = np.stack([x_px / width, y_px / height], axis=1).clip(0, 1)
    return write_glb(placed, faces, uvs, _bled(picture, inside))


def _without_specks(mask: BoolArray) -> BoolArray:
    """Drop pieces that are small beside the largest one."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    areas = np.array(stats[:, cv2.CC_STAT_AREA])
    areas[0] = 0  # the ground
    return np.asarray(mask & (areas >= SMALLEST_PIECE * areas.max())[pieces], dtype=np.bool_)


def _coarse(inside: BoolArray, cell_px: float) -> tuple[BoolArray, Field]:
    """Bring a silhouette onto the grid, empty cells around it: which cells are inside, and how far from the edge, in cells.

    The distance is measured in the picture, negative outside, so that the edge lies between cells where it is.
    """
    from scipy.ndimage import distance_transform_edt  # noqa: PLC0415

    shape = tuple(max(1, round(side / cell_px)) for side in inside.shape)
    margin = int(np.ceil(cell_px * MARGIN))
    wide = np.pad(inside, margin)
    signed = (distance_transform_edt(wide) - distance_transform_edt(~wide)) / cell_px
    turn = np.array([[cell_px, 0, margin + (cell_px - 1) / 2], [0, cell_px, margin + (cell_px - 1) / 2]])
    turn[:, 2] -= MARGIN * cell_px
    size = (shape[1] + 2 * MARGIN, shape[0] + 2 * MARGIN)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    distance = cv2.warpAffine(signed.astype(np.float32), turn, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    share = cv2.resize(inside.astype(np.float32), (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    thick_enough = np.pad(share >= THIN_SHARE, MARGIN)
    found = (distance > 0) | thick_enough
    return np.asarray(found, dtype=np.bool_), np.where(thick_enough, np.maximum(distance, THIN), distance).astype(np.float64)


def _squared_height(inside: BoolArray, distance: Field) -> Field:
    """Solve for h² in cells; it goes on below zero outside, so that the surface crosses the edge where it is."""
    from scipy.ndimage import distance_transform_edt, gaussian_filter  # noqa: PLC0415

    solved = np.zeros(inside.shape)
    solved[inside] = _solve_poisson(inside)
    cap = (THICKEST * GRID) ** 2
    capped = solved / np.sqrt(1 + (solved / cap) ** 2)
    depth = distance_transform_edt(inside) - 0.5
    slope = np.zeros(inside.shape)
    slope[inside] = capped[inside] / depth[inside]
    nearest = distance_transform_edt(~inside, return_distances=False, return_indices=True)
    at_edge = gaussian_filter(slope[nearest[0], nearest[1]], SMOOTHING) * distance
    share = np.clip((depth - 1) / BLEND, 0, 1)
    return np.asarray(share * capped + (1 - share) * at_edge, dtype=np.float64)


def _solve_poisson(inside: BoolArray) -> Field:
    """Solve Δu = −2 inside, u = 0 outside, on a grid of step 1: (n,) in the order of the cells inside."""
    from scipy.sparse import coo_array  # noqa: PLC0415
    from scipy.sparse.linalg import spsolve  # noqa: PLC0415

    count = int(inside.sum())
    number = np.full(inside.shape, -1)
    number[inside] = np.arange(count)
    rows, columns = [np.arange(count)], [np.arange(count)]
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        beside = np.roll(number, step, axis)
        both = inside & (beside >= 0)
        rows.append(number[both])
        columns.append(beside[both])
    values = np.full(sum(map(len, rows)), -1.0)
    values[:count] = 4.0
    laplacian = coo_array((values, (np.concatenate(rows), np.concatenate(columns))), shape=(count, count))
    return np.atleast_1d(np.asarray(spsolve(laplacian.tocsc(), np.full(count, 2.0)), dtype=np.float64))


def _surface(squared: Field) -> tuple[Field, npt.NDArray[np.int64]]:
    """Find where h² = z²: (n, 3) row, column and z in cells, and faces that look outward."""
    from skimage.measure import marching_cubes  # noqa: PLC0415

    deepest = int(np.ceil(np.sqrt(max(squared.max(), 0.0)))) + 2
    z = np.arange(-deepest, deepest + 1)
    volume = squared[:, :, None] - z**2
    if volume.max() <= 0:
        raise BackendFailed("the cut-out is too thin to have an inside", remedy="crop the picture by hand")
    vertices, faces, _, _ = marching_cubes(volume, 0.0, gradient_direction="ascent")  # type: ignore[no-untyped-call]  # it has no types
    vertices[:, 2] += z[0]
    at = vertices[:, :2].astype(np.int64)
    on_z = (vertices[:, :2] == at).all(axis=1)  # between two layers z² is not linear, but h is known
    height = np.sqrt(squared[at[on_z, 0], at[on_z, 1]].clip(0))
    vertices[on_z, 2] = np.sign(vertices[on_z, 2]) * height
    return np.asarray(vertices, dtype=np.float64), np.asarray(faces, dtype=np.int64)


def _bled(picture: ByteArray, inside: BoolArray) -> ByteArray:
    """Spread the colours near the edge outward, so that no ground shows on the sides."""
    from scipy.ndimage import distance_transform_edt  # noqa: PLC0415

    reach = max(1, round(EDGE * max(inside.shape)))
    kernel, wide = np.ones((2 * reach + 1,) * 2, np.uint8), np.ones((4 * reach + 1,) * 2, np.uint8)
    eroded = cv2.erode(np.pad(inside.astype(np.uint8), reach), kernel)[reach:-reach, reach:-reach]
    thin = inside & (cv2.dilate(eroded, wide) == 0)  # parts that have no middle keep their own colours
    near = distance_transform_edt(~((eroded > 0) | thin), return_distances=False, return_indices=True)
    filled = picture[near[0], near[1]]
    scale = min(1.0, TEXTURE_PX / max(filled.shape[:2]))
    size = (max(2, round(filled.shape[1] * scale)), max(2, round(filled.shape[0] * scale)))
    return np.asarray(cv2.resize(filled, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
