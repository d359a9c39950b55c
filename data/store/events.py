"""Tables of what people did and what was shown to them: reviews and suggestions."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, ClassVar

import pyarrow as pa
from lancedb.expr import col, lit

from data.domain import PhotoId, Sku, SuggestionId, View, ViewKind
from data.events import Review, Verdict
from data.ranking import Candidate, Contribution, Suggestion
from data.store.event_log import EventLog
from data.store.parts import PART
from data.store.table import LOOKUP_BATCH, MOMENT, RecordTable

FEW = 512
"""Suggestions that are read whole at a time: with their contributions each takes tens of kilobytes."""


class EventTable(EventLog[Review]):
    """Reviews as events: append-only, in server sequence, each id stored exactly once."""

    record = Review
    remedy = "reload the page and decide again"
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

    def subject(self, record: Review) -> str:
        """Name the photo."""
        return f"photo '{record.photo_id}'"

    def of(self, photo_id: PhotoId) -> list[Review]:
        """Read the reviews of one photo, in order."""
        found = self.from_rows(self.table.scan(where=col("photo_id") == lit(photo_id)))
        return sorted(found, key=lambda review: review.sequence)

    def of_photos(self, photo_ids: Iterable[PhotoId]) -> list[Review]:
        """Read the reviews of some photos, in order."""
        found = self.from_rows(self.table.scan_in("photo_id", photo_ids))
        return sorted(found, key=lambda review: review.sequence)

    def from_row(self, row: Mapping[str, Any]) -> Review:
        """Build a review from a row."""
        return Review(**{**row, "verdict": Verdict(row["verdict"])})


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
            ("queue_order", pa.string()),
            ("queue_propensity", pa.float64()),
        ]
    )

    def of(self, photo_id: PhotoId) -> list[Suggestion]:
        """Read what was shown for one photo, oldest first."""
        found = self.from_rows(self.table.scan(where=col("photo_id") == lit(photo_id)))
        return sorted(found, key=lambda suggestion: suggestion.painted_at)

    def of_photos(self, photo_ids: Iterable[PhotoId]) -> list[Suggestion]:
        """Read what was shown for some photos, oldest first."""
        found = self.from_rows(self.table.scan_in("photo_id", photo_ids))
        return sorted(found, key=lambda suggestion: suggestion.painted_at)

    def of_ids(self, suggestion_ids: Iterable[SuggestionId]) -> list[Suggestion]:
        """Read some suggestions whole; those that are not there are left out."""
        return self.from_rows(self.table.scan_in("suggestion_id", suggestion_ids))

    def each_of(self, suggestion_ids: Iterable[SuggestionId]) -> Iterator[Suggestion]:
        """Read some suggestions whole, a few at a time; those that are not there are left out."""
        wanted = iter(suggestion_ids)
        while some := [lit(one) for one in islice(wanted, LOOKUP_BATCH)]:
            for part in self.table.parts(col("suggestion_id").isin(some), FEW):
                yield from self.from_rows(part)

    def lists_of(self, suggestion_ids: Iterable[SuggestionId]) -> list[Suggestion]:
        """Read some suggestions without the contributions to their scores, which are nine tenths of what they take."""
        found = self.table.scan_in("suggestion_id", suggestion_ids)
        return [_suggestion(row, scored=False) for part in found.to_batches(PART) for row in part.to_pylist()]

    def skus_of(self, suggestion_ids: Iterable[SuggestionId]) -> dict[SuggestionId, tuple[Sku, ...]]:
        """Read which assets some suggestions listed, in order; those that are not there are left out."""
        rows = self.table.scan_in("suggestion_id", suggestion_ids, ["suggestion_id", "candidates"]).to_pylist()
        return {
            SuggestionId(row["suggestion_id"]): tuple(Sku(listed["sku"]) for listed in json.loads(row["candidates"]))
            for row in rows
        }

    def to_row(self, record: Suggestion) -> dict[str, Any]:
        """Flatten the candidates to JSON, with null where a channel has no evidence."""
        listed = [dataclasses.asdict(candidate) for candidate in record.candidates]
        for candidate in listed:
            for part in candidate["contributions"]:
                part["similarity"] = None if math.isnan(part["similarity"]) else part["similarity"]
        return {**super().to_row(record), "candidates": json.dumps(listed)}

    def from_row(self, row: Mapping[str, Any]) -> Suggestion:
        """Build the candidates again; what was written before the queue had orders came in none."""
        return _suggestion(row)


def _suggestion(row: Mapping[str, Any], *, scored: bool = True) -> Suggestion:
    candidates = tuple(_candidate(listed, scored=scored) for listed in json.loads(row["candidates"]))
    return Suggestion(**{**row, "candidates": candidates, "queue_order": row.get("queue_order") or ""})


def _candidate(listed: Mapping[str, Any], *, scored: bool) -> Candidate:
    view = View(**{**listed["best_view"], "kind": ViewKind(listed["best_view"]["kind"])})
    parts = tuple(
        Contribution(**{**part, "similarity": math.nan if part["similarity"] is None else part["similarity"]})
        for part in (listed["contributions"] if scored else ())
    )
    return Candidate(**{**listed, "best_view": view, "contributions": parts})
