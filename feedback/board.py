"""The board: what is known of every photo, kept in memory. Only what is new is read, so that no decision waits for the queue."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from threading import RLock

from data.domain import PhotoId, Review, Reviewer, Verdict
from data.store import Store
from feedback.equivalence import read_equivalents
from feedback.labels import DECIDED, NO_EQUIVALENTS, Label, LabelKind, labels_of, standing_reviews

OPEN = frozenset({Verdict.SKIP, Verdict.NOT_LISTED})
"""Verdicts that leave a photo waiting: it comes last to whoever gave them."""

CLOSED = DECIDED | {LabelKind.DISPUTED}
Place = tuple[float, str, PhotoId]


class QueueOrder(StrEnum):
    """In which order photos come."""

    OLDEST = "oldest"
    NEWEST = "newest"
    RANDOM = "random"


@dataclass(frozen=True, kw_only=True)
class QueueCounts:
    """How many photos there are of each kind; `waiting` has no standing decision."""

    waiting: int
    decided: int
    disputed: int
    not_in_dam: int
    unusable: int


class Board:
    """A projection of events, equivalences and photos. Every answer is as new as the store. Safe to share between threads.

    Events are read from the last sequence on; photos and equivalences again only when their table has another version.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = RLock()
        self._photos_version = self._events_version = self._equivalents_version = -1
        self._equivalents = NO_EQUIVALENTS
        self._submitted: dict[PhotoId, float] = {}
        self._waiting: dict[QueueOrder, list[Place]] = {}
        self._forget_events()

    def next_photos(self, reviewer: Reviewer, count: int, held: Collection[PhotoId], order: QueueOrder) -> list[PhotoId]:
        """List photos that wait, or are disputed by others; those that this reviewer left open come last."""
        with self._lock:
            self._refresh()
            left_open = self._left_open.get(reviewer, set())
            first, last = list[PhotoId](), list[PhotoId]()
            for _, _, photo_id in self._line(order):
                if len(first) >= count:
                    break
                if photo_id not in held and not self._disputes(reviewer, photo_id):
                    (last if photo_id in left_open else first).append(photo_id)
        return [*first, *last][: max(count, 0)]

    def counts(self) -> QueueCounts:
        """Count photos by what is known of them."""
        with self._lock:
            self._refresh()
            kinds = Counter(self._kinds)
            photos = len(self._submitted)
        decided = sum(kinds[kind] for kind in DECIDED)
        return QueueCounts(
            waiting=photos - decided - kinds[LabelKind.DISPUTED],
            decided=decided,
            disputed=kinds[LabelKind.DISPUTED],
            not_in_dam=kinds[LabelKind.NOT_IN_DAM],
            unusable=kinds[LabelKind.UNUSABLE],
        )

    def known(self, photo_ids: Iterable[PhotoId]) -> list[PhotoId]:
        """Leave out photos that the store does not have."""
        with self._lock:
            self._refresh()
            return [photo_id for photo_id in photo_ids if photo_id in self._submitted]

    def waiting_among(self, photo_ids: Iterable[PhotoId]) -> list[PhotoId]:
        """Leave out photos that have a standing decision, or that the store does not have."""
        with self._lock:
            return [photo_id for photo_id in self.known(photo_ids) if not self._closed(photo_id)]

    def labels(self) -> dict[PhotoId, Label]:
        """Say what each reviewed photo is known to be: `labels_of` all events and the equivalents."""
        with self._lock:
            self._refresh()
            return dict(self._labels)

    def _refresh(self) -> None:
        # versions are read before the rows: what comes in between is read once more, and never missed
        photos, events = self._store.photos.version, self._store.events.version
        if photos != self._photos_version:
            self._submitted = self._store.photos.submissions()
            self._waiting.clear()
            self._photos_version = photos
        self._read_equivalents()
        if events != self._events_version:
            if events < self._events_version:  # a backup was restored
                self._forget_events()
            self._take_in(self._store.events.since(self._sequence))
            self._events_version = events

    def _read_equivalents(self) -> None:
        """Read which skus are one article where that has changed, and label anew what it may speak of."""
        version = self._store.equivalences.version
        if version == self._equivalents_version:
            return
        before, self._equivalents = self._equivalents, read_equivalents(self._store)
        self._equivalents_version = version
        if before != self._equivalents:
            for photo_id in list(self._reviews):
                self._label_anew(photo_id)

    def _forget_events(self) -> None:
        self._sequence = -1
        self._reviews: dict[PhotoId, list[Review]] = defaultdict(list)
        self._labels: dict[PhotoId, Label] = {}
        self._kinds: Counter[LabelKind] = Counter()
        self._left_open: dict[Reviewer, set[PhotoId]] = defaultdict(set)
        self._waiting.clear()

    def _take_in(self, new: list[Review]) -> None:
        for review in new:
            self._reviews[review.photo_id].append(review)
            self._sequence = review.sequence
        for photo_id in dict.fromkeys(review.photo_id for review in new):
            self._label_anew(photo_id)

    def _label_anew(self, photo_id: PhotoId) -> None:
        own, was_decided = self._reviews[photo_id], self._decided(photo_id)
        before, label = self._labels.pop(photo_id, None), labels_of(own, self._equivalents).get(photo_id)
        if before is not None:
            self._kinds[before.kind] -= 1
        if label is not None:
            self._labels[photo_id] = label
            self._kinds[label.kind] += 1
        for reviewer in {review.reviewer for review in own}:
            self._left_open[reviewer].discard(photo_id)
        for review in standing_reviews(own):
            if review.verdict in OPEN:
                self._left_open[review.reviewer].add(photo_id)
        if photo_id in self._submitted and was_decided != self._decided(photo_id):
            self._move(photo_id)

    def _move(self, photo_id: PhotoId) -> None:
        """Bring a photo whose label has changed into each line, or out of it."""
        for order, line in self._waiting.items():
            place = self._place(photo_id, order)
            if self._decided(photo_id):
                del line[bisect_left(line, place)]
            else:
                insort(line, place)

    def _closed(self, photo_id: PhotoId) -> bool:
        label = self._labels.get(photo_id)
        return label is not None and label.kind in CLOSED

    def _decided(self, photo_id: PhotoId) -> bool:
        label = self._labels.get(photo_id)
        return label is not None and label.kind in DECIDED

    def _disputes(self, reviewer: Reviewer, photo_id: PhotoId) -> bool:
        """Say whether a reviewer is one of those who disagree about a photo: it is for others to settle."""
        label = self._labels.get(photo_id)
        spoke = label is not None and label.kind is LabelKind.DISPUTED and reviewer in label.reviewers
        return spoke and photo_id not in self._left_open.get(reviewer, ())

    def _line(self, order: QueueOrder) -> list[Place]:
        if order not in self._waiting:
            self._waiting[order] = sorted(self._place(found, order) for found in self._submitted if not self._decided(found))
        return self._waiting[order]

    def _place(self, photo_id: PhotoId, order: QueueOrder) -> Place:
        drawn = hashlib.blake2b(photo_id.encode(), digest_size=8).hexdigest()
        stamp = self._submitted[photo_id]
        return {QueueOrder.OLDEST: stamp, QueueOrder.NEWEST: -stamp, QueueOrder.RANDOM: 0.0}[order], drawn, photo_id


@lru_cache(maxsize=4)
def board_of(store: Store) -> Board:
    """Give a store its board: one per process, so that it is built once."""
    return Board(store)
