"""A cube as binary glTF, written by hand: each side has a colour of its own."""

from __future__ import annotations

import json
import struct

import numpy as np

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
