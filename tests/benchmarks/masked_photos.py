"""Photos whose truth is known to the pixel, and clothes laid flat whose truth is nearly so.

No set of real pictures brings masks along. Photos of the `ycb` objects are therefore made anew as that set was made: scans
rendered at random angles, lit at random, pasted near the middle of real backgrounds, blurred and compressed; where the article
is, is known from the render's alpha. Backgrounds are photos of `grocery` and `clothing` that `keeps_back` names, so that whatever
trains on the others has seen none of them. Clothes are those of `clothing` on a ground so plain that its colour, spreading from
the border under two tolerances, leaves the same piece: another method's answer, but where it is this easy a good one.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd
from scipy.spatial.transform import Rotation

from data.domain import BoolArray, ByteArray
from data.pictures import decode
from matching.backends.vtk_renderer import VtkRenderer
from matching.camera import PITCH_DEG
from matching.masks import WORKING_PX, shrink
from tests.benchmarks.replay import datasets

SIDE_PX = 512
OFF_MIDDLE = 0.12
KEPT_BACK = 4
"""One photo of so many is a background here and must be none in training."""

TOLERANCES = (10.0, 14.0, 18.0, 23.0)
"""Of colours of the ground, as distances in Lab."""

LIGHTNESS_WEIGHT = 0.5
"""A shadow on the ground is still the ground."""

SMOOTH_PX = 7
AGREED_IOU = 0.985
ONE_PIECE = 0.97
AT_BORDER = 0.03
LEAST, MOST = 0.08, 0.8
"""Of the picture: what a piece of clothing laid flat covers."""


@dataclass(frozen=True, kw_only=True)
class MaskedPhoto:
    """A photo with its truth: (height, width) of the picture as removers see it. `shows` is what photos are alike by."""

    photo_id: str
    shows: str
    content: bytes
    mask: BoolArray

    @property
    def family(self) -> str:
        """Name what kind of thing it shows: `065-a_cups` is one of the cups."""
        return family_of(self.shows)


def family_of(sku: str) -> str:
    """Name an object without its number and letter."""
    return re.sub(r"^\d+(-[a-z])?_", "", sku)


def keeps_back(name: str) -> bool:
    """Say whether a photo, by its file's name, is kept for measuring."""
    return zlib.crc32(name.encode()) % KEPT_BACK == 0


def backgrounds() -> list[Path]:
    """List the photos that objects are pasted on here, and that nothing may be trained on."""
    found = [path for name in ("grocery", "clothing") for path in sorted((datasets() / name / "photos").glob("*.jpg"))]
    return [path for path in found if keeps_back(path.name)]


def object_photos(each: int, seed: int) -> Iterator[MaskedPhoto]:
    """Make so many photos of every `ycb` object, the same for the same seed."""
    frame = pd.read_csv(datasets() / "ycb" / "catalogue.csv", dtype=str, keep_default_na=False)
    renderer, grounds = VtkRenderer(), backgrounds()
    for place, (sku, mesh) in enumerate(zip(frame["sku"], frame["mesh"], strict=True)):
        glb = (datasets() / "ycb" / mesh).read_bytes()
        for number in range(each):
            random = np.random.default_rng((seed, place, number))
            yaw, pitch = random.uniform(0, 360), random.uniform(-20, 60) - PITCH_DEG
            [view] = renderer.render(turned(glb, Rotation.from_euler("yx", [yaw, pitch], degrees=True)), yaws_deg=[0.0])
            ground = decode(grounds[int(random.integers(len(grounds)))].read_bytes())
            content, mask = pasted(view.rgba, ground, random)
            yield MaskedPhoto(photo_id=f"{sku}-{number}", shows=sku, content=content, mask=mask)


def turned(glb: bytes, by: Rotation) -> bytes:
    """Turn all of a mesh: a node is laid around its scene."""
    length = struct.unpack_from("<I", glb, 12)[0]
    document: dict[str, Any] = json.loads(glb[20 : 20 + length])
    scene = document["scenes"][document.get("scene", 0)]
    document["nodes"].append({"children": scene["nodes"], "rotation": by.as_quat().tolist()})
    scene["nodes"] = [len(document["nodes"]) - 1]
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    rest = glb[20 + length :]
    return b"glTF" + struct.pack("<III", 2, 20 + len(text) + len(rest), len(text)) + b"JSON" + text + rest


def pasted(rgba: ByteArray, ground: ByteArray, random: np.random.Generator) -> tuple[bytes, BoolArray]:
    """Put a render on a background as a camera might have seen both: the photo as JPEG, and where the article is."""
    rows, columns = np.flatnonzero(rgba[..., 3].any(axis=1)), np.flatnonzero(rgba[..., 3].any(axis=0))
    own = rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)
    longest = SIDE_PX * random.uniform(0.3, 0.8)
    turn = cv2.getRotationMatrix2D((own.shape[1] / 2, own.shape[0] / 2), random.uniform(-40, 40), longest / max(own.shape[:2]))
    turn[0, 2] += SIDE_PX * random.uniform(0.5 - OFF_MIDDLE, 0.5 + OFF_MIDDLE) - own.shape[1] / 2
    turn[1, 2] += SIDE_PX * random.uniform(0.5 - OFF_MIDDLE, 0.5 + OFF_MIDDLE) - own.shape[0] / 2
    own[..., :3] *= own[..., 3:] / 255
    placed = cv2.warpAffine(own, turn, (SIDE_PX, SIDE_PX), flags=cv2.INTER_LINEAR)
    alpha = placed[..., 3:] / 255
    angle = random.uniform(0, 2 * np.pi)
    y, x = np.mgrid[-1 : 1 : SIDE_PX * 1j, -1 : 1 : SIDE_PX * 1j]
    light = random.uniform(0.65, 1.15) + random.uniform(0, 0.35) * (np.cos(angle) * x + np.sin(angle) * y)
    picture = placed[..., :3] * light[..., None] + _square(ground, random) * (1 - alpha)
    picture *= random.uniform(0.88, 1.08, size=3)
    picture = cv2.GaussianBlur(picture, (0, 0), random.uniform(0.3, 1.3)) + random.normal(0, random.uniform(0, 5), picture.shape)
    bgr = np.clip(picture, 0, 255).astype(np.uint8)[..., ::-1]
    jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(55, 93))])[1].tobytes()
    return jpeg, np.asarray(alpha[..., 0] > 0.5, dtype=np.bool_)


def _square(ground: ByteArray, random: np.random.Generator) -> ByteArray:
    side = round(min(ground.shape[:2]) * random.uniform(0.7, 1))
    top, left = (int(random.integers(0, most - side + 1)) for most in ground.shape[:2])
    return np.asarray(cv2.resize(ground[top : top + side, left : left + side], (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA))


def flat_clothes() -> Iterator[MaskedPhoto]:
    """Read the clothes whose outline is plain: two tolerances of the ground's colour give the same piece."""
    for path in sorted((datasets() / "clothing" / "photos").glob("*.jpg")):
        content = path.read_bytes()
        mask = _agreed(shrink(decode(content), WORKING_PX))
        if mask is not None:
            yield MaskedPhoto(photo_id=path.stem, shows=path.stem, content=content, mask=mask)


def _agreed(pixels: ByteArray) -> BoolArray | None:
    """Take the larger tolerance of the two that agree best; None where none do, or the piece is not one or not whole."""
    cuts = [_beside_ground(pixels, tolerance) for tolerance in TOLERANCES]
    pairs = [(iou(low, high), at) for at, (low, high) in enumerate(pairwise(cuts)) if _is_whole(low) and _is_whole(high)]
    best, at = max(pairs, default=(0.0, 0))
    return cuts[at + 1] if best > AGREED_IOU else None


def _beside_ground(pixels: ByteArray, tolerance: float) -> BoolArray:
    """Cut out what the border's colour, spreading from the border, does not reach; tiny specks left out, holes filled."""
    lab = cv2.cvtColor(cv2.medianBlur(pixels, SMOOTH_PX).astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    ground = np.median(np.concatenate([lab[0], lab[-1], lab[:, 0], lab[:, -1]]), axis=0)
    near = np.linalg.norm((lab - ground) * np.array([LIGHTNESS_WEIGHT, 1, 1], np.float32), axis=2) < tolerance
    _, pieces = cv2.connectedComponents(np.pad(near, 1, constant_values=True).astype(np.uint8), connectivity=4)
    apart = (pieces != pieces[0, 0])[1:-1, 1:-1].astype(np.uint8)
    opened = cv2.morphologyEx(apart, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    outlines, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(cv2.drawContours(np.zeros_like(opened), outlines, -1, 1, -1) > 0, dtype=np.bool_)


def _is_whole(mask: BoolArray) -> bool:
    """Say whether a mask is one piece of a fair size that hardly touches the border."""
    if not LEAST < mask.mean() < MOST:
        return False
    _, _, about, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    return bool(about[1:, cv2.CC_STAT_AREA].max() > ONE_PIECE * mask.sum() and border.mean() < AT_BORDER)


def iou(one: BoolArray, other: BoolArray) -> float:
    """Measure how far two masks are one: what both have of what either has; 1 where both are empty."""
    union = int((one | other).sum())
    return float((one & other).sum() / union) if union else 1.0
