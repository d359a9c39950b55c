"""The board: what is known of every photo, kept in memory. Only what is new is read, so that no decision waits for the queue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import RLock

from data.domain import PhotoId, Reviewer, WeightsVersion
from data.events import Review, Verdict
from data.ranking import Outlook
from data.store import Store
from feedback.equivalence import read_equivalents
from feedback.facts import Facts
from feedback.gold import Gold, read_gold, without_checks
from feedback.labels import DECIDED, NO_EQUIVALENTS, Label, LabelKind, labels_of, standing_reviews
from feedback.orders import Pick, QueueChoice, QueueOrder
from feedback.picking import Asking, pick_photos
from feedback.waiting import WaitingLines

OPEN = frozenset({Verdict.SKIP, Verdict.NOT_LISTED})
"""Verdicts that leave a photo waiting: it comes last to whoever gave them."""

CLOSED = DECIDED | {LabelKind.DISPUTED}
MOVED_AT_ONCE = 5_000  # outlooks that came at once, above which lines are sorted anew


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

    Events and outlooks are read from the last sequence on; photos and equivalences again only when their table has changed.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = RLock()
        self._photos_version = self._events_version = self._activations_version = -1
        self._declared = -1, -1
        self._equivalents, self._gold = NO_EQUIVALENTS, Gold()
        self._outlooks_version = self._outlook_sequence = -1
        self._facts = Facts()
        self._lines = WaitingLines(self._facts, self._all_waiting)
        self._active: WeightsVersion | None = None
        self._forget_events()
        self._forget_outlooks()

    def picks(self, reviewer: Reviewer, count: int, held: Collection[PhotoId], choice: QueueChoice) -> list[Pick]:
        """Pick photos that wait; those disputed are for whoever has not spoken; those that this reviewer left open come last."""
        with self._lock:
            self._refresh()
            if choice.by_outlook:
                self._refresh_outlooks()
            if choice.order is QueueOrder.USEFUL and not self._facts.placements:
                self._facts.placements = self._store.photos.groups_and_sides()
                self._facts.learn_all(self._labels)
            left_open = self._left_open.get(reviewer, set())
            blocked = {*held, *(photo_id for photo_id in self._disputed if self._disputes(reviewer, photo_id))}
            asking = Asking(
                reviewer=reviewer, decided=self._events_of[reviewer], held=blocked, left_open=left_open, choice=choice
            )
            return pick_photos(self._lines, asking, count)

    def waiting(self) -> list[PhotoId]:
        """List every photo that waits, the oldest first."""
        with self._lock:
            self._refresh()
            return [place[-1] for place in self._lines.line(QueueChoice()).places()]

    def ranked(self) -> int:
        """Count the waiting photos of which the active weights have said something."""
        with self._lock:
            self._refresh()
            self._refresh_outlooks()
            return self._lines.line(QueueChoice(order=QueueOrder.UNCERTAIN)).before(1)

    def counts(self) -> QueueCounts:
        """Count photos by what is known of them."""
        with self._lock:
            self._refresh()
            kinds = Counter(self._kinds)
            photos = len(self._facts.submitted)
        return QueueCounts(
            waiting=photos - sum(kinds[kind] for kind in CLOSED),
            decided=sum(kinds[kind] for kind in DECIDED),
            disputed=kinds[LabelKind.DISPUTED],
            not_in_dam=kinds[LabelKind.NOT_IN_DAM],
            unusable=kinds[LabelKind.UNUSABLE],
        )

    def known(self, photo_ids: Iterable[PhotoId]) -> list[PhotoId]:
        """Leave out photos that the store does not have."""
        with self._lock:
            self._refresh()
            return [photo_id for photo_id in photo_ids if photo_id in self._facts.submitted]

    def waiting_among(self, photo_ids: Iterable[PhotoId]) -> list[PhotoId]:
        """Leave out photos that have a standing decision, or that the store does not have."""
        with self._lock:
            return [photo_id for photo_id in self.known(photo_ids) if not self._closed(photo_id)]

    def labels(self, *, without: Collection[Reviewer] = ()) -> dict[PhotoId, Label]:
        """Say what each reviewed photo is known to be: `labels_of` all events, but for some reviewers', and the equivalents."""
        with self._lock:
            self._refresh()
            found = dict(self._labels)
            touched = {photo_id for reviewer in without for photo_id in self._reviewed_by(reviewer)}
            others = [review for photo_id in touched for review in self._reviews[photo_id] if review.reviewer not in without]
            for photo_id in touched:
                found.pop(photo_id, None)
            return found | self._labels_of(others)

    def _refresh(self) -> None:
        # versions are read before the rows: what comes in between is read once more, and never missed
        photos, events = self._store.photos.version, self._store.events.version
        if photos != self._photos_version:
            self._facts.submitted = self._store.photos.submissions()
            self._facts.placements = {}
            self._lines.clear()
            self._photos_version = photos
        self._read_equivalents()
        if events != self._events_version:
            if events < self._events_version:  # a backup was restored
                self._forget_events()
            self._take_in(self._store.events.since(self._sequence))
            self._events_version = events

    def _refresh_outlooks(self) -> None:
        """Take in what ranking said since the last time; of other weights than the active ones nothing counts any more."""
        activations, version = self._store.activations.version, self._store.outlooks.version
        if activations != self._activations_version:
            active, self._activations_version = self._store.activations.active(), activations
            if active != self._active:
                self._active = active
                self._forget_outlooks()
        if version < self._outlooks_version:  # a backup was restored
            self._forget_outlooks()
        if version != self._outlooks_version and self._active is not None:
            self._take_in_outlooks(self._store.outlooks.since(self._active, self._outlook_sequence))
        self._outlooks_version = version

    def _forget_outlooks(self) -> None:
        self._outlooks_version = self._outlook_sequence = -1
        self._facts.outlooks.clear()
        self._facts.learn_all(self._labels)
        self._lines.clear()

    def _take_in_outlooks(self, new: list[Outlook]) -> None:
        if len(new) > MOVED_AT_ONCE:
            self._lines.clear()
        for outlook in new:
            photo_id, self._outlook_sequence = outlook.photo_id, outlook.sequence
            self._facts.outlooks[photo_id] = outlook
            self._lines.learned(self._facts.learn(photo_id, self._labels.get(photo_id)))
            self._lines.move(photo_id, waits=self._waits(photo_id))

    def _read_equivalents(self) -> None:
        """Read which skus are one article and which photos are gold where that has changed, and label anew."""
        declared = self._store.equivalences.version, self._store.gold_marks.version
        if declared == self._declared:
            return
        before, self._declared = (self._equivalents, self._gold), declared
        self._equivalents, self._gold = read_equivalents(self._store), read_gold(self._store)
        if before != (self._equivalents, self._gold):
            for photo_id in list(self._reviews):
                self._label_anew(photo_id)

    def _forget_events(self) -> None:
        self._sequence = -1
        self._reviews: dict[PhotoId, list[Review]] = defaultdict(list)
        self._labels: dict[PhotoId, Label] = {}
        self._kinds: Counter[LabelKind] = Counter()
        self._left_open: dict[Reviewer, set[PhotoId]] = defaultdict(set)
        self._events_of: Counter[Reviewer] = Counter()
        self._disputed: set[PhotoId] = set()
        self._facts.learn_all({})
        self._lines.clear()

    def _take_in(self, new: list[Review]) -> None:
        for review in new:
            self._reviews[review.photo_id].append(review)
            self._events_of[review.reviewer] += 1
            self._sequence = review.sequence
        for photo_id in dict.fromkeys(review.photo_id for review in new):
            self._label_anew(photo_id)

    def _label_anew(self, photo_id: PhotoId) -> None:
        own, was_decided = self._reviews[photo_id], self._decided(photo_id)
        before, label = self._labels.pop(photo_id, None), self._labels_of(own).get(photo_id)
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
        if label is not None and label.kind is LabelKind.DISPUTED:
            self._disputed.add(photo_id)
        else:
            self._disputed.discard(photo_id)
        self._lines.learned(self._facts.learn(photo_id, label))
        if was_decided != self._decided(photo_id):
            self._lines.move(photo_id, waits=self._waits(photo_id))

    def _labels_of(self, reviews: Iterable[Review]) -> dict[PhotoId, Label]:
        return labels_of(without_checks(reviews, self._gold), self._equivalents)

    def _reviewed_by(self, reviewer: Reviewer) -> list[PhotoId]:
        return [photo_id for photo_id, label in self._labels.items() if reviewer in label.reviewers]

    def _closed(self, photo_id: PhotoId) -> bool:
        label = self._labels.get(photo_id)
        return label is not None and label.kind in CLOSED

    def _waits(self, photo_id: PhotoId) -> bool:
        return photo_id in self._facts.submitted and not self._decided(photo_id)

    def _decided(self, photo_id: PhotoId) -> bool:
        label = self._labels.get(photo_id)
        return label is not None and label.kind in DECIDED

    def _disputes(self, reviewer: Reviewer, photo_id: PhotoId) -> bool:
        """Say whether a reviewer is one of those who disagree about a photo: it is for others to settle."""
        label = self._labels.get(photo_id)
        spoke = label is not None and label.kind is LabelKind.DISPUTED and reviewer in label.reviewers
        return spoke and photo_id not in self._left_open.get(reviewer, ())

    def _all_waiting(self) -> list[PhotoId]:
        return [photo_id for photo_id in self._facts.submitted if not self._decided(photo_id)]


@lru_cache(maxsize=4)
def board_of(store: Store) -> Board:
    """Give a store its board: one per process, so that it is built once."""
    return Board(store)
