"""The file that a vocabulary is written in: TOML, a section per attribute, a line per term."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.errors import BadSettings
from data.events import Attribute
from matching.colours import COLOURS, Lab

KEYS = {"open", "also", "replace", "terms"}
TERM_KEYS = {"family", "synonyms", "lab"}
LAB = 3


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A line of the file: the family of a term (empty: itself), other words for it, and its place where it is a colour."""

    family: str = ""
    synonyms: tuple[str, ...] = ()
    lab: Lab | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """What a file says of one attribute. `is_open` and `also` are None where it does not speak of them."""

    terms: Mapping[str, Entry] = field(default_factory=dict)
    is_open: bool | None = None
    also: tuple[Attribute, ...] | None = None
    replaces: bool = False

    def over(self, other: Section) -> Section:
        """Add this to another section, or put it in its place."""
        return Section(
            terms=self.terms if self.replaces else {**other.terms, **self.terms},
            is_open=other.is_open if self.is_open is None else self.is_open,
            also=other.also if self.also is None else self.also,
        )


def read_sections(file: Path) -> dict[Attribute, Section]:
    """Read a vocabulary file; attributes of which it does not speak are left out.

    Raises:
        BadSettings: it is not TOML, or says something that is no vocabulary.
    """
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(
            f"{file} cannot be read: {error}", remedy="mend it, or delete it for the words that are shipped"
        ) from error
    for name in said:
        if name not in list(Attribute):
            raise BadSettings(f"{file} speaks of '{name}'", remedy=f"the attributes are: {', '.join(Attribute)}")
    return {Attribute(name): _section(file, name, found) for name, found in said.items()}


def _section(file: Path, name: str, found: Any) -> Section:  # noqa: ANN401  # whatever the file says
    if not isinstance(found, dict) or not KEYS.issuperset(found) or not isinstance(found.get("terms", {}), dict):
        raise BadSettings(f"{file}: [{name}] is no section", remedy=f"give a table with some of: {', '.join(sorted(KEYS))}")
    is_open, also, replaces = found.get("open"), found.get("also"), found.get("replace", False)
    if not isinstance(is_open, bool | None) or not isinstance(replaces, bool):
        raise BadSettings(f"{file}: [{name}] open and replace", remedy="say true or false")
    if also is not None and not (isinstance(also, list) and all(other in list(Attribute) for other in also)):
        raise BadSettings(f"{file}: [{name}] also is {also!r}", remedy=f"list some of: {', '.join(Attribute)}")
    terms = {term.casefold(): _entry(file, name, term, entry) for term, entry in found.get("terms", {}).items()}
    return Section(
        terms=terms, is_open=is_open, also=None if also is None else tuple(Attribute(other) for other in also), replaces=replaces
    )


def _entry(file: Path, name: str, term: str, found: Any) -> Entry:  # noqa: ANN401  # as above
    where = f"{file}: [{name}.terms] '{term}'"
    if not isinstance(found, dict) or not TERM_KEYS.issuperset(found):
        raise BadSettings(where, remedy=f"give a table with some of: {', '.join(sorted(TERM_KEYS))}")
    family, synonyms, lab = found.get("family", ""), found.get("synonyms", []), found.get("lab")
    if not isinstance(family, str):
        raise BadSettings(f"{where}: family is {family!r}", remedy="give one word")
    if not isinstance(synonyms, list) or not all(isinstance(word, str) for word in synonyms):
        raise BadSettings(f"{where}: synonyms is {synonyms!r}", remedy='give a list of words, such as ["purse", "hand bag"]')
    if lab is not None and not (isinstance(lab, list) and len(lab) == LAB and all(isinstance(at, int | float) for at in lab)):
        raise BadSettings(f"{where}: lab is {lab!r}", remedy="give three numbers: lightness 0 to 100, a, b")
    place = COLOURS.get(term.casefold()) if name == Attribute.COLOUR else None
    return Entry(family=family.casefold(), synonyms=tuple(synonyms), lab=(lab[0], lab[1], lab[2]) if lab else place)
