"""How the queue picked a photo, sealed, as the page keeps it: a photo that is ranked again is still of that pick."""

from __future__ import annotations

import json
import zlib

from dashboard.seals import seal_of
from dashboard.wiring import Services
from data.domain import PhotoId
from feedback.queue import Pick

PICKED = "picked"
LONGEST = 2_000


def seal_pick(services: Services, pick: Pick) -> str:
    """Give a pick as sealed text for the page to keep, and to send when it asks for the photo again."""
    text = json.dumps([pick.photo_id, pick.order, pick.propensity], separators=(",", ":"))
    return seal_of(services.home).close(PICKED, zlib.compress(text.encode()))


def unseal_pick(services: Services, photo_id: PhotoId, sealed: object) -> Pick | None:
    """Read a pick again; None where this installation has said nothing like it of that photo."""
    if not isinstance(sealed, str) or len(sealed) > LONGEST:
        return None
    content = seal_of(services.home).open(PICKED, sealed)
    if content is None:
        return None
    named, order, propensity = json.loads(zlib.decompress(content))
    return Pick(photo_id=photo_id, order=order, propensity=propensity, why="") if named == photo_id else None
