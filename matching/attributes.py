"""[object, colour, texture, specificity]: how far two pictures agree in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.ports import Words

ATTRIBUTES = ("object", "colour", "texture", "specificity")
SAME = 0.5
"""Below this overlap a difference is marked."""


@dataclass(frozen=True, kw_only=True)
class AttributeRow:
    """One attribute of a photo beside an asset's. `overlap` is in [0, 1]; NaN is never given, silence agrees with all."""

    attribute: str
    photo: str
    asset: str
    overlap: float

    @property
    def differs(self) -> bool:
        """Whether both speak and do not agree."""
        return self.overlap < SAME


def compare(photo: Words, asset: Words) -> tuple[AttributeRow, ...]:
    """Put the four attributes of two pictures side by side."""
    rows = []
    for name in ATTRIBUTES:
        one, other = str(getattr(photo, name)), str(getattr(asset, name))
        rows.append(AttributeRow(attribute=name, photo=one, asset=other, overlap=overlap(one, other)))
    return tuple(rows)


def overlap(one: str, other: str) -> float:
    """Share of words that two answers have in common (Jaccard); 1 where one of them says nothing."""
    words = [set(re.findall(r"\w+", said.casefold())) - {"with", "all", "and"} for said in (one, other)]
    if not words[0] or not words[1]:
        return 1.0
    return len(words[0] & words[1]) / len(words[0] | words[1])
