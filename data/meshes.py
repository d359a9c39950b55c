"""Meshes as binary glTF: checked, and written with one unlit texture."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, MutableMapping
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image

from data.domain import ByteArray
from data.errors import RefusedRow

TEXTURE_QUALITY = 85
UNSIGNED_SHORT, UNSIGNED_INT = 5123, 5125
"""As glTF numbers them."""

SHORT_ENOUGH = 65_536


def parse_glb(content: bytes, *, name: str) -> bytes:
    """Check that bytes are a binary glTF 2.0 of the length that it says.

    Raises:
        RefusedRow: they are not.
    """
    header = struct.unpack("<4sII", content[:12]) if len(content) >= 20 else (b"", 0, 0)  # noqa: PLR2004
    if header != (b"glTF", 2, len(content)):
        raise RefusedRow(f"{name} is no binary glTF 2.0 (GLB), or is cut off", remedy="export the mesh again as GLB")
    return content


def write_glb(
    vertices: npt.NDArray[np.float64],
    faces: npt.NDArray[np.int64],
    uvs: npt.NDArray[np.float64],
    texture: ByteArray,
    *,
    quality: int = TEXTURE_QUALITY,
) -> bytes:
    """Write a mesh as GLB, unlit: the texture has its light baked in.

    Args:
        vertices: (n, 3), y up.
        faces: (m, 3), counter-clockwise seen from outside.
        uvs: (n, 2) in [0, 1] from the texture's upper left corner.
        texture: (height, width, 3) RGB.
        quality: of the texture as JPEG, 1 to 95.
    """
    import trimesh  # noqa: PLC0415  # heavy

    packed = io.BytesIO()
    PIL.Image.fromarray(texture).save(packed, "JPEG", quality=quality, optimize=True)
    material = trimesh.visual.material.PBRMaterial(  # type: ignore[no-untyped-call]
        baseColorTexture=PIL.Image.open(packed), metallicFactor=0.0, roughnessFactor=1.0
    )
    mesh = trimesh.Trimesh(
        vertices=vertices,
        faces=faces,
        visual=trimesh.visual.TextureVisuals(uv=uvs * [1, -1] + [0, 1], material=material),  # type: ignore[no-untyped-call]
        process=False,
    )
    return bytes(
        trimesh.exchange.gltf.export_glb(  # type: ignore[no-untyped-call]
            trimesh.Scene(mesh),
            include_normals=False,
            tree_postprocessor=_unlit,
            buffer_postprocessor=_shorten_indices if len(vertices) < SHORT_ENOUGH else None,
        )
    )


def _shorten_indices(buffers: MutableMapping[Any, bytes], tree: Mapping[str, Any]) -> None:
    """Write indices with 16 bits instead of 32."""
    for accessor in list(tree["accessors"].values()):
        if accessor["componentType"] == UNSIGNED_INT:
            key = list(buffers)[accessor["bufferView"]]
            short = np.frombuffer(buffers[key], dtype="<u4").astype("<u2").tobytes()
            buffers[key] = short + b"\0" * (-len(short) % 4)
            accessor["componentType"] = UNSIGNED_SHORT


def _unlit(tree: dict[str, Any]) -> None:
    tree["extensionsUsed"] = ["KHR_materials_unlit"]
    for material in tree["materials"]:
        material["extensions"] = {"KHR_materials_unlit": {}}
