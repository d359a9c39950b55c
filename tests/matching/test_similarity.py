from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from data.domain import ImageId, Sku, View, ViewId, ViewKind
from matching.gallery import Gallery, Query, build_gallery
from matching.gallery_views import GalleryView, rows_of
from matching.similarity import channel_similarities, compare, most_alike
from matching.weights import Metric
from tests.builders import weights_of

BAG, SHOE = Sku("bag"), Sku("shoe")
REFERENCE, RENDER, CONFIRMED = ViewKind.REFERENCE, ViewKind.RENDER, ViewKind.CONFIRMED
WEIGHTS = weights_of({"colour/reference": 0.5, "colour/render": 0.25, "colour/confirmed": 0.25})
EAST, NORTH, DIAGONAL = (1.0, 0.0), (0.0, 1.0), (0.6, 0.8)
Row = tuple[Sku, ViewKind, tuple[float, float], str]


def gallery_of(*rows: Row) -> Gallery:
    views = [
        GalleryView(
            view=View(view_id=ViewId(str(at)), sku=sku, image_id=ImageId(str(at)), kind=kind, yaw_deg=None, source=""),
            group=group,
        )
        for at, (sku, kind, _, group) in enumerate(rows)
    ]
    return build_gallery([BAG, SHOE], views, {"colour": np.array([vector for _, _, vector, _ in rows], dtype=np.float32)})


def query_of(*vectors: Sequence[float], group: str = "") -> Query:
    names = tuple(f"h{at}" for at in range(len(vectors)))
    return Query(hypotheses=names, vectors={"colour": np.array(vectors, dtype=np.float32)}, group=group)


def test_cosine_is_as_worked_by_hand() -> None:
    assert compare(np.array([[3.0, 4.0]]), np.array([[1.0, 0.0]]), Metric.COSINE) == pytest.approx(np.array([[0.6]]))


def test_euclidean_is_the_negated_distance() -> None:
    assert compare(np.array([[3.0, 4.0]]), np.array([[0.0, 0.0]]), Metric.EUCLIDEAN) == pytest.approx(np.array([[-5.0]]))


def test_the_mix_is_half_cosine_and_half_distance_per_typical_length() -> None:
    found = compare(np.array([[3.0, 4.0]]), np.array([[3.0, 0.0]]), Metric.MIX)

    assert found == pytest.approx(np.array([[0.5 * 0.6 - 0.5 * 4 / 3]]))


def test_a_vector_of_zeros_is_like_nothing() -> None:
    assert compare(np.zeros((1, 2)), np.array([[1.0, 0.0]]), Metric.COSINE).tolist() == [[0.0]]


def test_by_the_maximum_the_most_alike_view_counts() -> None:
    gallery = gallery_of((BAG, REFERENCE, EAST, ""), (BAG, REFERENCE, NORTH, ""))

    assert channel_similarities(query_of(DIAGONAL), gallery, WEIGHTS)[0, 0, 0] == pytest.approx(0.8)


def test_by_the_mean_all_views_count_alike() -> None:
    gallery = gallery_of((BAG, REFERENCE, EAST, ""), (BAG, REFERENCE, NORTH, ""))
    weights = replace(WEIGHTS, pooling=dict.fromkeys(WEIGHTS.pooling, 0.0))

    assert channel_similarities(query_of(DIAGONAL), gallery, weights)[0, 0, 0] == pytest.approx(0.7)


def test_between_maximum_and_mean_their_shares_are_mixed() -> None:
    gallery = gallery_of((BAG, REFERENCE, EAST, ""), (BAG, REFERENCE, NORTH, ""))
    weights = replace(WEIGHTS, pooling=dict.fromkeys(WEIGHTS.pooling, 0.5))

    assert channel_similarities(query_of(DIAGONAL), gallery, weights)[0, 0, 0] == pytest.approx(0.75)


def test_a_kind_that_an_asset_lacks_is_silent() -> None:
    gallery = gallery_of((BAG, REFERENCE, EAST, ""), (SHOE, RENDER, EAST, ""))

    found = channel_similarities(query_of(EAST), gallery, WEIGHTS)[0]

    assert np.isnan(found).tolist() == [[False, True, True], [True, False, True]]


def test_kinds_are_pooled_apart() -> None:
    gallery = gallery_of((BAG, RENDER, NORTH, ""), (BAG, REFERENCE, EAST, ""))

    assert channel_similarities(query_of(DIAGONAL), gallery, WEIGHTS)[0, 0, :2] == pytest.approx([0.6, 0.8])


CATALOGUE = weights_of({"colour/catalogue": 1.0})


def test_the_catalogue_channel_takes_the_nearest_of_references_and_renders() -> None:
    gallery = gallery_of((BAG, REFERENCE, EAST, ""), (BAG, RENDER, NORTH, ""), (BAG, RENDER, EAST, ""))

    assert channel_similarities(query_of(DIAGONAL), gallery, CATALOGUE)[0, 0, 0] == pytest.approx(0.8)


def test_by_the_mean_the_catalogue_channel_counts_every_view_alike() -> None:
    gallery = gallery_of((BAG, REFERENCE, EAST, ""), (BAG, RENDER, NORTH, ""), (BAG, RENDER, EAST, ""))
    weights = replace(CATALOGUE, pooling=dict.fromkeys(CATALOGUE.pooling, 0.0))

    assert channel_similarities(query_of(DIAGONAL), gallery, weights)[0, 0, 0] == pytest.approx((0.6 + 0.8 + 0.6) / 3)


def test_the_catalogue_channel_is_silent_where_one_kind_has_said_it_all() -> None:
    gallery = gallery_of((BAG, REFERENCE, EAST, ""), (SHOE, REFERENCE, EAST, ""), (SHOE, RENDER, EAST, ""))

    assert np.isnan(channel_similarities(query_of(EAST), gallery, CATALOGUE)[0, :, 0]).tolist() == [True, False]


def test_the_catalogue_channel_does_not_see_confirmed_views() -> None:
    gallery = gallery_of((BAG, REFERENCE, NORTH, ""), (BAG, RENDER, NORTH, ""), (BAG, CONFIRMED, EAST, "burst"))

    assert channel_similarities(query_of(DIAGONAL), gallery, CATALOGUE)[0, 0, 0] == pytest.approx(0.8)


def test_each_mask_hypothesis_is_compared_on_its_own() -> None:
    gallery = gallery_of((BAG, REFERENCE, EAST, ""))

    assert channel_similarities(query_of(EAST, DIAGONAL), gallery, WEIGHTS)[:, 0, 0] == pytest.approx([1.0, 0.6])


def test_a_photo_does_not_see_the_confirmed_views_of_its_own_group() -> None:
    gallery = gallery_of((BAG, REFERENCE, NORTH, ""), (BAG, CONFIRMED, EAST, "burst"))

    assert np.isnan(channel_similarities(query_of(EAST, group="burst"), gallery, WEIGHTS)[0, 0, 2])


def test_a_photo_sees_the_confirmed_views_of_other_groups() -> None:
    gallery = gallery_of((BAG, REFERENCE, NORTH, ""), (BAG, CONFIRMED, EAST, "burst"))

    assert channel_similarities(query_of(EAST, group="another"), gallery, WEIGHTS)[0, 0, 2] == pytest.approx(1.0)


def test_the_photo_shift_is_taken_from_the_photo() -> None:
    gallery = gallery_of((BAG, REFERENCE, EAST, ""))
    weights = replace(WEIGHTS, shift={"colour": {"h0": (0.0, 5.0)}})

    assert channel_similarities(query_of((2.0, 5.0)), gallery, weights)[0, 0, 0] == pytest.approx(1.0)


def test_the_photo_shift_is_taken_from_confirmed_views_as_well() -> None:
    gallery = gallery_of((BAG, REFERENCE, NORTH, ""), (BAG, CONFIRMED, (1.0, 5.0), "burst"))
    gallery = replace(gallery, views=rows_of([replace(row, hypothesis="h0") for row in gallery.views]))
    weights = replace(WEIGHTS, shift={"colour": {"h0": (0.0, 5.0)}})

    assert channel_similarities(query_of((2.0, 5.0)), gallery, weights)[0, 0, 2] == pytest.approx(1.0)


def test_an_empty_catalogue_gives_no_column() -> None:
    gallery = build_gallery([], [], {"colour": np.zeros((0, 2), dtype=np.float32)})

    assert channel_similarities(query_of(EAST), gallery, WEIGHTS).shape == (1, 0, 3)


def nearest(gallery: Gallery, *alike: float, shown: Sequence[bool] | None = None) -> list[int]:
    seen = np.array(shown if shown is not None else [True] * len(alike))
    return [int(at) for at in most_alike(np.array(alike, dtype=np.float32), gallery, seen)]


def test_of_an_assets_views_the_most_alike_is_named() -> None:
    gallery = gallery_of(
        (BAG, REFERENCE, EAST, ""), (SHOE, REFERENCE, EAST, ""), (BAG, RENDER, EAST, ""), (BAG, RENDER, EAST, "")
    )

    assert nearest(gallery, 0.1, 0.5, 0.3, 0.2) == [2, 1]


def test_a_hidden_view_is_never_named() -> None:
    gallery = gallery_of((BAG, REFERENCE, EAST, ""), (SHOE, REFERENCE, EAST, ""), (BAG, CONFIRMED, EAST, "burst"))

    assert nearest(gallery, 0.1, 0.5, 0.9, shown=[True, False, False]) == [0, -1]


def test_of_views_that_are_equally_alike_the_first_is_named() -> None:
    gallery = gallery_of((BAG, REFERENCE, EAST, ""), (BAG, RENDER, EAST, ""))

    assert nearest(gallery, 0.5, 0.5) == [0, -1]


def test_hidden_confirmed_views_leave_the_mean_of_the_others() -> None:
    gallery = gallery_of((BAG, REFERENCE, EAST, ""), (BAG, CONFIRMED, EAST, "burst"), (BAG, CONFIRMED, NORTH, "other"))
    weights = replace(WEIGHTS, pooling=dict.fromkeys(WEIGHTS.pooling, 0.0))

    assert channel_similarities(query_of(DIAGONAL, group="burst"), gallery, weights)[0, 0, 2] == pytest.approx(0.8)
