"""What tells confused assets apart: the channel by which the right one is the more similar one.

On how many photos is the right asset more similar than the other one by a channel? An exact sign test over groups of
near-duplicates, times the number of channels (Bonferroni), says whether that is more than half; where no channel passes at 5 %,
nothing that is measured tells them apart.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from data.domain import PhotoId, Sku, SuggestionId
from data.ranking import Suggestion
from feedback.audited import AuditedPhoto
from feedback.metrics import Interval
from feedback.shares import share_interval

LEVEL = 0.05


@dataclass(frozen=True, kw_only=True)
class Separator:
    """A channel that tells the assets of a group apart: on how many photos the right one is more similar by it.

    `p_value` is of the exact test, adjusted for the number of channels.
    """

    channel: str
    right: Interval
    p_value: float


Leads = Mapping[str, Sequence[tuple[str, bool]]]
"""Of each channel, the group of every photo on which it has something to say, and whether the right asset leads there."""


def leads_inside(
    own: Mapping[int, Sequence[AuditedPhoto]],
    members: Sequence[Sequence[Sku]],
    chosen: Mapping[PhotoId, Sku],
    same: Mapping[Sku, Sku],
    whole: Callable[[Sequence[SuggestionId]], Iterable[Suggestion]],
) -> list[Leads]:
    """Give the leads inside of each group of assets.

    Contributions are nine tenths of what suggestions take, so each is read, asked and forgotten.

    Args:
        own: photos that show an asset of a group, by its place; those of no place in `members` have no part in it.
        members: the groups.
        chosen: the asset of each photo, of equivalent ones that which stands for them.
        same: for equivalent articles the one that stands for them.
        whole: reads suggestions with their contributions.
    """
    asked = {one.suggestion.suggestion_id: (one, at) for at in range(len(members)) for one in own.get(at, ())}
    found: list[dict[str, list[tuple[str, bool]]]] = [defaultdict(list) for _ in members]
    for shown in whole(list(asked)):
        one, at = asked[shown.suggestion_id]
        for channel, ahead in leads_of(shown, members[at], chosen[one.suggestion.photo_id], same):
            found[at][channel].append((one.group, ahead))
    return list(found)


def separator_of(leads: Leads) -> Separator | None:
    """Find the channel by which the right asset is the more similar one most surely."""
    tested = [_tested(channel, found, len(leads)) for channel, found in leads.items()]
    return min((one for one in tested if one.p_value <= LEVEL), key=lambda one: (one.p_value, one.channel), default=None)


def _tested(channel: str, leads: Sequence[tuple[str, bool]], tests: int) -> Separator:
    by_group: dict[str, list[bool]] = defaultdict(list)
    for group, ahead in leads:
        by_group[group].append(ahead)
    means = [sum(found) / len(found) for found in by_group.values()]
    wins, losses = sum(mean > 1 / 2 for mean in means), sum(mean < 1 / 2 for mean in means)
    p_value = float(binomtest(wins, wins + losses, 0.5, alternative="greater").pvalue) if wins + losses else 1.0
    flags = np.array([ahead for _, ahead in leads], dtype=np.float64)
    right = share_interval(flags, np.array([group for group, _ in leads], dtype=np.str_))
    return Separator(channel=channel, right=right, p_value=min(1.0, p_value * tests))


def leads_of(suggested: Suggestion, skus: Sequence[Sku], right: Sku, same: Mapping[Sku, Sku]) -> Iterator[tuple[str, bool]]:
    """Say of each channel whether the right asset is more similar than the most similar other one of the group that was shown."""
    by_sku = {
        same.get(shown.sku, shown.sku): {part.channel: part.similarity for part in shown.contributions}
        for shown in suggested.candidates
    }
    others = [by_sku[sku] for sku in skus if sku != right and sku in by_sku]
    if right not in by_sku or not others:
        return
    for channel, similarity in by_sku[right].items():
        rivals = [other[channel] for other in others if channel in other and math.isfinite(other[channel])]
        if rivals and math.isfinite(similarity) and similarity != max(rivals):
            yield channel, similarity > max(rivals)
