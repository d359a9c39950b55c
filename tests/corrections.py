"""Builder of corrected words."""

from __future__ import annotations

from data.domain import EventId, PhotoId, Sku
from data.events import Attribute, Correction
from tests.builders import NOON


def correction_of(
    event: str,
    value: str = "",
    *,
    photo: str | None = None,
    sku: str | None = None,
    attribute: Attribute | None = Attribute.COLOUR,
    by: str = "anna",
    withdraws: str | None = None,
    sequence: int = -1,
) -> Correction:
    """Make a correction of a photo's or an asset's colour, or what takes one back."""
    return Correction(
        event_id=EventId(event),
        by=by,
        at=NOON,
        photo_id=PhotoId(photo) if photo else None,
        sku=Sku(sku) if sku else None,
        attribute=None if withdraws else attribute,
        value=value,
        withdraws=EventId(withdraws) if withdraws else None,
        sequence=sequence,
    )
