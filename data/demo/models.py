"""A model: parts put together, with one atlas of their colours, normals and gloss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from data.demo.materials import Finish, Material, Surface
from data.demo.occlusion import Volume, fill, open_sky
from data.demo.shapes import Floats

Ints = npt.NDArray[np.int64]
GUTTER_PX = 4
STREWN = 3
"""Every how manyth texel marks the volume."""


class Mapping(StrEnum):
    """How a material lies on a part: wrapped along its rows, or projected along z or y."""

    WRAP = "wrap"
    FRONT = "front"
    TOP = "top"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One closed surface: a grid of `shapes`, and what it is made of. `detail` is its share of texels for its size."""

    grid: Floats
    material: Material
    mapping: Mapping = Mapping.WRAP
    detail: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Model:
    """Triangles with an atlas.

    Attributes:
        vertices: (n, 3), cm; uvs: (n, 2), from the atlas's top left; faces: (m, 3), outward.
        colour, normal, position: (size, size, 3); normal and position in the model's own space.
        gloss, metal, openness: (size, size).
        used: (size, size), where a part has texels.
        volume: where its surface is.
    """

    vertices: Floats
    uvs: Floats
    faces: Ints
    colour: Floats
    normal: Floats
    position: Floats
    gloss: Floats
    metal: Floats
    openness: Floats
    used: npt.NDArray[np.bool_]
    volume: Volume


@dataclass(frozen=True, kw_only=True)
class _Patch:
    part: Part
    rows: Floats
    columns: Floats
    normals: Floats
    faces: Ints


def assemble(parts: Sequence[Part], *, size: int = 1024) -> Model:
    """Put parts together and paint their common atlas of `size` pixels."""
    patches = [_measure(part) for part in parts]
    boxes = _pack(patches, size)
    maps = {name: np.zeros((size, size, 3)) for name in ("colour", "normal", "position")}
    flat = {name: np.zeros((size, size)) for name in ("gloss", "metal", "used")}
    vertices, uvs, faces = [], [], []
    first = 0
    for patch, (left, top, width, height) in zip(patches, boxes, strict=True):
        finish, position, normal = _paint(patch, width, height)
        outer = (slice(top - GUTTER_PX, top + height + GUTTER_PX), slice(left - GUTTER_PX, left + width + GUTTER_PX))
        for name, values in (("colour", finish.colour), ("normal", normal), ("position", position)):
            maps[name][outer] = np.pad(values, [(GUTTER_PX, GUTTER_PX), (GUTTER_PX, GUTTER_PX), (0, 0)], mode="edge")
        for name, plane in (("gloss", finish.gloss), ("metal", finish.metal), ("used", np.ones_like(finish.gloss))):
            flat[name][outer] = np.pad(plane, GUTTER_PX, mode="edge")
        across, down = np.meshgrid(patch.columns, patch.rows)
        texel = np.stack([left + 0.5 + across * (width - 1), top + 0.5 + down * (height - 1)], axis=-1)
        uvs.append(texel.reshape(-1, 2) / size)
        vertices.append(patch.part.grid.reshape(-1, 3))
        faces.append(patch.faces + first)
        first += len(vertices[-1])
    used = flat["used"] > 0
    volume = fill(maps["position"][used][::STREWN])
    openness = np.ones((size, size))
    openness[used] = open_sky(volume, maps["position"][used], maps["normal"][used])
    return Model(
        vertices=np.concatenate(vertices),
        uvs=np.concatenate(uvs),
        faces=np.concatenate(faces),
        colour=maps["colour"],
        normal=maps["normal"],
        position=maps["position"],
        gloss=flat["gloss"],
        metal=flat["metal"],
        openness=openness,
        used=used,
        volume=volume,
    )


def _measure(part: Part) -> _Patch:
    """Find where rows and columns lie by length, which way is out, and the smooth normals."""
    grid = part.grid
    rows, columns = (_lengths(grid, axis) for axis in (0, 1))
    count = grid.shape[1]
    at = np.arange(grid.shape[0] * count).reshape(grid.shape[:2])
    a, b, c, d = (x.ravel() for x in (at[:-1, :-1], at[:-1, 1:], at[1:, 1:], at[1:, :-1]))
    faces = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    points = grid.reshape(-1, 3)
    corners = points[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    if (corners.mean(axis=1) * across).sum() < 0:
        faces, across = faces[:, ::-1], -across
    keep = np.linalg.norm(across, axis=1) > 1e-9  # noqa: PLR2004
    faces, across = faces[keep], across[keep]
    _, same = np.unique(np.round(points, 6), axis=0, return_inverse=True)
    summed = np.zeros((same.max() + 1, 3))
    for corner in range(3):
        np.add.at(summed, same[faces[:, corner]], across)
    normals = summed[same]
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return _Patch(part=part, rows=rows, columns=columns, normals=normals.reshape(grid.shape), faces=faces)


def _lengths(grid: Floats, axis: int) -> Floats:
    steps = np.linalg.norm(np.diff(grid, axis=axis), axis=2).mean(axis=1 - axis) + 1e-6
    along = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(along / along[-1], dtype=np.float64)


def _extent(patch: _Patch) -> tuple[float, float]:
    """Width (longest row) and height (mean column) in cm."""
    grid = patch.part.grid
    width = np.linalg.norm(np.diff(grid, axis=1), axis=2).sum(axis=1).max()
    height = np.linalg.norm(np.diff(grid, axis=0), axis=2).sum(axis=0).mean()
    return float(width), float(height)


def _pack(patches: Sequence[_Patch], size: int) -> list[tuple[int, int, int, int]]:
    """Lay boxes (left, top, width, height) on shelves, as large as they fit."""
    low, high = 0.5, 400.0
    best: list[tuple[int, int, int, int]] = []
    for _ in range(24):
        scale = (low + high) / 2
        found = _shelves(patches, size, scale)
        low, high = (low, scale) if found is None else (scale, high)
        best = best if found is None else found
    return best


def _shelves(patches: Sequence[_Patch], size: int, scale: float) -> list[tuple[int, int, int, int]] | None:
    most = size - 2 * GUTTER_PX
    sizes = []
    for patch in patches:
        width, height = (max(8, round(side * scale * patch.part.detail)) for side in _extent(patch))
        sizes.append((min(width, most), min(height, most)))
    boxes: list[tuple[int, int, int, int]] = [(0, 0, 0, 0)] * len(sizes)
    left = top = shelf = 0
    for at in sorted(range(len(sizes)), key=lambda at: -sizes[at][1]):
        width, height = sizes[at]
        if left + width + 2 * GUTTER_PX > size:
            left, top, shelf = 0, top + shelf, 0
        shelf = max(shelf, height + 2 * GUTTER_PX)
        if top + shelf > size:
            return None
        boxes[at] = (left + GUTTER_PX, top + GUTTER_PX, width, height)
        left += width + 2 * GUTTER_PX
    return boxes


def _paint(patch: _Patch, width: int, height: int) -> tuple[Finish, Floats, Floats]:
    """Evaluate a part's material on its texels: finish, position, and normal with the relief in it."""
    v, u = np.meshgrid(np.linspace(0, 1, height), np.linspace(0, 1, width), indexing="ij")
    rows = np.interp(v[:, 0], patch.rows, np.arange(len(patch.rows)))
    columns = np.interp(u[0], patch.columns, np.arange(len(patch.columns)))
    across, down = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    position = np.stack([_sample(patch.part.grid[..., axis], across, down) for axis in range(3)], axis=-1)
    normal = np.stack([_sample(patch.normals[..., axis], across, down) for axis in range(3)], axis=-1)
    wide, high = _extent(patch)
    x, y, z = np.moveaxis(position, -1, 0)
    s, t = {Mapping.WRAP: (u * wide, v * high), Mapping.FRONT: (x + 50, y + 50), Mapping.TOP: (x + 50, z + 50)}[
        patch.part.mapping
    ]
    finish = patch.part.material(Surface(s=s, t=t, u=u, v=v, position=position))
    for axis in (0, 1):
        along = np.gradient(position, axis=axis)
        rise = np.gradient(finish.height, axis=axis)
        length = np.maximum((along**2).sum(axis=-1), 1e-5)
        normal = normal - along * np.clip(rise / length, -40, 40)[..., None]
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-9)
    return finish, position, normal


def _sample(values: Floats, across: npt.NDArray[np.float32], down: npt.NDArray[np.float32]) -> Floats:
    return np.asarray(cv2.remap(values, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), dtype=np.float64)
