from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from data.errors import BadSettings
from data.events import Attribute
from matching.colours import COLOURS
from matching.vocabulary import FILE, SHIPPED, read_vocabulary, shipped_vocabulary
from matching.vocabulary_file import read_sections


def shown(attribute: Attribute, said: str) -> tuple[str, bool]:
    answer = shipped_vocabulary().read(attribute, said)
    return answer.text, answer.known


@pytest.mark.parametrize(
    ("attribute", "said", "text"),
    [
        (Attribute.COLOUR, "navy", "navy"),
        (Attribute.COLOUR, "Navy Blue", "navy"),
        (Attribute.COLOUR, "gray", "grey"),
        (Attribute.COLOUR, "black and white", "black and white"),
        (Attribute.TEXTURE, "leather-like", "leather"),
        (Attribute.OBJECT, "a brown leather handbag", "bag"),
        (Attribute.OBJECT, "shoes", "shoe"),
        (Attribute.OBJECT, "dresses", "dress"),
        (Attribute.OBJECT, "watches", "watch"),
    ],
)
def test_an_answer_is_read_as_the_term_that_it_means(attribute: Attribute, said: str, text: str) -> None:
    assert shown(attribute, said) == (text, True)


def test_a_word_that_is_spelt_nearly_right_is_read_as_the_term() -> None:
    assert shown(Attribute.COLOUR, "burgandy") == ("burgundy", True)


def test_a_short_word_is_not_read_as_another() -> None:
    assert shown(Attribute.COLOUR, "rid") == ("rid", False)


def test_what_is_unknown_stays_as_it_was_said_and_is_marked() -> None:
    assert shown(Attribute.TEXTURE, "Zorblax weave") == ("Zorblax weave", False)


def test_free_words_of_an_open_attribute_are_not_marked() -> None:
    assert shown(Attribute.SPECIFICITY, "a dragon on the flap") == ("a dragon on the flap", True)


def test_nothing_said_is_nothing_unknown() -> None:
    assert shown(Attribute.OBJECT, "") == ("", True)


def test_the_longest_term_that_fits_is_taken() -> None:
    assert shipped_vocabulary().read(Attribute.COLOUR, "sky blue").words == ("sky blue",)


def test_every_measured_colour_is_a_term_and_lies_where_it_is_measured() -> None:
    terms = shipped_vocabulary().attributes[Attribute.COLOUR].terms

    assert {name: terms[name].lab for name in COLOURS} == COLOURS


@pytest.mark.parametrize("attribute", list(Attribute))
def test_no_word_of_the_shipped_vocabulary_means_two_terms(attribute: Attribute) -> None:
    section = read_sections(SHIPPED)[attribute]
    words = Counter(word.casefold() for term, entry in section.terms.items() for word in {term, *entry.synonyms})

    assert [word for word, count in words.items() if count > 1] == []


def home_with(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text)
    return folder


def test_a_home_without_a_vocabulary_has_the_shipped_one(tmp_path: Path) -> None:
    assert read_vocabulary(tmp_path) is shipped_vocabulary()


def test_a_home_adds_terms_and_synonyms_to_the_shipped_ones(tmp_path: Path) -> None:
    home = home_with(tmp_path, '[object.terms]\nminaudiere = { family = "bag", synonyms = ["jewel box"] }\n')
    vocabulary = read_vocabulary(home)

    assert vocabulary.read(Attribute.OBJECT, "jewel box").text == "minaudiere"
    assert vocabulary.read(Attribute.OBJECT, "purse").text == "bag"


def test_a_home_may_start_from_nothing(tmp_path: Path) -> None:
    vocabulary = read_vocabulary(home_with(tmp_path, "[colour]\nreplace = true\n[colour.terms]\nteal = {}\n"))

    assert vocabulary.terms(Attribute.COLOUR) == ["teal"]


def test_a_colour_of_a_home_has_its_place_in_lab(tmp_path: Path) -> None:
    vocabulary = read_vocabulary(home_with(tmp_path, "[colour.terms]\npumpkin = { lab = [66, 42, 64] }\n"))

    assert vocabulary.attributes[Attribute.COLOUR].likeness("pumpkin", "orange") == 1.0


def test_a_vocabulary_that_was_edited_is_read_again(tmp_path: Path) -> None:
    home = home_with(tmp_path, "")
    before = read_vocabulary(home).read(Attribute.OBJECT, "zorb").known
    home_with(tmp_path, "[object.terms]\nzorb = {}\n")
    os.utime(home / FILE, (1, 1))

    assert (before, read_vocabulary(home).read(Attribute.OBJECT, "zorb").known) == (False, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[object", "cannot be read"),
        ("[shape]\n", "the attributes are: object, colour, texture, specificity"),
        ("[object]\nsynonyms = []\n", "is no section"),
        ("[object]\nopen = 1\n", "say true or false"),
        ('[object]\nalso = ["shape"]\n', "list some of"),
        ("[object.terms]\nbag = 3\n", "family, lab, synonyms"),
        ("[object.terms]\nbag = { family = 3 }\n", "give one word"),
        ('[object.terms]\nbag = { synonyms = "purse" }\n', "give a list of words"),
        ("[colour.terms]\nred = { lab = [1, 2] }\n", "give three numbers"),
    ],
)
def test_a_file_that_is_no_vocabulary_is_refused_with_the_remedy(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        read_vocabulary(home_with(tmp_path, text))
