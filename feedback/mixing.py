"""Mixing: photos that were drawn come between those that the order picks, each at a rate of its own, and look like any other.

In front of every photo that the order picks lies a slot, for each reviewer. By a draw that hangs on the two names alone it is
empty, or holds a photo of gold, one for a second opinion, or one of the audit. What a slot was filled with is remembered: after a
reload the same photo comes at the same place, and one that was answered does not come again. Which of those that could come it
is, is a draw with equal chances.

Audited photos that wait come through slots alone, or at the end. So whatever the order prefers, those decided are at any moment
as many photos drawn from the sample, each alike, and not the hard ones first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from data.domain import Draw, PhotoId, Reviewer
from data.drawing import DrawPurpose
from feedback.draws import chance_of
from feedback.orders import Pick

SLOT = "slot"
"""Begins the purpose of a filled slot's record; that which it was filled for follows."""

SECOND_RATE = 2.0
"""Second opinions are asked at this multiple of their share, so that those who decide most leave few open."""


@dataclass(frozen=True, kw_only=True)
class Slots:
    """What may come between the photos that an order picks.

    Attributes:
        seed: of this installation.
        reviewer: whose slots.
        rates: by purpose, the share of slots that hold such a photo.
        free: by purpose, the photos that could come now.
        filled: what the slots that were filled hold, by name.
    """

    seed: str
    reviewer: Reviewer
    rates: Mapping[DrawPurpose, float]
    free: Mapping[DrawPurpose, Collection[PhotoId]]
    filled: Mapping[str, PhotoId]


@dataclass(frozen=True, kw_only=True)
class Mixed:
    """Photos in the order in which they come, and the slots that were filled for it."""

    picks: list[Pick] = field(default_factory=list)
    filled: list[Draw] = field(default_factory=list)


def slot_name(reviewer: Reviewer, photo_id: PhotoId) -> str:
    """Name the slot in front of a photo."""
    return f"{SLOT}\0{reviewer}\0{photo_id}"


def mix(picks: Iterable[Pick], slots: Slots, count: int, at: datetime) -> Mixed:
    """Put drawn photos between picked ones.

    A drawn photo has order, propensity and reason of the pick behind it: the page can tell nothing by them, and what is stored of
    a photo as painted is set right by whoever stores it.
    """
    mixed, given = Mixed(), set[PhotoId]()
    for pick in picks:
        if len(mixed.picks) >= count:
            break
        drawn = _held_by(slots, pick, given, mixed.filled, at)
        if drawn is not None:
            given.add(drawn)
            mixed.picks.append(replace(pick, photo_id=drawn))
        if len(mixed.picks) < count:
            mixed.picks.append(pick)
    return mixed


def rest(slots: Slots, given: Collection[PhotoId], order: str) -> list[Pick]:
    """List what is left to decide where the order has nothing more: of the audit, then second opinions; gold is no work."""
    purposes = (DrawPurpose.AUDIT, DrawPurpose.SECOND_OPINION)
    left = [photo_id for purpose in purposes for photo_id in _shuffled(slots, purpose) if photo_id not in given]
    return [Pick(photo_id=photo_id, order=order, propensity=1.0, why="the last that wait") for photo_id in left]


def _held_by(slots: Slots, pick: Pick, given: Collection[PhotoId], new: list[Draw], at: datetime) -> PhotoId | None:
    """Give the photo in the slot in front of a pick; None where it is empty, or its photo was answered or is held."""
    name = slot_name(slots.reviewer, pick.photo_id)
    if name in slots.filled:
        kept = slots.filled[name]
        return kept if any(kept in free for free in slots.free.values()) and kept not in given else None
    chance = chance_of(slots.seed, name)
    for purpose, rate in slots.rates.items():
        free = [photo_id for photo_id in _shuffled(slots, purpose) if photo_id not in given] if chance < rate else []
        if free:
            probability = rate / len(free)
            new.append(Draw(draw_id=name, photo_id=free[0], purpose=f"{SLOT} {purpose}", probability=probability, drawn_at=at))
            return free[0]
        if chance < rate:
            return None
        chance -= rate
    return None


def _shuffled(slots: Slots, purpose: DrawPurpose) -> list[PhotoId]:
    """List what could come for a purpose as a pack shuffled for this reviewer."""
    names = (purpose, slots.reviewer)
    return sorted(slots.free.get(purpose, ()), key=lambda photo_id: chance_of(slots.seed, "pack", *names, photo_id))
