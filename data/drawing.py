"""What is drawn at random, at which share, and which photos have a known answer: events, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data.domain import EventId, PhotoId, Sku
from data.errors import CoutureError
from data.events import Verdict

KNOWN = frozenset({Verdict.MATCH, Verdict.NOT_IN_DAM, Verdict.UNUSABLE})


class DrawPurpose(StrEnum):
    """What photos are drawn for."""

    AUDIT = "audit"
    SECOND_OPINION = "second_opinion"
    GOLD = "gold"


@dataclass(frozen=True, kw_only=True)
class DrawShare:
    """A manager's word on how many photos are drawn for a purpose: an event, never changed; the last one counts.

    `since`: photos submitted from then on are drawn for audit at this share, earlier ones at the share before. `sequence` is
    given by the store; -1 before that.
    """

    event_id: EventId
    purpose: DrawPurpose
    share: float
    by: str
    at: datetime
    since: datetime
    sequence: int = -1

    def __post_init__(self) -> None:
        """Refuse a share of nobody, and one that is none."""
        if not self.event_id or not self.by:
            raise CoutureError("a share without event id or name", remedy="say who sets it")
        if not 0 <= self.share <= 0.5:  # noqa: PLR2004  # more would leave the order that a reviewer chose without a say
            raise CoutureError(f"a share of {self.share} for {self.purpose}", remedy="give one from 0 to 0.5")
        if self.at.utcoffset() is None or self.since.utcoffset() is None:
            raise CoutureError(f"a share set at {self.at}, of no time zone", remedy="say which, such as +00:00")


@dataclass(frozen=True, kw_only=True)
class GoldMark:
    """A manager's word that the answer for a photo is known: an event, never changed. `sequence` is given by the store.

    `watermark` is the last review that it rests on: what reviewers say of the photo later is held against the answer, and does
    not change it. What takes such a word back names it in `withdraws` and no answer.
    """

    event_id: EventId
    photo_id: PhotoId
    by: str
    at: datetime
    verdict: Verdict | None = None
    sku: Sku | None = None
    watermark: int = -1
    withdraws: EventId | None = None
    sequence: int = -1

    def __post_init__(self) -> None:
        """Refuse a mark without an answer, and the taking back of one with an answer."""
        if not self.event_id or not self.photo_id or not self.by:
            raise CoutureError("a gold mark without event id, photo or name", remedy="say who marks which photo")
        if (self.verdict in KNOWN) == (self.withdraws is not None) or (self.verdict is Verdict.MATCH) != (self.sku is not None):
            raise CoutureError(
                f"a gold mark of {self.photo_id} says {self.verdict} {self.sku} and takes back {self.withdraws}",
                remedy="give an answer, with a sku for 'match' alone, or the event to take back",
            )
        if self.at.utcoffset() is None:
            raise CoutureError(f"a gold mark at {self.at}, of no time zone", remedy="say which, such as +00:00")
