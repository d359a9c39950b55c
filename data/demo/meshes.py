"""A model as GLB, its light baked into the texture."""

from __future__ import annotations

import io
from collections.abc import Mapping, MutableMapping
from typing import Any

import cv2
import numpy as np
import PIL.Image
import trimesh

from data.demo.light import STUDIO, Skin, developed, lit, unit
from data.demo.models import Model
from data.demo.occlusion import open_key
from data.domain import ByteArray

TEXTURE_PX = 512
TEXTURE_QUALITY = 78
BAKED_PITCH_DEG = 15.0
CM_PER_UNIT = 100.0
UNSIGNED_SHORT, UNSIGNED_INT = 5123, 5125
"""As glTF numbers them."""


def glb_of(model: Model) -> bytes:
    """Write a model as GLB in metres, unlit, its light baked into the texture."""
    picture = PIL.Image.fromarray(_baked(model))
    texture = io.BytesIO()
    picture.save(texture, "JPEG", quality=TEXTURE_QUALITY, optimize=True)
    material = trimesh.visual.material.PBRMaterial(  # type: ignore[no-untyped-call]
        baseColorTexture=PIL.Image.open(texture), metallicFactor=0.0, roughnessFactor=1.0
    )
    uvs = model.uvs * [1, -1] + [0, 1]
    mesh = trimesh.Trimesh(
        vertices=model.vertices / CM_PER_UNIT,
        faces=model.faces,
        visual=trimesh.visual.TextureVisuals(uv=uvs, material=material),  # type: ignore[no-untyped-call]
        process=False,
    )
    return bytes(
        trimesh.exchange.gltf.export_glb(  # type: ignore[no-untyped-call]
            trimesh.Scene(mesh), include_normals=False, tree_postprocessor=_unlit, buffer_postprocessor=_shorten_indices
        )
    )


def _shorten_indices(buffers: MutableMapping[Any, bytes], tree: Mapping[str, Any]) -> None:
    """Write indices with 16 bits, which all of our meshes fit in, instead of 32."""
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


def _baked(model: Model) -> ByteArray:
    """Light every texel as someone sees it who walks around the article."""
    normal = model.normal[model.used]
    level = np.hypot(normal[:, 0], normal[:, 2])
    pitch = np.radians(BAKED_PITCH_DEG)
    view = np.stack([normal[:, 0], np.tan(pitch) * np.maximum(level, 0.2), normal[:, 2] + 1e-3], axis=1)
    key = open_key(model.volume, model.position[model.used], normal, STUDIO.toward)
    skin = Skin(
        colour=model.colour[model.used],
        gloss=model.gloss[model.used],
        metal=model.metal[model.used],
        open_sky=model.openness[model.used],
        open_key=key,
    )
    canvas = np.full((*model.used.shape, 3), 0.5)
    canvas[model.used] = developed(lit(skin, normal, unit(view), STUDIO))
    small = cv2.resize(canvas, (TEXTURE_PX, TEXTURE_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(small * 255 + 0.5, 0, 255), dtype=np.uint8)
