from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from data.catalogue import import_catalogue
from data.domain import Sku, ViewKind
from data.errors import BadTable
from data.store import Store
from data.tabular import ImportReport
from tests.conftest import encode, make_picture
from tests.data.builders import write_pictures, write_table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with ten pictures, none alike."""
    folder = tmp_path / "catalogue"
    write_pictures(folder, [f"{at}.png" for at in range(10)])
    return folder


def take(store: Store, folder: Path, header: str, *rows: str) -> ImportReport:
    return import_catalogue(store, write_table(folder, header, *rows))


def test_an_asset_has_the_words_of_its_row(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image,title,category,description", "bag,0.png,Bag,bags,of leather")

    asset = store.assets.get("bag")
    assert (asset.title, asset.category, asset.description) == ("Bag", "bags", "of leather")


def test_a_picture_becomes_a_reference(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image", "bag,0.png")

    [view] = store.views.of(Sku("bag"))
    assert (view.kind, view.yaw_deg) == (ViewKind.REFERENCE, None)


def test_the_pixels_of_a_view_are_stored(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image", "bag,0.png")

    [view] = store.views.of(Sku("bag"))
    assert view.image_id == hashlib.sha256((folder / "0.png").read_bytes()).hexdigest()
    assert store.images.content(view.image_id).startswith(b"\xff\xd8")


def test_an_asset_may_have_any_number_of_pictures(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image", "bag,0.png", "bag,1.png", "bag,2.png")

    assert len(store.views.of(Sku("bag"))) == 3


def test_pictures_of_one_asset_are_one_asset(store: Store, folder: Path) -> None:
    report = take(store, folder, "sku,image", "bag,0.png", "bag,1.png", "shoe,2.png")

    assert (report.counts["assets"], store.assets.skus()) == (2, ["bag", "shoe"])


def test_one_picture_of_two_assets_is_stored_once(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image", "bag,0.png", "pouch,0.png")

    assert (store.images.count(), store.views.count()) == (1, 2)


def test_a_render_has_its_kind_and_angle(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image,kind,yaw_deg", "bag,0.png,render,-45")

    [view] = store.views.of(Sku("bag"))
    assert (view.kind, view.yaw_deg) == (ViewKind.RENDER, 315.0)


def test_one_picture_at_two_angles_is_two_views(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image,kind,yaw_deg", "bag,0.png,render,0", "bag,0.png,render,180")

    assert [view.yaw_deg for view in store.views.of(Sku("bag"))] == [0.0, 180.0]


def test_words_of_several_rows_are_merged(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image,title,category", "bag,0.png,Bag,", "bag,1.png,,bags")

    asset = store.assets.get("bag")
    assert (asset.title, asset.category) == ("Bag", "bags")


def test_a_later_import_may_correct_a_title(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image,title", "bag,0.png,Bga")
    take(store, folder, "sku,image,title", "bag,0.png,Bag")

    assert store.assets.get("bag").title == "Bag"


def test_a_later_import_without_words_erases_none(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image,title", "bag,0.png,Bag")
    take(store, folder, "sku,image", "bag,0.png")

    assert store.assets.get("bag").title == "Bag"


def test_a_second_import_takes_nothing(store: Store, folder: Path) -> None:
    table = write_table(folder, "sku,image,title", "bag,0.png,Bag", "bag,1.png,", "shoe,2.png,Shoe")
    import_catalogue(store, table)

    report = import_catalogue(store, table)

    assert (report.taken, report.skipped, report.refused) == (0, 3, ())


def test_a_second_import_changes_no_table(store: Store, folder: Path) -> None:
    table = write_table(folder, "sku,image,title", "bag,0.png,Bag", "shoe,1.png,Shoe")
    import_catalogue(store, table)
    before = (store.assets.all(), store.images.all(), store.views.all(), store.meshes.all())

    import_catalogue(store, table)

    assert (store.assets.all(), store.images.all(), store.views.all(), store.meshes.all()) == before


def test_the_same_row_twice_in_one_file_is_taken_once(store: Store, folder: Path) -> None:
    report = take(store, folder, "sku,image", "bag,0.png", "bag,0.png")

    assert (report.taken, report.skipped, store.views.count()) == (1, 1, 1)


def test_an_unreadable_picture_is_refused_by_its_line_and_the_others_are_taken(store: Store, folder: Path) -> None:
    (folder / "5.png").write_bytes(b"no picture")

    report = take(store, folder, "sku,image", *(f"bag-{at},{at}.png" for at in range(10)))

    assert ([line.number for line in report.refused], report.taken) == ([7], 9)


def test_an_asset_whose_only_picture_is_refused_is_not_stored(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image", "bag,lost.png")

    assert store.assets.skus() == []


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (",0.png,,", "cannot be a sku"),
        (f"{'x' * 201},0.png,,", "cannot be a sku"),
        ("bag\x07,0.png,,", "cannot be a sku"),
        ("bag,,,", "no file is named"),
        ("bag,lost.png,,", "lost.png cannot be read"),
        ("bag,../catalogue.png,,", "lies outside"),
        ("bag,/etc/hostname,,", "lies outside"),
        ("bag,.,,", "no file"),
        ("bag,0.png,sketch,", "no kind of view"),
        ("bag,0.png,confirmed,", "no kind of view"),
        ("bag,0.png,render,left", "no angle"),
        ("bag,0.png,render,nan", "no angle"),
        ("bag,0.png,render,inf", "no angle"),
        ("bag,0.png,,,red, large", "more cells than there are columns"),
    ],
)
def test_a_bad_row_is_refused_with_what_is_wrong(store: Store, folder: Path, row: str, what: str) -> None:
    [refused] = take(store, folder, "sku,image,kind,yaw_deg", row).refused

    assert what in refused.what


def test_a_refused_row_stores_nothing(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image,kind", "bag,0.png,sketch")

    assert (store.assets.count(), store.images.count(), store.views.count()) == (0, 0, 0)


def test_a_table_without_its_columns_stores_nothing(store: Store, folder: Path) -> None:
    with pytest.raises(BadTable, match="no column image"):
        take(store, folder, "sku,picture", "bag,0.png")

    assert store.assets.count() == 0


def test_ignored_columns_are_noted(store: Store, folder: Path) -> None:
    assert take(store, folder, "sku,image,price", "bag,0.png,12").notes == ("column 'price' was ignored",)


def test_a_folder_of_pictures_is_a_catalogue_of_their_names(store: Store, tmp_path: Path) -> None:
    write_pictures(tmp_path / "bags", ["bag.png", "shoe/front.png", "shoe/back.png"])

    import_catalogue(store, tmp_path / "bags")

    assert {sku: len(store.views.of(sku)) for sku in store.assets.skus()} == {"bag": 1, "shoe": 2}


def test_a_folder_with_a_table_is_read_by_its_table(store: Store, folder: Path) -> None:
    write_table(folder, "sku,image", "bag,0.png", name="catalogue.csv")

    import_catalogue(store, folder)

    assert store.assets.skus() == ["bag"]


def test_a_heic_picture_is_taken(store: Store, folder: Path) -> None:
    (folder / "phone.heic").write_bytes(encode(make_picture(77), "HEIF"))

    assert take(store, folder, "sku,image", "bag,phone.heic").taken == 1


def test_more_rows_than_one_batch_are_all_taken(store: Store, tmp_path: Path) -> None:
    write_pictures(tmp_path / "many", ["0.png"])

    report = take(store, tmp_path / "many", "sku,image", *(f"bag-{at:03},0.png" for at in range(150)))

    assert (report.taken, store.assets.count(), store.views.count()) == (150, 150, 150)


def test_progress_is_told_until_all_rows_are_done(store: Store, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    table = write_table(folder, "sku,image", *(f"bag-{at},0.png" for at in range(70)))

    import_catalogue(store, table, on_progress=lambda done, of: told.append((done, of)))

    assert told == [(64, 70), (70, 70)]


def test_a_picture_that_is_stored_is_not_decoded_again(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = write_table(folder, "sku,image", "bag,0.png")
    import_catalogue(store, table)
    monkeypatch.setattr("data.pictures.MOST_PIXELS", 0)  # whatever is decoded now is refused

    assert import_catalogue(store, table).refused == ()


def test_a_row_without_a_picture_changes_the_words_of_an_asset_that_is_there(store: Store, folder: Path) -> None:
    take(store, folder, "sku,image,title", "bag,0.png,Bag")

    report = take(store, folder, "sku,title", "bag,Tote")

    assert (store.assets.get("bag").title, len(store.views.of(Sku("bag")))) == ("Tote", 1)
    assert [row.what for row in report.rows] == ["its words change"]


def test_a_new_asset_without_a_picture_is_refused(store: Store, folder: Path) -> None:
    report = take(store, folder, "sku,image,title", "bag,,Bag")

    assert ([row.number for row in report.refused], store.assets.count()) == ([2], 0)


def test_a_row_that_ends_before_its_sku_is_refused_for_the_missing_column(store: Store, folder: Path) -> None:
    with pytest.raises(BadTable, match="image"):
        take(store, folder, "title,sku", "Bag,bag", "Hat")
