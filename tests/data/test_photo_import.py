from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import PIL.Image
import pytest
from PIL import ExifTags

from data.domain import Side, Sku, Truth
from data.errors import BadTable
from data.photos import import_photos
from data.store import Store
from data.tabular import ImportReport
from tests.conftest import encode, make_picture
from tests.data.builders import asset, write_pictures, write_table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with ten pictures, none alike."""
    folder = tmp_path / "photos"
    write_pictures(folder, [f"{at}.png" for at in range(10)])
    return folder


def take(store: Store, folder: Path, header: str, *rows: str, seed: int = 0) -> ImportReport:
    return import_photos(store, write_table(folder, header, *rows), seed=seed)


def test_a_photo_is_stored_with_where_it_came_from(store: Store, folder: Path) -> None:
    import_photos(store, write_table(folder, "photo_id,image", "p1,0.png", name="march.csv"), submitted_by="ann")

    photo = store.photos.get("p1")
    assert (photo.submitted_by, photo.source) == ("ann", "march.csv")


def test_the_pixels_of_a_photo_are_stored(store: Store, folder: Path) -> None:
    take(store, folder, "photo_id,image", "p1,0.png")

    assert store.images.content(store.photos.get("p1").image_id).startswith(b"\xff\xd8")


def test_a_truth_is_kept_apart_from_its_photo(store: Store, folder: Path) -> None:
    store.assets.put([asset("bag")])
    take(store, folder, "photo_id,image,sku", "p1,0.png,bag", "p2,1.png,")

    assert store.photos.truths() == {"p1": Truth(photo_id=store.photos.get("p1").photo_id, sku=Sku("bag"), in_dam=True)}


@pytest.mark.parametrize("said", ["false", "FALSE", "0", "no"])
def test_a_photo_may_be_known_to_show_nothing_of_the_dam(store: Store, folder: Path, said: str) -> None:
    take(store, folder, "photo_id,image,in_dam", f"p1,0.png,{said}")

    [truth] = store.photos.truths().values()
    assert (truth.in_dam, truth.sku) == (False, None)


def test_a_sku_outside_of_the_dam_may_be_named_where_in_dam_says_no(store: Store, folder: Path) -> None:
    report = take(store, folder, "photo_id,image,sku,in_dam", "p1,0.png,unheard-of,false")

    assert (report.taken, report.refused) == (1, ())


def test_a_sku_that_the_catalogue_lacks_refuses_its_row_alone(store: Store, folder: Path) -> None:
    store.assets.put([asset("bag")])

    report = take(store, folder, "photo_id,image,sku", "p1,0.png,bag", "p2,1.png,shoe", "p3,2.png,bag")

    assert [(line.number, line.what) for line in report.refused] == [(3, "sku 'shoe' is not in the catalogue")]
    assert report.taken == 2


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (",0.png,,", "cannot be a photo_id"),
        (f"{'x' * 201},0.png,,", "cannot be a photo_id"),
        ("p1,,,", "no file is named"),
        ("p1,lost.png,,", "lost.png cannot be read"),
        ("p1,../photos.png,,", "lies outside"),
        ("p1,table.csv,,", "table.csv is no JPEG"),
        ("p1,0.png,perhaps,", "in_dam says 'perhaps'"),
        ("p1,0.png,,yesterday", "taken_at says 'yesterday'"),
        ("p1,0.png,,,left, over", "more cells than there are columns"),
    ],
)
def test_a_bad_row_is_refused_with_what_is_wrong(store: Store, folder: Path, row: str, what: str) -> None:
    [refused] = take(store, folder, "photo_id,image,in_dam,taken_at", row).refused

    assert what in refused.what


def test_a_refused_row_stores_nothing(store: Store, folder: Path) -> None:
    take(store, folder, "photo_id,image,in_dam", "p1,0.png,perhaps")

    assert (store.photos.count(), store.images.count()) == (0, 0)


def test_a_table_without_its_columns_stores_nothing(store: Store, folder: Path) -> None:
    with pytest.raises(BadTable, match="no column photo_id"):
        take(store, folder, "id,image", "p1,0.png")

    assert store.photos.count() == 0


def test_an_unreadable_picture_is_refused_by_its_line_and_the_others_are_taken(store: Store, folder: Path) -> None:
    (folder / "5.png").write_bytes((folder / "5.png").read_bytes()[:200])

    report = take(store, folder, "photo_id,image", *(f"p{at},{at}.png" for at in range(10)))

    assert ([line.number for line in report.refused], report.taken) == ([7], 9)


def test_a_photo_id_that_is_there_with_the_same_picture_is_skipped(store: Store, folder: Path) -> None:
    take(store, folder, "photo_id,image", "p1,0.png")

    report = take(store, folder, "photo_id,image", "p1,0.png")

    assert (report.taken, report.skipped, report.refused) == (0, 1, ())


def test_a_photo_id_that_is_there_with_another_picture_is_refused(store: Store, folder: Path) -> None:
    take(store, folder, "photo_id,image", "p1,0.png")

    [refused] = take(store, folder, "photo_id,image", "p1,1.png").refused

    assert refused.what == "photo_id 'p1' is there already with another picture"


def test_a_photo_id_twice_in_one_file_counts_once(store: Store, folder: Path) -> None:
    report = take(store, folder, "photo_id,image", "p1,0.png", "p1,0.png", "p1,1.png")

    assert (report.taken, report.skipped, [line.number for line in report.refused]) == (1, 1, [4])


def test_the_picture_of_a_refused_photo_is_not_stored(store: Store, folder: Path) -> None:
    take(store, folder, "photo_id,image", "p1,0.png", "p1,1.png")

    assert store.images.count() == 1


def test_a_second_import_changes_no_table(store: Store, folder: Path) -> None:
    table = write_table(folder, "photo_id,image", *(f"p{at},{at}.png" for at in range(5)))
    import_photos(store, table)
    before = (store.photos.all(), store.images.all())

    import_photos(store, table)

    assert (store.photos.all(), store.images.all()) == before


def test_a_folder_of_pictures_gives_photos_the_names_of_their_paths(store: Store, tmp_path: Path) -> None:
    write_pictures(tmp_path / "shop", ["a.png", "monday/b.png"])

    import_photos(store, tmp_path / "shop")

    assert {photo.photo_id for photo in store.photos.all()} == {"a", "monday/b"}


def test_a_folder_with_a_table_is_read_by_its_table(store: Store, folder: Path) -> None:
    write_table(folder, "photo_id,image", "p1,0.png", name="photos.csv")

    import_photos(store, folder)

    assert [photo.photo_id for photo in store.photos.all()] == ["p1"]


def test_a_heic_photo_is_taken(store: Store, folder: Path) -> None:
    (folder / "phone.heic").write_bytes(encode(make_picture(77), "HEIF"))

    assert take(store, folder, "photo_id,image", "p1,phone.heic").taken == 1


def test_photos_of_two_shots_without_anything_in_common_are_two_groups(store: Store, folder: Path) -> None:
    take(store, folder, "photo_id,image", "p1,0.png", "p2,1.png")

    assert store.photos.get("p1").group != store.photos.get("p2").group


def test_a_recompressed_copy_is_in_the_group_of_its_original(store: Store, folder: Path) -> None:
    (folder / "copy.jpg").write_bytes(encode(make_picture(0), "JPEG", quality=80))

    take(store, folder, "photo_id,image", "p1,0.png", "p2,copy.jpg")

    assert store.photos.get("p1").group == store.photos.get("p2").group


def test_exif_tells_the_moment_where_the_table_does_not(folder: Path) -> None:
    from data.photo_rows import photo_lines, read_entries

    exif = PIL.Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:03:01 12:00:05"
    (folder / "phone.jpg").write_bytes(encode(make_picture(0), "JPEG", exif=exif.tobytes()))
    table, lines, _ = photo_lines(write_table(folder, "photo_id,image", "p1,phone.jpg"))

    [entry], _ = read_entries(table, lines, frozenset())

    assert entry.taken_at == datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)


def test_sides_are_counted_in_the_report(store: Store, folder: Path) -> None:
    report = take(store, folder, "photo_id,image", *(f"p{at},{at}.png" for at in range(10)))

    assert sum(report.counts.get(side.value, 0) for side in Side) == 10


def test_a_picture_that_is_stored_is_not_decoded_again(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = write_table(folder, "photo_id,image", "p1,0.png")
    import_photos(store, table)
    monkeypatch.setattr("data.pictures.MOST_PIXELS", 0)  # whatever is decoded now is refused

    assert import_photos(store, table).refused == ()


def test_progress_is_told_until_all_rows_are_done(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.photos.BATCH", 4)
    told: list[tuple[int, int]] = []
    table = write_table(folder, "photo_id,image", *(f"p{at},{at}.png" for at in range(6)))

    import_photos(store, table, on_progress=lambda done, of: told.append((done, of)))

    assert told == [(4, 6), (6, 6)]
