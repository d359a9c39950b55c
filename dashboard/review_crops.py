"""Crops by hand on the review screen: what it is told of a photo's cut-out, and what a reviewer's browser says of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dashboard.pictures import cutout_url
from dashboard.wiring import Services
from data.crops import Box, Crop
from data.domain import EventId, ImageId, PhotoId, Reviewer
from data.errors import CoutureError
from feedback.crops import record_crop
from matching.crops import around, drawn_boxes
from matching.masks import decode_mask

Json = dict[str, Any]
"""A JSON object from the browser, or on its way to it."""


def crop_json(services: Services, image_id: ImageId, viewer: Reviewer) -> Json:
    """Build what the screen is told of how a photo is cut out: the cut-out, the viewer's own crop, and where a box may begin.

    That somebody else drew the crop that stands is told to nobody: a photo that a colleague has had in hand comes again only as
    a check of the one who decides it now. Drawing another box goes before it all the same.
    """
    standing = drawn_boxes(services.store).standing.get(image_id)
    box = standing.box if standing else None
    crop = {
        "image_id": image_id,
        "event_id": standing.event_id if standing and standing.by == viewer else "",
        "box": _sides(box or _start(services, image_id)),
    }
    return {"cutout": cutout_url(image_id, box), "crop": crop}


def read_crop(said: Json) -> Crop:
    """Read a box that a reviewer drew on a photo, or that one is taken back.

    Raises:
        CoutureError: something of it is missing or wrong.
    """
    try:
        withdraws = EventId(str(said["withdraws"])) if said.get("withdraws") else None
        return Crop(
            event_id=EventId(str(said["event_id"])),
            photo_id=PhotoId(str(said["photo_id"])),
            image_id=ImageId(str(said["image_id"])),
            by=str(said["reviewer"]),
            at=datetime.fromisoformat(str(said["at"])),
            box=None if withdraws else _box(said["box"]),
            withdraws=withdraws,
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CoutureError(f"a crop that cannot be read ({error!r})", remedy="reload the page") from error


def keep_crop(services: Services, said: Json) -> Json:
    """Store a crop, or that it is taken back; the answer means that it is durable."""
    return {"sequence": record_crop(services.store, read_crop(said)).sequence}


def _box(sides: Any) -> Box:  # noqa: ANN401  # whatever a browser says
    left, top, right, bottom = (float(side) for side in sides)
    return Box(left=left, top=top, right=right, bottom=bottom)


def _sides(box: Box) -> list[float]:
    return [box.left, box.top, box.right, box.bottom]


def _start(services: Services, image_id: ImageId) -> Box:
    """Give the box around what was cut out automatically."""
    stored = services.store.masks.of([image_id], services.backends.remover).get(image_id, [])
    sure = [mask for mask in stored if not mask.fell_back] or stored
    return around(decode_mask(sure[0].png) if sure else None)
