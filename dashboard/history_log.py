"""What the history page shows: every event, newest first, with its undo and its export; and the activations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from dashboard.charts import csv_text
from dashboard.markup import Picture, figure
from dashboard.review_items import picture_url
from dashboard.wiring import Services
from dashboard.wording import VERDICTS, moment_words
from data.domain import EventId, PhotoId, Reviewer
from data.events import Review, Verdict
from feedback.equivalence import standing_equivalences
from feedback.labels import standing_reviews
from feedback.recording import undo
from matching.left_out import standing_remarks

PAGE = 25
COLUMNS = (
    "photo_id",
    "verdict",
    "reviewer",
    "sku",
    "event_id",
    "at",
    "note",
    "suggestion_id",
    "seconds",
    "withdraws",
    "sequence",
)
"""The first seven are those that an import of reviews reads."""


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """An event as it stands in the list. `stands` is False where it was taken back or a later verdict took its place."""

    event_id: EventId
    photo_id: PhotoId
    reviewer: Reviewer
    verdict: str
    asset: str
    at: str
    note: str
    stands: bool
    picture: Picture

    @property
    def html(self) -> str:
        """The row as HTML, every text escaped."""
        said = f"<strong>{escape(self.verdict)}</strong>" + (f"<small>{escape(self.asset)}</small>" if self.asset else "")
        who = f"{escape(self.reviewer)}<small>{escape(self.at)}</small>"
        which = f"{escape(self.photo_id)}" + (f"<small>“{escape(self.note)}”</small>" if self.note else "")
        past = "" if self.stands else " cm-past"
        return f'<div class="cm-event{past}">{figure(self.picture)}<div>{said}</div><div>{which}</div><div>{who}</div></div>'


@dataclass(frozen=True, kw_only=True)
class EventPage:
    """One page of events; `page` counts from 1. `found` are all that the filters leave, for the export."""

    rows: tuple[EventRow, ...]
    found: tuple[Review, ...]
    page: int
    pages: int


def list_reviewers(services: Services) -> list[Reviewer]:
    """List who has reviewed, in order of the alphabet."""
    return sorted({review.reviewer for review in services.store.events.all()})


def find_events(
    services: Services, *, reviewer: Reviewer | None = None, verdict: Verdict | None = None, words: str = "", page: int = 1
) -> EventPage:
    """Find events of a reviewer, with a verdict, whose photo id, sku or note has every word; newest first."""
    events = services.store.events.all()
    standing = {review.event_id for review in standing_reviews(events)}
    wanted = words.casefold().split()
    found = [
        event
        for event in reversed(events)
        if reviewer in {None, event.reviewer}
        and verdict in {None, event.verdict}
        and all(word in f"{event.photo_id} {event.sku or ''} {event.note}".casefold() for word in wanted)
    ]
    pages = max(1, -(-len(found) // PAGE))
    shown = min(max(page, 1), pages)
    part = found[(shown - 1) * PAGE : shown * PAGE]
    return EventPage(rows=_rows(services, part, standing), found=tuple(found), page=shown, pages=pages)


def undo_event(services: Services, row: EventRow, by: Reviewer) -> None:
    """Take a standing verdict of one's own back, as one more event.

    Raises:
        NotAllowed: it is somebody else's.
        NotFound: it is not there.
    """
    undo(services.store, row.event_id, row.photo_id, by, at=datetime.now(UTC))


def to_csv(reviews: Sequence[Review]) -> str:
    """Write events as CSV, in the columns that an import of reviews reads and the rest behind."""
    return csv_text(COLUMNS, [list(_cells(review).values()) for review in reviews])


def to_jsonl(reviews: Sequence[Review]) -> str:
    """Write events as one JSON object per line."""
    return "".join(json.dumps(_cells(review), ensure_ascii=False) + "\n" for review in reviews)


def list_activations(services: Services) -> list[dict[str, str]]:
    """List which weights version ranked from when on, newest first."""
    return [
        {"version": step.version, "activated by": step.activated_by, "at": moment_words(step.at), "reason": step.reason}
        for step in reversed(services.store.activations.all())
    ]


def list_equivalences(services: Services) -> list[dict[str, str]]:
    """List who declared which skus to be one article and who took that back, newest first."""
    events = services.store.equivalences.all()
    skus = {event.event_id: ", ".join(event.skus) for event in events}
    standing = {event.event_id for event in standing_equivalences(events)}
    return [
        {
            "skus": skus.get(event.withdraws, "") if event.withdraws else skus[event.event_id],
            "said": "undone" if event.withdraws else "one article",
            "by": event.by,
            "at": moment_words(event.at),
            "stands": "yes" if event.event_id in standing else "",
        }
        for event in reversed(events)
    ]


def list_render_remarks(services: Services) -> list[dict[str, str]]:
    """List who said what of which renders and who took that back, newest first."""
    events = services.store.render_remarks.all()
    standing = {event.event_id for event in standing_remarks(events).values()}
    return [
        {
            "sku": event.sku,
            "said": "undone" if event.withdraws else f"render is {event.verdict.value}",
            "by": event.by,
            "at": moment_words(event.at),
            "stands": "yes" if event.event_id in standing else "",
        }
        for event in reversed(events)
    ]


def _rows(services: Services, events: Sequence[Review], standing: set[EventId]) -> tuple[EventRow, ...]:
    images = {photo.photo_id: photo.image_id for photo in services.store.photos.all()} if events else {}
    titles = {asset.sku: asset.title for asset in services.store.assets.all()} if events else {}
    return tuple(
        EventRow(
            event_id=event.event_id,
            photo_id=event.photo_id,
            reviewer=event.reviewer,
            verdict=VERDICTS[event.verdict],
            asset=" · ".join(part for part in (titles.get(event.sku, ""), event.sku) if part) if event.sku else "",
            at=moment_words(event.at),
            note=event.note,
            stands=event.event_id in standing or event.verdict is Verdict.WITHDRAWN,
            picture=Picture(
                url=picture_url(images[event.photo_id], "thumb") if event.photo_id in images else "",
                alt=f"photo {event.photo_id}",
            ),
        )
        for event in events
    )


def _cells(review: Review) -> dict[str, object]:
    said = {name: getattr(review, name) for name in COLUMNS}
    return {**said, "verdict": review.verdict.value, "at": review.at.isoformat()}
