"""Trust: how far reviewers agree on photos drawn at random, and how often each is right on gold.

Where second opinions come about by themselves the photos are harder than most; those that were drawn are a random part of what
was decided. To a reviewer their own figures are told as of the last midnight, UTC, and of gold only from ten photos on: a figure
that moved with a decision would tell which photo was a check.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np

from data.domain import Photo, PhotoId, Reviewer, Sku
from data.drawing import DrawPurpose
from data.events import Review
from data.store import Store
from feedback.agreement import Agreement, agreement_of
from feedback.drawn import drawn_of
from feedback.equivalence import read_equivalents
from feedback.gold import Gold, checks_of, read_gold, without_checks
from feedback.house import answer_of, gold_answer
from feedback.labels import SPEAKING, by_people, standing_reviews
from feedback.metrics import Interval
from feedback.pace import Pace, pace_of
from feedback.shares import share_interval

FEWEST_GOLD = 10
"""Gold photos answered, below which a reviewer is told nothing of it."""

WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class GoldRecord:
    """How often a reviewer gave the known answer; near-duplicates are drawn together."""

    reviewer: Reviewer
    right: Interval


@dataclass(frozen=True, kw_only=True)
class Trust:
    """How far reviewers can be relied on.

    Attributes:
        drawn: agreement on the photos that were drawn for a second opinion; its records' decisions and pace are of these alone.
        gold: by reviewer, of those who met gold.
    """

    drawn: Agreement
    gold: tuple[GoldRecord, ...]


@dataclass(frozen=True, kw_only=True)
class Week:
    """What a reviewer is told of themselves.

    Attributes:
        decided: photos decided in the last seven days, until now.
        pace: of these; None where none was timed.
        agreed: share of the photos drawn for a second opinion on which they say what the other says; None where there is none.
        gold: share of gold photos that they got right; None below ten.
        until: what the last two know of.
    """

    decided: int
    pace: Pace | None
    agreed: Interval | None
    gold: Interval | None
    until: datetime


def read_trust(store: Store) -> Trust:
    """Measure how far reviewers can be relied on."""
    return _trust(store, by_people(store.events.all()))


def read_week(store: Store, reviewer: Reviewer, now: datetime) -> Week:
    """Measure what a reviewer is told of themselves at a moment."""
    until = datetime.combine(now.date(), time(), tzinfo=now.tzinfo)
    reviews = by_people(store.events.all())
    lately = [one for one in reviews if one.reviewer == reviewer and now - WEEK <= one.at <= now]
    groups = {photo.photo_id: photo.group for photo in store.photos.of({one.photo_id for one in lately})}
    known = _trust(store, [one for one in reviews if one.at < until])
    gold = next((one.right for one in known.gold if one.reviewer == reviewer), None)
    return Week(
        decided=sum(one.verdict in SPEAKING for one in standing_reviews(lately)),
        pace=pace_of(lately, np.array([groups.get(one.photo_id, one.photo_id) for one in lately], dtype=np.str_)),
        agreed=next((one.agreed for one in known.drawn.reviewers if one.reviewer == reviewer), None),
        gold=gold if gold is not None and gold.n >= FEWEST_GOLD else None,
        until=until,
    )


def gold_records(
    checks: Sequence[Review], gold: Gold, photos: Mapping[PhotoId, Photo], same: Mapping[Sku, Sku]
) -> tuple[GoldRecord, ...]:
    """Say of each reviewer how often they gave the known answer.

    Args:
        checks: what was said of gold photos after they were marked.
        gold: the answers.
        photos: for their groups.
        same: for equivalent articles the one that stands for them.
    """
    standing = [one for one in standing_reviews(checks) if one.verdict in SPEAKING]
    right = {
        one.event_id: answer_of(one.verdict.value, one.sku, same) == gold_answer(gold[one.photo_id], same) for one in standing
    }
    found = []
    for reviewer in sorted({one.reviewer for one in standing}):
        own = [one for one in standing if one.reviewer == reviewer]
        flags = np.array([right[one.event_id] for one in own], dtype=np.float64)
        groups = [photos[one.photo_id].group if one.photo_id in photos else one.photo_id for one in own]
        found.append(GoldRecord(reviewer=reviewer, right=share_interval(flags, np.array(groups, dtype=np.str_))))
    return tuple(found)


def _trust(store: Store, reviews: Sequence[Review]) -> Trust:
    gold, photos = read_gold(store), {photo.photo_id: photo for photo in store.photos.all()}
    same = {sku: min(skus) for sku, skus in read_equivalents(store).items()}
    drawn = drawn_of(store).probabilities(DrawPurpose.SECOND_OPINION)
    met = [one for one in without_checks(reviews, gold) if one.photo_id in drawn]
    checks = checks_of(reviews, gold)
    return Trust(drawn=agreement_of(met, photos, same), gold=gold_records(checks, gold, photos, same))
