"""Corrected words: what a person says of an attribute, as events; the newest that stands wins over the model."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from data.domain import EventId, PhotoId, Sku
from data.errors import NotFound
from data.events import Attribute, Correction
from data.store import Store
from data.withdrawals import withdrawn_ids
from feedback.recording import new_event_id
from matching.spoken import Corrections

Subject = tuple[PhotoId | None, Sku | None]
"""The photo or the asset that a correction speaks of; the other is None."""


def standing_corrections(events: Iterable[Correction]) -> list[Correction]:
    """Leave the newest word for each attribute of each photo and asset that was not taken back, in server sequence.

    Where the newest is taken back, the one before it stands again. What takes one back may be taken back itself.
    """
    ordered = sorted(events, key=lambda event: event.sequence)
    withdrawn = withdrawn_ids(ordered)
    newest: dict[tuple[Subject, Attribute], Correction] = {}
    for event in ordered:
        if event.attribute is not None and event.event_id not in withdrawn:
            newest[(event.photo_id, event.sku), event.attribute] = event
    return sorted(newest.values(), key=lambda event: event.sequence)


def corrections_of(events: Iterable[Correction]) -> Corrections:
    """Say which words of people stand, per photo and per asset."""
    photos: dict[PhotoId, dict[Attribute, Correction]] = {}
    assets: dict[Sku, dict[Attribute, Correction]] = {}
    for event in standing_corrections(events):
        if event.attribute is not None and event.photo_id is not None:
            photos.setdefault(event.photo_id, {})[event.attribute] = event
        elif event.attribute is not None and event.sku is not None:
            assets.setdefault(event.sku, {})[event.attribute] = event
    return Corrections(photos=photos, assets=assets)


def read_corrections(store: Store) -> Corrections:
    """Say which words of people stand, as the store knows it now; read again only when there is one more."""
    return _read(store, store.corrections.version)


@lru_cache(maxsize=4)
def _read(store: Store, version: int) -> Corrections:  # noqa: ARG001  # the key
    return corrections_of(store.corrections.all())


def record_correction(store: Store, said: Correction) -> Correction:
    """Store a correction durably and exactly once; give it back with its sequence.

    Raises:
        NotFound: the photo, the asset or the event to be taken back is not there; nothing is stored.
        ConflictingEvent: the event id is stored already with other content.
    """
    if said.photo_id is not None:
        store.photos.get(said.photo_id)
    if said.sku is not None:
        store.assets.get(said.sku)
    if said.withdraws is not None:
        subject = said.photo_id, said.sku
        if not any(
            (event.event_id, event.photo_id, event.sku) == (said.withdraws, *subject) for event in store.corrections.all()
        ):
            raise NotFound(f"no correction '{said.withdraws}' of {said.photo_id or said.sku}", remedy="reload the page")
    [stored] = store.corrections.append([said])
    return stored


def withdraw_correction(store: Store, withdraws: EventId, *, by: str, at: datetime) -> Correction:
    """Take a standing correction back, as one more event. Anybody may: it speaks of an article, not of a person's verdict.

    Raises:
        NotFound: no such correction stands.
    """
    standing = {event.event_id: event for event in standing_corrections(store.corrections.all())}
    if withdraws not in standing:
        raise NotFound(f"no correction '{withdraws}' stands", remedy="see 'couture describe' for those that do")
    target = standing[withdraws]
    return record_correction(
        store,
        Correction(event_id=new_event_id(), by=by, at=at, photo_id=target.photo_id, sku=target.sku, withdraws=withdraws),
    )
