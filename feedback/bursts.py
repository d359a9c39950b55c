"""Bursts on the screen: which photos of a group still wait together, and which verdicts one key gave all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import lru_cache
from threading import Lock

from data.domain import GroupMember, PhotoId
from data.events import Review
from data.store import Store
from feedback.board import board_of

MOST_SHOWN = 24
NOTE = "burst:"
"""Begins the note of each verdict of a burst; the photo that was on the screen follows."""


class Bursts:
    """The photos of each group in memory, read again only when their table has another version. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._version = -1
        self._groups: dict[str, list[GroupMember]] = {}
        self._place: dict[PhotoId, tuple[str, int]] = {}

    def waiting_with(self, photo_id: PhotoId, also: Collection[PhotoId] = ()) -> list[GroupMember]:
        """List a photo and those of its group that wait for a decision; empty where it waits alone.

        Args:
            photo_id: which photo; it comes first, then those submitted after it, then those before it.
            also: photos that count as waiting though they are decided, since that is about to be undone.

        Returns:
            At most `MOST_SHOWN`: a decision for all shall be able to show all.
        """
        with self._lock:
            self._refresh()
            group, at = self._place.get(photo_id, ("", 0))
            members = self._groups.get(group, [])
        others = [*members[at + 1 :], *members[:at]]
        if not others:
            return []
        waiting = {*board_of(self._store).waiting_among(member.photo_id for member in others), *also}
        found = [member for member in others if member.photo_id in waiting][: MOST_SHOWN - 1]
        return [members[at], *found] if found else []

    def _refresh(self) -> None:
        version = self._store.photos.version
        if version == self._version:
            return
        groups = defaultdict[str, list[GroupMember]](list)
        for member in self._store.photos.members():
            groups[member.group].append(member)
        self._place = {own.photo_id: (name, at) for name, members in groups.items() for at, own in enumerate(members)}
        self._groups, self._version = dict(groups), version


def decided_together(standing: Sequence[Review], last: Review) -> list[Review]:
    """List the verdicts that one key gave a burst, that of the photo on the screen first; the verdict alone where it was none.

    Args:
        standing: verdicts that stand, of any reviewer.
        last: one of them.
    """
    if not last.note.startswith(NOTE):
        return [last]
    said = (last.reviewer, last.note, last.at)
    found = [review for review in standing if (review.reviewer, review.note, review.at) == said]
    return sorted(found, key=lambda review: review.photo_id != last.note.removeprefix(NOTE))


@lru_cache(maxsize=4)
def bursts_of(store: Store) -> Bursts:
    """Give a store its bursts: one per process, so that they are read once."""
    return Bursts(store)
