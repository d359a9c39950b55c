"""Sides and groups through the door that photos come in by."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.domain import PhotoId, Side
from data.grouping import draw_side
from data.photos import import_photos
from data.store import Store, open_store
from tests.conftest import encode, make_picture
from tests.data.builders import asset, write_pictures, write_table

Sides = dict[PhotoId, tuple[str, Side]]


def sides_of(store: Store) -> Sides:
    return {photo.photo_id: (photo.group, photo.side) for photo in store.photos.all()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with twelve pictures, each with a copy that was recompressed."""
    folder = tmp_path / "photos"
    write_pictures(folder, [f"{at}.png" for at in range(12)])
    for at in range(12):
        (folder / f"copy-{at}.jpg").write_bytes(encode(make_picture(at), "JPEG", quality=75))
    return folder


ROWS = [f"{name}{at},{file}" for at in range(12) for name, file in (("p", f"{at}.png"), ("q", f"copy-{at}.jpg"))]


def imported(folder: Path, header: str, rows: list[str], *, seed: int = 0, name: str = "one") -> Sides:
    store = open_store(folder.parent / name)
    store.assets.put([asset("bag"), asset("shoe")])
    import_photos(store, write_table(folder, header, *rows), seed=seed)
    return sides_of(store)


def test_whatever_the_truth_says_no_group_and_no_side_moves(folder: Path) -> None:
    without = imported(folder, "photo_id,image", ROWS, name="without")
    truths = ["bag,true", "shoe,true", ",false", ",", "bag,"]
    poisoned = [f"{row},{truths[at % 5]}" for at, row in enumerate(ROWS)]

    assert imported(folder, "photo_id,image,sku,in_dam", poisoned, name="poisoned") == without


def test_whatever_the_order_of_rows_no_group_and_no_side_moves(folder: Path) -> None:
    assert imported(folder, "photo_id,image", ROWS[::-1], name="back") == imported(folder, "photo_id,image", ROWS, name="there")


def test_the_order_of_rows_moves_nothing_across_batches_either(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.photos.BATCH", 3)
    originals_first = sorted(ROWS)

    assert imported(folder, "photo_id,image", originals_first[::-1], name="back") == imported(
        folder, "photo_id,image", originals_first, name="there"
    )


def test_a_named_group_holds_across_batches(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.photos.BATCH", 1)
    rows = ["p0,0.png,", "q0,copy-0.jpg,shelf", "p1,1.png,shelf"]

    assert len(set(imported(folder, "photo_id,image,group", rows).values())) == 1


def test_the_same_seed_gives_the_same_sides(folder: Path) -> None:
    one = imported(folder, "photo_id,image", ROWS, seed=3, name="one")

    assert imported(folder, "photo_id,image", ROWS, seed=3, name="other") == one


def test_another_seed_gives_other_sides_and_the_same_groups(folder: Path) -> None:
    one = imported(folder, "photo_id,image", ROWS, seed=0, name="one")
    other = imported(folder, "photo_id,image", ROWS, seed=1, name="other")

    assert {name: group for name, (group, _) in one.items()} == {name: group for name, (group, _) in other.items()}
    assert one != other


def test_a_side_that_is_drawn_stays_when_photos_come_in_again_with_another_seed(folder: Path, store: Store) -> None:
    table = write_table(folder, "photo_id,image", *ROWS)
    import_photos(store, table, seed=0)
    before = sides_of(store)

    import_photos(store, table, seed=1)

    assert sides_of(store) == before


def test_a_copy_that_comes_later_is_on_the_side_of_its_original(folder: Path, store: Store) -> None:
    import_photos(store, write_table(folder, "photo_id,image", *(row for row in ROWS if row[0] == "p")))
    import_photos(store, write_table(folder, "photo_id,image", *(row for row in ROWS if row[0] == "q")))

    found = sides_of(store)
    assert [found[PhotoId(f"q{at}")] for at in range(12)] == [found[PhotoId(f"p{at}")] for at in range(12)]


def test_a_name_that_joined_another_group_by_looks_leads_later_photos_there(folder: Path, store: Store) -> None:
    shelf = next(
        f"shelf {at}" for at in range(99) if draw_side(f"shelf {at}", key="sides 0") is not draw_side("g-p0", key="sides 0")
    )
    import_photos(store, write_table(folder, "photo_id,image", "p0,0.png"))
    import_photos(store, write_table(folder, "photo_id,image,group", f"q0,copy-0.jpg,{shelf}"))
    import_photos(store, write_table(folder, "photo_id,image,group", f"p1,1.png,{shelf}"))

    assert sides_of(store)[PhotoId("p1")] == ("g-p0", draw_side("g-p0", key="sides 0"))


def test_two_names_of_one_group_lead_to_it_later(folder: Path, store: Store) -> None:
    import_photos(store, write_table(folder, "photo_id,image,group", "p0,0.png,shelf 1", "q0,copy-0.jpg,shelf 2"))
    import_photos(store, write_table(folder, "photo_id,image,group", "p1,1.png,shelf 2"))

    assert sides_of(store)[PhotoId("p1")][0] == "shelf 1"


def test_a_photo_whose_name_leads_to_one_side_and_its_looks_to_the_other_is_quarantined(folder: Path, store: Store) -> None:
    drawn = {draw_side(f"{at}", key="sides 0"): f"{at}" for at in range(99)}
    rows = (f"sealed,0.png,{drawn[Side.TEST]}", f"open,1.png,{drawn[Side.CALIBRATION]}")
    import_photos(store, write_table(folder, "photo_id,image,group", *rows))
    import_photos(store, write_table(folder, "photo_id,image,group", "q0,copy-0.jpg,shelf"))
    import_photos(store, write_table(folder, "photo_id,image,group", "bridge,copy-1.jpg,shelf"))

    assert {side for _, side in sides_of(store).values()} == {Side.QUARANTINED}


def bridged(folder: Path, store: Store) -> Sides:
    """Import a photo of each side, and then one that looks like the sealed one and names the group of the other."""
    drawn = {draw_side(f"{at}", key="sides 0"): f"{at}" for at in range(99)}
    sealed, unsealed = drawn[Side.TEST], drawn[Side.CALIBRATION]
    rows = (f"sealed,0.png,{sealed}", f"open,1.png,{unsealed}", "bystander,2.png,")
    import_photos(store, write_table(folder, "photo_id,image,group", *rows))
    import_photos(store, write_table(folder, "photo_id,image,group", f"bridge,copy-0.jpg,{unsealed}"))
    return sides_of(store)


def test_a_photo_that_bridges_two_sides_is_quarantined_together_with_both_groups(folder: Path, store: Store) -> None:
    found = bridged(folder, store)

    assert [found[PhotoId(name)][1] for name in ("sealed", "open", "bridge")] == [Side.QUARANTINED] * 3


def test_a_bridge_leaves_other_groups_where_they_are(folder: Path, store: Store) -> None:
    found = bridged(folder, store)

    assert found[PhotoId("bystander")] == ("g-bystander", draw_side("g-bystander", key="sides 0"))


def test_photos_that_are_quarantined_keep_their_group(folder: Path, store: Store) -> None:
    found = bridged(folder, store)

    assert found[PhotoId("sealed")][0] != found[PhotoId("open")][0]


def test_photos_that_are_quarantined_keep_their_truth(folder: Path, store: Store) -> None:
    store.assets.put([asset("bag")])
    import_photos(store, write_table(folder, "photo_id,image,sku", "p0,0.png,bag"))
    before = store.photos.truths()

    store.photos.quarantine([PhotoId("p0")])

    assert store.photos.truths() == before
