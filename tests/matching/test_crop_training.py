"""What a person's box teaches the cut-out network: worked by hand, from a seed, and measured."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from data.crops import Box
from data.domain import ByteArray
from data.errors import BackendFailed
from matching.backends.cutout_network.box_loss import box_loss, mixed_loss
from matching.backends.cutout_network.drawn import DrawnPicture, Mix, Mixed, drawn_picture, known_of
from matching.backends.cutout_network.from_crops import Course, box_iou, box_overlaps, tune
from matching.backends.cutout_network.network import CutoutNetwork, loss_of
from matching.backends.cutout_network.stock import Sizes, stocked
from matching.backends.cutout_network.weights import read_weights, write_weights
from tests.builders import png
from tests.matching import tiny_training

TINY = replace(tiny_training.TINY, batch=4, half=False)
BOX = Box(left=0.25, top=0.5, right=0.75, bottom=0.9)


def dark_article(box: Box = BOX) -> ByteArray:
    """Draw a picture of bright noise with something dark in a box."""
    pixels = np.random.default_rng(1).integers(180, 250, (120, 160, 3)).astype(np.uint8)
    pixels[round(120 * box.top) : round(120 * box.bottom), round(160 * box.left) : round(160 * box.right)] = 20
    return pixels


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Untrained weights to go on from."""
    torch.manual_seed(0)
    file = tmp_path_factory.mktemp("start") / "start.safetensors"
    write_weights(CutoutNetwork(TINY.widths, TINY.blocks), file)
    return file


@pytest.fixture(scope="module")
def course(start: Path) -> Course:
    return Course(start=start, plan=TINY, pictures=[DrawnPicture(pixels=dark_article(), box=BOX)])


def bytes_of(folder: Path, course: Course, *, resume: bool = False) -> bytes:
    write_weights(tune(folder, course, resume=resume).network, folder / "weights.safetensors")
    return (folder / "weights.safetensors").read_bytes()


def layers(rows: list[str]) -> torch.Tensor:
    """Read a mask from its rows: # is 1."""
    return torch.tensor([[[1.0 if sign == "#" else 0.0 for sign in row] for row in rows]])


def test_an_article_outside_of_its_box_costs_what_its_cross_entropy_is() -> None:
    """Every pixel is 0.5: outside of the box ln 2 each, and every row and column of the box is reached by ln 2."""
    logits = torch.zeros(1, 1, 4, 4)
    inside = layers(["....", ".##.", ".##.", "...."])

    assert float(box_loss(logits, inside, inside)) == pytest.approx(2 * math.log(2))


def test_one_pixel_in_each_row_and_column_is_all_that_a_box_asks_for() -> None:
    inside = layers(["....", ".##.", ".##.", "...."])
    diagonal = 40 * layers(["....", ".#..", "..#.", "...."])[:, None] - 20

    assert float(box_loss(diagonal, inside, inside)) == pytest.approx(0, abs=1e-6)


def test_a_row_without_the_article_is_pulled_up_and_what_is_outside_pushed_down() -> None:
    inside = layers(["....", ".##.", ".##.", "...."])
    logits = torch.zeros(1, 1, 4, 4)
    logits[0, 0, 1, 1] = 1.0
    logits[0, 0, 2, 2] = 0.5
    logits.requires_grad = True

    box_loss(logits, inside, inside).backward()  # type: ignore[no-untyped-call]

    assert logits.grad is not None
    assert bool((logits.grad[0, 0][inside[0] == 0] > 0).all())
    assert bool((logits.grad[0, 0, [1, 2], [1, 2]] < 0).all())
    assert bool((logits.grad[0, 0, [1, 2], [2, 1]] == 0).all())  # of these a box says nothing


def test_a_made_photo_beside_a_crop_is_learned_from_as_ever() -> None:
    torch.manual_seed(1)
    logits, mask = torch.randn(2, 1, 4, 4), layers(["....", ".##.", ".##.", "...."])
    known = torch.stack([torch.cat([mask, torch.zeros_like(mask)]), torch.cat([mask, mask])])

    both = float(mixed_loss(logits, known))

    alone = float(loss_of(logits[:1], mask[None])), float(box_loss(logits[1:], mask, mask))
    assert both == pytest.approx(sum(alone) / 2)


def test_a_box_leaves_room_for_a_hand_that_is_not_exact() -> None:
    """Of 192 pixels the box has 48 to 144 across and 96 to 192 down: two in a hundred more may be, a tenth less must be."""
    may, must = known_of(np.array([[0.25, 0.75], [0.5, 1.0]], dtype=np.float32))

    reach = [(np.flatnonzero(layer.any(axis=axis))[[0, -1]]).tolist() for layer in (may, must) for axis in (0, 1)]
    assert reach == [[46, 145], [94, 191], [58, 133], [106, 181]]


def test_what_a_crop_teaches_lies_where_the_article_was_put(tmp_path: Path) -> None:
    """However the picture is windowed, mirrored and lit, what is dark stays inside of what may be the article."""
    mix = Mix(
        stock=stocked(tmp_path, seed=1, sizes=Sizes(solids=1, flats=1, grounds=1)),
        pictures=[DrawnPicture(pixels=dark_article(), box=BOX)],
        seed=3,
        batch=2,
        share=0.5,
    )
    examples = Mixed(mix, first=0, count=40)

    for at in range(0, 40, 2):
        pixels, known = (tensor.numpy() for tensor in examples[at])
        level = pixels.astype(np.float32).mean(axis=0)
        assert level[known[1] > 0].mean() < 0.5 * level[known[0] == 0].mean()


def test_each_batch_has_crops_and_made_photos(course: Course, tmp_path: Path) -> None:
    stock = stocked(tmp_path, seed=1, sizes=Sizes(solids=1, flats=1, grounds=1))
    mix = Mix(stock=stock, pictures=course.pictures, seed=1, batch=4, share=0.5)

    kinds = [bool(known[1].any()) for _, known in (Mixed(mix, first=0, count=8)[at] for at in range(8))]

    assert kinds == [True, True, False, False] * 2


def test_two_trainings_from_one_seed_give_the_same_bytes_resumed_or_not(course: Course, tmp_path: Path) -> None:
    whole = bytes_of(tmp_path / "whole", course)
    stopped = tune(tmp_path / "stopped", course, minutes=0)

    assert stopped.step == 2
    assert bytes_of(tmp_path / "stopped", course, resume=True) == whole


def test_a_checkpoint_of_other_crops_is_not_gone_on_with(course: Course, tmp_path: Path) -> None:
    tune(tmp_path, course, minutes=0)
    other = replace(course, pictures=[DrawnPicture(pixels=dark_article(), box=Box(left=0, top=0, right=0.5, bottom=1))])

    with pytest.raises(BackendFailed, match="other options"):
        tune(tmp_path, other, resume=True)


def test_a_network_that_knew_nothing_learns_where_the_article_is(start: Path, tmp_path: Path) -> None:
    boxes = [Box(left=x, top=y, right=x + 0.4, bottom=y + 0.4) for x in (0.05, 0.3, 0.5) for y in (0.1, 0.5)]
    pictures = [DrawnPicture(pixels=dark_article(box), box=box) for box in boxes]
    unseen = [DrawnPicture(pixels=dark_article(box), box=box) for box in [Box(left=0.2, top=0.3, right=0.6, bottom=0.7)]]
    plan = replace(TINY, steps=60, batch=8, rate=5e-3, warm_up=5, checkpoint_every=60)

    made = tune(tmp_path, Course(start=start, plan=plan, pictures=pictures, share=0.9))

    before, after = (float(box_overlaps(network, unseen)[0]) for network in (read_weights(start), made.network))
    assert after > before


@pytest.mark.parametrize(
    ("found", "iou"),
    [
        (None, 0.0),
        ((0.25, 0.5, 0.75, 0.9), 1.0),
        ((0.25, 0.5, 0.5, 0.9), 0.5),
        ((0.0, 0.0, 0.2, 0.2), 0.0),
        ((0.5, 0.5, 1.0, 0.9), 1 / 3),
    ],
)
def test_box_iou_is_what_both_have_of_what_either_has(found: tuple[float, float, float, float] | None, iou: float) -> None:
    assert box_iou(found, BOX) == pytest.approx(iou)


def test_a_picture_is_read_small_enough_to_keep_many() -> None:
    read = drawn_picture(png(np.zeros((400, 800, 3), dtype=np.uint8)), BOX)

    assert read.pixels.shape == (160, 320, 3)
