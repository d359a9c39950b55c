from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.errors import ShapeMismatch
from data.view_columns import ViewColumns
from matching.gallery import Gallery, build_gallery, fold, popularity, visible_views, with_confirmed
from matching.gallery_views import GalleryViews
from matching.similarity import channel_similarities, likeness
from matching.weights import Metric
from tests.matching.test_similarity import (
    BAG,
    CONFIRMED,
    DIAGONAL,
    EAST,
    NORTH,
    REFERENCE,
    RENDER,
    SHOE,
    WEIGHTS,
    gallery_of,
    query_of,
)


def test_views_of_one_asset_and_kind_lie_side_by_side() -> None:
    gallery = gallery_of((SHOE, REFERENCE, EAST, ""), (BAG, RENDER, EAST, ""), (BAG, REFERENCE, EAST, ""))

    assert [(gallery.skus[row], kind) for row, kind in zip(gallery.asset_of, gallery.kind_of, strict=True)] == [
        (BAG, 0),
        (SHOE, 0),
        (BAG, 1),
    ]


def test_an_upload_without_a_group_sees_every_view() -> None:
    gallery = gallery_of((BAG, REFERENCE, NORTH, ""), (BAG, CONFIRMED, EAST, "burst"))

    assert visible_views(query_of(EAST), gallery).all()


def test_confirmed_views_that_are_added_count_as_those_that_were_there() -> None:
    rows = [(SHOE, REFERENCE, EAST, ""), (BAG, REFERENCE, NORTH, "")]
    seen = [(SHOE, CONFIRMED, NORTH, "b"), (BAG, CONFIRMED, EAST, "a")]
    at_once, added = gallery_of(*rows, *seen), gallery_of(*seen)
    grown = with_confirmed(gallery_of(*rows), added.views, {"colour": added.vectors["colour"].confirmed})

    one, other = (channel_similarities(query_of(DIAGONAL, group="a"), gallery, WEIGHTS) for gallery in (at_once, grown))

    assert np.array_equal(one, other, equal_nan=True)
    assert (grown.groups.tolist(), grown.own) == (["a", "b"], 2)


def test_adding_confirmed_views_copies_nothing_of_the_catalogue() -> None:
    catalogue, added = gallery_of((BAG, REFERENCE, NORTH, "")), gallery_of((BAG, CONFIRMED, EAST, "a"))
    grown = with_confirmed(catalogue, added.views, {"colour": added.vectors["colour"].confirmed})

    assert grown.vectors["colour"].kept is catalogue.vectors["colour"].kept


def test_a_vector_comes_back_as_it_was_given() -> None:
    gallery = gallery_of((BAG, REFERENCE, (3.0, 4.0), ""), (SHOE, REFERENCE, (0.0, 0.0), ""), (BAG, CONFIRMED, (6.0, 8.0), "a"))

    found = [gallery.vectors["colour"].raw(at).tolist() for at in range(3)]

    assert found == [pytest.approx([3, 4]), [0, 0], [6, 8]]


def test_features_weigh_vectors_before_they_are_normalised() -> None:
    gallery = gallery_of((BAG, REFERENCE, NORTH, ""), (SHOE, REFERENCE, EAST, ""))
    weights = replace(WEIGHTS, features={"colour": (2.0, 1.0)})

    found = channel_similarities(query_of(DIAGONAL), gallery, weights)

    # (0.6, 0.8) becomes (1.2, 0.8), in the direction of (3, 2): 2 / √13 north, 3 / √13 east
    assert np.nanmax(found, axis=2)[0] == pytest.approx([2 / np.sqrt(13), 3 / np.sqrt(13)], abs=1e-6)


def test_a_folded_gallery_gives_the_same_similarities() -> None:
    gallery = gallery_of((BAG, REFERENCE, NORTH, ""), (SHOE, REFERENCE, EAST, ""), (BAG, CONFIRMED, EAST, "a"))
    weights = replace(WEIGHTS, features={"colour": (2.0, 1.0)})

    one, other = (
        channel_similarities(query_of(DIAGONAL), found, weights) for found in (gallery, fold(gallery, weights.features))
    )

    assert np.array_equal(one, other, equal_nan=True)


def test_a_gallery_is_folded_once() -> None:
    folded = fold(gallery_of((BAG, REFERENCE, NORTH, "")), {"colour": (2.0, 1.0)})

    with pytest.raises(ShapeMismatch, match="other feature weights"):
        fold(folded, {"colour": (1.0, 1.0)})


def test_features_of_another_size_are_refused() -> None:
    with pytest.raises(ShapeMismatch, match="block 'colour' has 2 features and 3 weights"):
        fold(gallery_of((BAG, REFERENCE, NORTH, "")), {"colour": (1.0, 1.0, 1.0)})


def test_a_photo_with_two_hypotheses_is_confirmed_once() -> None:
    gallery = gallery_of((BAG, REFERENCE, NORTH, ""), (BAG, CONFIRMED, EAST, "a"), (BAG, CONFIRMED, NORTH, "a"))
    image = gallery.views[1].view.image_id
    twice = replace(gallery.views[2], view=replace(gallery.views[2].view, image_id=image))
    again = with_confirmed(
        gallery_of((BAG, REFERENCE, NORTH, "")), [gallery.views[1], twice], {"colour": gallery.vectors["colour"].confirmed}
    )

    assert popularity(query_of(EAST), again)[0] == pytest.approx(np.log(2))


def test_popularity_leaves_out_a_photos_own_group() -> None:
    gallery = gallery_of((BAG, REFERENCE, NORTH, ""), (BAG, CONFIRMED, EAST, "a"), (BAG, CONFIRMED, NORTH, "b"))

    assert popularity(query_of(EAST, group="a"), gallery)[0] == pytest.approx(np.log(2))


def with_tilts(*, shared: bool) -> Gallery:
    """Two views, each upright and tilted, with one vector for both."""
    stored = ViewColumns.of_views(
        [row.view for row in gallery_of((SHOE, REFERENCE, EAST, ""), (BAG, RENDER, NORTH, "")).views][::-1]
    )
    views = GalleryViews(
        stored=stored, rows=np.array([0, 0, 1, 1], np.int32), masks=np.array([0, 1, 0, 1], np.int16), hypotheses=("up", "up@+20")
    )
    vectors = {"colour": np.array([NORTH, DIAGONAL], dtype=np.float32) * np.float32(3)}
    rows = {"colour": np.array([0, 0, 1, 1])}
    return build_gallery([BAG, SHOE], views, vectors, rows=rows, shared=["colour"] if shared else [])


def test_a_vector_that_tilts_have_in_common_is_kept_once_and_compared_as_each_one_s_own() -> None:
    once, each = with_tilts(shared=True), with_tilts(shared=False)

    one, other = (likeness(query_of(EAST, DIAGONAL), gallery, WEIGHTS) for gallery in (once, each))

    assert (len(once.vectors["colour"].kept), len(each.vectors["colour"].kept)) == (2, 4)
    assert np.allclose(one.channels, other.channels, equal_nan=True)
    assert np.allclose(one.views, other.views)


@pytest.mark.parametrize("metric", list(Metric))
def test_every_metric_measures_a_shared_vector_as_each_one_s_own(metric: Metric) -> None:
    weights = replace(WEIGHTS, metric=metric)

    one, other = (channel_similarities(query_of(EAST), with_tilts(shared=shared), weights) for shared in (True, False))

    assert np.allclose(one, other, equal_nan=True)


def test_a_shared_vector_comes_back_for_each_of_its_views() -> None:
    vectors = with_tilts(shared=True).vectors["colour"]

    assert [vectors.raw(at).tolist() for at in range(4)] == [vectors.raw(0).tolist()] * 2 + [vectors.raw(2).tolist()] * 2
    assert vectors.directions(np.array([1, 3])) == pytest.approx(vectors.units[[1, 3]])


def test_views_that_stay_keep_their_shared_vectors() -> None:
    vectors = with_tilts(shared=True).vectors["colour"]

    assert vectors.some(np.array([False, True, True, False])).units == pytest.approx(vectors.units[[1, 2]])


def test_shared_vectors_are_weighed_as_each_one_s_own() -> None:
    features = {"colour": (2.0, 1.0)}

    one, other = (fold(with_tilts(shared=shared), features).vectors["colour"].units for shared in (True, False))

    assert one == pytest.approx(other)
