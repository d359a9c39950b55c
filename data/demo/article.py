"""An article of the demo, and where it is not photographed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from data.demo.models import Part

DARK = ("walnut desk",)
PALE = ("marble counter", "checked floor", "white bed")
BROWN = ("oak table", "walnut desk", "rug", "herringbone floor")
UPRIGHT = ("oak table", "walnut desk", "marble counter", "checked floor", "terrazzo", "street", "shop shelf", "rug")
"""All scenes in which nothing lies on its back, but for a floor of which one sees much."""

STANDING = (*UPRIGHT, "checked cloth", "linen")
"""And a table that is laid: nobody puts a jacket there."""


@dataclass(frozen=True, kw_only=True)
class Article:
    """One article that exists as code.

    Attributes:
        sku: empty where the catalogue does not have it.
        yaw_deg, pitch_deg: from where the studio takes its picture.
        avoid: scenes whose colour would swallow it, or where nobody would put it.
        lies: on its back, where one looks down on it.
        build: makes its parts.
    """

    sku: str = ""
    title: str
    category: str
    description: str = ""
    yaw_deg: float = -28.0
    pitch_deg: float = 14.0
    avoid: tuple[str, ...] = ()
    lies: bool = False
    build: Callable[[], list[Part]]
