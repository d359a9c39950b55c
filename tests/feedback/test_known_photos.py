from __future__ import annotations

import pytest

from dashboard.accuracy_report import known_by
from data.domain import PhotoId, Sku, Truth
from data.events import Verdict
from data.store import Store
from feedback.confidence import rank_sealed_side
from feedback.equivalence import declare_equivalent
from feedback.evaluation import active_weights
from feedback.known_photos import TestPhoto, sealed_photos
from tests.builders import BEN, NOON, match_all, review_of
from tests.small_catalogue import BACKENDS

BALLS = [Sku("ball-red"), Sku("ball-green")]


@pytest.fixture
def sealed(small_store: Store) -> Store:
    """The small catalogue, in which both balls are one article; `ball-red/0` and `ball-green/0` are on the sealed side."""
    declare_equivalent(small_store, BALLS, by="anna", at=NOON)
    return small_store


def known(store: Store) -> list[TestPhoto]:
    return sealed_photos(store, BACKENDS, active_weights(store))


def test_every_equivalent_of_what_was_chosen_is_right(sealed: Store) -> None:
    match_all(sealed, {"ball-red/0": "ball-red"})

    [photo] = known(sealed)

    assert (photo.sku, photo.skus) == ("ball-red", frozenset(BALLS))


def test_a_photo_that_two_called_by_equivalent_skus_is_known_by_the_one_chosen_last(sealed: Store) -> None:
    said = [review_of("ball-red/0", Verdict.MATCH, "ball-red"), review_of("ball-red/0", Verdict.MATCH, "ball-green", by=BEN)]
    sealed.events.append(said)

    assert [photo.sku for photo in known(sealed)] == ["ball-green"]


def test_photos_of_equivalent_skus_are_drawn_together(sealed: Store) -> None:
    match_all(sealed, {"ball-red/0": "ball-red", "ball-green/0": "ball-green"})

    assert {photo.cluster for photo in known(sealed)} == {"sku ball-green"}


def test_a_stranger_has_no_right_sku(sealed: Store) -> None:
    sealed.events.append([review_of(PhotoId("stranger/0"), Verdict.NOT_IN_DAM)])

    assert [photo.skus for photo in known(sealed)] == [frozenset()]


def test_it_is_told_which_photos_are_known_by_the_truth_that_came_with_them(
    sealed: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    match_all(sealed, {"ball-red/0": "ball-red", "ball-green/0": "ball-green"})
    truth = Truth(photo_id=PhotoId("ball-red/0"), sku=Sku("ball-red"), in_dam=True)
    monkeypatch.setattr(type(sealed.photos), "truths", lambda _: {truth.photo_id: truth})

    assert {photo.photo_id: photo.by_truth for photo in known(sealed)} == {"ball-red/0": True, "ball-green/0": False}
    side = rank_sealed_side(sealed, BACKENDS)
    assert (side.by_truth, len(side.photos)) == (1, 2)
    assert known_by(side) == "What they show is known of 1 by a truth that was imported with them, of 1 by what people decided."
