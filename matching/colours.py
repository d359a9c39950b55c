"""Named colours and where they lie in CIE Lab: what is measured is named by the nearest, and names are as alike as they lie."""

from __future__ import annotations

import math

Lab = tuple[float, float, float]

COLOURS: dict[str, Lab] = {
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

LIGHTNESS_WEIGHT = 0.6
"""Light falls differently on every photo, so lightness counts less than hue."""

UNLIKE = 50.0
"""How far apart two colours lie, in Lab with lightness weighed, that have nothing in common any more."""


def colour_likeness(one: Lab, other: Lab) -> float:
    """Say how alike two colours are, in [0, 1]: 1 for the same, falling with their distance to 0 at `UNLIKE`."""
    away = math.hypot((one[0] - other[0]) * LIGHTNESS_WEIGHT, one[1] - other[1], one[2] - other[2])
    return max(0.0, 1 - away / UNLIKE)
