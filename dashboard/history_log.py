"""What the history page shows: the events that a person may see, a page of them as rows, and their export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import streamlit as st

from dashboard.event_markup import EventMarkup
from dashboard.safe_text import told
from dashboard.sight import DECIDES, sees_everything, sight_for
from dashboard.undo import Undo
from dashboard.undoing import standing_of
from dashboard.wiring import Services
from dashboard.wording import day_words, moment_words
from data.domain import EventId, Reviewer
from feedback.export_files import write_table
from feedback.history import Wanted, exported, find, history_of, names_in, seen_by
from feedback.history_rows import READERS, EventKind

PAGE = 25
ENDINGS = {"csv": "text/csv", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}
KINDS = {
    EventKind.ACCEPTED: "auto-accept's verdicts",
    EventKind.REOPENED: "reopened photos",
    EventKind.WORD: "corrected words",
    EventKind.CROP: "crops by hand",
    EventKind.RENDER: "words on renders",
    EventKind.ARTICLE: "same article",
    EventKind.WEIGHTS: "weights taken into use",
    EventKind.SWITCH: "auto-accept on and off",
    EventKind.GOLD: "gold marks",
    EventKind.SHARE: "shares of draws",
}
"""What may be asked for beside people's verdicts."""


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """An event as it stands in the list; `html` is harmless. `undo` is None where the one who looks may not undo it."""

    event_id: EventId
    day: str
    html: str
    undo: Undo | None


@dataclass(frozen=True, kw_only=True)
class EventPage:
    """One page of events; `page` counts from 1. `found` are all that the filters leave, as they would be exported."""

    rows: tuple[EventRow, ...]
    found: pa.Table
    page: int
    pages: int


def visible_events(services: Services, who: Reviewer | None) -> pa.Table:
    """Give the events that a person may see, newest first."""
    state = [getattr(services.store, name).version for name in dict.fromkeys((*READERS, *DECIDES))]
    return _seen(services, who, sees_everything(services, who), f"{services.store.address} {state}")


@st.cache_resource(max_entries=6, show_spinner="Reading what was said …")
def _seen(_services: Services, who: Reviewer | None, everything: bool, state: str) -> pa.Table:  # noqa: ARG001  # the key
    return seen_by(history_of(_services.store).events(), sight_for(_services, who))


def list_names(services: Services, who: Reviewer | None) -> list[Reviewer]:
    """List who has said anything that this person may see, in order of the alphabet."""
    return names_in(visible_events(services, who))


def find_events(services: Services, who: Reviewer | None, wanted: Wanted, *, page: int = 1) -> EventPage:
    """Give one page of the events that are looked for, of those that a person may see."""
    visible = visible_events(services, who)
    found = find(visible, wanted)
    pages = max(1, -(-found.num_rows // PAGE))
    shown = min(max(page, 1), pages)
    part = found.slice((shown - 1) * PAGE, PAGE)
    listed, standing = part.to_pylist(), standing_of(services, who, part, visible)
    markup = EventMarkup(services, who, listed)
    rows = tuple(
        EventRow(
            event_id=EventId(row["event_id"]),
            day=day_words(row["at"]),
            html=markup.html(row, stands=row["event_id"] in standing.event_ids),
            undo=standing.undos.get(EventId(row["event_id"])),
        )
        for row in listed
    )
    return EventPage(rows=rows, found=exported(found), page=shown, pages=pages)


def export_events(found: pa.Table, ending: str) -> bytes:
    """Write events as CSV that is safe to open as a spreadsheet, as JSON lines or as Parquet."""
    with TemporaryDirectory() as scratch:
        file = Path(scratch) / f"history.{ending}"
        write_table(found, file, file.suffix)
        return file.read_bytes()


def list_activations(services: Services) -> list[dict[str, str]]:
    """List which weights version ranked from when on, until when, by whom and why, newest first."""
    steps = services.store.activations.all()
    ends = [moment_words(step.at) for step in steps[1:]] + ["now"]
    return [
        {
            "version": step.version,
            "activated by": told(step.activated_by),
            "at": moment_words(step.at),
            "until": until if steps else "",
            "reason": told(step.reason, 500),
        }
        for step, until in reversed(list(zip(steps, ends, strict=False)))
    ]
