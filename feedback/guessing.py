"""Who answers as if they had not looked: confirmations no better than chance, where the others' are far better.

A label says something of its reviewer before anybody else has seen the photo, because the ranking has seen it too. Honest people
confirm what was suggested far more often than chance would, however hard their photos; who answers at random does not. Two ways
of guessing leave two traces. Any article of the catalogue: it is seldom among the first five. One of the five shown: it is the
first of them one time in five, also where the ranking is sure of its first. The second is counted on those photos alone, or
whoever tells five variants of one shoe apart would look like a guesser.

Named is who is no better than chance (a binomial test that does not reject it) and significantly worse than the others together
(Fisher, "Statistical methods for research workers", 1934, §21.02), by a margin; the worst first, then again without them, at 1 %
for all together (Holm).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from scipy.stats import binom, hypergeom

from data.domain import PhotoId, Reviewer, SuggestionId
from data.events import Review, Verdict
from data.ranking import Suggestion
from feedback.exposure import SHOWN
from feedback.repeated_labels import catalogue_place

LEVEL = 0.01
CHANCE_LEVEL = 0.01
"""At which somebody is better than chance: what so few who guess reach by luck."""

FEWEST = 10
"""Confirmations, before anybody is tested."""

MARGIN = 0.2
SURE = 0.5
"""Confidence of the first candidate, from which the ranking is sure of it."""


LATEST = 100
"""Confirmations of each reviewer whose suggestions are read: those are large."""


class Trace(StrEnum):
    """What guessing leaves behind."""

    LISTED = "among the first five suggested"
    FIRST = "the first suggestion where the ranking was sure of it"


@dataclass(frozen=True, kw_only=True)
class Guesser:
    """A reviewer whose confirmations are no better than chance. Near-duplicate photos count once.

    Attributes:
        reviewer: who.
        trace: by what.
        reviews: the confirmations compared.
        hits: of `compared`, those that the trace holds of.
        compared: confirmations.
        others_hits: the same of all others together.
        others_compared: likewise.
        chance: the share expected of who answers at random.
        p_value: adjusted for the number of tests.
    """

    reviewer: Reviewer
    trace: Trace
    reviews: tuple[Review, ...]
    hits: int
    compared: int
    others_hits: int
    others_compared: int
    chance: float
    p_value: float


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """A confirmation with what its trace says of it."""

    review: Review
    hit: bool


def find_guessers(
    standing: Sequence[Review],
    groups: Mapping[PhotoId, str],
    suggestions: Mapping[SuggestionId, Suggestion],
    assets: int,
) -> list[Guesser]:
    """Name the reviewers who confirm no better than chance, the worst first.

    Args:
        standing: reviews that count.
        groups: of each photo.
        suggestions: as painted; a label whose suggestion is missing says nothing here.
        assets: how many there are.
    """
    seen = {(trace, reviewer): own for trace in Trace for reviewer, own in _seen_by(trace, standing, groups, suggestions).items()}
    chances = {Trace.LISTED: min(SHOWN / max(assets, 1), 1.0), Trace.FIRST: 1 / SHOWN}
    found: list[Guesser] = []
    while True:
        named = {guesser.reviewer for guesser in found}
        tested = list(_test({of: own for of, own in seen.items() if of[1] not in named}, chances))
        worst = min(filter(_guesses, tested), key=lambda one: (one.p_value, one.reviewer), default=None)
        if worst is None or worst.p_value * len(tested) > LEVEL:
            return found
        found.append(replace(worst, p_value=worst.p_value * len(tested)))


def latest_matches(standing: Sequence[Review]) -> list[Review]:
    """List each reviewer's latest confirmations of what was suggested; of one alone there is nobody to compare with."""
    found: dict[Reviewer, list[Review]] = defaultdict(list)
    for review in standing:
        if review.verdict is Verdict.MATCH and review.suggestion_id is not None:
            found[review.reviewer].append(review)
    return [review for own in found.values() for review in own[-LATEST:]] if len(found) > 1 else []


def _seen_by(
    trace: Trace,
    standing: Sequence[Review],
    groups: Mapping[PhotoId, str],
    suggestions: Mapping[SuggestionId, Suggestion],
) -> dict[Reviewer, list[_Seen]]:
    """List what each reviewer confirmed, the first of each group alone."""
    found: dict[Reviewer, dict[str, _Seen]] = defaultdict(dict)
    for review in standing:
        suggestion = suggestions.get(review.suggestion_id) if review.suggestion_id else None
        if review.verdict is Verdict.MATCH and suggestion is not None:
            hit = _is_hit(trace, review, suggestion)
            if hit is not None:
                found[review.reviewer].setdefault(groups.get(review.photo_id, review.photo_id), _Seen(review=review, hit=hit))
    return {reviewer: list(own.values()) for reviewer, own in found.items()}


def _is_hit(trace: Trace, review: Review, suggestion: Suggestion) -> bool | None:
    """Say whether the trace holds of a confirmation; None where it says nothing."""
    if review.sku is None or not suggestion.candidates:
        return None
    if trace is Trace.LISTED:
        place = catalogue_place(suggestion, review.sku)
        return place is not None and place <= SHOWN
    shown = suggestion.candidates[:SHOWN]
    if shown[0].confidence < SURE or review.sku not in {candidate.sku for candidate in shown}:
        return None
    return review.sku == shown[0].sku


def _test(seen: Mapping[tuple[Trace, Reviewer], Sequence[_Seen]], chances: Mapping[Trace, float]) -> Iterator[Guesser]:
    """Compare each reviewer with all others together, where both have enough."""
    for (trace, reviewer), own in seen.items():
        others = [one for (of, who), theirs in seen.items() if of is trace and who != reviewer for one in theirs]
        if min(len(own), len(others)) < FEWEST:
            continue
        hits, others_hits = sum(one.hit for one in own), sum(one.hit for one in others)
        yield Guesser(
            reviewer=reviewer,
            trace=trace,
            reviews=tuple(one.review for one in own),
            hits=hits,
            compared=len(own),
            others_hits=others_hits,
            others_compared=len(others),
            chance=chances[trace],
            p_value=float(hypergeom.cdf(hits, len(own) + len(others), hits + others_hits, len(own))),
        )


def _guesses(one: Guesser) -> bool:
    better_than_chance = binom.sf(one.hits - 1, one.compared, one.chance) <= CHANCE_LEVEL
    return not better_than_chance and one.hits / one.compared < one.others_hits / one.others_compared - MARGIN
