"""Attributes and caption measured from the pixels: no model, named colours and simple statistics of the surface."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from data.domain import FloatArray
from matching.backends.descriptors.colour import lab
from matching.colours import COLOURS, LIGHTNESS_WEIGHT
from matching.ports import CutOut, Words

ANCHORS = np.array(list(COLOURS.values()), dtype=np.float32)
NAMES = tuple(COLOURS)
SECOND_SHARE = 0.2


class MeasuredDescriber:
    """Names colour and surface of a cut-out. What kind of object it is, only its neighbours in the catalogue can say."""

    name = "measured"
    revision = "1"

    def describe_all(self, cutouts: Sequence[CutOut]) -> list[Words]:
        """Read the attributes of each, in the order given."""
        return [self.describe(cutout) for cutout in cutouts]

    def describe(self, cutout: CutOut) -> Words:
        """Read the attributes and build a caption; `object` stays empty."""
        shares = colour_shares(lab(cutout)[cutout.mask])
        order = np.argsort(shares)[::-1]
        main, second = NAMES[order[0]], NAMES[order[1]]
        two_toned = shares[order[1]] >= SECOND_SHARE
        surface = _surface(cutout)
        detail = f"{main} with {second}" if two_toned else f"all {main}"
        caption = f"a {surface} {main} article" + (f" with {second}" if two_toned else "")
        return Words(caption=caption, object="", colour=main, texture=surface, specificity=f"{detail}, {_proportion(cutout)}")


def colour_shares(colours: FloatArray) -> FloatArray:
    """Share of pixels nearest to each named colour.

    Args:
        colours: (n, 3) Lab.

    Returns:
        (number of names,), summing to 1.
    """
    scale = np.array([LIGHTNESS_WEIGHT, 1, 1], dtype=np.float32)
    away = ((colours[:, None] - ANCHORS[None]) * scale) ** 2
    nearest = away.sum(axis=2).argmin(axis=1)
    counts = np.bincount(nearest, minlength=len(NAMES)).astype(np.float32)
    return np.asarray(counts / max(float(counts.sum()), 1.0), dtype=np.float32)


def _surface(cutout: CutOut) -> str:
    lightness = cv2.cvtColor(cutout.pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    inside = cv2.erode(cutout.mask.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    if not inside.any():
        inside = cutout.mask
    fine = np.abs(lightness - cv2.GaussianBlur(lightness, (0, 0), 1.5))[inside].mean()
    coarse = np.abs(cv2.GaussianBlur(lightness, (0, 0), 2) - cv2.GaussianBlur(lightness, (0, 0), 8))[inside].mean()
    if coarse > 9:  # noqa: PLR2004  # grey levels; the three cuts part smooth from grained from patterned
        return "patterned"
    if fine > 3.2:  # noqa: PLR2004
        return "grained"
    return "smooth" if fine < 1.6 else "matt"  # noqa: PLR2004


def _proportion(cutout: CutOut) -> str:
    rows, columns = np.nonzero(cutout.mask)
    ratio = (np.ptp(rows) + 1) / (np.ptp(columns) + 1)
    if ratio > 1.4:  # noqa: PLR2004
        return "tall"
    return "wide" if ratio < 1 / 1.4 else "compact"
