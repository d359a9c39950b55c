from __future__ import annotations

import shutil
from pathlib import Path

from data.domain import ImageId
from data.store import Store, open_store
from data.store.soundness import check_store
from tests.data.builders import asset, image, photo, review, view


def test_a_new_store_is_sound(store: Store) -> None:
    assert check_store(store).faults == ()


def test_rows_are_counted(store: Store) -> None:
    store.assets.put([asset("bag-1"), asset("bag-2")])

    counts = {count.name: count.rows for count in check_store(store).tables}

    assert (counts["assets"], counts["photos"]) == (2, 0)


def test_what_hangs_together_is_sound(store: Store) -> None:
    store.assets.put([asset("bag-1")])
    store.images.put([image("i1")])
    store.views.put([view("v1", sku="bag-1", image_id=ImageId("i1"))])

    assert check_store(store).faults == ()


def test_a_view_without_its_picture_is_a_fault_with_a_remedy(store: Store) -> None:
    store.assets.put([asset("bag-1")])
    store.views.put([view("v1", sku="bag-1", image_id=ImageId("lost"))])

    [fault] = check_store(store).faults

    assert fault.what == "views name 1 image_id that images do not have (lost)"
    assert "couture import catalogue" in fault.remedy


def test_a_photo_without_its_picture_is_a_fault(store: Store) -> None:
    store.photos.put([photo("p1", image_id=ImageId("lost"))])

    [fault] = check_store(store).faults

    assert fault.what == "photos name 1 image_id that images do not have (lost)"


def test_a_decision_about_a_photo_that_is_gone_is_a_fault(store: Store) -> None:
    store.events.append([review("e1", photo_id="gone")])

    [fault] = check_store(store).faults

    assert fault.what == "events name 1 photo_id that photos do not have (gone)"


def test_a_table_whose_files_are_gone_is_a_fault_of_its_own(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    store.assets.put([asset("bag-1")])
    shutil.rmtree(tmp_path / "store" / "assets.lance" / "data")

    [fault] = check_store(store).faults

    assert "assets" in fault.what
    assert "restore a backup" in fault.remedy
