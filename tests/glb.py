"""Binary glTF, written by hand: a cube whose sides have colours of their own, and meshes of any triangles."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

SIDES = {
    "+x": (1.0, 0.0, 0.0),
    "-x": (0.0, 1.0, 1.0),
    "+y": (0.0, 1.0, 0.0),
    "-y": (1.0, 0.0, 1.0),
    "+z": (0.0, 0.0, 1.0),
    "-z": (1.0, 1.0, 0.0),
}
"""Colour of each side: red, green and blue look along the axes."""


def pack_glb(document: dict[str, object], binary: bytes) -> bytes:
    """Put a glTF document and its buffer into one file."""
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def cube() -> bytes:
    """Build a cube of side 2 around the origin."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, -1), (1, 1), (-1, 1)], dtype=np.float32)
    buffers, primitives, views, accessors = b"", [], [], []
    for number, side in enumerate(SIDES):
        axis, sign = "xyz".index(side[1]), 1 if side[0] == "+" else -1
        points = np.insert(corners, axis, sign, axis=1).astype("<f4")
        views.append({"buffer": 0, "byteOffset": len(buffers), "byteLength": points.nbytes})
        buffers += points.tobytes()
        low, high = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        accessors.append({"bufferView": number, "componentType": 5126, "count": 6, "type": "VEC3", "min": low, "max": high})
        primitives.append({"attributes": {"POSITION": number}, "material": number})
    materials = [
        {"pbrMetallicRoughness": {"baseColorFactor": [*colour, 1.0], "metallicFactor": 0.0}, "doubleSided": True}
        for colour in SIDES.values()
    ]
    document: dict[str, object] = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": primitives}],
        "materials": materials,
        "buffers": [{"byteLength": len(buffers)}],
        "bufferViews": views,
        "accessors": accessors,
    }
    return pack_glb(document, buffers)


def empty() -> bytes:
    """Build a scene with nothing in it."""
    return pack_glb({"asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": []}]}, b"")


COMPONENTS = {"float32": 5126, "uint32": 5125}
WIDTHS = {1: "SCALAR", 2: "VEC2", 3: "VEC3"}
SQUARE = np.array([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, -1, 0), (1, 1, 0), (-1, 1, 0)], dtype=np.float32)
"""Two triangles that look to +z."""


def mesh_glb(
    positions: npt.NDArray[np.float32],
    *,
    indices: npt.NDArray[np.uint32] | None = None,
    uv: npt.NDArray[np.float32] | None = None,
    texture: bytes | None = None,
    change: Callable[[dict[str, Any]], None] = lambda _: None,
) -> bytes:
    """Build a mesh of triangles: positions (n, 3), indices (m,), uv (n, 2), the texture as PNG.

    Args:
        positions: three in a row are a triangle where there are no indices.
        indices: of the corners of triangles.
        uv: where on the texture.
        texture: of the one material.
        change: spoils the document before it is written.
    """
    given = {"POSITION": positions, "TEXCOORD_0": uv, "indices": indices}
    arrays = {name: found for name, found in given.items() if found is not None}
    places = {name: at for at, name in enumerate(arrays)}
    content, views, accessors = b"", [], []
    for at, found in enumerate(arrays.values()):
        views.append({"buffer": 0, "byteOffset": len(content), "byteLength": found.nbytes})
        content += found.tobytes()
        width = WIDTHS[found.shape[1] if found.ndim > 1 else 1]
        accessors.append({"bufferView": at, "componentType": COMPONENTS[found.dtype.name], "count": len(found), "type": width})
    primitive: dict[str, Any] = {"attributes": {name: at for name, at in places.items() if name != "indices"}, "material": 0}
    if indices is not None:
        primitive["indices"] = places["indices"]
    painted: dict[str, Any] = {"metallicFactor": 0.0}
    document: dict[str, Any] = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [primitive]}],
        "materials": [{"pbrMetallicRoughness": painted, "doubleSided": True}],
        "bufferViews": views,
        "accessors": accessors,
    }
    if texture is not None:
        views.append({"buffer": 0, "byteOffset": len(content), "byteLength": len(texture)})
        content += texture
        document["images"] = [{"bufferView": len(views) - 1, "mimeType": "image/png"}]
        document["textures"] = [{"source": 0}]
        painted["baseColorTexture"] = {"index": 0}
    document["buffers"] = [{"byteLength": len(content)}]
    change(document)
    return pack_glb(document, content)


def ball(rings: int) -> bytes:
    """Build a ball of 2 · rings² triangles."""
    turn, tilt = np.meshgrid(np.linspace(0, 2 * np.pi, rings + 1), np.linspace(0, np.pi, rings + 1))
    points = np.stack([np.cos(turn) * np.sin(tilt), np.cos(tilt), np.sin(turn) * np.sin(tilt)], axis=-1)
    first = np.arange(rings * (rings + 1)).reshape(rings, rings + 1)[:, :rings]
    below = first + rings + 1
    corners = np.stack([first, first + 1, below, first + 1, below + 1, below], axis=-1)
    return mesh_glb(points.reshape(-1, 3).astype(np.float32), indices=corners.reshape(-1).astype(np.uint32))
