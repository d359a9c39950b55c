"""Events that take earlier events back: what stands is what was not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from data.domain import EventId


class Event(Protocol):
    """What may take an earlier event back."""

    @property
    def event_id(self) -> EventId:
        """Name of the event."""

    @property
    def withdraws(self) -> EventId | None:
        """The event that it takes back; None where it takes none."""


def withdrawn_ids(ordered: Sequence[Event]) -> set[EventId]:
    """Name the events that are taken back, of events in server sequence; what takes one back may itself be taken back."""
    withdrawn: set[EventId] = set()
    for event in reversed(ordered):
        if event.withdraws is not None and event.event_id not in withdrawn:
            withdrawn.add(event.withdraws)
    return withdrawn
