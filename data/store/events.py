"""Tables of what people did and what was shown to them: reviews, suggestions, versions of weights, activations."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import pyarrow as pa
from lancedb.expr import col, lit

from data.domain import (
    Activation,
    BasisRecord,
    Candidate,
    Contribution,
    EventId,
    PhotoId,
    Review,
    Suggestion,
    Verdict,
    View,
    ViewKind,
    WeightsRecord,
    WeightsVersion,
)
from data.errors import ConflictingEvent, ConflictingRecord
from data.store.table import MOMENT, Record, RecordTable


class EventTable(RecordTable[Review]):
    """Reviews as events: append-only, in server sequence, each id stored exactly once."""

    record = Review
    key = ("event_id",)
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("event_id", pa.string()),
            ("photo_id", pa.string()),
            ("reviewer", pa.string()),
            ("verdict", pa.string()),
            ("at", MOMENT),
            ("sku", pa.string()),
            ("suggestion_id", pa.string()),
            ("seconds", pa.float64()),
            ("note", pa.string()),
            ("withdraws", pa.string()),
            ("sequence", pa.int64()),
        ]
    )

    def append(self, reviews: Sequence[Review]) -> list[Review]:
        """Store reviews durably and exactly once; give them back with their sequence.

        Raises:
            ConflictingEvent: an id is there already with other content; nothing of the batch is stored.
        """
        with self.table.lock.held():
            known = self._known([review.event_id for review in reviews])
            stored, new = [], dict[EventId, Review]()
            following = self.count()
            for review in reviews:
                earlier = known.get(review.event_id) or new.get(review.event_id)
                if earlier is None:
                    earlier = dataclasses.replace(review, sequence=following + len(new))
                    new[review.event_id] = earlier
                elif dataclasses.replace(review, sequence=earlier.sequence) != earlier:
                    raise ConflictingEvent(
                        f"event '{review.event_id}' is stored already and says something else of photo '{earlier.photo_id}'",
                        remedy="reload the page and decide again",
                    )
                stored.append(earlier)
            if new:
                self.table.append([self.to_row(review) for review in new.values()])
        return stored

    def all(self) -> list[Review]:
        """Read every review in server sequence."""
        return sorted(super().all(), key=lambda review: review.sequence)

    def since(self, sequence: int) -> list[Review]:
        """Read the reviews after a sequence number, in order."""
        found = self.from_rows(self.table.scan(where=col("sequence") > lit(sequence)))
        return sorted(found, key=lambda review: review.sequence)

    def of(self, photo_id: PhotoId) -> list[Review]:
        """Read the reviews of one photo, in order."""
        found = self.from_rows(self.table.scan(where=col("photo_id") == lit(photo_id)))
        return sorted(found, key=lambda review: review.sequence)

    def from_row(self, row: Mapping[str, Any]) -> Review:
        """Build a review from a row."""
        return Review(**{**row, "verdict": Verdict(row["verdict"])})

    def _known(self, ids: Sequence[EventId]) -> dict[EventId, Review]:
        return {review.event_id: review for review in self.from_rows(self.table.scan_in("event_id", ids))}


class SuggestionTable(RecordTable[Suggestion]):
    """The lists as painted, for exposure."""

    record = Suggestion
    key = ("suggestion_id",)
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("suggestion_id", pa.string()),
            ("photo_id", pa.string()),
            ("weights", pa.string()),
            ("no_match", pa.float64()),
            ("candidates", pa.string()),
            ("painted_at", MOMENT),
            ("explored_rank", pa.int32()),
            ("propensity", pa.float64()),
        ]
    )

    def of(self, photo_id: PhotoId) -> list[Suggestion]:
        """Read what was shown for one photo, oldest first."""
        found = self.from_rows(self.table.scan(where=col("photo_id") == lit(photo_id)))
        return sorted(found, key=lambda suggestion: suggestion.painted_at)

    def to_row(self, record: Suggestion) -> dict[str, Any]:
        """Flatten the candidates to JSON, with null where a channel has no evidence."""
        listed = [dataclasses.asdict(candidate) for candidate in record.candidates]
        for candidate in listed:
            for part in candidate["contributions"]:
                part["similarity"] = None if math.isnan(part["similarity"]) else part["similarity"]
        return {**super().to_row(record), "candidates": json.dumps(listed)}

    def from_row(self, row: Mapping[str, Any]) -> Suggestion:
        """Build the candidates again."""
        return Suggestion(
            **{**row, "candidates": tuple(_candidate(listed) for listed in json.loads(row["candidates"]))}
        )


def _candidate(listed: Mapping[str, Any]) -> Candidate:
    view = View(**{**listed["best_view"], "kind": ViewKind(listed["best_view"]["kind"])})
    parts = tuple(
        Contribution(**{**part, "similarity": math.nan if part["similarity"] is None else part["similarity"]})
        for part in listed["contributions"]
    )
    return Candidate(**{**listed, "best_view": view, "contributions": parts})


class _ImmutableTable(RecordTable[Record]):
    """Records that are never written twice with other content."""

    def put(self, records: Iterable[Record]) -> int:
        """Store the records that are not there yet; say how many were new.

        Raises:
            ConflictingRecord: one is there already with other content.
        """
        wanted = [self.to_row(record) for record in records]
        name = self.key[0]
        with self.table.lock.held():
            there = {row[name]: row for row in self.table.scan_in(name, [row[name] for row in wanted]).to_pylist()}
            for row in wanted:
                if row[name] in there and there[row[name]] != row:
                    raise ConflictingRecord(
                        f"{self.table.name} '{row[name]}' is stored already with other content",
                        remedy="store it as a new version",
                    )
            return self.table.insert_new(wanted)


class BasisTable(_ImmutableTable[BasisRecord]):
    """What was fitted on the catalogue, by version."""

    record = BasisRecord
    key = ("version",)
    schema: ClassVar[pa.Schema] = pa.schema(
        [("version", pa.string()), ("created_at", MOMENT), ("payload", pa.large_binary())]
    )

    def latest(self) -> BasisRecord | None:
        """Read the newest basis; None before the first."""
        found = self.table.scan(["version"])["version"].to_pylist()
        return self.get(max(found, key=_number)) if found else None


class WeightsTable(_ImmutableTable[WeightsRecord]):
    """Versions of the weights."""

    record = WeightsRecord
    key = ("version",)
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("version", pa.string()),
            ("parent", pa.string()),
            ("basis", pa.string()),
            ("created_at", MOMENT),
            ("created_by", pa.string()),
            ("watermark", pa.int64()),
            ("seed", pa.int64()),
            ("parameters", pa.large_string()),
            ("metrics", pa.large_string()),
        ]
    )

    def latest_number(self) -> int:
        """Give the number of the newest version; 0 before the first."""
        return max((_number(version) for version in self.table.scan(["version"])["version"].to_pylist()), default=0)


class ActivationTable(RecordTable[Activation]):
    """Which version ranked from when on."""

    record = Activation
    key = ("sequence",)
    schema: ClassVar[pa.Schema] = pa.schema(
        [
            ("version", pa.string()),
            ("activated_by", pa.string()),
            ("at", MOMENT),
            ("reason", pa.string()),
            ("sequence", pa.int64()),
        ]
    )

    def append(self, activation: Activation) -> Activation:
        """Take a version into use from now on."""
        with self.table.lock.held():
            numbered = dataclasses.replace(activation, sequence=self.count())
            self.table.append([self.to_row(numbered)])
        return numbered

    def all(self) -> list[Activation]:
        """Read every activation in order."""
        return sorted(super().all(), key=lambda activation: activation.sequence)

    def active(self) -> WeightsVersion | None:
        """Say which version ranks; None before the first activation."""
        history = self.all()
        return history[-1].version if history else None


def _number(version: str) -> int:
    return int(version[1:])
