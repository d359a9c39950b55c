from __future__ import annotations

import numpy as np
import pytest

from data.domain import ByteArray
from matching.backends.measured import NAMES, MeasuredDescriber, colour_shares
from matching.colours import COLOURS
from matching.ports import CutOut

DESCRIBER = MeasuredDescriber()


def block_of(pixels: ByteArray, *, height: int = 120, width: int = 120) -> CutOut:
    mask = np.zeros((192, 192), dtype=np.bool_)
    mask[20 : 20 + height, 20 : 20 + width] = True
    return CutOut(pixels=pixels, mask=mask)


def plain(colour: tuple[int, int, int]) -> ByteArray:
    return np.full((192, 192, 3), colour, dtype=np.uint8)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((200, 20, 40), "red"),
        ((20, 20, 20), "black"),
        ((250, 250, 250), "white"),
        ((20, 130, 60), "green"),
        ((15, 25, 70), "navy"),
        ((245, 225, 40), "yellow"),
        ((110, 70, 40), "brown"),
    ],
)
def test_a_plain_square_has_the_name_of_its_colour(colour: tuple[int, int, int], name: str) -> None:
    assert DESCRIBER.describe(block_of(plain(colour))).colour == name


def test_the_ground_has_no_part_in_the_colour() -> None:
    cut = block_of(plain((200, 20, 40)))
    cut.pixels[~cut.mask] = (20, 130, 60)

    assert DESCRIBER.describe(cut).colour == "red"


def test_a_second_colour_of_a_fifth_or_more_is_named() -> None:
    pixels = plain((200, 20, 40))
    pixels[:60] = (20, 20, 20)

    assert "red with black" in DESCRIBER.describe(block_of(pixels)).specificity


def test_a_plain_surface_is_smooth() -> None:
    assert DESCRIBER.describe(block_of(plain((90, 90, 90)))).texture == "smooth"


def test_broad_stripes_are_a_pattern() -> None:
    pixels = plain((90, 90, 90))
    pixels[:, (np.arange(192) // 12) % 2 > 0] = 230

    assert DESCRIBER.describe(block_of(pixels)).texture == "patterned"


@pytest.mark.parametrize(("height", "width", "word"), [(150, 60, "tall"), (60, 150, "wide"), (100, 100, "compact")])
def test_proportions_have_a_word(height: int, width: int, word: str) -> None:
    assert DESCRIBER.describe(block_of(plain((90, 90, 90)), height=height, width=width)).specificity.endswith(word)


def test_what_kind_of_object_it_is_stays_open() -> None:
    assert DESCRIBER.describe(block_of(plain((90, 90, 90)))).object == ""


def test_each_anchor_is_nearest_to_itself() -> None:
    found = [NAMES[int(colour_shares(np.array([anchor], dtype=np.float32)).argmax())] for anchor in COLOURS.values()]

    assert found == list(NAMES)
