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
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, kw_only=True)
class _Comparison:
    party: str
    parties: frozenset[str]
    item: str
    unit: str
    agreed: bool


def find_outliers(opinions: Sequence[Opinion]) -> list[Outlier]:
    """Name the parties that contradict the others, the worst first."""
    found: list[Outlier] = []
    while True:
        named = {outlier.party for outlier in found}
        tested = _test(list(_compare(opinion for opinion in opinions if opinion.party not in named)))
        suspects = [one for one in tested if one.agreed / one.compared < one.others_agreed / one.others_compared - MARGIN]
        worst = min(suspects, key=lambda one: (one.p_value, one.agreed / one.compared, one.party), default=None)
        if worst is None or worst.p_value * len(tested) > LEVEL:
            return found
        found.append(Outlier(**{**vars(worst), "p_value": worst.p_value * len(tested)}))


def _compare(opinions: Iterable[Opinion]) -> Iterator[_Comparison]:
    """Hold each party's answer against what most of the others say; where they are of several minds, nothing is said."""
    said: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for opinion in opinions:
        said[opinion.item, opinion.unit][opinion.party].append(opinion.answer)
    for (item, unit), by_party in said.items():
        parties = frozenset(by_party)
        if len(parties) == 1:
            [(party, answers)] = by_party.items()
            if len(answers) > 1:
                yield _Comparison(party=party, parties=parties, item=item, unit=unit, agreed=len(set(answers)) == 1)
            continue
        own = {party: most_said(answers) for party, answers in by_party.items()}
        for party, answer in own.items():
            others = most_said([other for name, other in own.items() if name != party and other is not None])
            if others is not None:
                yield _Comparison(party=party, parties=parties, item=item, unit=unit, agreed=answer == others)


def most_said(answers: Collection[str]) -> str | None:
    """Give what is said most often; None where nothing is, or two are said as often."""
    if len(set(answers)) <= 1:
        return next(iter(answers), None)
    first, second = Counter(answers).most_common(2)
    return first[0] if first[1] > second[1] else None


def _test(comparisons: Sequence[_Comparison]) -> list[Outlier]:
    """Test each party that was compared often enough; p-values of one test alone."""
    everyone, touching = _by_unit(comparisons), defaultdict[str, list[_Comparison]](list)
    whole = sum(map(_share, everyone.values()))
    for comparison in comparisons:
        for party in comparison.parties:
            touching[party].append(comparison)
    tested = []
    for party, with_them in touching.items():
        own = _by_unit([comparison for comparison in with_them if comparison.party == party])
        met = _by_unit(with_them)
        rest = {unit: (everyone[unit][0] - agreed, everyone[unit][1] - count) for unit, (agreed, count) in met.items()}
        others = len(everyone) - sum(count == 0 for _, count in rest.values())
        if len(own) < FEWEST or not others:
            continue
        apart = whole - sum(_share(everyone[unit]) for unit in met) + sum(map(_share, rest.values()))
        agreed = math.ceil(sum(map(_share, own.values())) - ROUNDING)
        others_agreed = math.floor(apart + ROUNDING)
        tested.append(
            Outlier(
                party=party,
                compared=len(own),
                agreed=agreed,
                others_compared=others,
                others_agreed=others_agreed,
                p_value=float(hypergeom.cdf(agreed, len(own) + others, agreed + others_agreed, len(own))),
                contradicted=tuple(one.item for one in with_them if one.party == party and not one.agreed),
            )
        )
    return tested


def _by_unit(comparisons: Iterable[_Comparison]) -> dict[str, tuple[int, int]]:
    """Count each unit's comparisons: how many agree, of how many."""
    counts: dict[str, tuple[int, int]] = {}
    for comparison in comparisons:
        agreed, count = counts.get(comparison.unit, (0, 0))
        counts[comparison.unit] = agreed + comparison.agreed, count + 1
    return counts


def _share(counted: tuple[int, int]) -> float:
    """Give the share of a unit's comparisons that agree: a unit counts once, however many there are."""
    agreed, count = counted
    return agreed / count if count else 0.0
