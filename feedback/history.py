"""History: every event of every kind as one table, newest first, to be looked through and exported.

It is kept as Arrow columns, so that a hundred thousand events are sought through in milliseconds and none becomes an object but
those on the screen. Events of one moment stand in the order in which the store took them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, reduce
from threading import Lock
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.domain import PhotoId, Reviewer, Sku
from data.events import AUTO_ACCEPT, Review, Verdict
from data.store import Store
from feedback.blindness import Sight
from feedback.history_rows import FOR_THE_HOUSE, READERS, REVIEWS, SCHEMA, EventKind

SOUGHT = ("photo_id", "sku", "note", "verdict", "reviewer")
TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for; what is not said is not asked of an event.

    Attributes:
        reviewer: who said it.
        kinds: of one of these kinds.
        verdicts: or a person's verdict that is one of these.
        photo_id: of this photo.
        sku: of this asset.
        words: all of them, in photo id, sku, note, what was said or who said it.
        since: at this moment or later.
        until: before this moment.
    """

    reviewer: Reviewer | None = None
    kinds: frozenset[EventKind] = frozenset()
    verdicts: frozenset[Verdict] = frozenset()
    photo_id: PhotoId | None = None
    sku: Sku | None = None
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None


class History:
    """Every event of a store; a table is read again only when it has changed. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, Lock()
        self._parts: dict[str, tuple[int, pa.Table]] = {}
        self._whole: pa.Table | None = None

    def events(self) -> pa.Table:
        """Give all events, newest first: the columns of the schema, and the text that words are sought in."""
        with self._lock:
            for name, read in READERS.items():
                version = getattr(self._store, name).version
                if name not in self._parts or self._parts[name][0] != version:
                    self._parts[name], self._whole = (version, _with_text(read(self._store))), None
            if self._whole is None:
                joined = pa.concat_tables([part for _, part in self._parts.values()])
                self._whole = joined.sort_by([("at", "descending"), ("sequence", "descending")])
            return self._whole


@lru_cache(maxsize=4)
def history_of(store: Store) -> History:
    """Give a store its history: one per process."""
    return History(store)


def seen_by(events: pa.Table, sight: Sight) -> pa.Table:
    """Leave the events that a person may see: see `feedback.blindness`."""
    if sight.everything:
        return events
    held = pc.and_(pc.equal(events["reviewer"], AUTO_ACCEPT), pc.equal(events["verdict"], Verdict.SKIP.value))
    secret = pc.or_(held, pc.is_in(events["kind"], pa.array(sorted(FOR_THE_HOUSE), pa.string())))
    allowed = (
        pc.equal(events["reviewer"], sight.viewer or ""),
        pc.is_null(events["photo_id"]),
        pc.is_in(events["photo_id"], pa.array(sorted(sight.open_photos), pa.string())),
        _before_the_mark(events, sight),
    )
    return events.filter(pc.and_not(reduce(pc.or_, allowed), secret))


def find(events: pa.Table, wanted: Wanted) -> pa.Table:
    """Leave the events that are looked for, in their order."""
    conditions = list(_conditions(events, wanted))
    return events.filter(reduce(pc.and_kleene, conditions)) if conditions else events


def names_in(events: pa.Table) -> list[Reviewer]:
    """List who has said something, in order of the alphabet."""
    return sorted(Reviewer(name) for name in pc.unique(events["reviewer"]).to_pylist() if name)


def exported(events: pa.Table) -> pa.Table:
    """Give events as they are exported: the columns of the schema alone."""
    return events.select(SCHEMA.names)


def reviews_among(events: pa.Table) -> list[Review]:
    """Build the reviews among events, in server sequence."""
    found = events.filter(pc.is_in(events["kind"], pa.array(sorted(REVIEWS), pa.string())))
    rows = found.select([name for name in SCHEMA.names if name != "kind"]).to_pylist()
    return sorted((Review(**{**row, "verdict": Verdict(row["verdict"])}) for row in rows), key=lambda one: one.sequence)


def events_of_photos(events: pa.Table, photo_ids: set[PhotoId]) -> pa.Table:
    """Leave the events of some photos."""
    return events.filter(pc.is_in(events["photo_id"], pa.array(sorted(photo_ids), pa.string())))


def _conditions(events: pa.Table, wanted: Wanted) -> Iterator[Any]:
    if wanted.reviewer is not None:
        yield pc.equal(events["reviewer"], wanted.reviewer)
    if wanted.kinds or wanted.verdicts:
        said = pc.is_in(events["verdict"], pa.array(sorted(wanted.verdicts), pa.string()))
        of_people = pc.and_(pc.equal(events["kind"], EventKind.VERDICT.value), said)
        yield pc.or_(pc.is_in(events["kind"], pa.array(sorted(wanted.kinds), pa.string())), of_people)
    if wanted.photo_id is not None:
        yield pc.equal(events["photo_id"], wanted.photo_id)
    if wanted.sku is not None:
        among = pc.and_(pc.equal(events["kind"], EventKind.ARTICLE.value), pc.match_substring(events["sku"], wanted.sku))
        yield pc.or_(pc.equal(events["sku"], wanted.sku), among)
    if wanted.since is not None:
        yield pc.greater_equal(events["at"], wanted.since)
    if wanted.until is not None:
        yield pc.less(events["at"], wanted.until)
    for word in wanted.words.lower().split():
        yield pc.match_substring(events[TEXT], word)


def _before_the_mark(events: pa.Table, sight: Sight) -> pa.Array:
    """Say which events of gold those may go on seeing who had spoken of it before it was marked."""
    if not sight.until:
        return pa.repeat(pa.scalar(value=False), events.num_rows)
    columns = (events[name].to_pylist() for name in ("photo_id", "kind", "sequence"))
    return pa.array(
        [
            photo_id in sight.until and (kind not in REVIEWS or sequence <= sight.until[photo_id])
            for photo_id, kind, sequence in zip(*columns, strict=True)
        ],
        pa.bool_(),
    )


def _with_text(events: pa.Table) -> pa.Table:
    joined = pc.binary_join_element_wise(*(events[name] for name in SOUGHT), " ", null_handling="replace", null_replacement="")
    return events.append_column(TEXT, pc.utf8_lower(joined))
