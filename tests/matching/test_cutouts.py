from __future__ import annotations

import numpy as np
import pytest

from data.domain import BoolArray, ByteArray
from data.errors import BackendFailed, ShapeMismatch
from matching.cutouts import SIZE_PX, tilt, tilted_name, upright_name, zoom


def box(top: int, bottom: int, left: int, right: int, size: int = 100) -> tuple[ByteArray, BoolArray]:
    pixels = np.full((size, size, 3), (10, 120, 30), dtype=np.uint8)
    mask = np.zeros((size, size), dtype=np.bool_)
    mask[top:bottom, left:right] = True
    return pixels, mask


def test_a_cut_out_has_its_fixed_size() -> None:
    cut = zoom(*box(20, 60, 30, 50))

    assert (cut.pixels.shape, cut.mask.shape) == ((SIZE_PX, SIZE_PX, 3), (SIZE_PX, SIZE_PX))


def test_the_article_fills_the_cut_out_but_for_the_margin() -> None:
    cut = zoom(*box(20, 60, 20, 60))

    # 40 px and 6 % on both sides are 45 px, so the article takes 40 / 45 of the side
    assert cut.mask.any(axis=1).sum() == pytest.approx(SIZE_PX * 40 / 45, abs=2)


def test_the_article_keeps_its_proportions() -> None:
    cut = zoom(*box(20, 60, 30, 50))

    assert cut.mask.any(axis=0).sum() / cut.mask.any(axis=1).sum() == pytest.approx(0.5, abs=0.02)


def test_outside_of_the_mask_all_is_white() -> None:
    cut = zoom(*box(20, 60, 30, 50))

    assert cut.pixels[0, 0].tolist() == [255, 255, 255]


def test_inside_of_the_mask_colours_stay() -> None:
    cut = zoom(*box(20, 60, 30, 50))

    assert cut.pixels[SIZE_PX // 2, SIZE_PX // 2].tolist() == [10, 120, 30]


def test_where_the_article_lies_in_the_picture_does_not_matter() -> None:
    here, there = zoom(*box(0, 40, 0, 20)), zoom(*box(60, 100, 80, 100))

    assert np.array_equal(here.pixels, there.pixels)


def test_a_mask_of_one_pixel_is_an_article() -> None:
    assert zoom(*box(50, 51, 50, 51)).mask.any()


def test_a_hair_that_vanishes_in_zooming_leaves_a_pixel() -> None:
    assert zoom(*box(0, 3000, 1500, 1501, size=3000)).mask.any()


def test_an_empty_mask_is_refused() -> None:
    pixels, mask = box(0, 0, 0, 0)

    with pytest.raises(BackendFailed, match="the mask is empty"):
        zoom(pixels, mask)


def test_a_mask_of_another_size_is_refused() -> None:
    pixels, _ = box(0, 1, 0, 1)

    with pytest.raises(ShapeMismatch, match="a mask of"):
        zoom(pixels, np.ones((50, 50), dtype=np.bool_))


def test_a_tilted_cut_out_fills_its_frame_as_an_upright_one_does() -> None:
    pixels, mask = box(20, 60, 30, 50)
    cut, turned = zoom(pixels, mask), tilt(pixels, mask, 90)

    assert turned.mask.any(axis=0).sum() == pytest.approx(cut.mask.any(axis=1).sum(), abs=4)
    assert turned.mask.any(axis=1).sum() == pytest.approx(cut.mask.any(axis=0).sum(), abs=4)


def test_tilting_is_counter_clockwise() -> None:
    turned = tilt(*box(10, 90, 45, 55), 20)

    top, bottom = (np.flatnonzero(row).mean() for row in turned.mask[[30, -30]])

    assert top < bottom


def test_a_tilted_article_keeps_its_colour() -> None:
    turned = tilt(*box(20, 60, 30, 50), 20)

    assert np.median(turned.pixels[turned.mask], axis=0).tolist() == [10, 120, 30]


def test_a_tilted_name_leads_back_to_its_mask() -> None:
    assert tilted_name("studio", -20) == "studio@-20"
    assert upright_name("studio@-20") == upright_name("studio") == "studio"
