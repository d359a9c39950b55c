from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.errors import ShapeMismatch
from matching.gallery import fold, popularity, visible_views, with_confirmed
from matching.similarity import channel_similarities
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

    assert grown.vectors["colour"].units is catalogue.vectors["colour"].units


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
