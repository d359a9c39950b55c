"""The camera of the eight views, the same for every renderer: see "The eight views" in CONTRIBUTING."""

from __future__ import annotations

YAWS_DEG = tuple(45.0 * step for step in range(8))
SIZE_PX = 512
PITCH_DEG = 15.0
FIELD_OF_VIEW_DEG = 40.0
DISTANCE = 2.53
"""In longest sides of the bounding box: the corners of the unit cube stay in the picture."""
