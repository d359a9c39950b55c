from __future__ import annotations

import numpy as np
import pytest

from data.domain import Photo, PhotoId
from data.store import Store
from feedback.confirmed import read_confirmed_views
from matching import readers
from matching.evidence import PhotoEvidence, load_photos
from matching.readers import KeypointReader, KnownPhotos
from matching.similarity import catalogue_likeness
from matching.snapshot import Snapshot, Snapshots
from matching.stored_vectors import CutOutKey
from tests.builders import match_all
from tests.small_catalogue import BACKENDS, matcher_of

PHOTO, OTHER = PhotoId("ball-red/0"), PhotoId("ball-red/1")


def snapshot_of(store: Store) -> Snapshot:
    return Snapshots(store, BACKENDS, lambda: read_confirmed_views(store)).fresh()


class Reading:
    """Reads photos from a store, and counts how often."""

    def __init__(self, store: Store, snapshot: Snapshot) -> None:
        self.store, self.snapshot, self.times = store, snapshot, 0

    def __call__(self, photo: Photo) -> PhotoEvidence:
        self.times += 1
        return load_photos(self.store, BACKENDS, self.snapshot.basis, {photo.image_id: photo.group})[photo.image_id]


def test_a_photo_that_is_ranked_again_after_a_decision_is_ranked_as_if_it_were_new(small_store: Store) -> None:
    known = matcher_of(small_store)
    before = known.suggest(PHOTO)
    match_all(small_store, {OTHER: "ball-red"})

    again = known.suggest(PHOTO)
    anew = matcher_of(small_store).suggest(PHOTO)

    assert [one.score for one in again.candidates] == [one.score for one in anew.candidates]
    assert [one.score for one in again.candidates] != [one.score for one in before.candidates]


def test_a_photo_is_read_once(small_store: Store) -> None:
    snapshot, photos = snapshot_of(small_store), KnownPhotos()
    read = Reading(small_store, snapshot)

    for _ in range(3):
        photos.compare(small_store.photos.get(PHOTO), read, snapshot.gallery, snapshot.weights)

    assert read.times == 1


def test_a_photo_too_large_to_be_kept_is_read_each_time(small_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MOST_BYTES", 10)
    snapshot, photos = snapshot_of(small_store), KnownPhotos()
    read = Reading(small_store, snapshot)

    for _ in range(3):
        photos.compare(small_store.photos.get(PHOTO), read, snapshot.gallery, snapshot.weights)

    assert read.times == 3


def test_local_features_come_in_the_order_asked_for(small_store: Store) -> None:
    reader = KeypointReader(small_store)
    keys: list[CutOutKey] = [(row.view.image_id, row.hypothesis) for row in snapshot_of(small_store).gallery.views]

    forward, backward = reader.read(keys), reader.read(keys[::-1])

    assert all(one is other for one, other in zip(forward, backward[::-1], strict=True))


def test_a_photo_that_is_kept_takes_less_than_half_of_what_it_gives(small_store: Store) -> None:
    snapshot = snapshot_of(small_store)
    evidence = Reading(small_store, snapshot)(small_store.photos.get(PHOTO))
    found = catalogue_likeness(evidence.query, snapshot.gallery, snapshot.weights)

    assert readers.Kept.of(evidence, found, snapshot.gallery).likeness_bytes < found.nbytes / 2


def test_a_photo_that_is_kept_has_the_same_channels_and_the_best_cut_out_of_each_view(small_store: Store) -> None:
    snapshot = snapshot_of(small_store)
    evidence = Reading(small_store, snapshot)(small_store.photos.get(PHOTO))
    found = catalogue_likeness(evidence.query, snapshot.gallery, snapshot.weights)

    kept = readers.Kept.of(evidence, found, snapshot.gallery).known().likeness

    tilts = found.views.reshape(len(found.views), -1, 3)
    assert np.array_equal(kept.channels, found.channels, equal_nan=True)
    assert np.array_equal(kept.views.reshape(tilts.shape), np.repeat(tilts.max(axis=2, keepdims=True), 3, axis=2))
