"""Which crops may be learned from: none that accuracy is measured on, and whole groups are held out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from data.crops import Box
from data.domain import Draw, EventId, ImageId, PhotoId, Side
from data.drawing import DrawPurpose
from data.errors import NotEnoughEvidence, StoreError
from data.store import Store
from feedback.crop_report import Change, judge_boxes
from feedback.crop_stock import CropStock, PhotoCrop, keep_stock, kept_stock, read_crops, refuse_too_few
from feedback.drawn import drawn_of
from tests.builders import image_of, photo_of
from tests.crops import LEFT, RIGHT
from tests.crops import crop_of as crop_event

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def add(store: Store, name: str, *, side: Side = Side.CALIBRATION, group: str = "", box: Box = LEFT) -> PhotoId:
    """Store a photo that is cropped."""
    number = store.photos.count()
    image = image_of(np.full((8, 8, 3), number % 250, dtype=np.uint8))
    photo = replace(photo_of(PhotoId(name), image), side=side, group=group or name)
    store.images.put([image])
    store.photos.put([photo])
    store.crops.append([crop_event(f"crop of {name}", box, photo=name, image=image.image_id)])
    return photo.photo_id


def audited(store: Store, photo_id: PhotoId) -> None:
    draw = Draw(draw_id=f"audit {photo_id}", photo_id=photo_id, purpose=DrawPurpose.AUDIT, probability=0.05, drawn_at=NOW)
    store.draws.put([draw])
    drawn_of(store)


def names(crops: tuple[PhotoCrop, ...]) -> set[str]:
    return {crop.photo_id for crop in crops}


@pytest.fixture
def cropped(empty_store: Store) -> Store:
    """A store with forty photos that are cropped, two to a group."""
    for number in range(40):
        add(empty_store, f"p{number:02}", group=f"g{number // 2}")
    return empty_store


def test_every_crop_is_learned_from_or_held_out(cropped: Store) -> None:
    stock = read_crops(cropped)

    assert names(stock.learned) | names(stock.held_out) == {f"p{number:02}" for number in range(40)}
    assert len(stock.learned) + len(stock.held_out) == 40


def test_photos_of_a_group_are_never_on_both_sides(cropped: Store) -> None:
    stock = read_crops(cropped)

    learned, held_out = ({crop.group for crop in crops} for crops in (stock.learned, stock.held_out))
    assert (learned & held_out, bool(held_out)) == (set(), True)


def test_one_more_crop_moves_no_other(cropped: Store) -> None:
    before = read_crops(cropped)

    add(cropped, "one-more")

    after = read_crops(cropped)
    assert names(before.learned) <= names(after.learned)
    assert names(before.held_out) <= names(after.held_out)


def test_what_is_held_out_once_is_held_out_of_every_training(cropped: Store) -> None:
    """By name alone, and so by these: a key that changed would have the next training learn from what the last held out."""
    stock = read_crops(cropped)

    assert {crop.group for crop in stock.held_out} == {"g1", "g3", "g4", "g7", "g15", "g16"}


def test_a_stock_that_was_kept_is_read_as_it_was(cropped: Store, tmp_path: Path) -> None:
    stock = read_crops(cropped)

    keep_stock(tmp_path / "crops.json", stock)

    assert kept_stock(tmp_path / "crops.json") == stock


@pytest.mark.parametrize("content", ["", "{}", '{"learned": 1, "held_out": []}', '{"learned": [{}], "held_out": []}', "[]"])
def test_what_is_no_stock_is_refused_with_a_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / "crops.json").write_text(content)

    with pytest.raises(StoreError, match="no list of crops") as refused:
        kept_stock(tmp_path / "crops.json")

    assert "--resume" in refused.value.remedy


@pytest.mark.parametrize("side", [Side.TEST, Side.QUARANTINED])
def test_what_is_drawn_on_sealed_photos_changes_nothing_that_is_learned(cropped: Store, side: Side) -> None:
    """Poison: crops of photos that must stay out, drawn wrongly on purpose."""
    before = read_crops(cropped)

    for number in range(10):
        add(cropped, f"poison{number}", side=side, box=RIGHT)

    after = read_crops(cropped)
    assert (after.learned, after.held_out, after.sealed) == (before.learned, before.held_out, 10)


def test_what_is_drawn_on_audited_photos_and_their_groups_changes_nothing_that_is_learned(cropped: Store) -> None:
    before = read_crops(cropped)

    poison = add(cropped, "poison", group="audited", box=RIGHT)
    add(cropped, "its-twin", group="audited", box=RIGHT)
    audited(cropped, poison)

    after = read_crops(cropped)
    assert (after.learned, after.held_out, after.audited) == (before.learned, before.held_out, 2)


def test_a_crop_that_was_taken_back_teaches_nothing(cropped: Store) -> None:
    crop = cropped.crops.all()[0]
    back = replace(crop, event_id=EventId("back"), box=None, withdraws=crop.event_id, sequence=-1)
    cropped.crops.append([back])

    stock = read_crops(cropped)

    assert crop.photo_id not in names(stock.learned) | names(stock.held_out)


def stock_of(learned: int, held_out: int) -> CropStock:
    made = [
        tuple(
            PhotoCrop(photo_id=PhotoId(f"{kind}{at}"), image_id=ImageId("i"), group=f"{kind}{at}", box=LEFT)
            for at in range(count)
        )
        for kind, count in (("l", learned), ("h", held_out))
    ]
    return CropStock(learned=made[0], held_out=made[1], sealed=3, audited=1)


def test_enough_crops_are_not_refused() -> None:
    refuse_too_few(stock_of(20, 8))


@pytest.mark.parametrize(
    ("learned", "held_out", "said"),
    [(19, 8, "crop about 1 more photos"), (20, 6, "crop about 8 more photos"), (0, 0, "crop about 32 more photos")],
)
def test_too_few_crops_are_refused_and_it_is_said_how_many_are_missing(learned: int, held_out: int, said: str) -> None:
    with pytest.raises(NotEnoughEvidence, match=said) as refused:
        refuse_too_few(stock_of(learned, held_out))

    assert "3 of the sealed side and 1 of audited photos stay out" in str(refused.value)


def groups_of(count: int) -> np.ndarray:
    return np.array([f"g{at}" for at in range(count)], dtype=np.str_)


@pytest.mark.parametrize(("change", "said"), [(0.2, Change.ROSE), (-0.2, Change.FELL), (0.0, Change.UNDECIDED)])
def test_ten_groups_that_all_change_one_way_decide(change: float, said: Change) -> None:
    before = np.linspace(0.3, 0.7, 10)

    report = judge_boxes(before, before + change, groups_of(10))

    assert (report.change, report.groups, report.difference.n) == (said, 10, 10)
    assert report.difference.value == pytest.approx(change)


def test_one_group_decides_nothing_however_many_photos_it_has() -> None:
    before = np.full(40, 0.5)

    assert judge_boxes(before, before + 0.3, np.full(40, "g0")).change is Change.UNDECIDED


def test_a_few_boxes_that_rose_far_do_not_make_up_for_most_that_fell() -> None:
    change = np.array([-0.01] * 16 + [0.45] * 5)

    found = judge_boxes(np.full(21, 0.5), 0.5 + change, np.array([f"g{at}" for at in range(21)]))

    assert found.difference.low > 0
    assert found.change is Change.UNDECIDED
