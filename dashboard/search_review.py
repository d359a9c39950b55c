"""A search that becomes a review: its picture a photo of the queue, its list a suggestion, what a person says of it an event."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from dashboard.wiring import Services
from data.crops import Box
from data.domain import EventId, PhotoId, Reviewer, Sku, SuggestionId
from data.errors import BadPicture
from data.events import Review, Verdict
from data.photos import import_photos
from data.ranking import Suggestion
from feedback.crops import crop_of, crop_photo, uncrop_photo
from feedback.drawn import drawn_of
from feedback.recording import new_event_id, record, undo

FOLDER = "search"
"""Where photos that came by a search say that they come from."""


@dataclass(frozen=True, kw_only=True)
class Picked:
    """A picture that a person searched with: as it came, its file's name, and where in it they say that the article is."""

    content: bytes
    name: str
    box: Box | None = None

    @property
    def digest(self) -> str:
        """Name of the picture: the same bytes, the same name."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def photo_id(self) -> PhotoId:
        """Name that it has as a photo: its file's, and a piece of the digest."""
        stem = "".join(mark for mark in PurePath(self.name).stem if mark.isprintable()).strip()[:80]
        return PhotoId(f"{stem or 'photo'}-{self.digest[:8]}")


@dataclass(frozen=True, kw_only=True)
class SentPhoto:
    """A picture that is a photo now. `is_new` is False where it was one already."""

    photo_id: PhotoId
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class SearchDecision:
    """What was said of a picture, to be shown and undone."""

    event_id: EventId
    photo_id: PhotoId
    verdict: Verdict
    sku: Sku | None


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What a decision is stored under, and since when the candidates were on the screen."""

    event_id: EventId
    suggestion_id: SuggestionId
    at: datetime
    seconds: float | None = None


def new_ticket(seconds: float | None = None) -> Ticket:
    """Name a decision that is made now."""
    event_id = new_event_id()
    return Ticket(event_id=event_id, suggestion_id=SuggestionId(f"search-{event_id}"), at=datetime.now(UTC), seconds=seconds)


def send_to_review(services: Services, picked: Picked, *, by: str) -> SentPhoto:
    """Import a picture as a photo, grouped and given a side like any other; its crop becomes an event.

    Raises:
        BadPicture: it cannot be taken.
    """
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / FOLDER
        folder.mkdir()
        (folder / "picture").write_bytes(picked.content)
        with (folder / "photos.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("photo_id", "image"), (picked.photo_id, "picture")])
        report = import_photos(services.store, folder, submitted_by=by)
    if report.refused:
        raise BadPicture(f"{picked.name}: {report.refused[0].what}", remedy=report.refused[0].remedy)
    sent = SentPhoto(photo_id=picked.photo_id, is_new=bool(report.taken))
    if picked.box is not None:  # without one, a crop that somebody drew before stays
        keep_crop(services, sent.photo_id, picked.box, by=by)
    return sent


def keep_crop(services: Services, photo_id: PhotoId, box: Box | None, *, by: str) -> None:
    """Let the crop of a stored photo be this one, or the automatic cut-out; what changes is an event, and the photo is described
    as it is looked at from now on: else a decided one would be no view, and no label of a fit.
    """
    now = datetime.now(UTC)
    if box is not None:
        crop_photo(services.store, photo_id, box, by=by, at=now)
    elif crop_of(services.store, photo_id) is not None:
        uncrop_photo(services.store, photo_id, by=by, at=now)
    services.matcher.rank(photo_id, top=1)


def decide_search(
    services: Services,
    picked: Picked,
    painted: Suggestion,
    verdict: Verdict,
    sku: Sku | None = None,
    *,
    by: Reviewer,
    ticket: Ticket,
) -> SearchDecision:
    """Store the picture, what was painted for it and what a person says of it, as the Review page does.

    Args:
        services: what ranks and stores.
        picked: the picture.
        painted: the candidates that were on the screen, and no more.
        verdict: what the person says.
        sku: of a match.
        by: who.
        ticket: names of what is stored, made when the person first pressed: pressed twice, it is stored once.

    Raises:
        BadPicture: the picture cannot be taken.
        NotFound: there is no such asset.
    """
    sent = send_to_review(services, picked, by=by)
    services.matcher.rank(sent.photo_id, top=1)  # describes it: a confirmed photo is a view from now on
    shown = dataclasses.replace(painted, suggestion_id=ticket.suggestion_id, photo_id=sent.photo_id, painted_at=ticket.at)
    services.store.suggestions.put([drawn_of(services.store).as_it_came(shown)])
    review = Review(
        event_id=ticket.event_id,
        photo_id=sent.photo_id,
        reviewer=by,
        verdict=verdict,
        at=ticket.at,
        sku=sku,
        suggestion_id=shown.suggestion_id,
        seconds=ticket.seconds,
    )
    stored = record(services.store, review)
    return SearchDecision(event_id=stored.event_id, photo_id=sent.photo_id, verdict=verdict, sku=sku)


def undo_search(services: Services, decision: SearchDecision, *, by: Reviewer) -> None:
    """Take back what was said of a picture; the photo stays, and waits for review."""
    undo(services.store, decision.event_id, decision.photo_id, by, at=datetime.now(UTC))
