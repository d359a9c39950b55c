"""The words that attributes are read into: a closed, editable vocabulary of terms, synonyms, families and places of colours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from data.events import Attribute
from matching.colours import Lab, colour_likeness
from matching.vocabulary_file import Section, read_sections

FILE = "vocabulary.toml"
SHIPPED = Path(__file__).parent / FILE
FAMILY = 0.7
"""How alike two terms of one family are at least."""

SILENT = frozenset({"a", "all", "an", "and", "in", "is", "it", "like", "made", "of", "or", "the", "with"})
"""Words that name nothing."""

SHORTEST_MISSPELT = 5
NEARLY = 0.85
"""How much of a word must be right for it to be read as another."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was said of an attribute, read.

    Attributes:
        said: the answer as it came; empty: nothing was said.
        text: as it is shown: the terms where there are some, else what was said.
        words: what it is compared by: terms, and free words where they count.
        known: it has a term of the vocabulary, or none is expected; nothing said is known.
    """

    said: str
    text: str
    words: tuple[str, ...]
    known: bool


@dataclass(frozen=True, kw_only=True)
class Term:
    """A word of the vocabulary, the coarse kind that it is one of, and where it lies where it is a colour."""

    name: str
    family: str
    lab: Lab | None


class AttributeVocabulary:
    """The terms of one attribute."""

    def __init__(self, terms: Mapping[str, Term], names: Mapping[tuple[str, ...], str], *, is_open: bool) -> None:
        self.terms, self.is_open = terms, is_open
        self._names = names
        self._longest = max((len(name) for name in names), default=1)
        self._single = [name[0] for name in names if len(name) == 1]

    def read(self, said: str) -> Answer:
        """Read an answer: exact words, synonyms, then the nearest by spelling. What is unknown stays as it was said, marked."""
        found = list(self._units(said))
        terms = tuple(dict.fromkeys(word for word, is_term in found if is_term))
        everything = tuple(dict.fromkeys(word for word, _ in found))
        if self.is_open or not terms:
            return Answer(said=said, text=said, words=everything, known=self.is_open or not said)
        return Answer(said=said, text=" and ".join(terms), words=terms, known=True)

    def likeness(self, one: str, other: str) -> float:
        """Say how alike two words of answers are, in [0, 1]: the same, near colours, one family, or nothing."""
        if one == other:
            return 1.0
        first, second = self.terms.get(one), self.terms.get(other)
        if first is None or second is None:
            return 0.0
        near = colour_likeness(first.lab, second.lab) if first.lab and second.lab else 0.0
        return max(near, FAMILY if first.family == second.family else 0.0)

    def _units(self, said: str) -> Iterator[tuple[str, bool]]:
        """Take an answer apart: its terms, the longest that fit first, and the free words between; say which are terms."""
        tokens, at = _tokens(said), 0
        while at < len(tokens):
            name, length = self._at(tokens, at)
            if name:
                yield name, True
            elif tokens[at] not in SILENT:
                yield tokens[at], False
            at += length

    def _at(self, tokens: tuple[str, ...], at: int) -> tuple[str, int]:
        for length in range(min(self._longest, len(tokens) - at), 0, -1):
            part = tokens[at : at + length]
            name = self._names.get(part) or self._names.get((*part[:-1], _singular(part[-1])))
            if name:
                return name, length
        token = tokens[at]
        near = get_close_matches(token, self._single, 1, NEARLY) if len(token) >= SHORTEST_MISSPELT else []
        return (self._names[near[0],] if near else ""), 1


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The words of every attribute."""

    attributes: Mapping[Attribute, AttributeVocabulary]

    def read(self, attribute: Attribute, said: str) -> Answer:
        """Read an answer about an attribute: see `AttributeVocabulary.read`."""
        return self.attributes[attribute].read(said)

    def terms(self, attribute: Attribute) -> list[str]:
        """List the terms of an attribute, in the order of the alphabet."""
        return sorted(self.attributes[attribute].terms)


@cache
def shipped_vocabulary() -> Vocabulary:
    """Give the vocabulary that comes with the project."""
    return _built(read_sections(SHIPPED))


def read_vocabulary(home: Path) -> Vocabulary:
    """Give a home's vocabulary: the shipped one, with what `vocabulary.toml` in its folder adds; read again when it changes.

    Raises:
        BadSettings: the file is not TOML, or says something that is no vocabulary.
    """
    file = home / FILE
    return _of_home(file, file.stat().st_mtime_ns) if file.is_file() else shipped_vocabulary()


@cache
def _of_home(file: Path, changed_ns: int) -> Vocabulary:  # noqa: ARG001  # the key
    own, shipped = read_sections(file), read_sections(SHIPPED)
    return _built({name: own[name].over(shipped[name]) if name in own else shipped[name] for name in Attribute})


def _built(sections: Mapping[Attribute, Section]) -> Vocabulary:
    return Vocabulary(attributes={name: _attribute(name, sections) for name in Attribute})


def _attribute(attribute: Attribute, sections: Mapping[Attribute, Section]) -> AttributeVocabulary:
    terms: dict[str, Term] = {}
    names: dict[tuple[str, ...], str] = {}
    for section in (*(sections[other] for other in sections[attribute].also or ()), sections[attribute]):
        for name, entry in section.terms.items():
            terms[name] = Term(name=name, family=entry.family or name, lab=entry.lab)
            names.update({_tokens(word): name for word in entry.synonyms})
            terms.setdefault(entry.family or name, Term(name=entry.family or name, family=entry.family or name, lab=None))
    names |= {_tokens(name): name for name in terms}
    return AttributeVocabulary(terms, names, is_open=bool(sections[attribute].is_open))


def _tokens(said: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", said.casefold()))


def _singular(token: str) -> str:
    return token[:-2] if token.endswith(("shes", "ches", "sses", "xes")) else token.removesuffix("s")
