"""Draws: which photos a manager's shares pick at random, each with a known probability.

Whether a group is drawn hangs on this installation, the purpose and the group's name alone, through a hash that looks as if
drawn: a reload, a restart or another process draws the same, a burst is drawn together, and no ranking or label has a part in it
(Poisson sampling with permanent random numbers: Brewer, Early and Joyce, "Selecting several samples from a single population",
Australian Journal of Statistics 1972). What was drawn is stored with its probability, and stays so if a share is set anew.

A twentieth of the photos is drawn for audit and as much of what is decided for a second opinion: of 1,000 photos that are 50, an
interval of about ±13 points, for one decision in ten. Below 200 photos nothing is drawn until a manager sets a share: a twentieth
would be fewer than the ten photos below which no figure is said. Gold is asked once in 33 photos, so that a reviewer who decides
300 a day meets nine a day, and the thirty that name a careless one in less than a week.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from data.domain import Draw, PhotoId
from data.drawing import DrawPurpose, DrawShare
from data.store import Store
from feedback.recording import new_event_id

SHARES: Mapping[DrawPurpose, float] = {DrawPurpose.AUDIT: 0.05, DrawPurpose.SECOND_OPINION: 0.05, DrawPurpose.GOLD: 0.03}
"""What holds until a manager says otherwise."""

FEWEST = 200
"""Photos, below which nothing is drawn unless somebody set a share."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def chance_of(seed: str, *names: str) -> float:
    """Give a number in 0 … 1 that looks as if drawn, always the same for the same names."""
    digest = hashlib.blake2b("\0".join((seed, *names)).encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53


def is_drawn(seed: str, purpose: DrawPurpose, group: str, share: float) -> bool:
    """Say whether a group is drawn: with the probability of the share, and whatever a smaller share draws too."""
    return chance_of(seed, purpose, group) < share


def draw_of(purpose: DrawPurpose, photo_id: PhotoId, probability: float, at: datetime) -> Draw:
    """Make the record of a drawn photo; one that is drawn for the same purpose again is the same record."""
    return Draw(draw_id=f"{purpose}\0{photo_id}", photo_id=photo_id, purpose=purpose, probability=probability, drawn_at=at)


@dataclass(frozen=True, kw_only=True)
class Shares:
    """At which share photos are drawn: what managers said, in order, and how many photos there are."""

    said: Sequence[DrawShare] = field(default_factory=tuple)
    photos: int = FEWEST

    def now(self, purpose: DrawPurpose) -> float:
        """Give the share of a purpose that holds now."""
        own = [one.share for one in self.said if one.purpose is purpose]
        return own[-1] if own else self._without_a_word(purpose)

    def of_submission(self, purpose: DrawPurpose, submitted: float) -> float:
        """Give the share of a purpose for a group that came at a moment, in seconds since 1970."""
        own = [one.share for one in self.said if one.purpose is purpose and one.since.timestamp() <= submitted]
        return own[-1] if own else self._without_a_word(purpose)

    def _without_a_word(self, purpose: DrawPurpose) -> float:
        few = self.photos < FEWEST and purpose is not DrawPurpose.GOLD
        return 0.0 if few else SHARES[purpose]


def read_shares(store: Store) -> Shares:
    """Read at which shares photos are drawn now."""
    return Shares(said=store.draw_shares.all(), photos=store.photos.count())


def set_share(store: Store, purpose: DrawPurpose, share: float, *, by: str, at: datetime) -> DrawShare:
    """Set the share of a purpose from now on, on the record.

    An audit is drawn at the share that held when a photo came, since what was decided meanwhile is no random part of what waited.
    Where nothing has been drawn for it yet, the share holds for everything that waits.

    Raises:
        CoutureError: it is no share.
    """
    since = at if purpose in store.draws.counts() else BEGINNING
    said = DrawShare(event_id=new_event_id(), purpose=purpose, share=share, by=by, at=at, since=since)
    return store.draw_shares.append([said])[0]
