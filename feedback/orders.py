"""Orders of the queue, and what is remembered of a photo that one of them picked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from data.domain import PhotoId


class QueueOrder(StrEnum):
    """In which order photos come."""

    OLDEST = "oldest"
    NEWEST = "newest"
    RANDOM = "random"
    UNCERTAIN = "uncertain"
    USEFUL = "useful"


BY_OUTLOOK = frozenset({QueueOrder.UNCERTAIN, QueueOrder.USEFUL})
"""Orders that go by what ranking a photo said."""


@dataclass(frozen=True, kw_only=True)
class QueueChoice:
    """What a reviewer chose: an order, and a category whose photos come first; empty for all alike.

    A photo is of the category of its first candidate, as its outlook says; without one it is of none.
    """

    order: QueueOrder = QueueOrder.OLDEST
    category: str = ""

    @property
    def by_outlook(self) -> bool:
        """Say whether outlooks have a part in it."""
        return self.order in BY_OUTLOOK or bool(self.category)

    def __str__(self) -> str:
        """Give the name that suggestions are stored under: the order, and the category behind a slash."""
        return f"{self.order}/{self.category}" if self.category else self.order.value


@dataclass(frozen=True, kw_only=True)
class Pick:
    """A photo that the queue picked.

    Attributes:
        photo_id: which.
        order: by what: the `QueueChoice` as text.
        propensity: the probability with which it was picked at that moment, given what waited; above 0.
        why: what spoke for it, in a few words.
    """

    photo_id: PhotoId
    order: str
    propensity: float
    why: str
