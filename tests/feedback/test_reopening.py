"""Photos that were not in the DAM wait again when an asset arrives that fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from data.domain import Asset, PhotoId, Sku
from data.errors import NotAllowed
from data.events import CATALOGUE, Verdict
from data.store import Store
from feedback.agreement import read_agreement
from feedback.board import board_of
from feedback.equivalence import read_labels
from feedback.labels import LabelKind
from feedback.recording import record, undo
from feedback.reopening import find_reopenings, reopen, why_reopened
from matching.indexing import index
from tests.builders import ANNA, BEN, NOON, STRANGER, image_of, reference_picture, review_of, view_of
from tests.small_catalogue import BACKENDS

CROSS = Sku("cross-purple")
PHOTO = "stranger/3"
LATER = NOON + timedelta(days=3)


def arrive(store: Store, at: datetime = LATER) -> None:
    """Bring the strangers' article into the catalogue."""
    image = image_of(reference_picture(STRANGER))
    store.assets.put([Asset(sku=CROSS, title="cross", category="cross", description="", added_at=at)])
    store.images.put([image])
    store.views.put([view_of(CROSS, image)])
    index(store, BACKENDS, workers=2)


def absent(store: Store) -> None:
    store.events.append([review_of(PHOTO, Verdict.NOT_IN_DAM)])


def test_a_photo_waits_again_when_its_article_arrives_with_a_note_of_why(small_store: Store) -> None:
    absent(small_store)
    arrive(small_store)

    found = find_reopenings(small_store, BACKENDS)
    reopen(small_store, found)

    assert [(one.photo_id, one.sku) for one in found] == [(PHOTO, CROSS)]
    assert PHOTO in board_of(small_store).waiting()
    [event] = [review for review in small_store.events.all() if review.verdict is Verdict.REOPENED]
    assert (event.reviewer, event.note.startswith("cross-purple has arrived and is first")) == (CATALOGUE, True)


def test_the_earlier_verdict_stays_in_history_and_no_longer_counts(small_store: Store) -> None:
    absent(small_store)
    arrive(small_store)
    reopen(small_store, find_reopenings(small_store, BACKENDS))

    assert [review.verdict for review in small_store.events.of(PhotoId(PHOTO))] == [Verdict.NOT_IN_DAM, Verdict.REOPENED]
    assert read_labels(small_store)[PhotoId(PHOTO)].kind is LabelKind.UNDECIDED


def test_an_asset_that_was_there_before_the_verdict_reopens_nothing(small_store: Store) -> None:
    absent(small_store)
    arrive(small_store, NOON - timedelta(days=1))

    assert find_reopenings(small_store, BACKENDS) == []


def test_below_the_threshold_nothing_is_reopened(small_store: Store) -> None:
    absent(small_store)
    arrive(small_store)

    assert find_reopenings(small_store, BACKENDS, threshold=1.0) == []


def test_an_asset_that_does_not_fit_reopens_nothing(small_store: Store) -> None:
    small_store.events.append([review_of("ball-red/1", Verdict.NOT_IN_DAM)])
    arrive(small_store)

    assert find_reopenings(small_store, BACKENDS, threshold=0.0) == []


def test_a_photo_is_reopened_once(small_store: Store) -> None:
    absent(small_store)
    arrive(small_store)
    found = find_reopenings(small_store, BACKENDS)

    assert (reopen(small_store, found), reopen(small_store, found)) == (1, 0)
    assert find_reopenings(small_store, BACKENDS) == []


def test_a_verdict_after_the_reopening_counts(small_store: Store) -> None:
    absent(small_store)
    arrive(small_store)
    reopen(small_store, find_reopenings(small_store, BACKENDS))

    small_store.events.append([review_of(PHOTO, Verdict.NOT_IN_DAM, by=BEN)])

    label = read_labels(small_store)[PhotoId(PHOTO)]
    assert (label.kind, label.reviewers) == (LabelKind.NOT_IN_DAM, (BEN,))


def test_whoever_takes_a_reopening_back_has_the_verdict_count_again(small_store: Store) -> None:
    absent(small_store)
    arrive(small_store)
    reopen(small_store, find_reopenings(small_store, BACKENDS))
    event = small_store.events.of(PhotoId(PHOTO))[-1]

    undo(small_store, event.event_id, event.photo_id, ANNA, at=datetime.now(UTC))

    assert read_labels(small_store)[PhotoId(PHOTO)].kind is LabelKind.NOT_IN_DAM


def test_reviewers_who_agreed_before_it_arrived_still_agreed(small_store: Store) -> None:
    absent(small_store)
    small_store.events.append([review_of(PHOTO, Verdict.NOT_IN_DAM, by=BEN)])
    arrive(small_store)
    reopen(small_store, find_reopenings(small_store, BACKENDS))

    assert read_agreement(small_store).photos == 1


def test_no_reviewer_says_reopened(small_store: Store) -> None:
    with pytest.raises(NotAllowed, match="for a program"):
        record(small_store, review_of(PHOTO, Verdict.REOPENED))


def test_why_a_photo_waits_again_is_read_from_what_was_said_of_it(small_store: Store) -> None:
    absent(small_store)
    arrive(small_store)
    before = why_reopened(small_store, PhotoId(PHOTO))
    reopen(small_store, find_reopenings(small_store, BACKENDS))

    why = why_reopened(small_store, PhotoId(PHOTO))

    assert before is None
    assert why is not None
    assert (why.decided_at, why.sku) == (NOON, CROSS)
