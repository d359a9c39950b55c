"""[object, colour, texture, specificity]: how far two pictures agree in words, and the original's rule of moving up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from data.events import Attribute
from matching.ports import Words
from matching.vocabulary import Answer, AttributeVocabulary, Vocabulary, shipped_vocabulary

ATTRIBUTES = tuple(Attribute)
SAME = 0.6
"""Below this overlap a difference is marked."""


@dataclass(frozen=True, kw_only=True)
class AttributeRow:
    """One attribute of a photo beside an asset's. `overlap` is in [0, 1]; NaN is never given, silence agrees with all."""

    attribute: Attribute
    photo: Answer
    asset: Answer
    overlap: float

    @property
    def differs(self) -> bool:
        """Whether both speak and do not agree."""
        return self.overlap < SAME


def compare(photo: Words, asset: Words, vocabulary: Vocabulary | None = None) -> tuple[AttributeRow, ...]:
    """Put the four attributes of two pictures side by side, read into a vocabulary: the shipped one where none is given."""
    rows = []
    for name in ATTRIBUTES:
        terms = (vocabulary or shipped_vocabulary()).attributes[name]
        one, other = terms.read(str(getattr(photo, name))), terms.read(str(getattr(asset, name)))
        rows.append(AttributeRow(attribute=name, photo=one, asset=other, overlap=overlap(one, other, terms)))
    return tuple(rows)


def overlap(one: Answer, other: Answer, vocabulary: AttributeVocabulary) -> float:
    """Say how far two answers agree, in [0, 1]; 1 where one of them says nothing.

    The mean, over the words of both, of how alike the likest word of the other answer is: a soft Dice coefficient.
    """
    if not one.words or not other.words:
        return 1.0
    alike = [[vocabulary.likeness(word, beside) for beside in other.words] for word in one.words]
    best = [*(max(row) for row in alike), *(max(column) for column in zip(*alike, strict=True))]
    return math.fsum(best) / len(best)


def attribute_overlap(photo: Words, asset: Words, vocabulary: Vocabulary | None = None) -> float:
    """Say how far a photo and an asset agree in words: the mean, in [0, 1], over the attributes that both name.

    NaN where there is none that both name: then nothing is known, and the asset is neither better nor worse for it.
    """
    both = [row.overlap for row in compare(photo, asset, vocabulary) if row.photo.words and row.asset.words]
    return sum(both) / len(both) if both else math.nan


def hard_rule(overlaps: Sequence[float], top: int = 5) -> tuple[int, ...]:
    """Order candidates by the original's rule: the one of the first five that overlaps most moves up to first.

    Args:
        overlaps: of each candidate, in its order; NaN where nothing is known, which is less than anything that is.
        top: among how many of the first one is sought.

    Returns:
        The places, one per candidate, in the new order. Of several that overlap as much, the one that stood before them moves.
    """
    places = list(range(len(overlaps)))
    if not places or top < 1:
        return tuple(places)
    known = [-math.inf if math.isnan(value) else value for value in overlaps[:top]]
    best = known.index(max(known))
    return (best, *(place for place in places if place != best))
