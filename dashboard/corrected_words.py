"""What the pages show and do of words: what is said of an asset, by whom, and the undo of that."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.review_items import reference_of
from dashboard.wiring import Services
from data.domain import EventId, Reviewer, Sku
from data.events import Attribute, Correction
from feedback.corrections import read_corrections, record_correction, withdraw_correction
from matching.spoken import asset_words
from matching.vocabulary import read_vocabulary


@dataclass(frozen=True, kw_only=True)
class SaidWord:
    """What is said of one attribute of an asset. `by` is who corrected it, and `event_id` the event; empty: nobody did."""

    attribute: Attribute
    text: str
    by: str
    event_id: EventId


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
