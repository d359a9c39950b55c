"""The photos that wait, in every order that somebody has asked for lately."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from data.domain import PhotoId, Side
from feedback.facts import Facts, InHand, Taught
from feedback.lines import Line, place_in
from feedback.orders import QueueChoice, QueueOrder
from feedback.usefulness import UsefulLine

MOST_LINES = 16
"""Lines of a kind that are kept sorted; one more, and the one that was not asked for longest is made anew when it is."""

Key = TypeVar("Key")
Kept = TypeVar("Kept")


class WaitingLines:
    """Lines by choice: made when they are asked for, then kept up photo by photo."""

    def __init__(self, facts: Facts, waiting: Callable[[], Iterable[PhotoId]]) -> None:
        self.facts = facts
        self._waiting = waiting
        self._lines: OrderedDict[QueueChoice, Line[PhotoId]] = OrderedDict()
        self._useful: OrderedDict[str, UsefulLine] = OrderedDict()

    def line(self, choice: QueueChoice) -> Line[PhotoId]:
        """Give the line of a choice; of a useful one, that of the photos without an order: the oldest first."""
        facts = self.facts
        place = place_in(choice.order, facts.submitted, facts.outlooks)
        return _kept(self._lines, choice, lambda: Line(place, self._of(choice.category)))

    def firsts(self, choice: QueueChoice, blocked: Collection[PhotoId], hand: InHand) -> dict[PhotoId, float]:
        """Give what comes next, with probabilities that sum to 1; empty where nothing is free."""
        if choice.order is QueueOrder.USEFUL:
            category = choice.category
            useful = _kept(self._useful, category, lambda: UsefulLine(self.facts, self._of(category)))
            return useful.firsts(blocked, hand)
        first = self.line(choice).first(blocked)
        return {} if first is None else {first: 1.0}

    def move(self, photo_id: PhotoId, *, waits: bool) -> None:
        """Bring a photo into each line that it belongs to now, and out of the others."""
        own = {"", self.facts.category(photo_id)} if waits else set[str]()
        for choice, line in self._lines.items():
            _bring(line, photo_id, belongs=choice.category in own)
        for category, useful in self._useful.items():
            _bring(useful, photo_id, belongs=category in own)

    def learned(self, taught: Taught) -> None:
        """Move what a label has changed in the useful order."""
        for category, useful in list(self._useful.items()):
            if not useful.learned(taught):
                del self._useful[category]

    def clear(self) -> None:
        """Forget all lines."""
        self._lines.clear()
        self._useful.clear()

    def why(self, order: QueueOrder, photo_id: PhotoId) -> str:
        """Say in a few words what speaks for a photo in an order."""
        if order not in {QueueOrder.UNCERTAIN, QueueOrder.USEFUL}:
            return "next of a shuffled pack" if order is QueueOrder.RANDOM else f"the {order}"
        outlook, side = self.facts.outlooks.get(photo_id), self.facts.side(photo_id)
        if order is QueueOrder.USEFUL and side is not Side.CALIBRATION:
            return "sealed, for the gate, at its share" if side is Side.TEST else "quarantined: nothing else is left"
        if outlook is None:
            return "not ranked yet: the oldest"
        if order is QueueOrder.UNCERTAIN:
            return f"entropy {outlook.entropy:.2f}"
        labels = self.facts.labelled_skus[outlook.sku] if outlook.sku is not None else 0
        return f"margin {outlook.margin:.2f}, {labels} labels of {outlook.sku or 'no asset'}"

    def _of(self, category: str) -> list[PhotoId]:
        return [photo_id for photo_id in self._waiting() if category in {"", self.facts.category(photo_id)}]


def _kept(lines: OrderedDict[Key, Kept], key: Key, make: Callable[[], Kept]) -> Kept:
    """Give what is kept under a key, or make it; what was not asked for longest is forgotten where it is too much."""
    if key not in lines:
        lines[key] = make()
        while len(lines) > MOST_LINES:
            lines.popitem(last=False)
    lines.move_to_end(key)
    return lines[key]


def _bring(line: Line[PhotoId] | UsefulLine, photo_id: PhotoId, *, belongs: bool) -> None:
    if belongs:
        line.put(photo_id)
    else:
        line.drop(photo_id)
