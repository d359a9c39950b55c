"""Lines: waiting photos in the order of their places, kept sorted, so that a pick costs no more than a look at the first."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from data.domain import PhotoId
from data.ranking import Outlook
from feedback.orders import QueueOrder

Name = TypeVar("Name", bound=str)
Place = tuple[float, float, str, Name]
"""What a line is sorted by: a tier, a number, a card in a shuffled pack, and who stands there."""

Chance = Callable[[str], float]
"""Gives a number in 0 … 1, always the same for one purpose."""

TRIES = 64


class Line(Generic[Name]):
    """Photos, or whatever has a name, by their places. To add or drop one costs the logarithm of its length."""

    def __init__(self, place: Callable[[Name], Place[Name]], names: Iterable[Name] = ()) -> None:
        self._place = place
        self._places = {name: place(name) for name in names}
        self._sorted = sorted(self._places.values())

    def __len__(self) -> int:
        """Count who is in it."""
        return len(self._sorted)

    def __contains__(self, name: Name) -> bool:
        """Say whether somebody is in it."""
        return name in self._places

    def put(self, name: Name) -> None:
        """Add somebody, or bring them to the place that they have now."""
        place = self._place(name)
        if self._places.get(name) != place:
            self.drop(name)
            self._places[name] = place
            insort(self._sorted, place)

    def drop(self, name: Name) -> None:
        """Take somebody out, if they are there."""
        place = self._places.pop(name, None)
        if place is not None:
            del self._sorted[bisect_left(self._sorted, place)]

    def places(self) -> Iterator[Place[Name]]:
        """List the places in order."""
        return iter(self._sorted)

    def before(self, tier: float) -> int:
        """Count the places of a lower tier."""
        return bisect_left(self._sorted, tier, key=lambda place: place[0])

    def first(self, blocked: Collection[Name]) -> Name | None:
        """Give the first that is not blocked; None where there is none."""
        return next((place[-1] for place in self._sorted if place[-1] not in blocked), None)

    def free(self, blocked: Collection[Name]) -> int:
        """Count those that are not blocked."""
        return len(self) - sum(name in self._places for name in blocked)

    def draw(self, blocked: Collection[Name], chance: Chance) -> Name:
        """Draw one of those that are not blocked, each with the same probability; there must be one.

        Places are drawn until one is free, which leaves the free ones equally likely; where hardly any is, they are listed.
        """
        for tried in range(TRIES):
            found = self._sorted[int(chance(f"place {tried}") * len(self))][-1]
            if found not in blocked:
                return found
        free = [place[-1] for place in self._sorted if place[-1] not in blocked]
        return free[int(chance("list") * len(free))]


def shuffled(photo_id: PhotoId) -> str:
    """Give a photo its card in a shuffled pack: sorted by it, every order of photos is equally likely, and stays as it is."""
    return hashlib.blake2b(photo_id.encode(), digest_size=8).hexdigest()


def place_in(
    order: QueueOrder, submitted: Mapping[PhotoId, float], outlooks: Mapping[PhotoId, Outlook]
) -> Callable[[PhotoId], Place[PhotoId]]:
    """Give what an order sorts by; `useful` is more than one line, see `feedback.usefulness`."""

    def oldest(photo_id: PhotoId) -> Place[PhotoId]:
        return 0.0, submitted[photo_id], shuffled(photo_id), photo_id

    def newest(photo_id: PhotoId) -> Place[PhotoId]:
        return 0.0, -submitted[photo_id], shuffled(photo_id), photo_id

    def random(photo_id: PhotoId) -> Place[PhotoId]:
        return 0.0, 0.0, shuffled(photo_id), photo_id

    def uncertain(photo_id: PhotoId) -> Place[PhotoId]:
        outlook = outlooks.get(photo_id)
        if outlook is None:  # behind all that have one
            return 1.0, submitted[photo_id], shuffled(photo_id), photo_id
        return 0.0, -outlook.entropy, shuffled(photo_id), photo_id

    places = {QueueOrder.NEWEST: newest, QueueOrder.RANDOM: random, QueueOrder.UNCERTAIN: uncertain}
    return places.get(order, oldest)
