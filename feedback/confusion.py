"""Confusion: groups of assets that the ranking or reviewers take for each other, and how often the first is right inside of them.

The ranking has confused two assets where it painted one first and people then decided for the other: it was ranked before anybody
knew, so no label is held against a fit on itself. Reviewers have confused two where they disagree on a photo, or where one gave
another answer than the known one of a gold photo. Two assets are a confused pair from two such photos on, near-duplicates
counted once, if they are a tenth of the photos of one of the two.

Groups are joined as long as on average a fiftieth of the photos of two of their assets confused these (average linkage: Sokal and
Michener, "A statistical method for evaluating systematic relationships", 1958). The connected pieces of all pairs would not do:
of 81 products of which two photos in three were ranked wrong, 57 hung together (`tests/benchmarks/confusion_groups.py`).

Groups are found on the photos that Top-1 inside of them is measured on, so that it looks lower than it will be on new ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from data.domain import Photo, PhotoId, Sku, SuggestionId
from data.events import Review, Verdict
from data.ranking import Suggestion
from data.store import Store
from feedback.audited import AuditedPhoto, audited_photos, before_crops
from feedback.equivalence import read_equivalents
from feedback.gold import Gold, checks_of, read_gold, without_checks
from feedback.labels import labels_of, standing_reviews, without_accepted
from feedback.metrics import Interval
from feedback.separating import Leads, Separator, leads_inside, separator_of
from feedback.shares import share_interval

FEWEST = 2
"""Groups of photos on which two assets were confused, before they belong together."""

SHARE = 0.1
"""Of the groups of photos of one of the two."""

TOGETHER = 0.02
"""Mean share of the groups of photos of two assets that confused these; without a pair it is 0."""

OUTSIDE = -1
"""Place of an asset that is in no group."""

Pair = tuple[Sku, Sku]
"""Two assets, by name."""


@dataclass(frozen=True, kw_only=True)
class ConfusedGroup:
    """Assets that are taken for each other.

    Attributes:
        skus: by name.
        ranked: photos on which the ranking put one first that another is in.
        reviewed: photos on which people said two of them.
        top1: of the photos that show one of them, how often the first that was painted was right.
        told_apart_by: the channel that does it best; None where nothing that is measured does.
        photos: on which two of them were confused.
    """

    skus: tuple[Sku, ...]
    ranked: int
    reviewed: int
    top1: Interval | None
    told_apart_by: Separator | None
    photos: tuple[PhotoId, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConfusedPair:
    """Two assets that are taken for each other, and the photos on which they were, by the ranking or by people."""

    skus: Pair
    photos: tuple[PhotoId, ...]


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """All groups, the most confused first.

    Attributes:
        photos: that people matched after a ranking was painted: what Top-1 is measured on.
        groups: of assets.
        inside: Top-1 of the photos that show an asset of any group; None where there is no group.
        outside: of the others.
        pairs: of assets, the most confused first; few lie across groups.
    """

    photos: int
    groups: tuple[ConfusedGroup, ...]
    inside: Interval | None
    outside: Interval | None
    pairs: tuple[ConfusedPair, ...] = ()


def read_confusion(store: Store) -> Confusion:
    """Find what is confused among the reviews of a store."""
    gold, photos = read_gold(store), {photo.photo_id: photo for photo in store.photos.all()}
    everything = without_accepted(store.events.all())
    reviews, equivalents = without_checks(everything, gold), read_equivalents(store)
    labels = labels_of(reviews, equivalents)
    wanted = {one.suggestion_id for one in standing_reviews(reviews) if one.suggestion_id is not None}
    shown = before_crops(store, store.suggestions.lists_of(sorted(wanted)))
    same = {sku: min(skus) for sku, skus in equivalents.items()}
    ranked = [one for one in audited_photos(reviews, labels, shown, photos, {}) if one.shows and one.suggestion.candidates]
    chosen = {photo_id: same.get(label.chosen, label.chosen) for photo_id, label in labels.items() if label.chosen is not None}
    said = disagreements(reviews, checks_of(everything, gold), gold, same)
    return confusion_of(ranked, chosen, said, photos, same, whole=store.suggestions.each_of)


def disagreements(
    reviews: Sequence[Review], checks: Sequence[Review], gold: Gold, same: Mapping[Sku, Sku]
) -> list[tuple[PhotoId, Pair]]:
    """List the photos of which people said two assets, each with every such pair.

    Args:
        reviews: that labels are made of.
        checks: what was said of gold photos after they were marked.
        gold: the known answers.
        same: for equivalent articles the one that stands for them.
    """
    said: dict[PhotoId, set[Sku]] = defaultdict(set)
    for one in (*standing_reviews(reviews), *standing_reviews(checks)):
        if one.verdict is Verdict.MATCH and one.sku is not None:
            said[one.photo_id].add(same.get(one.sku, one.sku))
    for photo_id, mark in gold.items():
        if mark.sku is not None and photo_id in said:
            said[photo_id].add(same.get(mark.sku, mark.sku))
    pairs = [(photo_id, sorted(skus)) for photo_id, skus in said.items()]
    return [(photo_id, (one, other)) for photo_id, skus in pairs for at, one in enumerate(skus) for other in skus[at + 1 :]]


def confusion_of(
    ranked: Sequence[AuditedPhoto],
    chosen: Mapping[PhotoId, Sku],
    said: Sequence[tuple[PhotoId, Pair]],
    photos: Mapping[PhotoId, Photo],
    same: Mapping[Sku, Sku],
    *,
    whole: Callable[[Sequence[SuggestionId]], Iterable[Suggestion]],
) -> Confusion:
    """Group what is confused.

    Args:
        ranked: photos of assets, each with the suggestion on which it was decided.
        chosen: the asset of each matched photo, of equivalent ones that which stands for them.
        said: the pairs that people disagree on.
        photos: for their groups.
        same: for equivalent articles the one that stands for them.
        whole: reads suggestions with their contributions.
    """
    firsts = {one.suggestion.photo_id: same.get(first, first) for one in ranked for first in [one.suggestion.candidates[0].sku]}
    mistaken = [(name, _pair(chosen[name], first)) for name, first in firsts.items() if chosen[name] != first]
    groups = {name: photos[name].group if name in photos else f"photo {name}" for name in {*chosen, *(name for name, _ in said)}}
    counts = Counter(sku for sku, _ in {(chosen[name], groups[name]) for name in firsts})
    pairs = _confused([*mistaken, *said], counts, groups)
    members = _joined({pair: min(1.0, times / max(sum(counts[sku] for sku in pair), 1)) for pair, times in pairs.items()})
    place = {sku: at for at, skus in enumerate(members) for sku in skus}
    own: dict[int, list[AuditedPhoto]] = defaultdict(list)
    for one in ranked:
        own[place.get(chosen[one.suggestion.photo_id], OUTSIDE)].append(one)
    by_ranking, by_people = _within(mistaken, place), _within(said, place)
    leads = leads_inside(own, members, chosen, same, whole)
    found = [_group(skus, own[at], by_ranking[at], by_people[at], leads[at]) for at, skus in enumerate(members)]
    return Confusion(
        photos=len(ranked),
        groups=tuple(sorted(found, key=lambda one: (-one.ranked - one.reviewed, one.skus))),
        inside=_top1([one for at in range(len(members)) for one in own[at]]),
        outside=_top1(own[OUTSIDE]),
        pairs=_pairs([*mistaken, *said], list(pairs)),
    )


def _pairs(found: Sequence[tuple[PhotoId, Pair]], kept: Sequence[Pair]) -> tuple[ConfusedPair, ...]:
    photos: dict[Pair, dict[PhotoId, None]] = {pair: {} for pair in kept}
    for name, pair in found:
        if pair in photos:
            photos[pair][name] = None
    made = [ConfusedPair(skus=pair, photos=tuple(names)) for pair, names in photos.items()]
    return tuple(sorted(made, key=lambda one: (-len(one.photos), one.skus)))


def _pair(one: Sku, other: Sku) -> Pair:
    return (one, other) if one < other else (other, one)


def _confused(found: Iterable[tuple[PhotoId, Pair]], shown: Counter[Sku], groups: Mapping[PhotoId, str]) -> dict[Pair, int]:
    """Give the pairs that were confused often enough, and in how many groups of photos."""
    times: dict[Pair, set[str]] = defaultdict(set)
    for photo_id, pair in found:
        times[pair].add(groups[photo_id])
    return {
        pair: len(seen)
        for pair, seen in times.items()
        if len(seen) >= FEWEST and len(seen) >= SHARE * min(max(shown[sku], 1) for sku in pair)
    }


def _joined(shares: Mapping[Pair, float]) -> list[tuple[Sku, ...]]:
    """Join assets into groups.

    Args:
        shares: of each confused pair, the share of the groups of photos of the two that confused them.
    """
    skus = sorted({sku for pair in shares for sku in pair})
    if not skus:
        return []
    place = {sku: at for at, sku in enumerate(skus)}
    apart = 1 - np.eye(len(skus))
    for (one, other), share in shares.items():
        apart[place[one], place[other]] = apart[place[other], place[one]] = 1 - share
    number = fcluster(linkage(squareform(apart), "average"), 1 - TOGETHER, "distance")
    own = [tuple(sku for sku, at in zip(skus, number, strict=True) if at == one) for one in np.unique(number)]
    return [members for members in own if len(members) > 1]


def _within(found: Sequence[tuple[PhotoId, Pair]], place: Mapping[Sku, int]) -> dict[int, list[PhotoId]]:
    """List the photos on which two assets of one group were confused, by the place of the group; a photo once for each pair."""
    photos: dict[int, list[PhotoId]] = defaultdict(list)
    for name, (one, other) in found:
        if place.get(one, OUTSIDE) == place.get(other):
            photos[place[one]].append(name)
    return photos


def _group(
    skus: tuple[Sku, ...], own: Sequence[AuditedPhoto], by_ranking: Sequence[PhotoId], by_people: Sequence[PhotoId], leads: Leads
) -> ConfusedGroup:
    return ConfusedGroup(
        skus=skus,
        photos=tuple(dict.fromkeys((*by_ranking, *by_people))),
        ranked=len(by_ranking),
        reviewed=len(set(by_people)),
        top1=_top1(own),
        told_apart_by=separator_of(leads),
    )


def _top1(own: Sequence[AuditedPhoto]) -> Interval | None:
    if not own:
        return None
    flags = np.array([one.right for one in own], dtype=np.float64)
    return share_interval(flags, np.array([one.group for one in own], dtype=np.str_))
