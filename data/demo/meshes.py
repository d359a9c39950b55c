"""A model as GLB, its light baked into the texture."""

from __future__ import annotations

import cv2
import numpy as np

from data.demo.light import STUDIO, Skin, developed, lit, unit
from data.demo.models import Model
from data.demo.occlusion import open_key
from data.domain import ByteArray
from data.meshes import write_glb

TEXTURE_PX = 512
TEXTURE_QUALITY = 78
BAKED_PITCH_DEG = 15.0
CM_PER_UNIT = 100.0


def glb_of(model: Model) -> bytes:
    """Write a model as GLB in metres, unlit, its light baked into the texture."""
    return write_glb(model.vertices / CM_PER_UNIT, model.faces, model.uvs, _baked(model), quality=TEXTURE_QUALITY)


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
