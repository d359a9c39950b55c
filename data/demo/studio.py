"""The studio: a reference picture on white, as a catalogue has it."""

from __future__ import annotations

import io

import numpy as np
import PIL.Image

from data.demo.cameras import framed
from data.demo.light import STUDIO, developed
from data.demo.models import Model
from data.demo.shapes import Floats
from data.demo.shots import Pose, placed, shadow, shoot, turn_of
from data.domain import ByteArray

REFERENCE_PX = 800
REFERENCE_QUALITY = 86
VIEW_DEG = 24.0
FILL = 0.8
PAPER = 0.955
SHADOW_DEPTH = 0.36
SEED = 1


def reference_of(model: Model, *, yaw_deg: float, pitch_deg: float) -> bytes:
    """Take the studio picture of an article, JPEG."""
    pose = Pose(turn=turn_of())
    camera = framed(
        placed(model, pose),
        yaw_deg=yaw_deg,
        pitch_deg=pitch_deg,
        view_deg=VIEW_DEG,
        width=REFERENCE_PX,
        height=REFERENCE_PX,
        fill=FILL,
    )
    shot = shoot(model, pose, camera, STUDIO)
    missing = shadow(model, pose, camera, STUDIO, seed=SEED)
    paper = PAPER * (1 - SHADOW_DEPTH * missing)[..., None]
    covered = shot.coverage[..., None]
    return jpeg(developed(shot.radiance) * covered + paper * (1 - covered), quality=REFERENCE_QUALITY)


def jpeg(picture: Floats, *, quality: int) -> bytes:
    """Write sRGB values from 0 to 1, (h, w, 3), as JPEG."""
    pixels: ByteArray = np.clip(picture * 255 + 0.5, 0, 255).astype(np.uint8)
    written = io.BytesIO()
    PIL.Image.fromarray(pixels).save(written, "JPEG", quality=quality, optimize=True, progressive=True)
    return written.getvalue()
