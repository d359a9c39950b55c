"""Attributes and caption measured from the pixels: no model, named colours and simple statistics of the surface."""

from __future__ import annotations

import cv2
import numpy as np

from data.domain import FloatArray
from matching.backends.descriptors.colour import lab
from matching.ports import CutOut, Words

COLOURS = {
    "black": (12, 0, 0),
    "charcoal": (30, 0, 0),
    "grey": (55, 0, 0),
    "silver": (78, 0, 0),
    "white": (96, 0, 0),
    "cream": (92, 1, 14),
    "beige": (76, 4, 20),
    "tan": (60, 14, 34),
    "brown": (36, 16, 24),
    "burgundy": (26, 34, 12),
    "red": (47, 66, 44),
    "orange": (66, 42, 64),
    "gold": (72, 8, 58),
    "yellow": (88, -6, 80),
    "olive": (46, -6, 34),
    "green": (50, -42, 32),
    "mint": (84, -22, 8),
    "teal": (46, -24, -10),
    "sky blue": (72, -8, -28),
    "blue": (42, 14, -56),
    "navy": (20, 8, -28),
    "purple": (38, 40, -42),
    "lilac": (72, 16, -18),
    "pink": (76, 30, 2),
    "magenta": (52, 70, -18),
}
"""Anchors in CIE Lab."""

ANCHORS = np.array(list(COLOURS.values()), dtype=np.float32)
NAMES = tuple(COLOURS)
SECOND_SHARE = 0.2
LIGHTNESS_WEIGHT = 0.6
"""Light falls differently on every photo, so lightness counts less than hue."""


class MeasuredDescriber:
    """Names colour and surface of a cut-out. What kind of object it is, only its neighbours in the catalogue can say."""

    name = "measured"

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
