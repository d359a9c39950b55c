from __future__ import annotations

import json

import pytest

from data.events import LONGEST_WORD
from matching.backends.one_shot import FIELDS, JSON_PROMPT, LIST_PROMPT, read_json, read_list
from matching.ports import Words

BAG = Words(caption="a bag", object="handbag", colour="navy", texture="leather", specificity="gold buckle")
SAID = {"caption": "a bag", "object": "handbag", "color": "navy", "texture": "leather", "specificity": "gold buckle"}


@pytest.mark.parametrize(
    "answer",
    [
        "[handbag, navy, leather, gold buckle]",
        "  [ handbag ,navy,  leather , gold   buckle ]\n",
        '["handbag", "navy", "leather", "gold buckle"]',
    ],
)
def test_a_list_of_four_is_read(answer: str) -> None:
    assert read_list("model", "a bag", answer) == BAG


def test_an_entry_in_quotes_may_have_a_comma() -> None:
    assert read_list("model", "", '[handbag, navy, leather, "gold buckle, long strap"]').specificity == "gold buckle, long strap"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("handbag", "no list in square brackets"),
        ("Sure! [handbag, navy, leather, buckle]", "no list in square brackets"),
        ("[handbag, navy, leather]", "3 entries, not 4"),
        ("[handbag, navy, leather, gold, buckle]", "5 entries, not 4"),
        ("[handbag, navy, , buckle]", "an entry is empty"),
        ("[]", "0 entries, not 4"),
        ("[handbag, navy, leather, buckle] [shoe, red, suede, bow]", "more than one list"),
        ("[handbag, navy, leather, [buckle]]", "more than one list"),
        ('[handbag, navy, leather, "buckle]', "instead of"),
        (f"[handbag, navy, leather, {'x' * (LONGEST_WORD + 1)}]", "longer than"),
        ("", "no list in square brackets"),
    ],
)
def test_an_answer_that_is_no_such_list_leaves_the_attributes_empty_and_says_why(answer: str, why: str) -> None:
    found = read_list("model", "a bag", answer)

    assert (found.caption, found.object, found.colour, found.texture, found.specificity) == ("a bag", "", "", "", "")
    assert why in found.fault


def test_a_fault_names_the_model_and_shows_what_it_answered() -> None:
    assert "model answered 'handbag' instead of [object, color, texture, specificity]" in read_list("model", "", "handbag").fault


@pytest.mark.parametrize("form", ["{}", "```json\n{}\n```", "```\n{}\n```", "\n {} \n"])
def test_a_json_object_is_read_bare_or_in_a_fence(form: str) -> None:
    assert read_json("model", form.replace("{}", json.dumps(SAID))) == BAG


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("a bag", "no JSON"),
        (json.dumps([SAID]), "no JSON object"),
        ("[]", "its keys are not"),
        ("3", "no JSON object"),
        (json.dumps({**SAID, "shape": "square"}), "its keys are not"),
        (json.dumps({"caption": "a bag"}), "its keys are not"),
        (json.dumps(SAID)[:-1] + ', "color": "red"}', "its keys are not"),
        (json.dumps({**SAID, "color": 3}), "a value is no text"),
        (json.dumps({**SAID, "color": " "}), "an entry is empty"),
        (f"Here you are: {json.dumps(SAID)}", "no JSON"),
    ],
)
def test_an_answer_that_is_no_such_object_says_nothing_but_why(answer: str, why: str) -> None:
    found = read_json("model", answer)

    assert (found.caption, found.object, found.colour, found.texture, found.specificity) == ("", "", "", "", "")
    assert why in found.fault


def test_the_prompts_name_every_field() -> None:
    assert all(field in LIST_PROMPT and field in JSON_PROMPT for field in FIELDS)
