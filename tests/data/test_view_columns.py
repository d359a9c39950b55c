from __future__ import annotations

import pytest

from data.domain import ImageId, Sku, View, ViewKind
from data.store import Store
from data.view_columns import ViewColumns, ViewsByAsset
from tests.data.builders import view

REFERENCE, RENDER = ViewKind.REFERENCE, ViewKind.RENDER
BAG, SHOE = Sku("bag"), Sku("shoe")


@pytest.fixture
def views() -> list[View]:
    return [
        view("w1", sku=SHOE, image_id=ImageId("i1")),
        view("w2", sku=BAG, image_id=ImageId("i2"), kind=RENDER, yaw_deg=45.0, source="vtk"),
        view("w3", sku=SHOE, image_id=ImageId("i3"), kind=RENDER, yaw_deg=90.0, source="vtk"),
    ]


def test_a_view_comes_back_from_its_columns_as_it_was(views: list[View]) -> None:
    assert ViewColumns.of_views(views).views() == views


def test_views_come_in_the_order_asked_for_as_often_as_asked_for(views: list[View]) -> None:
    assert ViewColumns.of_views(views).views([2, 0, 2]) == [views[2], views[0], views[2]]


def test_columns_say_picture_asset_and_kind_of_each_row(views: list[View]) -> None:
    columns = ViewColumns.of_views(views)

    assert (columns.image_ids(), columns.image_ids([1]), columns.skus) == (["i1", "i2", "i3"], ["i2"], [SHOE, BAG, SHOE])
    assert columns.kinds([RENDER, REFERENCE]).tolist() == [1, 0, 0]


def test_the_renders_of_some_assets_are_left_out_and_their_references_stay(views: list[View]) -> None:
    assert ViewColumns.of_views(views).without_renders([SHOE]).views() == [views[0], views[1]]


def test_an_asset_s_views_are_found_by_its_sku(views: list[View]) -> None:
    found = ViewsByAsset(ViewColumns.of_views(views))

    assert (found.of(SHOE), found.of(BAG), found.of(Sku("hat"))) == ([views[0], views[2]], [views[1]], [])
    assert (BAG in found, Sku("hat") in found) == (True, False)


def test_no_views_are_columns_too() -> None:
    columns = ViewColumns.of_views([])

    assert (len(columns), columns.views(), columns.skus, columns.kinds([RENDER]).tolist()) == (0, [], [], [])
    assert ViewsByAsset(columns).of(BAG) == []


def test_a_store_gives_its_views_as_columns(store: Store, views: list[View]) -> None:
    store.views.put(views)

    assert sorted(store.views.columns().views(), key=lambda one: one.view_id) == views
