"""The plan of the demo's history: who looks at which photo when, how long that takes, and who slips. All of it is made up.

What they are shown is not: whoever writes the history has the product rank each photo as of then, and only then says what was
chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np

from data.demo.occasions import Plan

REVIEWED_SHARE = 0.6
"""Of the photos, those taken first: the others wait."""

TELLING = 388
"""Which of many histories is told."""

MANAGER = "Clara (demo)"
SECOND_SHARE, AUDIT_SHARE = 0.5, 0.5
LATER_SHARE = 0.1
"""Of both, since the manager knows how far the reviewers agree."""

UNLISTED_SHARE, SKIPPED_SHARE, UNUSABLE_SHARE, NOTICED_SHARE = 0.25, 0.08, 0.05, 0.35
GOLD_PHOTOS, GOLD_DAYS = 8, 9
ALIKE = frozenset({"BAG-0101", "BAG-0102", "BAG-0103", "BAG-0104", "BAG-0105", "BAG-0106"})
HARDER, MOST_SLIPS = 4.0, 0.7
"""Who slips does so more often where articles differ in a clasp."""

FIRST_HOUR, MINUTES_OF_WORK = 9, 480
NOTICED_AFTER = timedelta(seconds=20)
SATURDAY = 5


class Answer(StrEnum):
    """What somebody does with a photo. `unlisted`: says that it is not among those shown where it is not, else the right one."""

    RIGHT = "right"
    WRONG = "wrong"
    UNLISTED = "unlisted"
    UNUSABLE = "unusable"
    SKIPPED = "skipped"


class Cause(StrEnum):
    """Why a photo came to somebody."""

    QUEUE = "queue"
    SECOND_OPINION = "second_opinion"
    GOLD = "gold"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A reviewer of the demo: how much of the work is theirs, how often they are wrong, and how long they look."""

    name: str
    share: float
    slips: float
    seconds: float


PEOPLE = (
    Person(name="Ines (demo)", share=0.32, slips=0.02, seconds=4.2),
    Person(name="Tomas (demo)", share=0.26, slips=0.08, seconds=6.5),
    Person(name="Aiko (demo)", share=0.22, slips=0.03, seconds=5.1),
    Person(name="Sam (demo)", share=0.2, slips=0.35, seconds=2.6),
)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One photo before one reviewer. `noticed`: a wrong answer that is taken back at once, and put right."""

    photo_id: str
    reviewer: str
    at: datetime
    seconds: float
    answer: Answer
    cause: Cause
    noticed: bool = False


@dataclass(frozen=True, kw_only=True)
class History:
    """Turns in order, and the photos whose answer the manager marks as known at a moment between them."""

    turns: tuple[Turn, ...]
    gold: tuple[str, ...]
    marked_at: datetime


def told(plans: Sequence[Plan], seed: int) -> History:
    """Make the history up; the same seed gives the same."""
    draws = np.random.default_rng([seed, TELLING])
    reviewed = plans[: round(len(plans) * REVIEWED_SHARE)]
    turns: list[Turn] = []
    for plan in reviewed:
        turns += _opinions(plan, draws)
    marked_at = max(turn.at for turn in turns) + timedelta(days=1)
    gold, shown = _known(turns), {plan.photo_id: plan for plan in reviewed}
    for photo_id in gold:
        spoken = {turn.reviewer for turn in turns if turn.photo_id == photo_id}
        for person in PEOPLE:
            if person.name not in spoken:
                after = marked_at + timedelta(days=int(draws.integers(GOLD_DAYS)))
                turns.append(_turn(shown[photo_id], person, after, draws, cause=Cause.GOLD))
    return History(turns=tuple(sorted(turns, key=lambda turn: (turn.at, turn.photo_id))), gold=gold, marked_at=marked_at)


def _opinions(plan: Plan, draws: np.random.Generator) -> list[Turn]:
    """Give a photo to somebody, to another where that one skips, and now and then to one more for a second opinion."""
    order = [PEOPLE[at] for at in draws.choice(len(PEOPLE), len(PEOPLE), replace=False, p=[one.share for one in PEOPLE])]
    turns: list[Turn] = []
    if draws.random() < SKIPPED_SHARE:
        turns.append(replace(_turn(plan, order.pop(0), plan.taken_at, draws), answer=Answer.SKIPPED))
    after = turns[-1].at if turns else plan.taken_at
    first = _turn(plan, order.pop(0), after, draws)
    if draws.random() < UNUSABLE_SHARE:
        first = replace(first, answer=Answer.UNUSABLE)
    turns.append(first)
    if draws.random() < SECOND_SHARE:
        turns.append(_turn(plan, order.pop(0), first.at, draws, cause=Cause.SECOND_OPINION))
    return turns


def _turn(plan: Plan, person: Person, after: datetime, draws: np.random.Generator, *, cause: Cause = Cause.QUEUE) -> Turn:
    """Draw when somebody comes to a photo, on a working day after a moment, and how they answer."""
    slips = min(person.slips * HARDER, MOST_SLIPS) if plan.article.sku in ALIKE else person.slips
    wrong, unlisted, noticed = draws.random() < slips, draws.random() < UNLISTED_SHARE, draws.random() < NOTICED_SHARE
    answer = Answer.WRONG if wrong else Answer.UNLISTED if unlisted and cause is Cause.QUEUE else Answer.RIGHT
    day = after.date() + timedelta(days=int(draws.integers(1, 4)))
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    minutes = float(draws.uniform(0, MINUTES_OF_WORK))
    at = datetime(day.year, day.month, day.day, FIRST_HOUR, tzinfo=after.tzinfo) + timedelta(seconds=round(minutes * 60))
    return Turn(
        photo_id=plan.photo_id,
        reviewer=person.name,
        at=at,
        seconds=round(float(person.seconds * np.exp(draws.normal(0, 0.55))), 1),
        answer=answer,
        cause=cause,
        noticed=wrong and noticed and cause is Cause.QUEUE,
    )


def _known(turns: Sequence[Turn]) -> tuple[str, ...]:
    """Name the photos whose answer is sure: two people looked, and both were right."""
    said: dict[str, list[Answer]] = {}
    for turn in turns:
        said.setdefault(turn.photo_id, []).append(turn.answer)
    return tuple(photo_id for photo_id, answers in said.items() if answers == [Answer.RIGHT, Answer.RIGHT])[:GOLD_PHOTOS]
