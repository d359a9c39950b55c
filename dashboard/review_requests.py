"""What a reviewer's browser says, read into the words of `data.domain`."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from data.domain import EventId, PhotoId, Reviewer, Sku, SuggestionId
from data.errors import CoutureError
from data.events import Attribute, Correction, RenderRemark, RenderVerdict, Review, Verdict
from feedback.leases import MOST_HELD, Holder
from feedback.queue import QueueChoice, QueueOrder

LONGEST_CATEGORY = 200

Said = dict[str, Any]
"""A JSON object from the browser."""


def read_review(said: Said) -> Review:
    """Read a decision.

    Raises:
        CoutureError: something of it is missing or wrong.
    """
    try:
        at = datetime.fromisoformat(str(said["at"]))
        return Review(
            event_id=EventId(str(said["event_id"])),
            photo_id=PhotoId(str(said["photo_id"])),
            reviewer=Reviewer(str(said["reviewer"])),
            verdict=Verdict(said["verdict"]),
            at=at,
            sku=Sku(str(said["sku"])) if said.get("sku") else None,
            suggestion_id=SuggestionId(str(said["suggestion_id"])) if said.get("suggestion_id") else None,
            seconds=float(said["seconds"]) if said.get("seconds") is not None else None,
            note=str(said.get("note") or ""),
            withdraws=EventId(str(said["withdraws"])) if said.get("withdraws") else None,
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CoutureError(f"a decision that cannot be read ({error!r})", remedy="reload the page") from error


def read_correction(said: Said) -> Correction:
    """Read a person's word for an attribute of a photo or of an asset, or that one is taken back.

    Raises:
        CoutureError: something of it is missing or wrong.
    """
    try:
        attribute = read_attribute(said)
        withdraws = EventId(str(said["withdraws"])) if said.get("withdraws") else None
        return Correction(
            event_id=EventId(str(said["event_id"])),
            by=str(said["reviewer"]),
            at=datetime.fromisoformat(str(said["at"])),
            photo_id=PhotoId(str(said["photo_id"])) if said.get("photo_id") else None,
            sku=Sku(str(said["sku"])) if said.get("sku") else None,
            attribute=None if withdraws else attribute,
            value="" if withdraws else " ".join(str(said.get("value") or "").split()),
            withdraws=withdraws,
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CoutureError(f"a correction that cannot be read ({error!r})", remedy="reload the page") from error


def read_attribute(said: Said) -> Attribute:
    """Read which attribute is spoken of.

    Raises:
        CoutureError: there is no such attribute.
    """
    try:
        return Attribute(str(said.get("attribute")))
    except ValueError as error:
        raise CoutureError(f"no attribute '{said.get('attribute')}'", remedy=f"name one of: {', '.join(Attribute)}") from error


def read_render_word(said: Said) -> RenderRemark:
    """Read a word on an asset's renders, or the taking back of one.

    Raises:
        CoutureError: something of it is missing or wrong.
    """
    try:
        return RenderRemark(
            event_id=EventId(str(said["event_id"])),
            sku=Sku(str(said["sku"])),
            verdict=RenderVerdict(said["verdict"]),
            by=str(said["reviewer"]),
            at=datetime.fromisoformat(str(said["at"])),
            withdraws=EventId(str(said["withdraws"])) if said.get("withdraws") else None,
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CoutureError(f"a word on renders that cannot be read ({error!r})", remedy="reload the page") from error


def read_holder(said: Said) -> Holder:
    """Read which screen speaks.

    Raises:
        CoutureError: there is no such screen.
    """
    return Holder(reviewer=Reviewer(str(said.get("reviewer", ""))), tab=str(said.get("tab") or ""))


def read_photo_ids(said: Said, name: str) -> list[PhotoId]:
    """Read a list of photos, given as a list or, in an address, as JSON; empty where it is missing.

    Raises:
        CoutureError: it is no list of ids, or longer than any screen's.
    """
    found = said.get(name)
    try:
        listed = json.loads(found) if isinstance(found, str) else found or []
    except ValueError:
        listed = None
    if not isinstance(listed, list) or not all(isinstance(photo_id, str) for photo_id in listed):
        raise CoutureError(f"'{name}' is no list of photos", remedy="reload the page")
    if len(listed) > MOST_HELD:
        raise CoutureError(f"'{name}' has {len(listed)} photos, and {MOST_HELD} may be held at once", remedy="send fewer")
    return [PhotoId(photo_id) for photo_id in listed]


def read_count(said: Said, most: int) -> int:
    """Read how many are asked for, in 0 … most; 1 where nothing is said.

    Raises:
        CoutureError: it is no number.
    """
    try:
        return max(0, min(int(said.get("count", 1)), most))
    except (TypeError, ValueError) as error:
        raise CoutureError(f"'count' is {said.get('count')!r}", remedy="send a number") from error


def read_choice(said: Said) -> QueueChoice:
    """Read in which order photos shall come, and of which category first; the oldest of all where nothing is said.

    Raises:
        CoutureError: there is no such order, or no category can have such a name.
    """
    order, category = str(said.get("order") or QueueOrder.OLDEST), str(said.get("category") or "")
    if order not in list(QueueOrder) or len(category) > LONGEST_CATEGORY:
        raise CoutureError(f"no order '{order[:LONGEST_CATEGORY]}' of '{category[:LONGEST_CATEGORY]}'", remedy="reload the page")
    return QueueChoice(order=QueueOrder(order), category=category)
