"""All attributes in one answer: the prompts, and a strict reading of what comes back.

The original system asked for "[object, color, texture, specificity]" in one go. An answer that is not of that form is no answer:
the picture then has a caption alone, and why.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence

from data.events import LONGEST_WORD
from matching.backends.generation import clean
from matching.ports import Words

FIELDS = ("object", "color", "texture", "specificity")
"""As the prompts name them; models know American English best."""

LIST_PROMPT = (
    "Describe the fashion item in the image. Answer with exactly one list of four short entries in square brackets, and nothing "
    "else: [object, color, texture, specificity], where specificity is its most distinctive detail."
)
JSON_PROMPT = (
    "Describe the fashion item in the image. Answer with exactly one JSON object and nothing else. Its keys are caption (one "
    "sentence), object (what kind of item, one or two words), color (its main color), texture (its material or surface) and "
    "specificity (its most distinctive detail, a few words). Every value is a string."
)
SHOWN = 60


class _Unfit(ValueError):
    """Why an answer is none."""


def read_list(name: str, caption: str, answer: str) -> Words:
    """Read an answer to `LIST_PROMPT`; attributes stay empty, and `fault` says why, where it is none.

    Args:
        name: the model that answered.
        caption: what it said of the picture before.
        answer: `[a, b, c, d]`; an entry with a comma stands in double quotes.
    """
    try:
        fields = _listed(answer.strip())
    except _Unfit as error:
        return _failed(name, caption, answer, str(error), "[object, color, texture, specificity]")
    return _words(caption, fields)


def read_json(name: str, answer: str) -> Words:
    """Read an answer to `JSON_PROMPT`, bare or in one code fence; nothing stays, and `fault` says why, where it is none."""
    try:
        said = _object(_unfenced(answer.strip()))
    except _Unfit as error:
        return _failed(name, "", answer, str(error), "a JSON object")
    return _words(said["caption"], [said[field] for field in FIELDS])


def _listed(text: str) -> list[str]:
    if not (text.startswith("[") and text.endswith("]")):
        raise _Unfit("it is no list in square brackets")
    if "[" in text[1:] or "]" in text[:-1]:
        raise _Unfit("it has more than one list")
    try:
        rows = list(csv.reader([text[1:-1]], skipinitialspace=True, strict=True))
    except csv.Error as error:
        raise _Unfit(str(error)) from error
    fields = [clean(field) for field in rows[0]] if rows else []
    if len(fields) != len(FIELDS):
        raise _Unfit(f"it has {len(fields)} entries, not {len(FIELDS)}")
    return _short(fields)


def _object(text: str) -> dict[str, str]:
    wanted = ("caption", *FIELDS)
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except ValueError as error:
        raise _Unfit(f"it is no JSON ({error})") from error
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        raise _Unfit("it is no JSON object")
    if sorted(key for key, _ in pairs) != sorted(wanted):
        raise _Unfit(f"its keys are not {', '.join(wanted)}, each once")
    if not all(isinstance(value, str) for _, value in pairs):
        raise _Unfit("a value is no text")
    said = {key: clean(value) for key, value in pairs}
    _short([said[field] for field in FIELDS])
    return said


def _short(fields: list[str]) -> list[str]:
    if not all(fields):
        raise _Unfit("an entry is empty")
    if any(len(field) > LONGEST_WORD for field in fields):
        raise _Unfit(f"an entry is longer than {LONGEST_WORD} characters")
    return fields


def _unfenced(text: str) -> str:
    lines = text.splitlines()
    fenced = len(lines) > 2 and lines[0].strip() in {"```", "```json"} and lines[-1].strip() == "```"  # noqa: PLR2004  # and something between
    return "\n".join(lines[1:-1]) if fenced else text


def _words(caption: str, fields: Sequence[str]) -> Words:
    kind, colour, texture, specificity = fields
    return Words(caption=caption, object=kind, colour=colour, texture=texture, specificity=specificity)


def _failed(name: str, caption: str, answer: str, why: str, wanted: str) -> Words:
    shown = clean(answer)
    told = shown[:SHOWN] + ("…" if len(shown) > SHOWN else "")
    fault = f"{name} answered '{told}' instead of {wanted}: {why}"
    return Words(caption=caption, object="", colour="", texture="", specificity="", fault=fault)
