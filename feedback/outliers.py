"""Who contradicts the others more than the others contradict each other: an exact test, and the worst first.

The parties are reviewers, or batches of reviews. What each said is compared with what most of the others said of the same thing,
and the share on which they agree with the same share of all comparisons that they had no part in: Fisher's exact test (Fisher,
"Statistical methods for research workers", 1934, §21.02), which takes both shares as estimated, be the others few. A party that
answers at random lowers everybody whom it meets; so it has no part in the figure that it is compared with, and once one is named
it is left out, and the others are tested again: Holm's step-down with the worst first, at 1 % for all together.

Dawid and Skene ("Maximum likelihood estimation of observer error-rates using the EM algorithm", Applied Statistics 1979) fit a
table of errors to each observer. With as many answers as there are assets and a handful of common photos each, such a table
cannot be estimated, the one-parameter form has no error rate that holds for 30 photos, and where two meet it cannot say who errs.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from scipy.stats import hypergeom

LEVEL = 0.01
FEWEST = 10
"""Comparisons, before anybody is tested."""

MARGIN = 0.2
"""Of agreement, below the others': with enough photos every small difference between two honest people is significant."""

ROUNDING = 1e-6


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What a party said of an item. Of the items of one unit, such as near-duplicates, all together count once."""

    party: str
    item: str
    unit: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class Outlier:
    """A party that contradicts the others.

    Attributes:
        party: who.
        compared: units on which there was somebody to compare with.
        agreed: of those, on which they agree; parts of units add up, in the party's favour.
        others_compared: units that others met on, without this party.
        others_agreed: of those, on which they agree.
        p_value: adjusted for the number of parties tested.
        contradicted: items on which the party contradicts the others.
    """

    party: str
    compared: int
    agreed: int
    others_compared: int
    others_agreed: int
    p_value: float
    contradicted: tuple[str, ...]


Answers = Mapping[str, Sequence[str]]
"""What each party said of one item."""

Place = tuple[str, str]
"""A unit, and an item of it."""


def find_outliers(opinions: Sequence[Opinion], *, trusted: str = "") -> list[Outlier]:
    """Name the parties that contradict the others, the worst first; a trusted one is compared with, and never tested."""
    found: list[Outlier] = []
    while True:
        named = {outlier.party for outlier in found}
        tested = _test([opinion for opinion in opinions if opinion.party not in named], trusted)
        suspects = [one for one in tested if one.agreed / one.compared < one.others_agreed / one.others_compared - MARGIN]
        worst = min(suspects, key=lambda one: (one.p_value, one.agreed / one.compared, one.party), default=None)
        if worst is None or worst.p_value * len(tested) > LEVEL:
            return found
        found.append(replace(worst, p_value=worst.p_value * len(tested)))


def compare(answers: Answers) -> dict[str, bool]:
    """Say of each party whether it agrees with what most of the others say; nothing where these are of several minds.

    A party of several minds agrees with nobody. One that is alone is compared with itself, where it answered more than once.
    """
    if len(answers) == 1:
        return {party: len(set(said)) == 1 for party, said in answers.items() if len(said) > 1}
    own = {party: most_said(said) for party, said in answers.items()}
    found = {}
    for party, answer in own.items():
        others = most_said([other for name, other in own.items() if name != party and other is not None])
        if others is not None:
            found[party] = answer == others
    return found


def most_said(answers: Collection[str]) -> str | None:
    """Give what is said most often; None where nothing is, or two are said as often."""
    if len(set(answers)) <= 1:
        return next(iter(answers), None)
    first, second = Counter(answers).most_common(2)
    return first[0] if first[1] > second[1] else None


@dataclass
class _Tally:
    """The comparisons of one unit: how many agree, of how many."""

    agreed: int = 0
    count: int = 0

    def add(self, found: Iterable[bool], times: int = 1) -> None:
        for agreed in found:
            self.agreed += times * agreed
            self.count += times


class _Answers:
    """All answers, held against each other."""

    def __init__(self, opinions: Iterable[Opinion]) -> None:
        self.said: dict[Place, dict[str, list[str]]] = defaultdict(dict)
        self.places: dict[str, list[Place]] = defaultdict(list)
        for opinion in opinions:
            answers = self.said[opinion.unit, opinion.item]
            if opinion.party not in answers:
                answers[opinion.party] = []
                self.places[opinion.party].append((opinion.unit, opinion.item))
            answers[opinion.party].append(opinion.answer)
        self.compared = {place: compare(answers) for place, answers in self.said.items()}
        self.units: dict[str, _Tally] = defaultdict(_Tally)
        for (unit, _), found in self.compared.items():
            self.units[unit].add(found.values())
        self._whole = _pooled(self.units.values())

    def of(self, party: str) -> tuple[float, int]:
        """Give how far a party agrees, in units, and on how many units it met somebody."""
        own: dict[str, _Tally] = defaultdict(_Tally)
        for unit, item in self.places[party]:
            own[unit].add(agreed for name, agreed in self.compared[unit, item].items() if name == party)
        return _pooled(own.values())

    def without(self, party: str) -> tuple[float, int]:
        """Give the same of all others among themselves, as if the party had said nothing."""
        rest: dict[str, _Tally] = {}
        for unit, item in self.places[party]:
            left = rest.setdefault(unit, replace(self.units[unit]))
            left.add(self.compared[unit, item].values(), -1)
            left.add(compare({name: said for name, said in self.said[unit, item].items() if name != party}).values())
        (share, count), (touched, met) = _pooled(rest.values()), _pooled(self.units[unit] for unit in rest)
        return self._whole[0] - touched + share, self._whole[1] - met + count


def _pooled(tallies: Iterable[_Tally]) -> tuple[float, int]:
    """Add up units, each counting once: the shares of their comparisons that agree, and how many have any."""
    shares = [tally.agreed / tally.count for tally in tallies if tally.count]
    return sum(shares), len(shares)


def _test(opinions: Iterable[Opinion], trusted: str) -> list[Outlier]:
    """Test each party that was compared often enough; p-values of one test alone."""
    answers, tested = _Answers(opinions), []
    for party, places in answers.places.items():
        if party == trusted:
            continue
        (own, compared), (rest, others) = answers.of(party), answers.without(party)
        if compared < FEWEST or not others:
            continue
        agreed, others_agreed = math.ceil(own - ROUNDING), math.floor(rest + ROUNDING)
        tested.append(
            Outlier(
                party=party,
                compared=compared,
                agreed=agreed,
                others_compared=others,
                others_agreed=others_agreed,
                p_value=float(hypergeom.cdf(agreed, compared + others, agreed + others_agreed, compared)),
                contradicted=tuple(place[1] for place in places if not answers.compared[place].get(party, True)),
            )
        )
    return tested
