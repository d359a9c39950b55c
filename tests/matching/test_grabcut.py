from __future__ import annotations

import cv2
import numpy as np
import pytest

from data.domain import BoolArray, ByteArray
from data.errors import BackendFailed
from matching.backends.grabcut import GrabCutRemover, flood

REMOVER = GrabCutRemover()


def ellipse(size: int = 240) -> BoolArray:
    canvas = np.zeros((size, size), dtype=np.uint8)
    cv2.ellipse(canvas, (size // 2, size // 2), (size // 4, size // 3), 20, 0, 360, 1, -1)
    return np.asarray(canvas > 0, dtype=np.bool_)


def on_noise(mask: BoolArray) -> ByteArray:
    chance = np.random.default_rng(2)
    picture = chance.normal(120, 18, (*mask.shape, 3))
    picture[mask] = chance.normal((200, 60, 40), 12, (int(mask.sum()), 3))
    return np.clip(picture, 0, 255).astype(np.uint8)


def in_studio(mask: BoolArray) -> ByteArray:
    picture = np.full((*mask.shape, 3), 250, dtype=np.uint8)
    picture[mask] = (40, 70, 160)
    return picture


def iou(one: BoolArray, other: BoolArray) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_an_article_on_a_speckled_ground_is_found() -> None:
    first = REMOVER.masks(on_noise(ellipse()), studio=False)[0]

    assert iou(first.mask, ellipse()) > 0.8


def test_what_was_found_is_not_called_a_guess() -> None:
    assert not REMOVER.masks(on_noise(ellipse()), studio=False)[0].fell_back


def test_a_photo_s_last_hypothesis_is_the_whole_picture() -> None:
    last = REMOVER.masks(on_noise(ellipse()), studio=False)[-1]

    assert (last.name, bool(last.mask.all())) == ("whole", True)


def test_a_studio_picture_is_cut_along_its_plain_ground() -> None:
    [only] = REMOVER.masks(in_studio(ellipse()), studio=True)

    assert iou(only.mask, ellipse()) > 0.97


def test_a_hole_that_does_not_meet_the_border_stays_part_of_the_article() -> None:
    ring = in_studio(ellipse())
    ring[110:130, 110:130] = 250

    [only] = REMOVER.masks(ring, studio=True)

    assert only.mask[120, 120]


def test_a_studio_picture_with_a_busy_border_is_not_flooded() -> None:
    assert flood(np.random.default_rng(0).integers(0, 255, (80, 80, 3)).astype(np.uint8)) is None


def test_a_picture_of_one_colour_says_that_it_fell_back() -> None:
    first = REMOVER.masks(np.full((120, 90, 3), 128, dtype=np.uint8), studio=False)[0]

    assert first.fell_back


def test_masks_are_as_large_as_the_picture() -> None:
    picture = on_noise(ellipse())[:200, :130]

    assert {found.mask.shape for found in REMOVER.masks(picture, studio=False)} == {(200, 130)}


@pytest.mark.parametrize("studio", [True, False])
@pytest.mark.parametrize("shape", [(2, 2), (2, 300), (300, 3), (5, 5), (16, 16)])
def test_tiny_and_narrow_pictures_give_a_mask_that_is_not_empty(shape: tuple[int, int], studio: bool) -> None:
    picture = np.random.default_rng(1).integers(0, 255, (*shape, 3)).astype(np.uint8)

    assert all(found.mask.any() for found in REMOVER.masks(picture, studio=studio))


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_pictures_of_one_colour_give_a_mask_that_is_not_empty(shade: int) -> None:
    picture = np.full((60, 60, 3), shade, dtype=np.uint8)

    assert all(found.mask.any() for found in REMOVER.masks(picture, studio=True))


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1)])
def test_a_picture_that_is_a_line_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(BackendFailed, match="is a line"):
        REMOVER.masks(np.zeros((*shape, 3), dtype=np.uint8), studio=False)
