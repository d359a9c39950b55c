from __future__ import annotations

import math

import pytest

from data.events import Attribute
from matching.attributes import attribute_overlap, compare, hard_rule, overlap
from matching.ports import Words
from matching.vocabulary import shipped_vocabulary


def words(**said: str) -> Words:
    return Words(**{"caption": "", "object": "", "colour": "", "texture": "", "specificity": "", **said})


def agree(attribute: Attribute, one: str, other: str) -> float:
    terms = shipped_vocabulary().attributes[attribute]
    return overlap(terms.read(one), terms.read(other), terms)


def test_the_same_words_overlap_wholly_in_any_order() -> None:
    assert agree(Attribute.SPECIFICITY, "red with white, compact", "compact, white with red") == 1.0


def test_of_two_words_each_that_share_one_half_overlaps() -> None:
    # of red, compact, red and tall, the two reds find each other
    assert agree(Attribute.SPECIFICITY, "red compact", "red tall") == pytest.approx(2 / 4)


def test_a_word_more_on_one_side_lowers_the_overlap_a_little() -> None:
    assert agree(Attribute.SPECIFICITY, "gold buckle", "buckle") == pytest.approx(2 / 3)


def test_letter_case_does_not_matter() -> None:
    assert agree(Attribute.COLOUR, "Red", "rED") == 1.0


def test_synonyms_are_the_same() -> None:
    assert agree(Attribute.TEXTURE, "leather-like", "Leather") == 1.0


def test_navy_is_near_blue_and_far_from_red() -> None:
    assert agree(Attribute.COLOUR, "navy", "blue") == pytest.approx(0.7)
    assert agree(Attribute.COLOUR, "navy", "red") == 0.0


def test_colours_of_two_families_are_as_alike_as_they_lie_in_lab() -> None:
    # black (12, 0, 0) and charcoal (30, 0, 0): 18 of lightness weigh 10.8, of 50
    assert agree(Attribute.COLOUR, "black", "charcoal") == pytest.approx(1 - 10.8 / 50)


def test_a_kind_of_bag_is_near_a_bag() -> None:
    assert agree(Attribute.OBJECT, "tote", "bags") == pytest.approx(0.7)


@pytest.mark.parametrize(("one", "other"), [("", "red"), ("red", ""), ("", "")])
def test_silence_agrees_with_all(one: str, other: str) -> None:
    assert agree(Attribute.COLOUR, one, other) == 1.0


def test_the_attributes_stand_side_by_side_in_their_order() -> None:
    rows = compare(words(object="bag", colour="red"), words(object="bag", colour="blue"))

    assert [(row.attribute, row.photo.text, row.asset.text, row.differs) for row in rows] == [
        (Attribute.OBJECT, "bag", "bag", False),
        (Attribute.COLOUR, "red", "blue", True),
        (Attribute.TEXTURE, "", "", False),
        (Attribute.SPECIFICITY, "", "", False),
    ]


def test_navy_beside_blue_is_not_marked_as_a_difference_and_beside_black_is() -> None:
    beside = [compare(words(colour="navy"), words(colour=colour))[1].differs for colour in ("blue", "black")]

    assert beside == [False, True]


def test_the_overlap_of_two_articles_is_the_mean_over_what_both_name() -> None:
    photo = words(object="tote", colour="navy", texture="smooth")
    asset = words(object="bag", colour="navy", specificity="gold buckle")

    assert attribute_overlap(photo, asset) == pytest.approx((0.7 + 1) / 2)


def test_articles_that_name_nothing_in_common_say_nothing_of_each_other() -> None:
    assert math.isnan(attribute_overlap(words(colour="red"), words(object="bag")))


def test_of_the_first_five_the_one_that_overlaps_most_moves_up() -> None:
    assert hard_rule([0.2, 0.5, 0.9, 0.1, 0.3]) == (2, 0, 1, 3, 4)


def test_of_several_that_overlap_as_much_the_one_that_stands_first_moves_up() -> None:
    assert hard_rule([0.2, 0.9, 0.9]) == (1, 0, 2)


def test_nobody_below_the_first_five_moves_up() -> None:
    assert hard_rule([0.5, 0.2, 0.2, 0.2, 0.2, 1.0]) == (0, 1, 2, 3, 4, 5)


@pytest.mark.parametrize("overlaps", [[], [math.nan], [math.nan, math.nan], [0.5, math.nan, 0.2]])
def test_what_says_nothing_moves_nobody(overlaps: list[float]) -> None:
    assert hard_rule(overlaps) == tuple(range(len(overlaps)))


def test_something_known_moves_before_what_says_nothing() -> None:
    assert hard_rule([math.nan, 0.1]) == (1, 0)
