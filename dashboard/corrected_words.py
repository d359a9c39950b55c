"""What the pages show and do of words: what is said of an asset, by whom, and the log of corrections with its undo."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from dashboard.catalogue_cache import catalogue_of
from dashboard.markup import Picture, figure
from dashboard.review_items import picture_url, reference_of
from dashboard.wiring import Services
from dashboard.wording import moment_words
from data.domain import EventId, ImageId, PhotoId, Reviewer, Sku
from data.events import Attribute, Correction
from feedback.corrections import read_corrections, record_correction, standing_corrections, withdraw_correction
from matching.spoken import asset_words
from matching.vocabulary import read_vocabulary

PAGE = 25


@dataclass(frozen=True, kw_only=True)
class SaidWord:
    """What is said of one attribute of an asset. `by` is who corrected it, and `event_id` the event; empty: nobody did."""

    attribute: Attribute
    text: str
    by: str
    event_id: EventId


@dataclass(frozen=True, kw_only=True)
class CorrectionRow:
    """A correction as it stands in the log. `stands` is False where it was taken back or a later one took its place."""

    event_id: EventId
    said: str
    subject: str
    by: str
    at: str
    stands: bool
    is_word: bool
    picture: Picture

    @property
    def html(self) -> str:
        """The row as HTML, every text escaped."""
        past = "" if self.stands else " cm-past"
        who = f"{escape(self.by)}<small>{escape(self.at)}</small>"
        return (
            f'<div class="cm-event{past}">{figure(self.picture)}<div><strong>{escape(self.said)}</strong></div>'
            f"<div>{escape(self.subject)}</div><div>{who}</div></div>"
        )


@dataclass(frozen=True, kw_only=True)
class CorrectionPage:
    """One page of the log, newest first; `page` counts from 1."""

    rows: tuple[CorrectionRow, ...]
    page: int
    pages: int


def words_of_asset(services: Services, sku: Sku) -> tuple[SaidWord, ...]:
    """Read what is said of an asset: people first, then the model, and of its object the catalogue.

    Raises:
        NotFound: there is no such asset.
    """
    store, corrections, vocabulary = services.store, read_corrections(services.store), read_vocabulary(services.home)
    asset = store.assets.get(sku)
    reference = reference_of(store.views.of(sku))
    described = store.descriptions.of([reference.image_id], services.backends.describer) if reference else {}
    words = asset_words(described.get(reference.image_id) if reference else None, asset, corrections)
    events = corrections.of_asset(sku)
    return tuple(
        SaidWord(
            attribute=attribute,
            text=vocabulary.read(attribute, str(getattr(words, attribute))).text,
            by=events[attribute].by if attribute in events else "",
            event_id=events[attribute].event_id if attribute in events else EventId(""),
        )
        for attribute in Attribute
    )


def words_line(services: Services, sku: Sku) -> str:
    """Say in one line what is said of an asset; empty where nothing is."""
    return " · ".join(word.text for word in words_of_asset(services, sku) if word.text)


def correct_asset(services: Services, sku: Sku, attribute: Attribute, value: str, *, by: Reviewer) -> None:
    """Store a person's word for an attribute of an asset.

    Raises:
        NotFound: there is no such asset.
        CoutureError: it is no word.
    """
    event_id, word = EventId(uuid.uuid4().hex), " ".join(value.split())
    said = Correction(event_id=event_id, by=by, at=datetime.now(UTC), sku=sku, attribute=attribute, value=word)
    record_correction(services.store, said)


def undo_correction(services: Services, event_id: EventId, *, by: Reviewer) -> None:
    """Take a standing correction back, as one more event.

    Raises:
        NotFound: it does not stand.
    """
    withdraw_correction(services.store, event_id, by=by, at=datetime.now(UTC))


def list_terms(services: Services, attribute: Attribute) -> list[str]:
    """List the terms that an attribute may have."""
    return read_vocabulary(services.home).terms(attribute)


def list_corrections(services: Services, page: int = 1) -> CorrectionPage:
    """List who corrected which words and who took that back, newest first."""
    events = services.store.corrections.all()
    known = {event.event_id: event for event in events}
    standing = {event.event_id for event in standing_corrections(events)}
    pages = max(1, -(-len(events) // PAGE))
    shown = min(max(page, 1), pages)
    part = events[::-1][(shown - 1) * PAGE : shown * PAGE]
    images = {photo.photo_id: photo.image_id for photo in services.store.photos.all()} if part else {}
    rows = tuple(_row(services, event, known, images, stands=event.event_id in standing) for event in part)
    return CorrectionPage(rows=rows, page=shown, pages=pages)


def _row(
    services: Services,
    event: Correction,
    known: dict[EventId, Correction],
    images: dict[PhotoId, ImageId],
    *,
    stands: bool,
) -> CorrectionRow:
    target = known.get(event.withdraws, event) if event.withdraws else event
    word = f"{target.attribute}: {target.value}" if target.attribute else "an undo"
    reference = reference_of(catalogue_of(services.store).views_of(event.sku)) if event.sku else None
    image_id = images.get(event.photo_id) if event.photo_id else reference.image_id if reference else None
    subject = f"photo {event.photo_id}" if event.photo_id else f"asset {event.sku}"
    return CorrectionRow(
        event_id=event.event_id,
        said=f"undone · {word}" if event.withdraws else word,
        subject=subject,
        by=event.by,
        at=moment_words(event.at),
        stands=stands or event.withdraws is not None,
        is_word=event.withdraws is None and stands,
        picture=Picture(url=picture_url(image_id, "thumb") if image_id else "", alt=subject),
    )
