from __future__ import annotations

import pytest

from data.domain import PhotoId, Sku
from data.errors import NotEnoughEvidence
from data.events import Verdict
from data.store import Store, open_store
from feedback.outlooks import BATCH, NOTED_TOGETHER, Notes, outlook_of, refresh_outlooks
from matching.uncertainty import Ranked
from tests.builders import STRANGER, image_of, photo_of, photo_picture, review_of
from tests.feedback import outlook_builders
from tests.feedback.outlook_builders import V1, activate
from tests.small_catalogue import BACKENDS, matcher_of

PHOTO = PhotoId("ball-red/2")


def ranked_as(store: Store, photo_id: PhotoId) -> Ranked:
    return matcher_of(store).rank(photo_id)


def category(sku: Sku) -> str:
    return sku.split("-", maxsplit=1)[0]


def test_an_outlook_says_what_ranking_the_photo_says(small_store: Store) -> None:
    refresh_outlooks(small_store, BACKENDS)
    found = {outlook.photo_id: outlook for outlook in small_store.outlooks.all()}[PHOTO]
    known = ranked_as(small_store, PHOTO)
    first = known.suggestion.candidates[0].sku

    assert (found.entropy, found.margin, found.no_match) == pytest.approx(
        (known.entropy, known.margin, known.suggestion.no_match)
    )
    assert (found.weights, found.sku, found.category) == (V1, first, category(first))


def test_every_waiting_photo_that_is_described_is_ranked(small_store: Store) -> None:
    small_store.events.append([review_of(PHOTO, Verdict.MATCH, "ball-red")])
    small_store.images.put([new := image_of(photo_picture(STRANGER, 80))])
    small_store.photos.put([photo_of("new", new)])
    report = refresh_outlooks(small_store, BACKENDS)

    # forty photos were there: one is decided, and one came that is not described
    assert (report.waiting, report.made, report.undescribed, report.left) == (40, 39, 1, 0)
    assert small_store.outlooks.done(V1).isdisjoint({PHOTO, "new"})


def test_what_is_there_is_not_ranked_again(small_store: Store) -> None:
    first = refresh_outlooks(small_store, BACKENDS, most=5)
    second = refresh_outlooks(small_store, BACKENDS)

    assert (first.made, first.left, second.there, second.made) == (5, 35, 5, 35)
    assert sorted(outlook.sequence for outlook in small_store.outlooks.all()) == list(range(40))


def test_the_oldest_are_ranked_first(small_store: Store) -> None:
    refresh_outlooks(small_store, BACKENDS, most=2)

    assert small_store.outlooks.done(V1) == {"bag-blue/0", "bag-blue/1"}


def test_what_is_there_is_ranked_again_where_that_is_asked_for(small_store: Store) -> None:
    small_store.outlooks.put([outlook_builders.outlook_of(PHOTO, entropy=0.123)])
    report = refresh_outlooks(small_store, BACKENDS, anew=True)

    assert (report.there, report.made, small_store.outlooks.count()) == (0, 40, 40)
    assert 0.123 not in [outlook.entropy for outlook in small_store.outlooks.all()]


def test_a_refresh_tells_how_far_it_is(small_store: Store) -> None:
    told = list[tuple[str, int, int]]()
    refresh_outlooks(small_store, BACKENDS, lambda stage, done, total: told.append((stage, done, total)))

    assert told == [("outlooks", 0, 40), ("outlooks", 40, 40)]
    assert BATCH >= 40


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


def test_an_interrupted_refresh_goes_on_where_it_was(small_store: Store) -> None:
    def interrupt(_stage: str, done: int, _total: int) -> None:
        if done == 32:
            raise Interrupted

    with pytest.raises(Interrupted):
        refresh_outlooks(small_store, BACKENDS, interrupt, batch=16)
    report = refresh_outlooks(small_store, BACKENDS)

    assert (report.there, report.made) == (32, 8)


def test_before_anything_is_indexed_there_is_nothing_to_rank_with(empty_store: Store) -> None:
    with pytest.raises(NotEnoughEvidence):
        refresh_outlooks(empty_store, BACKENDS)


def test_a_photo_without_candidates_has_an_outlook_without_asset(small_store: Store) -> None:
    ranked = matcher_of(small_store).rank(PHOTO, top=0)

    assert (outlook_of(ranked, category).sku, outlook_of(ranked, category).category) == (None, "")


@pytest.fixture
def notes(empty_store: Store) -> Notes:
    activate(empty_store)
    return Notes(empty_store)


def noted(store: Store) -> int:
    return open_store(store.address).outlooks.count()


def test_what_is_noted_is_stored_once_it_is_settled(notes: Notes, empty_store: Store) -> None:
    notes.note(outlook_builders.outlook_of("p1"))
    notes.settle()

    assert noted(empty_store) == 1


def test_notes_are_written_some_at_a_time(notes: Notes, empty_store: Store) -> None:
    for number in range(NOTED_TOGETHER - 1):
        notes.note(outlook_builders.outlook_of(f"p{number}"))

    assert noted(empty_store) == 0


def test_a_photo_that_is_ranked_again_is_written_once(notes: Notes, empty_store: Store) -> None:
    for entropy in (0.1, 0.9):
        notes.note(outlook_builders.outlook_of("p1", entropy=entropy))
        notes.settle()

    assert [outlook.entropy for outlook in empty_store.outlooks.all()] == [0.1]


def test_a_note_does_not_take_the_place_of_what_a_refresh_stored(notes: Notes, empty_store: Store) -> None:
    empty_store.outlooks.put([outlook_builders.outlook_of("p1", entropy=0.5)])
    notes.note(outlook_builders.outlook_of("p1", entropy=0.9))
    notes.settle()

    assert [outlook.entropy for outlook in empty_store.outlooks.all()] == [0.5]
