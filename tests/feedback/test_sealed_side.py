"""Confidence on the sealed side is that of the screen: bonuses, words and calibration included."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from data.domain import Side, WeightsVersion
from data.store import Store
from feedback.confidence import SealedSide, rank_sealed_side
from feedback.evaluation import active_weights
from feedback.versions import activate
from matching.preparation import record_of
from matching.weights import FirstRight
from tests.builders import match_all, right_matches
from tests.small_catalogue import BACKENDS, matcher_of


def ranked(store: Store) -> SealedSide:
    match_all(store, right_matches(store.photos.all(), Side.TEST))
    return rank_sealed_side(store, BACKENDS)


def on_screen(store: Store) -> list[float]:
    """The confidence of each sealed photo's first candidate as a reviewer would be told, in the order of their ids."""
    sealed = sorted(right_matches(store.photos.all(), Side.TEST))
    return [matcher_of(store).suggest(store.photos.get(photo_id).photo_id).candidates[0].confidence for photo_id in sealed]


def use(store: Store, said: FirstRight) -> None:
    """Take weights into use that correct the confidence of the first."""
    weights = replace(active_weights(store), version=WeightsVersion("v2"), first_right=said)
    now = datetime.now(UTC)
    record = record_of(weights, parent=WeightsVersion("v1"), created_by="anna", at=now, metrics={}, watermark=-1, seed=0)
    store.weights.put([record])
    activate(store, weights.version, by="anna", reason="a test", at=now)


def test_confidence_is_measured_as_the_screen_shows_it(small_store: Store) -> None:
    assert ranked(small_store).confidence.tolist() == pytest.approx(on_screen(small_store))


def test_calibrated_confidence_is_what_the_screen_shows_and_what_is_measured(small_store: Store) -> None:
    before = on_screen(small_store)
    use(small_store, FirstRight(intercept=-2.0))

    after = ranked(small_store).confidence.tolist()

    assert after == pytest.approx(on_screen(small_store))
    assert all(less < more for less, more in zip(after, before, strict=True))
