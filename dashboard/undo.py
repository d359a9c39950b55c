"""One thing that a person may undo, and what would be otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from data.domain import EventId, PhotoId
from feedback.history_rows import EventKind

KEPT = "Nothing is erased: the undo is one more event, in your name."


@dataclass(frozen=True, kw_only=True)
class Undo:
    """What a person may undo. `button` names it in a word or two; `changes` are sentences on what will be otherwise."""

    kind: EventKind
    event_id: EventId
    photo_id: PhotoId | None
    button: str
    changes: tuple[str, ...]
