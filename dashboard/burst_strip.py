"""The strip below a photo: the others of its burst that wait, held with it so that nobody else decides them meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from dashboard.review_items import picture_url
from dashboard.wiring import Services
from data.domain import GroupMember, PhotoId
from feedback.bursts import bursts_of
from feedback.leases import MOST_HELD, Holder, Leases

Json = dict[str, Any]


def burst_strips(
    services: Services, leases: Leases, holder: Holder, photo_ids: Sequence[PhotoId], also: Collection[PhotoId] = ()
) -> dict[PhotoId, list[Json]]:
    """Lease the waiting photos of each photo's burst, and give what its strip shows: itself first, then those that were had.

    Args:
        services: where from.
        leases: who has what.
        holder: the screen.
        photo_ids: what it shows, one by one; it has them already.
        also: photos that count as waiting: see `Bursts.waiting_with`.
    """
    bursts = bursts_of(services.store)
    found = {photo_id: bursts.waiting_with(photo_id, also) for photo_id in photo_ids}
    wanted = list(dict.fromkeys(member.photo_id for members in found.values() for member in members[1:]))
    held = {had for start in range(0, len(wanted), MOST_HELD) for had in leases.renew(holder, wanted[start : start + MOST_HELD])}
    return {
        photo_id: _strip([*members[:1], *(m for m in members[1:] if m.photo_id in held)]) for photo_id, members in found.items()
    }


def _strip(members: Sequence[GroupMember]) -> list[Json]:
    """Give the photos of a strip; of one alone there is none."""
    shown = members if len(members) > 1 else ()
    return [{"photo_id": member.photo_id, "thumbnail": picture_url(member.image_id, "thumb")} for member in shown]
