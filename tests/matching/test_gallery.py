from __future__ import annotations

import numpy as np
import pytest

from matching.gallery import visible_views, with_confirmed
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
