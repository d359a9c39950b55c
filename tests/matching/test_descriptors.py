from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from data.domain import FloatArray
from matching.backends.descriptors import colour, outline, texture
from matching.backends.descriptors.embedder import DescriptorEmbedder
from matching.backends.descriptors.keypoints import find_keypoints
from matching.cutouts import zoom
from matching.ports import CutOut
from tests.builders import Article, paint, silhouette

WHITE = np.full((200, 200, 3), 255, dtype=np.uint8)
RED, BLUE = (200, 30, 40), (30, 50, 190)


def cut_of(outline_name: str, shade: tuple[int, int, int], *, stripe_px: int = 0, turn_deg: float = 0.0) -> CutOut:
    article = Article(outline=outline_name, colour=shade, stripe_px=stripe_px)
    pixels = paint(article, WHITE, centre=(100, 100), reach_px=70, turn_deg=turn_deg)
    return zoom(pixels, silhouette(outline_name, 200, centre=(100, 100), reach_px=70, turn_deg=turn_deg))


@cache
def blocks_of(outline_name: str, shade: tuple[int, int, int], stripe_px: int = 0) -> dict[str, FloatArray]:
    [found] = DescriptorEmbedder().embed([cut_of(outline_name, shade, stripe_px=stripe_px)])
    return {block.name: block.values for block in found}


def cosine(one: FloatArray, other: FloatArray) -> float:
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))


@pytest.mark.parametrize("block", ["colour", "hue", "colour_layout"])
def test_histograms_are_of_unit_length(block: str) -> None:
    assert np.linalg.norm(blocks_of("square", RED, 12)[block]) == pytest.approx(1.0, abs=1e-3)


def test_the_colour_histogram_does_not_care_where_colours_lie() -> None:
    pixels = np.zeros((40, 40, 3), dtype=np.uint8)
    pixels[:20], pixels[20:] = RED, BLUE
    mask = np.ones((40, 40), dtype=np.bool_)
    one, turned = CutOut(pixels=pixels, mask=mask), CutOut(pixels=pixels[::-1].copy(), mask=mask)

    found = [colour.lab_histogram(cut, colour.lab(cut)) for cut in (one, turned)]

    assert np.allclose(found[0], found[1])


def test_the_colour_layout_does_care_where_colours_lie() -> None:
    pixels = np.zeros((60, 60, 3), dtype=np.uint8)
    pixels[:20], pixels[20:] = RED, BLUE
    mask = np.ones((60, 60), dtype=np.bool_)
    one, turned = CutOut(pixels=pixels, mask=mask), CutOut(pixels=pixels[::-1].copy(), mask=mask)

    found = [colour.lab_layout(cut, colour.lab(cut)) for cut in (one, turned)]

    assert cosine(found[0], found[1]) < 0.5


def test_the_colour_histogram_does_not_see_what_lies_outside_of_the_mask() -> None:
    cut = cut_of("circle", RED)
    pixels = cut.pixels.copy()
    pixels[~cut.mask] = BLUE
    other = CutOut(pixels=pixels, mask=cut.mask)

    assert np.array_equal(colour.lab_histogram(cut, colour.lab(cut)), colour.lab_histogram(other, colour.lab(other)))


def test_red_and_blue_have_no_hue_in_common() -> None:
    assert cosine(blocks_of("square", RED)["hue"], blocks_of("square", BLUE)["hue"]) < 0.05


def test_grey_is_told_by_lightness_where_there_is_no_hue() -> None:
    found = [
        colour.hue_histogram(cut, colour.lab(cut)) for cut in (cut_of("square", (0, 0, 0)), cut_of("square", (250, 250, 250)))
    ]

    assert cosine(found[0], found[1]) < 0.05


def test_the_outline_does_not_care_about_colour() -> None:
    assert np.array_equal(blocks_of("triangle", RED)["outline"], blocks_of("triangle", BLUE)["outline"])


def test_the_outline_parts_a_triangle_from_a_bar() -> None:
    same = cosine(outline.mask_shape(cut_of("bar", RED)), outline.mask_shape(cut_of("bar", RED, turn_deg=4)))
    other = cosine(outline.mask_shape(cut_of("bar", RED)), outline.mask_shape(cut_of("triangle", RED)))

    assert same > other + 0.2


def test_the_grain_parts_stripes_from_plain() -> None:
    plain, striped = cut_of("square", RED), cut_of("square", RED, stripe_px=8)
    found = [texture.binary_patterns(cut, texture.grey(cut)) for cut in (plain, striped)]

    assert cosine(found[0], found[1]) < 0.9


def test_a_cut_out_of_one_pixel_gives_finite_numbers() -> None:
    mask = np.zeros((192, 192), dtype=np.bool_)
    mask[96, 96] = True
    [found] = DescriptorEmbedder().embed([CutOut(pixels=np.full((192, 192, 3), 255, dtype=np.uint8), mask=mask)])

    assert all(np.isfinite(block.values).all() for block in found)


def test_a_plain_cut_out_has_no_local_features() -> None:
    plain = CutOut(pixels=np.full((192, 192, 3), 90, dtype=np.uint8), mask=np.ones((192, 192), dtype=np.bool_))

    assert find_keypoints(plain).descriptors.shape == (0, 128)


def test_local_features_lie_inside_of_the_mask() -> None:
    cut = cut_of("triangle", RED, stripe_px=10)

    columns, rows = np.clip(np.rint(find_keypoints(cut).positions).astype(int), 0, 191).T

    assert cut.mask[rows, columns].mean() > 0.95


def test_at_most_three_hundred_local_features_are_kept() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (192, 192, 3)).astype(np.uint8)

    assert len(find_keypoints(CutOut(pixels=noise, mask=np.ones((192, 192), dtype=np.bool_))).positions) == 300
