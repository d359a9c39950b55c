"""One picture described: masks, cut-outs, vectors, local features and words. Runs in worker processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from data.domain import BoolArray, ByteArray, FloatArray
from data.errors import BackendFailed
from data.pictures import decode
from matching.backends import Backends
from matching.backends.descriptors.keypoints import find_keypoints
from matching.cutouts import TILTS_DEG, tilt, tilted_name, zoom
from matching.ports import BackgroundRemover, CutOut, Describer, Embedder, Keypoints, MaskHypothesis, Words

WORKING_PX = 512
MASK_PX = 384


@dataclass(frozen=True, kw_only=True)
class CutOutEvidence:
    """What one mask hypothesis of a picture gave.

    Attributes:
        hypothesis: its name.
        fell_back: the remover gave up and returned its prior.
        mask_png: values 0 and 255, at most 384 px.
        blocks: raw vector per block.
        keypoints: its local features, which a tilt would not change.
        tilted: raw vector per block of each tilted cut-out, by its name; catalogue pictures alone have them.
    """

    hypothesis: str
    fell_back: bool
    mask_png: bytes
    blocks: Mapping[str, FloatArray]
    keypoints: Keypoints
    tilted: Mapping[str, Mapping[str, FloatArray]]


@dataclass(frozen=True, kw_only=True)
class PictureEvidence:
    """What a picture gave: one piece of evidence per mask hypothesis, and words for the most trusted one."""

    cutouts: tuple[CutOutEvidence, ...]
    words: Words


def describe_picture(content: bytes, backends: Backends, *, studio: bool, mask: BoolArray | None = None) -> PictureEvidence:
    """Cut a picture out and describe every hypothesis; catalogue pictures also tilted.

    Args:
        content: encoded, as stored.
        backends: which engines.
        studio: it stands on a plain background.
        mask: where the article is, if that is known already (a render's alpha).

    Raises:
        BackendFailed: there is nothing to be found in it.
    """
    cv2.setNumThreads(1)
    remover, embedders, describer = _engines(backends)
    pixels = _shrink(decode(content), WORKING_PX)
    if mask is not None:
        fitted = cv2.resize(mask.astype(np.uint8), (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_AREA) > 0
        found: Sequence[MaskHypothesis] = [MaskHypothesis(name="known", mask=fitted, fell_back=False)]
    else:
        found = remover.masks(pixels, studio=studio)
    if not found:
        raise BackendFailed("no article was found in the picture", remedy="crop it by hand")
    cutouts = [zoom(pixels, hypothesis.mask) for hypothesis in found]
    described = _embed(embedders, cutouts)
    catalogue = studio or mask is not None
    return PictureEvidence(
        cutouts=tuple(
            CutOutEvidence(
                hypothesis=hypothesis.name,
                fell_back=hypothesis.fell_back,
                mask_png=_encode_mask(hypothesis.mask),
                blocks=blocks,
                keypoints=find_keypoints(cutout),
                tilted=_tilted(pixels, hypothesis, embedders) if catalogue else {},
            )
            for hypothesis, cutout, blocks in zip(found, cutouts, described, strict=True)
        ),
        words=describer.describe(_most_trusted(found, cutouts)),
    )


def _tilted(pixels: ByteArray, found: MaskHypothesis, embedders: Sequence[Embedder]) -> dict[str, dict[str, FloatArray]]:
    described = _embed(embedders, [tilt(pixels, found.mask, angle_deg) for angle_deg in TILTS_DEG])
    names = [tilted_name(found.name, angle_deg) for angle_deg in TILTS_DEG]
    return dict(zip(names, described, strict=True))


def _embed(embedders: Sequence[Embedder], cutouts: Sequence[CutOut]) -> list[dict[str, FloatArray]]:
    """Describe each cut-out by every embedder: raw vectors by block."""
    gathered: list[dict[str, FloatArray]] = [{} for _ in cutouts]
    for embedder in embedders:
        for blocks, found in zip(gathered, embedder.embed(cutouts), strict=True):
            blocks |= {block.name: block.values for block in found}
    return gathered


def decode_mask(png: bytes) -> BoolArray:
    """Read a stored mask: (height, width)."""
    grey = np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE))
    return np.asarray(grey > 127, dtype=np.bool_)  # noqa: PLR2004


def _most_trusted(found: Sequence[MaskHypothesis], cutouts: Sequence[CutOut]) -> CutOut:
    sure = [cutout for hypothesis, cutout in zip(found, cutouts, strict=True) if not hypothesis.fell_back]
    return (sure or list(cutouts))[0]


def _shrink(pixels: ByteArray, most_px: int) -> ByteArray:
    scale = most_px / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = (max(2, round(pixels.shape[1] * scale)), max(2, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _encode_mask(mask: BoolArray) -> bytes:
    small = _shrink(mask.astype(np.uint8) * 255, MASK_PX)
    return cv2.imencode(".png", np.where(small > 127, 255, 0).astype(np.uint8))[1].tobytes()  # noqa: PLR2004


@cache
def _engines(backends: Backends) -> tuple[BackgroundRemover, tuple[Embedder, ...], Describer]:
    return backends.load_remover(), backends.load_embedders(), backends.load_describer()
