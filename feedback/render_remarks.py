"""What people say of renders: that they are wrong, or right whatever was measured."""

from __future__ import annotations

from datetime import datetime

from data.domain import EventId, Sku
from data.errors import NotFound
from data.events import RenderRemark, RenderVerdict
from data.store import Store
from feedback.recording import new_event_id
from matching.left_out import standing_remarks


def record_remark(store: Store, said: RenderRemark) -> RenderRemark:
    """Store a word on renders durably and exactly once; give it back with its sequence. Wrong ones leave the score at once.

    Anybody may take one back: it speaks of the catalogue, not of a person's verdict.

    Raises:
        NotFound: the sku is not in the catalogue, or what is to be taken back never was said of it.
        ConflictingEvent: the event id is stored already with other content.
    """
    store.assets.get(said.sku)
    if said.withdraws is not None:
        known = {word.event_id for word in store.render_remarks.all() if word.sku == said.sku}
        if said.withdraws not in known:
            raise NotFound(f"no word '{said.withdraws}' on the renders of {said.sku}", remedy="see 'couture mesh list'")
    [stored] = store.render_remarks.append([said])
    return stored


def judge_renders(store: Store, sku: Sku, verdict: RenderVerdict, *, by: str, at: datetime) -> RenderRemark:
    """Store a person's word on an asset's renders, as a new event: see `record_remark`."""
    return record_remark(store, RenderRemark(event_id=new_event_id(), sku=sku, verdict=verdict, by=by, at=at))


def withdraw_remark(store: Store, withdraws: EventId, *, by: str, at: datetime) -> RenderRemark:
    """Take the word that counts for an asset's renders back, as a new event.

    Raises:
        NotFound: no such word counts now.
    """
    standing = {word.event_id: word for word in standing_remarks(store.render_remarks.all()).values()}
    if withdraws not in standing:
        raise NotFound(f"no word '{withdraws}' on renders stands", remedy="see 'couture mesh list' for those that do")
    said = RenderRemark(
        event_id=new_event_id(),
        sku=standing[withdraws].sku,
        verdict=RenderVerdict.WITHDRAWN,
        by=by,
        at=at,
        withdraws=withdraws,
    )
    return record_remark(store, said)
