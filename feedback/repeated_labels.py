"""One label repeated: an article that one reviewer confirms far more often than it can be there."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.stats import binom, hypergeom

from data.domain import PhotoId, Reviewer, Sku, SuggestionId
from data.events import Review, Verdict
from data.ranking import Suggestion
from feedback.exposure import SHOWN

LEVEL = 0.01
FEWEST = 20
LEAST_SHARE = 0.1
TIMES_EXPECTED = 5
FEWEST_OTHERS = 50
"""Labels of others, below which their share of an article is known too badly to be tested against."""

POPULAR = 3
PRIOR_LABELS = 10
"""Before anybody else has labelled: an article may be three times as frequent as the average one, as sure as ten labels."""

SPECIALIST_SKUS = 5
TIMES_OWN = 2
"""Who confirms five articles or more, all about as often, has a field of their own."""


@dataclass(frozen=True, kw_only=True)
class RepeatedLabel:
    """One reviewer's confirmations of one article; near-duplicate photos count once.

    Attributes:
        reviewer: who.
        sku: of what.
        reviews: the confirmations that stand.
        count: of groups of photos.
        total: groups that this reviewer confirmed as anything.
        others: groups that others confirmed as this article.
        others_total: groups that others confirmed as anything.
        supported: of `count`, those in which the catalogue's own views put the article among the first five.
        p_value: adjusted for the number of pairs tested.
    """

    reviewer: Reviewer
    sku: Sku
    reviews: tuple[Review, ...]
    count: int
    total: int
    others: int
    others_total: int
    supported: int
    p_value: float


def find_repeated_labels(
    standing: Sequence[Review], groups: Mapping[PhotoId, str], suggestions: Mapping[SuggestionId, Suggestion], assets: int
) -> list[RepeatedLabel]:
    """Name the reviewers who confirm one article implausibly often, and mostly against what was suggested.

    Tested is the article's share of their labels against its share of the others' labels, by Fisher's exact test; against
    three times the average article's share where the others have hardly labelled. Holm-adjusted at 1 % over all pairs. Named is
    only what is also large, unsupported, and no field of the reviewer's own: see the constants.

    Args:
        standing: reviews that count.
        groups: of each photo.
        suggestions: as painted; a label whose suggestion is missing counts as unsupported.
        assets: how many there are.
    """
    found: dict[tuple[Reviewer, Sku], list[Review]] = defaultdict(list)
    for review in standing:
        if review.verdict is Verdict.MATCH and review.sku is not None:
            found[review.reviewer, review.sku].append(review)
    skus = Counter(reviewer for reviewer, _ in found)
    pairs = _counted(found, groups, assets)
    named = []
    for at, pair in enumerate(pairs):
        p_value = min(pair.p_value * (len(pairs) - at), 1.0)
        if p_value > LEVEL:
            break
        supported = _supported(pair.reviews, groups, suggestions)
        if _is_large(pair, skus[pair.reviewer], assets) and 2 * supported < pair.count:
            named.append(RepeatedLabel(**{**vars(pair), "p_value": p_value, "supported": supported}))
    return named


def catalogue_place(suggestion: Suggestion, sku: Sku) -> int | None:
    """Say at which place the catalogue's own views put an article, from 1; None where it is not listed.

    Without the part of confirmed views: who repeats a label teaches the ranking to suggest it.
    """
    scores = {
        candidate.sku: sum(part.value for part in candidate.contributions if not part.channel.endswith("/confirmed"))
        for candidate in suggestion.candidates
    }
    return None if sku not in scores else 1 + sum(score > scores[sku] for score in scores.values())


def _counted(
    found: Mapping[tuple[Reviewer, Sku], Sequence[Review]], groups: Mapping[PhotoId, str], assets: int
) -> list[RepeatedLabel]:
    """Count and test every pair, the least probable first; nothing is adjusted or looked up yet."""
    counts = {pair: len(_groups_of(own, groups)) for pair, own in found.items()}
    of_reviewer, of_sku = defaultdict[Reviewer, int](int), defaultdict[Sku, int](int)
    for (reviewer, sku), count in counts.items():
        of_reviewer[reviewer] += count
        of_sku[sku] += count
    everything = sum(counts.values())
    pairs = []
    for (reviewer, sku), count in counts.items():
        pair = RepeatedLabel(
            reviewer=reviewer,
            sku=sku,
            reviews=tuple(found[reviewer, sku]),
            count=count,
            total=of_reviewer[reviewer],
            others=of_sku[sku] - count,
            others_total=everything - of_reviewer[reviewer],
            supported=0,
            p_value=1.0,
        )
        pairs.append(RepeatedLabel(**{**vars(pair), "p_value": _p_value(pair, assets)}))
    return sorted(pairs, key=lambda pair: (pair.p_value, -pair.count, pair.reviewer, pair.sku))


def _p_value(pair: RepeatedLabel, assets: int) -> float:
    if pair.count < FEWEST:
        return 1.0
    if pair.others_total >= FEWEST_OTHERS:
        both = pair.total + pair.others_total, pair.count + pair.others
        return float(hypergeom.sf(pair.count - 1, *both, pair.total))
    return float(binom.sf(pair.count - 1, pair.total, _expected(pair, assets)))


def _expected(pair: RepeatedLabel, assets: int) -> float:
    """Expect the others' share of the article, drawn toward what is thought before anybody has labelled."""
    before = min(POPULAR / max(assets, 1), 1.0)
    return (pair.others + PRIOR_LABELS * before) / (pair.others_total + PRIOR_LABELS)


def _is_large(pair: RepeatedLabel, skus: int, assets: int) -> bool:
    """Say whether the article stands out, among all labels and among the `skus` that this reviewer confirmed."""
    if skus >= SPECIALIST_SKUS and pair.count < TIMES_OWN * (pair.total - pair.count) / (skus - 1):
        return False
    return pair.count >= FEWEST and pair.count / pair.total >= max(LEAST_SHARE, TIMES_EXPECTED * _expected(pair, assets))


def _supported(reviews: Sequence[Review], groups: Mapping[PhotoId, str], suggestions: Mapping[SuggestionId, Suggestion]) -> int:
    supported = []
    for review in reviews:
        shown = suggestions.get(review.suggestion_id) if review.suggestion_id is not None else None
        place = catalogue_place(shown, review.sku) if shown is not None and review.sku is not None else None
        if place is not None and place <= SHOWN:
            supported.append(review)
    return len(_groups_of(supported, groups))


def _groups_of(reviews: Sequence[Review], groups: Mapping[PhotoId, str]) -> set[str]:
    return {groups.get(review.photo_id, review.photo_id) for review in reviews}
