"""Undo: which events a person may take back, what would change if they did, and doing it: always as one more event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pyarrow as pa

from dashboard.corrected_words import undo_correction
from dashboard.render_states import render_states_of, withdraw_remark
from dashboard.retuning import roll_back_weights
from dashboard.same_article import undo as undo_declaration
from dashboard.undo import KEPT, Undo
from dashboard.undoing_reviews import undos_of_reviews
from dashboard.wiring import Services
from data.crops import standing_crops
from data.domain import EventId, PhotoId, Reviewer, Sku
from data.events import Correction, Verdict
from data.withdrawals import withdrawn_ids
from feedback.corrections import standing_corrections
from feedback.crops import withdraw_crop
from feedback.equivalence import standing_equivalences
from feedback.history import events_of_photos, reviews_among
from feedback.history_rows import REVIEWS, EventKind
from feedback.labels import standing_reviews
from feedback.recording import undo
from feedback.versions import version_before
from matching.left_out import reasons, standing_remarks

LASTING = frozenset({EventKind.WEIGHTS, EventKind.SWITCH, EventKind.GOLD, EventKind.SHARE})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What of a page of events counts, and what its owner, or as the house allows anybody, may undo."""

    event_ids: frozenset[EventId]
    undos: dict[EventId, Undo]


def standing_of(services: Services, who: Reviewer | None, part: pa.Table, visible: pa.Table) -> Standing:
    """Say which of some events stand, and what undoing each would change, as far as the one who looks may know.

    Only who answers for decisions is told that a photo is gold: to others their verdict on it is one as any other.

    Args:
        services: where the events are.
        who: looks; None: somebody who has not said who they are, who undoes nothing.
        part: the events in question.
        visible: all that they may see.
    """
    photo_ids = {PhotoId(name) for name in part["photo_id"].to_pylist() if name}
    reviews = reviews_among(events_of_photos(visible, photo_ids))
    ids = {EventId(name) for name in part["event_id"].to_pylist()}
    kinds = set(part["kind"].to_pylist())
    standing = {one.event_id for one in standing_reviews(reviews)}
    standing |= {one.event_id for one in reviews if one.verdict is Verdict.WITHDRAWN} - withdrawn_ids(reviews)
    undos = undos_of_reviews(services, who, [one for one in reviews if one.event_id in ids & standing], reviews)
    if EventKind.WORD in kinds:
        undos |= _of_words(services, part)
    if EventKind.CROP in kinds:
        undos |= _of_crops(services, photo_ids)
    if EventKind.RENDER in kinds:
        undos |= _of_renders(services)
    if EventKind.ARTICLE in kinds:
        undos |= _of_articles(services)
    if EventKind.WEIGHTS in kinds:
        undos |= _of_weights(services)
    counted = standing | undos.keys() | _past_counting(part)
    return Standing(event_ids=frozenset(ids & counted), undos={} if who is None else undos)


def perform(services: Services, chosen: Undo, by: Reviewer) -> None:
    """Undo, as one more event.

    Raises:
        NotAllowed: it is somebody else's.
        NotFound: it does not stand any more.
    """
    now = datetime.now(UTC)
    if chosen.kind in REVIEWS and chosen.photo_id is not None:
        undo(services.store, chosen.event_id, chosen.photo_id, by, at=now)
    elif chosen.kind is EventKind.WORD:
        undo_correction(services, chosen.event_id, by=by)
    elif chosen.kind is EventKind.CROP:
        withdraw_crop(services.store, chosen.event_id, by=by, at=now)
    elif chosen.kind is EventKind.RENDER:
        withdraw_remark(services, chosen.event_id, by=by)
    elif chosen.kind is EventKind.ARTICLE:
        undo_declaration(services, chosen.event_id, by=by)
    elif chosen.kind is EventKind.WEIGHTS:
        roll_back_weights(services, by)


def _past_counting(part: pa.Table) -> set[EventId]:
    """Name the events that are never struck out: what takes others back, and what holds until the next of its kind."""
    rows = part.select(["event_id", "kind", "withdraws"]).to_pylist()
    return {row["event_id"] for row in rows if row["kind"] in LASTING or (row["withdraws"] and row["kind"] not in REVIEWS)}


def _of_words(services: Services, part: pa.Table) -> dict[EventId, Undo]:
    """Say what would stand in a word's place: an earlier one of a person, or what the model says."""
    held = services.store.corrections
    rows = [row for row in part.select(["kind", "photo_id", "sku"]).to_pylist() if row["kind"] == EventKind.WORD]
    subjects = (("photo_id", {row["photo_id"] for row in rows}), ("sku", {row["sku"] for row in rows}))
    events = [event for column, names in subjects for event in held.from_rows(held.table.scan_in(column, sorted(names - {None})))]
    return {event.event_id: _of_word(event, events) for event in standing_corrections(events)}


def _of_word(event: Correction, events: Sequence[Correction]) -> Undo:
    taken = replace(event, event_id=EventId("\0undo"), attribute=None, value="", withdraws=event.event_id)
    last = max(one.sequence for one in events) + 1
    subject = f"photo {event.photo_id}" if event.photo_id else f"asset {event.sku}"
    earlier = [
        one
        for one in standing_corrections([*events, replace(taken, sequence=last)])
        if (one.photo_id, one.sku, one.attribute) == (event.photo_id, event.sku, event.attribute)
    ]
    then = f"“{earlier[0].value}” again, by {earlier[0].by}" if earlier else "what the model says"
    changes = (f"The {event.attribute} of {subject}, now: “{event.value}”, by {event.by}.", f"Then: {then}.", KEPT)
    return Undo(kind=EventKind.WORD, event_id=event.event_id, photo_id=event.photo_id, button="Undo", changes=changes)


def _of_crops(services: Services, photo_ids: set[PhotoId]) -> dict[EventId, Undo]:
    """Say what would be looked at of a photo whose crop is taken back: an earlier crop, or what is cut out automatically."""
    stored = services.store.crops.all()
    images = {event.image_id for event in stored if event.photo_id in photo_ids}
    events = [event for event in stored if event.image_id in images]  # a picture may be two photos
    found = {}
    for crop in standing_crops(events).values():
        taken = replace(crop, event_id=EventId("\0undo"), box=None, withdraws=crop.event_id, sequence=events[-1].sequence + 1)
        earlier = standing_crops([*events, taken]).get(crop.image_id)
        then = f"the crop by {earlier.by} counts again" if earlier else "it is cut out automatically again"
        changes = (f"Photo {crop.photo_id}, now: cropped by {crop.by}.", f"Then: {then}.", KEPT)
        undone = Undo(kind=EventKind.CROP, event_id=crop.event_id, photo_id=crop.photo_id, button="Undo", changes=changes)
        found[crop.event_id] = undone
    return found


def _of_renders(services: Services) -> dict[EventId, Undo]:
    events = services.store.render_remarks.all()
    found = {}
    for word in standing_remarks(events).values():
        rest = standing_remarks([one for one in events if one.event_id != word.event_id]).get(word.sku)
        quality = render_states_of(services.store).of(word.sku).quality
        why = reasons([quality] if quality else [], {word.sku: rest} if rest else {}).get(word.sku)
        then = f"they stay out of the score: {why}" if why else "they count in the score"
        changes = (f"The renders of {word.sku}, now: called {word.verdict.value} by {word.by}.", f"Then: {then}.", KEPT)
        found[word.event_id] = Undo(kind=EventKind.RENDER, event_id=word.event_id, photo_id=None, button="Undo", changes=changes)
    return found


def _of_articles(services: Services) -> dict[EventId, Undo]:
    return {
        event.event_id: Undo(
            kind=EventKind.ARTICLE,
            event_id=event.event_id,
            photo_id=None,
            button="Undo",
            changes=(
                f"Now: {_listed(event.skus)} are one article, by {event.by}.",
                "Then: each is an article of its own, unless another declaration joins them. Whoever chose one or the other "
                "then no longer agrees, so photos may become disputed.",
                KEPT,
            ),
        )
        for event in standing_equivalences(services.store.equivalences.all())
    }


def _listed(skus: Sequence[Sku]) -> str:
    return " and ".join(skus)


def _of_weights(services: Services) -> dict[EventId, Undo]:
    """Offer to go back from the version in use to the one before it."""
    steps, before = services.store.activations.all(), version_before(services.store)
    if not steps or before is None:
        return {}
    event_id = EventId(f"activation {steps[-1].sequence}")
    changes = (f"Now: {steps[-1].version} ranks.", f"Then: {before} ranks, from the next photo on. No label changes.", KEPT)
    return {event_id: Undo(kind=EventKind.WEIGHTS, event_id=event_id, photo_id=None, button="Roll back", changes=changes)}
