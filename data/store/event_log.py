"""An append-only table: whatever people say, stored exactly once and numbered in the order in which the store took it."""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Protocol, TypeVar

from lancedb.expr import col, lit

from data.domain import EventId
from data.errors import ConflictingEvent
from data.store.table import RecordTable


class Event(Protocol):
    """What somebody said, never changed. Its id is made where it was said; its sequence is given by the store."""

    __dataclass_fields__: ClassVar[dict[str, dataclasses.Field[Any]]]

    @property
    def event_id(self) -> EventId:
        """Name of the event."""

    @property
    def sequence(self) -> int:
        """Its place among the events of its table, from 0; -1 before it is stored."""


Said = TypeVar("Said", bound=Event)


class EventLog(RecordTable[Said]):
    """Events of one kind: append-only, in server sequence, each id stored exactly once."""

    key = ("event_id",)
    remedy: ClassVar[str]
    """What to do about an id that comes back with other content."""

    @abstractmethod
    def subject(self, record: Said) -> str:
        """Name what an event speaks of."""

    def append(self, records: Sequence[Said]) -> list[Said]:
        """Store events durably and exactly once; give them back with their sequence.

        Raises:
            ConflictingEvent: an id is there already with other content; nothing of the batch is stored.
        """
        with self.table.lock.held():
            known = self._known([record.event_id for record in records])
            stored, new = [], dict[EventId, Said]()
            following = self.count()
            for record in records:
                earlier = known.get(record.event_id) or new.get(record.event_id)
                if earlier is None:
                    earlier = dataclasses.replace(record, sequence=following + len(new))
                    new[record.event_id] = earlier
                elif dataclasses.replace(record, sequence=earlier.sequence) != earlier:
                    raise ConflictingEvent(
                        f"event '{record.event_id}' is stored already and says something else of {self.subject(earlier)}",
                        remedy=self.remedy,
                    )
                stored.append(earlier)
            if new:
                self.table.append([self.to_row(record) for record in new.values()])
        return stored

    def put(self, records: Iterable[Said]) -> int:
        """Store the events that are not there yet, each with its sequence; say how many were new.

        Raises:
            ConflictingEvent: see `append`.
        """
        with self.table.lock.held():
            before = self.count()
            self.append(list(records))
            return self.count() - before

    def all(self) -> list[Said]:
        """Read every event in server sequence."""
        return sorted(super().all(), key=lambda record: record.sequence)

    def since(self, sequence: int) -> list[Said]:
        """Read the events after a sequence number, in order."""
        found = self.from_rows(self.table.scan(where=col("sequence") > lit(sequence)))
        return sorted(found, key=lambda record: record.sequence)

    def _known(self, ids: Sequence[EventId]) -> dict[EventId, Said]:
        return {record.event_id: record for record in self.from_rows(self.table.scan_in("event_id", ids))}
