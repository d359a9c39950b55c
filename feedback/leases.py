"""Leases: who has which photo on the screen or next, so that no two people are asked for one photo without meaning to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from data.domain import Lease, PhotoId, Reviewer
from data.errors import CoutureError
from data.store import Store
from feedback.board import board_of
from feedback.queue import Pick, QueueChoice, hand_out

LEASE_S = 90.0
"""A page renews sooner than that; what a crashed one held is free again after it."""

MOST_HELD = 50
LONGEST_TAB = 80
Clock = Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Holder:
    """One screen: a reviewer, and the tab of their browser. Another tab of theirs is another holder."""

    reviewer: Reviewer
    tab: str = ""

    def __post_init__(self) -> None:
        """Refuse what could be taken for another holder."""
        if not self.reviewer or "/" in self.tab or len(self.tab) > LONGEST_TAB:
            raise CoutureError(f"a holder '{self.reviewer}' with tab '{self.tab[:LONGEST_TAB]}'", remedy="reload the page")

    def __str__(self) -> str:
        """Give the name that leases are stored under."""
        return f"{self.reviewer}/{self.tab}"


@dataclass(frozen=True, kw_only=True)
class HeldByOthers:
    """Waiting photos that other holders have.

    Attributes:
        count: how many.
        until: when the last of them is free if nobody renews; None where there is none.
        own: all of them are on other tabs of the same reviewer.
    """

    count: int
    until: datetime | None
    own: bool


class Leases:
    """Hands photos out, each to one holder at a time. Safe to share between threads and processes."""

    def __init__(self, store: Store, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._store, self._clock = store, clock

    def take(
        self,
        holder: Holder,
        count: int,
        *,
        held: Collection[PhotoId] = (),
        choice: QueueChoice = QueueChoice(),  # noqa: B008  # frozen
    ) -> list[Pick]:
        """Lease the next photos of the queue, and say how each was picked.

        Args:
            holder: who asks.
            count: how many.
            held: what the holder has already, or has decided and not sent yet; never given again.
            choice: in which order, and of which category first.
        """
        with self._store.leases.alone():
            # leases before events: whoever decided gave the lease back after the event was stored
            elsewhere = {lease.photo_id for lease in self._of_others(holder)}
            found = hand_out(self._store, reviewer=holder.reviewer, count=count, held={*held, *elsewhere}, choice=choice)
            had = set(self._claim([pick.photo_id for pick in found], holder))
            return [pick for pick in found if pick.photo_id in had]

    def renew(self, holder: Holder, photo_ids: Sequence[PhotoId]) -> list[PhotoId]:
        """Lease photos by name, or extend their leases; leave out what others have, and what is not there."""
        return self._claim(board_of(self._store).known(photo_ids[:MOST_HELD]), holder)

    def release(self, holder: Holder, photo_ids: Sequence[PhotoId] | None = None) -> None:
        """Give photos back, all of the holder's where none are named; what others have stays theirs."""
        now = self._clock()
        wanted = list(self._store.leases.held(now)) if photo_ids is None else photo_ids
        self._store.leases.release(wanted, str(holder), now=now)

    def held_by_others(self, holder: Holder) -> HeldByOthers:
        """Say what waits and is not to be had now."""
        others = {lease.photo_id: lease for lease in self._of_others(holder)}
        kept = [others[photo_id] for photo_id in board_of(self._store).waiting_among(others)]
        own = all(lease.holder.rpartition("/")[0] == holder.reviewer for lease in kept)
        return HeldByOthers(count=len(kept), until=max((lease.until for lease in kept), default=None), own=own and bool(kept))

    def _claim(self, photo_ids: Sequence[PhotoId], holder: Holder) -> list[PhotoId]:
        now = self._clock()
        return self._store.leases.claim(photo_ids, str(holder), now + timedelta(seconds=LEASE_S), now=now)

    def _of_others(self, holder: Holder) -> list[Lease]:
        return [lease for lease in self._store.leases.held(self._clock()).values() if lease.holder != str(holder)]
