from __future__ import annotations

from dataclasses import replace

import pytest

from data.domain import Photo, PhotoId, Reviewer, Side, Sku, WeightsVersion
from data.events import Verdict
from data.store import Store
from feedback.confirmed import confirmed_views, read_confirmed_views
from feedback.equivalence import declare_equivalent
from feedback.evaluation import active_weights
from feedback.labels import labels_of
from feedback.versions import activate, roll_back
from matching.preparation import record_of
from matching.search import Matcher
from tests.builders import BEN, CARLA, NOON, image_of, photo_of, review_of, silhouette
from tests.small_catalogue import matcher_of

IMAGE = image_of(silhouette("square", 20, centre=(10, 10), reach_px=6)[..., None].repeat(3, axis=2).astype("uint8") * 255)


def score_of(matcher: Matcher, photo: PhotoId) -> float:
    """Give the score of the red ball."""
    [score] = [candidate.score for candidate in matcher.suggest(photo, top=8).candidates if candidate.sku == "ball-red"]
    return score


def activate_without(store: Store, reviewer: Reviewer) -> None:
    """Take weights into use that were fitted without a reviewer."""
    weights = replace(active_weights(store), version=WeightsVersion("v2"))
    metrics = {"without": [reviewer]}
    record = record_of(weights, parent=WeightsVersion("v1"), created_by="mia", at=NOON, metrics=metrics)
    store.weights.put([record])
    activate(store, weights.version, by="mia", reason="a careless reviewer", at=NOON)


def photo_on(side: Side) -> Photo:
    return photo_of("p1", IMAGE, side, group="burst")


def test_a_confirmed_photo_of_the_calibration_side_is_a_view_of_its_asset() -> None:
    [view] = confirmed_views(labels_of([review_of("p1", Verdict.MATCH, "bag")]), [photo_on(Side.CALIBRATION)])

    assert (view.sku, view.photo_id, view.group) == ("bag", "p1", "burst")


@pytest.mark.parametrize("side", [Side.TEST, Side.QUARANTINED])
def test_sealed_and_quarantined_photos_are_never_views(side: Side) -> None:
    assert confirmed_views(labels_of([review_of("p1", Verdict.MATCH, "bag")]), [photo_on(side)]) == []


@pytest.mark.parametrize("verdict", [Verdict.NOT_IN_DAM, Verdict.NOT_LISTED, Verdict.UNUSABLE, Verdict.SKIP])
def test_only_a_match_makes_a_view(verdict: Verdict) -> None:
    assert confirmed_views(labels_of([review_of("p1", verdict)]), [photo_on(Side.CALIBRATION)]) == []


def test_a_disputed_photo_is_no_view() -> None:
    said = [review_of("p1", Verdict.MATCH, "bag"), review_of("p1", Verdict.MATCH, "shoe", by=BEN)]

    assert confirmed_views(labels_of(said), [photo_on(Side.CALIBRATION)]) == []


def test_a_photo_of_equivalent_skus_is_a_view_of_the_one_that_most_chose() -> None:
    said = [
        review_of("p1", Verdict.MATCH, "bag"),
        review_of("p1", Verdict.MATCH, "bag", by=CARLA),
        review_of("p1", Verdict.MATCH, "bag-old", by=BEN),
    ]
    equivalents = dict.fromkeys([Sku("bag"), Sku("bag-old")], frozenset({Sku("bag"), Sku("bag-old")}))

    [view] = confirmed_views(labels_of(said, equivalents), [photo_on(Side.CALIBRATION)])

    assert view.sku == "bag"


def test_declaring_two_skus_one_article_settles_a_dispute_and_makes_a_view_at_once(small_store: Store) -> None:
    said = [review_of("ball-red/1", Verdict.MATCH, "ball-red"), review_of("ball-red/1", Verdict.MATCH, "ball-green", by=BEN)]
    small_store.events.append(said)
    before = read_confirmed_views(small_store)

    declare_equivalent(small_store, [Sku("ball-red"), Sku("ball-green")], by="anna", at=NOON)

    assert (before, [view.sku for view in read_confirmed_views(small_store)]) == ([], ["ball-green"])


def test_a_photo_that_nobody_has_reviewed_is_no_view() -> None:
    assert confirmed_views({}, [photo_on(Side.CALIBRATION)]) == []


def test_a_match_of_an_asset_that_is_no_longer_there_is_no_view(small_store: Store) -> None:
    small_store.events.append([review_of("ball-red/1", Verdict.MATCH, "gone")])

    assert read_confirmed_views(small_store) == []


def test_a_confirmed_photo_counts_for_its_siblings_at_once_and_an_undo_takes_it_away_at_once(small_store: Store) -> None:
    matcher, sibling = matcher_of(small_store), PhotoId("ball-red/2")
    untouched = score_of(matcher, sibling)
    small_store.events.append([review_of("ball-red/1", Verdict.MATCH, "ball-red", event="e1")])
    confirmed = score_of(matcher, sibling)
    small_store.events.append([review_of("ball-red/1", Verdict.WITHDRAWN, event="e2", withdraws="e1")])

    assert confirmed != untouched == score_of(matcher, sibling)


def test_a_photo_is_not_ranked_by_its_own_confirmation(small_store: Store) -> None:
    matcher, photo = matcher_of(small_store), PhotoId("ball-red/1")
    before = score_of(matcher, photo)
    small_store.events.append([review_of("ball-red/1", Verdict.MATCH, "ball-red")])

    assert score_of(matcher, photo) == pytest.approx(before)


def test_what_a_reviewer_confirmed_is_no_view_while_weights_rank_that_were_fitted_without_them(small_store: Store) -> None:
    small_store.events.append(
        [review_of("ball-red/1", Verdict.MATCH, "ball-red"), review_of("scarf-navy/1", Verdict.MATCH, "ball-red", by=BEN)]
    )
    everybody = {view.photo_id for view in read_confirmed_views(small_store)}
    activate_without(small_store, BEN)

    assert (everybody, {view.photo_id for view in read_confirmed_views(small_store)}) == (
        {"ball-red/1", "scarf-navy/1"},
        {"ball-red/1"},
    )


def test_a_dispute_with_a_reviewer_who_is_left_out_is_none(small_store: Store) -> None:
    small_store.events.append(
        [review_of("ball-red/1", Verdict.MATCH, "ball-red"), review_of("ball-red/1", Verdict.NOT_IN_DAM, by=BEN)]
    )
    disputed = read_confirmed_views(small_store)
    activate_without(small_store, BEN)

    assert (disputed, [view.sku for view in read_confirmed_views(small_store)]) == ([], ["ball-red"])


def test_rolling_back_to_weights_that_were_fitted_with_a_reviewer_brings_their_views_back(small_store: Store) -> None:
    small_store.events.append([review_of("ball-red/1", Verdict.MATCH, "ball-red", by=BEN)])
    activate_without(small_store, BEN)
    roll_back(small_store, by="mia", at=NOON)

    assert [view.sku for view in read_confirmed_views(small_store)] == ["ball-red"]
