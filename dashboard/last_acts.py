"""What a reviewer did last beside deciding: a word corrected or a photo cropped, to be undone after a reload too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from data.crops import Crop
from data.domain import Reviewer
from data.events import Correction
from data.store import Store
from data.withdrawals import withdrawn_ids

Event = TypeVar("Event", Crop, Correction)
Json = dict[str, Any]
"""A JSON object on its way to the browser."""


def last_aside(store: Store, reviewer: Reviewer, *, after: datetime | None) -> Json | None:
    """Give the newest crop or corrected word of a person that stands, as the screen takes it back; None where there is none.

    Args:
        store: where from.
        reviewer: the person.
        after: their newest decision that stands; what is older is undone after it.
    """
    own: list[Crop | Correction] = [*_standing(store.crops.all(), reviewer), *_standing(store.corrections.all(), reviewer)]
    newest = max((one for one in own if after is None or one.at > after), key=lambda one: one.at, default=None)
    if newest is None:
        return None
    if isinstance(newest, Crop):
        return {"event_id": newest.event_id, "photo_id": newest.photo_id, "image_id": newest.image_id, "crop": True}
    return {
        "event_id": newest.event_id,
        "photo_id": newest.photo_id or "",
        "sku": newest.sku or "",
        "attribute": newest.attribute,
        "value": newest.value,
    }


def _standing(events: Iterable[Event], reviewer: Reviewer) -> list[Event]:
    ordered = sorted(events, key=lambda one: one.sequence)
    withdrawn = withdrawn_ids(ordered)
    return [one for one in ordered if one.by == reviewer and one.withdraws is None and one.event_id not in withdrawn]
