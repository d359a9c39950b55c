"""Background removal without a model: border flood fill in the studio, else GrabCut from the middle and from what is salient.

GrabCut: Rother, Kolmogorov and Blake, "GrabCut: interactive foreground extraction using iterated graph cuts", SIGGRAPH 2004.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from data.domain import BoolArray, ByteArray
from data.errors import BackendFailed
from matching.backends.saliency import salient
from matching.ports import MaskHypothesis

WORKING_PX = 160
"""GrabCut is as good and several times faster here than at 512 px, and two rounds are as good as four."""

PRIORS = {"small": 0.35, "centre": 0.55, "wide": 0.8}
TRUST = ("centre", "small", "wide")
SALIENT = "salient"
INSIDE = "inside"
AROUND = 0.3
"""Of a rectangle's side: what is looked at on each side of it, to learn the background from."""

LEAST_OF_BOX = 0.08
"""A person draws a rectangle around an article: one that fills less of it was not found."""

ITERATIONS = 2
FLOOD_TOLERANCE = 12
FLAT = 4
"""Grey levels between darkest and lightest; in a picture of one colour GrabCut seeks for seconds."""

EMPTY, FULL = 0.005, 0.985
SAME_AS_PRIOR_IOU = 0.93
SAME_AS_EARLIER_IOU = 0.92
"""Two hypotheses that agree this well are one: half of the photos need two cut-outs instead of four."""


class GrabCutRemover:
    """Cuts studio pictures by flood fill, and photos by GrabCut."""

    name = "grabcut"

    def masks(self, pixels: ByteArray, *, studio: bool) -> Sequence[MaskHypothesis]:
        """Find the article: see `BackgroundRemover`. Photos get one hypothesis per prior and the whole picture."""
        if min(pixels.shape[:2]) < 2:  # noqa: PLR2004
            raise BackendFailed("the picture is a line: nothing can be cut out of it", remedy="give a larger picture")
        if studio:
            filled = flood(pixels)
            if filled is not None:
                return [MaskHypothesis(name="studio", mask=filled, fell_back=False)]
        small = _shrink(pixels)
        central = {name: _ellipse(small, PRIORS[name]) for name in TRUST}
        if studio:
            return [_cut(small, TRUST[0], central[TRUST[0]], pixels.shape[:2])]
        found: list[MaskHypothesis] = []
        for name, prior in {**central, SALIENT: salient(small)}.items():
            if prior.any():
                cut = _cut(small, name, prior, pixels.shape[:2])
                if all(_iou(cut.mask, earlier.mask) < SAME_AS_EARLIER_IOU for earlier in found):
                    found.append(cut)
        whole = np.ones(pixels.shape[:2], dtype=np.bool_)
        return [*found, MaskHypothesis(name="whole", mask=whole, fell_back=False)]


def cut_inside(pixels: ByteArray, rectangle: BoolArray) -> MaskHypothesis:
    """Cut out what lies in a rectangle that a person drew: what is outside of it is background for certain.

    Only the rectangle and as much around it as `AROUND` says is looked at, so that a small article is cut as finely as others.

    Args:
        pixels: (height, width, 3) RGB.
        rectangle: (height, width), true in one rectangle.
    """
    rows, columns = np.flatnonzero(rectangle.any(axis=1)), np.flatnonzero(rectangle.any(axis=0))
    window = _around(rows, pixels.shape[0]), _around(columns, pixels.shape[1])
    near = np.ascontiguousarray(pixels[window])
    small = _shrink(near)
    size = (small.shape[1], small.shape[0])
    prior = cv2.resize(rectangle[window].astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    labels = np.where(prior, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    if not prior.all() and np.ptp(small) > FLAT:
        _refine(small, labels)
    cut = _largest((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD), np.asarray(prior, dtype=np.bool_))
    share = cut.sum() / prior.sum()
    gave_up = not LEAST_OF_BOX < share < FULL
    mask = rectangle.copy()
    if not gave_up:
        back = cv2.resize(cut.astype(np.uint8), (near.shape[1], near.shape[0]), interpolation=cv2.INTER_NEAREST) > 0
        mask[window] &= back
    return MaskHypothesis(name=INSIDE, mask=mask if mask.any() else rectangle, fell_back=gave_up)


def _around(places: NDArray[np.intp], most: int) -> slice:
    """Give the part of a side of the picture that is looked at."""
    more = round((places[-1] + 1 - places[0]) * AROUND)
    return slice(max(0, int(places[0]) - more), min(most, int(places[-1]) + 1 + more))


def flood(pixels: ByteArray) -> BoolArray | None:
    """Fill the plain background from the border; None where the border is not plain enough to be one.

    Args:
        pixels: (height, width, 3) RGB.
    """
    height, width = pixels.shape[:2]
    padded = cv2.copyMakeBorder(pixels, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ground = np.median(border, axis=0)
    near = np.abs(border.astype(np.int16) - ground).max(axis=1) <= 2 * FLOOD_TOLERANCE
    if near.mean() < 0.5:  # noqa: PLR2004
        return None
    padded[[0, -1], :] = ground
    padded[:, [0, -1]] = ground
    filled = np.zeros((height + 4, width + 4), dtype=np.uint8)
    tolerance = (FLOOD_TOLERANCE,) * 3
    flags = 4 | (255 << 8) | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE
    cv2.floodFill(padded, filled, (0, 0), (0, 0, 0), tolerance, tolerance, flags)
    mask = filled[2:-2, 2:-2] == 0
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return np.asarray(opened > 0, dtype=np.bool_) if EMPTY < opened.mean() < FULL else None


def _shrink(pixels: ByteArray) -> ByteArray:
    scale = WORKING_PX / max(pixels.shape[:2])
    width, height = (max(2, round(side * scale)) for side in (pixels.shape[1], pixels.shape[0]))
    small = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return np.asarray(small, dtype=np.uint8)


def _ellipse(small: ByteArray, radius: float) -> BoolArray:
    height, width = small.shape[:2]
    prior = np.zeros((height, width), dtype=np.uint8)
    axes = (max(1, round(width * radius / 2)), max(1, round(height * radius / 2)))
    cv2.ellipse(prior, (width // 2, height // 2), axes, 0, 0, 360, 1, -1)
    return np.asarray(prior > 0, dtype=np.bool_)


def _cut(small: ByteArray, name: str, prior: BoolArray, full: tuple[int, ...]) -> MaskHypothesis:
    labels = np.where(prior, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[[0, -1], :] = cv2.GC_BGD
    labels[:, [0, -1]] = cv2.GC_BGD
    if (labels == cv2.GC_PR_FGD).any() and np.ptp(small) > FLAT:
        _refine(small, labels)
    cut = _largest((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD), prior)
    # an ellipse that comes back as it was found nothing; what is salient may well be the article
    gave_up = not EMPTY < cut.mean() < FULL or (name in PRIORS and _iou(cut, prior) > SAME_AS_PRIOR_IOU)
    chosen = prior if gave_up else cut
    back = cv2.resize(chosen.astype(np.uint8), (full[1], full[0]), interpolation=cv2.INTER_NEAREST) > 0
    if not back.any():
        back = np.ones((full[0], full[1]), dtype=np.bool_)
    return MaskHypothesis(name=name, mask=np.asarray(back, dtype=np.bool_), fell_back=gave_up)


def _refine(small: ByteArray, labels: ByteArray) -> None:
    cv2.setRNGSeed(0)
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    no_box = (0, 0, 0, 0)  # not read when it starts from a mask
    picture = cv2.cvtColor(small, cv2.COLOR_RGB2BGR)
    try:
        cv2.grabCut(picture, labels, no_box, background, foreground, ITERATIONS, cv2.GC_INIT_WITH_MASK)
    except cv2.error as error:
        raise BackendFailed(f"GrabCut cannot cut the picture out ({error})", remedy="crop it by hand") from error


def _largest(cut: BoolArray, prior: BoolArray) -> BoolArray:
    """Keep the piece that covers most of the prior, its holes filled."""
    count, pieces = cv2.connectedComponents(cut.astype(np.uint8), connectivity=4)
    if count <= 1:
        return cut
    overlap = np.bincount(pieces[prior], minlength=count)
    overlap[0] = 0
    kept = (pieces == overlap.argmax()).astype(np.uint8)
    outlines, _ = cv2.findContours(kept, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    large = [line for line in outlines if cv2.contourArea(line) > 0]
    closed = cv2.morphologyEx(cv2.drawContours(kept, large, -1, 1, 1), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    return np.asarray(closed > 0, dtype=np.bool_)


def _iou(one: BoolArray, other: BoolArray) -> float:
    union = int((one | other).sum())
    return float((one & other).sum() / union) if union else 1.0
