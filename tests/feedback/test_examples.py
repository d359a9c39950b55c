from __future__ import annotations

import numpy as np
import pytest

from data.domain import Side
from data.store import Store
from feedback.evaluation import active_weights
from feedback.examples import choose, gather
from feedback.labels import labels_of
from feedback.samples import Bench, labelled_photos, load_bench
from matching.evidence import load_basis
from matching.fusion import fuse, standardise
from matching.similarity import channel_similarities
from matching.weights import Weights
from tests.builders import match_all, right_matches
from tests.small_catalogue import BACKENDS

SCORES = np.linspace(1, 0, 200)


def test_a_small_catalogue_is_kept_whole() -> None:
    kept, tail = choose(SCORES[:5], [4], 96, seed=0)

    assert (kept.tolist(), tail.tolist()) == ([0, 1, 2, 3, 4], [0.0] * 5)


def test_a_large_catalogue_keeps_the_hardest_and_those_known() -> None:
    kept, tail = choose(SCORES, [150], 30, seed=0)

    # a third is drawn: nineteen of the hardest, and the known one
    sure = kept[tail == 0]
    assert sure.tolist() == [*range(19), 150]


def test_those_drawn_stand_for_the_rest() -> None:
    _, tail = choose(SCORES, [150], 30, seed=0)

    assert np.exp(tail[tail > 0]).sum() == pytest.approx(200 - 20, rel=1e-5)


def test_each_photo_draws_the_same_candidates_again() -> None:
    assert np.array_equal(choose(SCORES, [3], 30, seed=7)[0], choose(SCORES, [3], 30, seed=7)[0])


@pytest.fixture
def labelled(small_store: Store) -> tuple[Store, Bench, Weights]:
    match_all(small_store, right_matches(small_store.photos.all(), Side.CALIBRATION))
    weights = active_weights(small_store)
    return small_store, load_bench(small_store, BACKENDS, load_basis(small_store, weights.basis)), weights


def test_gathered_similarities_are_those_of_the_search(labelled: tuple[Store, Bench, Weights]) -> None:
    store, bench, weights = labelled
    labels = labels_of(store.events.all())
    photos = labelled_photos(store, BACKENDS, load_basis(store, weights.basis), Side.CALIBRATION, labels=labels)[:3]

    examples = gather(photos, bench, weights)

    for at, photo in enumerate(photos):
        alike = channel_similarities(photo.evidence.query, bench.gallery, weights)
        wanted = np.nan_to_num(standardise(alike, weights))
        assert examples.z[at, : len(alike)] == pytest.approx(wanted, abs=1e-5)
        assert np.array_equal(np.isfinite(fuse(alike, weights).scores), (examples.speaks[at] @ np.array(weights.values)) > 0)


def test_photos_of_one_group_share_the_weight_of_one(labelled: tuple[Store, Bench, Weights]) -> None:
    store, bench, weights = labelled
    labels = labels_of(store.events.all())
    photo, *_ = labelled_photos(store, BACKENDS, load_basis(store, weights.basis), Side.CALIBRATION, labels=labels)

    assert gather([photo, photo], bench, weights).share.tolist() == [0.5, 0.5]


def test_no_photo_is_an_empty_set_of_examples(labelled: tuple[Store, Bench, Weights]) -> None:
    _, bench, weights = labelled

    assert len(gather([], bench, weights)) == 0
