from __future__ import annotations

import numpy as np
import pytest

from data.domain import ImageId, Sku, View, ViewId, ViewKind
from data.view_columns import ViewColumns
from matching.gallery_views import GalleryView, GalleryViews, rows_of


def view(name: str, kind: ViewKind = ViewKind.REFERENCE) -> View:
    return View(view_id=ViewId(name), sku=Sku(f"sku {name}"), image_id=ImageId(f"i {name}"), kind=kind, yaw_deg=None, source="")


A, B, LATER = view("a"), view("b"), view("later", ViewKind.CONFIRMED)
SEEN = GalleryView(view=LATER, group="burst", hypothesis="cut")


@pytest.fixture
def views() -> GalleryViews:
    """View b upright and tilted, then a, then a confirmed one."""
    return GalleryViews(
        stored=ViewColumns.of_views([A, B]),
        rows=np.array([1, 1, 0], dtype=np.int32),
        masks=np.array([0, 1, 0], dtype=np.int16),
        hypotheses=("known", "known@+20"),
        others=(SEEN,),
    )


def test_each_row_is_a_view_and_the_mask_that_it_was_cut_with(views: GalleryViews) -> None:
    upright, tilted = GalleryView(view=B, hypothesis="known"), GalleryView(view=B, hypothesis="known@+20")

    assert list(views) == [upright, tilted, GalleryView(view=A, hypothesis="known"), SEEN]
    assert (views[1], views[-1], views[2:], len(views)) == (tilted, SEEN, [GalleryView(view=A, hypothesis="known"), SEEN], 4)


def test_pictures_come_in_the_order_asked_for(views: GalleryViews) -> None:
    assert views.image_ids([3, 0, 2, 1]) == ["i later", "i b", "i a", "i b"]


def test_rows_that_stay_keep_their_order(views: GalleryViews) -> None:
    kept = views.kept(np.array([False, True, False, True]))

    assert list(kept) == [GalleryView(view=B, hypothesis="known@+20"), SEEN]


def test_the_cut_outs_of_one_view_are_one_run(views: GalleryViews) -> None:
    assert views.runs().tolist() == [0, 2, 3]


def test_assets_and_kinds_are_those_of_the_views(views: GalleryViews) -> None:
    assert views.skus() == ["sku b", "sku b", "sku a", "sku later"]
    assert views.kinds().tolist() == [0, 0, 0, 2]


def test_rows_that_were_built_one_by_one_are_the_same(views: GalleryViews) -> None:
    built = rows_of(list(views))

    assert (list(built), built.skus(), built.kinds().tolist()) == (list(views), views.skus(), views.kinds().tolist())
