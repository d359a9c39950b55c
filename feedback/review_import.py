"""Import of reviews that were made elsewhere: CSV, JSONL, Parquet, or a Label Studio export."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from data.domain import EventId, PhotoId, Reviewer, Sku
from data.errors import BadTable, ConflictingEvent, CoutureError, RefusedRow
from data.events import PROGRAMS, Review, Verdict
from data.store import Store
from data.tabular import ImportReport, Line, RefusedLine, read_sheet, unmarked
from feedback.label_studio import EVENT_PREFIX, SKU

REQUIRED = ("photo_id", "verdict", "reviewer")
OPTIONAL = ("sku", "event_id", "at", "note")
IMPORTABLE = frozenset(Verdict) - {Verdict.WITHDRAWN, Verdict.REOPENED}


def import_reviews(store: Store, source: Path) -> ImportReport:
    """Store the reviews of a file, each once: a second import takes none. A bad row is reported and stops nothing else.

    A row without event_id gets the hash of what it says and how often it was said before in the file.

    Raises:
        BadTable: the file as a whole cannot be read; nothing is stored.
    """
    lines, notes = review_lines(source)
    photos = {photo.photo_id for photo in store.photos.all()}
    skus = set(store.assets.skus())
    known = {review.event_id: review for review in store.events.all()}
    now, seen = datetime.now(UTC), Counter[str]()
    refused: list[RefusedLine] = []
    new: dict[EventId, Review] = {}
    skipped = 0
    for line in lines:
        try:
            review = _parse(line, photos, skus, seen, now)
            earlier = known.get(review.event_id) or new.get(review.event_id)
            if earlier is None:
                new[review.event_id] = review
            elif _says(earlier) == _says(review):
                skipped += 1
            else:
                raise ConflictingEvent(
                    f"event '{review.event_id}' is stored already and says something else of photo '{earlier.photo_id}'",
                    remedy="give the row another event_id",
                )
        except CoutureError as error:
            refused.append(RefusedLine(number=line.number, what=error.what, remedy=error.remedy))
    store.events.append(list(new.values()))
    counts = Counter(review.verdict.value for review in new.values())
    return ImportReport(taken=len(new), skipped=skipped, refused=tuple(refused), notes=notes, counts=dict(counts))


def review_lines(source: Path) -> tuple[list[Line], tuple[str, ...]]:
    """Read the rows of a file by its ending.

    Raises:
        BadTable: it is of no kind that we read, or cannot be read.
    """
    kind = source.suffix.casefold()
    if kind == ".csv":
        sheet = read_sheet(source, required=REQUIRED, optional=OPTIONAL)
        return [unmarked(line) for line in sheet.lines], tuple(f"column '{name}' was ignored" for name in sheet.ignored)
    try:
        if kind == ".parquet":
            return _rows(source, pd.read_parquet(source).to_dict("records")), ()
        if kind in {".jsonl", ".ndjson"}:
            texts = source.read_text(encoding="utf-8").splitlines()
            return _rows(source, [json.loads(text) for text in texts if text.strip()]), ()
        if kind == ".json":
            return _rows(source, list(_label_studio(json.loads(source.read_text(encoding="utf-8"))))), ()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException) as error:
        raise BadTable(f"{source.name} cannot be read ({error})", remedy="check that it is what its ending says") from error
    raise BadTable(f"{source.name} is of no kind that can be read", remedy="give .csv, .jsonl, .parquet, or Label Studio's .json")


def _rows(source: Path, found: Sequence[Mapping[Any, Any]]) -> list[Line]:
    lines = [Line(number=number, cells=_cells(row)) for number, row in enumerate(found, start=1)]
    missing = [name for name in REQUIRED if lines and all(name not in line.cells for line in lines)]
    if missing:
        raise BadTable(f"{source.name} has no column {' and '.join(missing)}", remedy=f"name them {', '.join(REQUIRED)}")
    return lines


def _cells(row: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name).casefold(): _text(value) for name, value in row.items()}


def _text(value: object) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):  # noqa: PLR0124  # NaN
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value).strip()


def _label_studio(tasks: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """Read the tasks of a Label Studio JSON export: `data.photo_id`, and per annotation a choice, which is a verdict or a sku."""
    for task in tasks:
        for annotation in task["annotations"]:
            if annotation.get("was_cancelled"):
                continue
            said = [(result.get("from_name"), choice) for result in annotation["result"] for choice in _choices(result)]
            by = annotation.get("completed_by")
            control, choice = said[0] if len(said) == 1 else (None, "")
            is_verdict = choice in IMPORTABLE and control != SKU
            unique = str(annotation.get("unique_id") or "")
            ours = unique.startswith(EVENT_PREFIX)
            yield {
                "photo_id": str(task["data"]["photo_id"]),
                "verdict": choice if is_verdict else Verdict.MATCH.value if choice else "",
                "sku": "" if is_verdict else choice,
                "reviewer": str(by.get("email", by.get("id")) if isinstance(by, Mapping) else by),
                "event_id": unique.removeprefix(EVENT_PREFIX) if ours else f"label-studio-{annotation['id']}",
                "note": "\n".join(text for result in annotation["result"] for text in _texts(result)) if ours else "",
                "at": str(annotation.get("created_at") or ""),
            }


def _choices(result: Mapping[str, Any]) -> list[str]:
    return list(result["value"].get("choices", []))


def _texts(result: Mapping[str, Any]) -> list[str]:
    found = result["value"].get("text", [])
    return [found] if isinstance(found, str) else list(found)


def _parse(line: Line, photos: set[PhotoId], skus: set[Sku], seen: Counter[str], now: datetime) -> Review:
    photo_id, sku = PhotoId(line["photo_id"]), Sku(line["sku"])
    said = line["verdict"].casefold()
    if said not in IMPORTABLE:
        raise RefusedRow(f"verdict says '{line['verdict']}'", remedy=f"say one of: {', '.join(sorted(IMPORTABLE))}")
    if photo_id not in photos:
        raise RefusedRow(f"there is no photo '{photo_id}'", remedy="import the photos first")
    if sku and sku not in skus:
        raise RefusedRow(f"sku '{sku}' is not in the catalogue", remedy="import the catalogue first")
    if line["reviewer"] in PROGRAMS:
        raise RefusedRow(f"'{line['reviewer']}' is a program here", remedy="leave the row out, or name the person")
    content = "\n".join(line[name] for name in (*REQUIRED, "sku", "at", "note"))
    occurrence = seen[content]
    seen[content] += 1
    digest = hashlib.sha256(f"{content}\n{occurrence}".encode()).hexdigest()[:32]
    return Review(
        event_id=EventId(line["event_id"] or digest),
        photo_id=photo_id,
        reviewer=Reviewer(line["reviewer"]),
        verdict=Verdict(said),
        at=_moment(line["at"]) or now,
        sku=sku or None,
        note=line["note"],
    )


def _moment(said: str) -> datetime | None:
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise RefusedRow(f"at says '{said}'", remedy="write it like 2026-03-01T14:05:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _says(review: Review) -> tuple[object, ...]:
    return (review.photo_id, review.reviewer, review.verdict, review.sku, review.note)
