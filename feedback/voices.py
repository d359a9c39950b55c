"""Voices: what each person says of each photo now, kept in memory; only what is new is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from data.domain import PhotoId, Reviewer
from data.events import Review, Verdict
from data.store import Store
from feedback.labels import SPEAKING, by_people, standing_reviews

NOBODY: Mapping[Reviewer, Verdict] = {}


class Voices:
    """The verdicts that stand, by photo and by reviewer, of all events. Its user guards it between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._version = self._sequence = -1
        self._forget()

    def refresh(self) -> list[PhotoId]:
        """Take in what is new; list the photos that it speaks of."""
        version = self._store.events.version
        if version == self._version:
            return []
        if version < self._version:  # a backup was restored
            self._forget()
        new = self._store.events.since(self._sequence)
        for review in new:
            self._reviews[review.photo_id].append(review)
            self._sequence = review.sequence
        touched = list(dict.fromkeys(review.photo_id for review in new))
        for photo_id in touched:
            self._read(photo_id)
        self._version = version
        return touched

    def of_photo(self, photo_id: PhotoId) -> Mapping[Reviewer, Verdict]:
        """Give what stands of a photo."""
        return self._standing.get(photo_id, NOBODY)

    def of_reviewer(self, reviewer: Reviewer) -> Mapping[PhotoId, Verdict]:
        """Give what a reviewer says of photos, skips too."""
        return self._own[reviewer]

    def reviews_of(self, photo_id: PhotoId) -> list[Review]:
        """Give everything that was said of a photo, by programs too, in server sequence."""
        return list(self._reviews.get(photo_id, ()))

    def speakers(self, photo_id: PhotoId) -> set[Reviewer]:
        """Name who says what a photo is."""
        return {who for who, verdict in self.of_photo(photo_id).items() if verdict in SPEAKING}

    def reviewed(self) -> list[PhotoId]:
        """List the photos of which something stands."""
        return list(self._standing)

    def _forget(self) -> None:
        self._sequence = -1
        self._reviews: dict[PhotoId, list[Review]] = defaultdict(list)
        self._standing: dict[PhotoId, dict[Reviewer, Verdict]] = {}
        self._own: dict[Reviewer, dict[PhotoId, Verdict]] = defaultdict(dict)

    def _read(self, photo_id: PhotoId) -> None:
        for who in self._standing.pop(photo_id, {}):
            self._own[who].pop(photo_id, None)
        found = {one.reviewer: one.verdict for one in by_people(standing_reviews(self._reviews[photo_id]))}
        if found:
            self._standing[photo_id] = found
        for who, verdict in found.items():
            self._own[who][photo_id] = verdict
