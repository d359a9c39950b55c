"""How soon is poison named, and how often is an honest reviewer accused? Houses drawn from a stated world.

    python -m tests.benchmarks.suspicion_power            # 1,000 houses per row
    python -m tests.benchmarks.suspicion_power --quick    # 300

Reviewers: ten, 2,700 assets, each photo decided by two of them drawn at random, so that each meets the same number of photos. An
honest one errs on 5 % of photos, mostly for one of four look-alikes. Who answers at random takes one of the five shown, of which
the right one is among them 84 times in 100.
Alone: nobody decides what another has decided. The ranking is sure of its first on 40 % of photos, right on 85 % of them;
who guesses takes any article, or one of the five shown. One who has nothing but variants of one article, never surely ranked, is
honest.
Gold: each meets so many photos whose answer the house knows, and nobody decides what another has.
Repeated label: ten reviewers with 300 labels each, articles as frequent as 1 / rank (the first is on 12 % of photos); one of them
confirms one article on a share of their photos, whatever these show, of which the catalogue's views put it among the first five
on 1 %. Honest houses have a reviewer who labels a launch: half of what they see is one article, suggested 84 times in 100.
Batches: 60 batches of 40 labels in groups of four photos, 5 % errors; one has its rows shifted by one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from typing import Annotated

import numpy as np
import typer

from data.domain import EventId, Image, ImageId, Photo, PhotoId, Reviewer, Sku, SuggestionId, WeightsVersion
from data.drawing import GoldMark
from data.events import Review, Verdict
from data.ranking import Candidate, Contribution, Suggestion
from feedback.metrics import Interval, wilson
from feedback.suspicion import Suspicion, find_suspicions
from tests.builders import NOON, photo_of, view_of

ASSETS = 2_700
REVIEWERS = 10
ERRORS = 0.05
LOOK_ALIKES = 4
SHOWN_RIGHT = 0.84
SURE_OF = 0.4
PLACES = {True: (0.85, 0.05, 0.02, 0.01, 0.01, 0.06), False: (0.45, 0.15, 0.1, 0.05, 0.05, 0.2)}
"""Where the right article is suggested, where the ranking is sure of its first and where not: first … fifth, not there."""

HARD = (0.1, 0.1, 0.1, 0.1, 0.1, 0.5)
"""The same for a field of variants that the ranking cannot tell apart, and is never sure of."""

BAD = Reviewer("reviewer 0")
CORES = 2
NO_IMAGE = Image(image_id=ImageId("0" * 64), content=b"", thumbnail=b"", width=1, height=1, perceptual_hash="")


def reviewer(number: int) -> Reviewer:
    """Name a reviewer; number 0 is the one who may be bad."""
    return Reviewer(f"reviewer {number}")


def honest(right: int, chance: np.random.Generator) -> int:
    """Answer with few errors, mostly for a look-alike."""
    return int(right + chance.integers(1, LOOK_ALIKES + 1)) % ASSETS if chance.random() < ERRORS else right


def at_random(right: int, chance: np.random.Generator) -> int:
    """Take one of the five shown."""
    if chance.random() < SHOWN_RIGHT / 5:
        return right
    return int(chance.integers(ASSETS))


def said(photo: str, who: Reviewer, article: int, sequence: int, *, suggestion: str | None = None, minutes: int = 0) -> Review:
    """Make a confirmation."""
    return Review(
        event_id=EventId(f"e{sequence}"),
        photo_id=PhotoId(photo),
        reviewer=who,
        verdict=Verdict.MATCH,
        at=NOON + timedelta(minutes=minutes),
        sku=Sku(f"sku {article}"),
        suggestion_id=None if suggestion is None else SuggestionId(suggestion),
        sequence=sequence,
    )


def shown(name: str, photo: str, articles: Sequence[int], confidence: float = 0.1) -> Suggestion:
    """Make a suggestion that lists articles in this order, with a confidence in the first."""
    candidates = tuple(
        Candidate(
            rank=place,
            sku=Sku(f"sku {article}"),
            title="",
            score=-float(place),
            confidence=confidence if place == 1 else 0.0,
            best_view=view_of(Sku(f"sku {article}"), NO_IMAGE),
            contributions=(Contribution(channel="colour/reference", similarity=0.5, value=-float(place)),),
        )
        for place, article in enumerate(articles, start=1)
    )
    return Suggestion(
        suggestion_id=SuggestionId(name),
        photo_id=PhotoId(photo),
        weights=WeightsVersion("v1"),
        no_match=0.1,
        candidates=candidates,
        painted_at=NOON,
    )


def reviewed_twice(seed: int, *, meets: int, bad: bool) -> tuple[Suspicion, ...]:
    """Draw a house in which each reviewer meets so many photos with somebody else, and look for poison."""
    chance = np.random.default_rng([seed, meets])
    reviews: list[Review] = []
    for number, pair in enumerate(pairs(meets, chance)):
        right = int(chance.integers(ASSETS))
        for who in pair:
            answer = at_random if bad and who == 0 else honest
            reviews.append(said(f"p{number}", reviewer(who), answer(right, chance), len(reviews), suggestion="s"))
    return find_suspicions(reviews, photos_of(reviews), {}, ASSETS)


def met_gold(seed: int, *, meets: int, bad: bool) -> tuple[Suspicion, ...]:
    """Draw a house in which nobody decides what another has, and each meets so many gold photos of twice as many, blind."""
    chance = np.random.default_rng([seed, meets])
    pool = 2 * meets
    answers = chance.integers(ASSETS, size=pool)
    marks = (
        GoldMark(event_id=EventId(f"g{at}"), photo_id=PhotoId(f"p{at}"), by="maja", at=NOON, verdict=Verdict.MATCH, sku=sku)
        for at, sku in enumerate(Sku(f"sku {answer}") for answer in answers)
    )
    reviews = [
        said(f"p{photo}", reviewer(who), (at_random if bad and who == 0 else honest)(int(answers[photo]), chance), 0)
        for who in range(REVIEWERS)
        for photo in chance.permutation(pool)[:meets]
    ]
    reviews = [replace(one, event_id=EventId(f"e{at}"), sequence=at) for at, one in enumerate(reviews)]
    return find_suspicions(reviews, photos_of(reviews), {}, ASSETS, gold={mark.photo_id: mark for mark in marks})


def met_alone(seed: int, *, labels: int, bad: str = "", hard: bool = False) -> tuple[Suspicion, ...]:
    """Draw a house in which nobody decides what another has decided; the first reviewer may guess, or have the hard photos."""
    chance = np.random.default_rng([seed, labels])
    reviews, suggestions = list[Review](), dict[SuggestionId, Suggestion]()
    for number in range(labels * REVIEWERS):
        who, right, photo = number % REVIEWERS, int(chance.integers(ASSETS)), f"p{number}"
        is_hard = hard and who == 0
        sure = not is_hard and chance.random() < SURE_OF
        place = int(np.searchsorted(np.cumsum(HARD if is_hard else PLACES[sure]), chance.random()))
        five = [(right + 1 + at) % ASSETS for at in range(5)]
        if place < len(five):
            five[place] = right
        answer = honest(right, chance)
        if bad and who == 0:
            answer = five[int(chance.integers(5))] if bad == "of five" else int(chance.integers(ASSETS))
        suggestions[SuggestionId(f"s{photo}")] = shown(f"s{photo}", photo, five, 0.7 if sure else 0.3)
        reviews.append(said(photo, reviewer(who), answer, number, suggestion=f"s{photo}"))
    return find_suspicions(reviews, photos_of(reviews), suggestions, ASSETS)


def pairs(meets: int, chance: np.random.Generator) -> list[tuple[int, int]]:
    """Draw partners so that each reviewer has `meets` of them: rounds of random pairs."""
    rounds = [chance.permutation(REVIEWERS) for _ in range(meets)]
    return [(int(order[at]), int(order[at + 1])) for order in rounds for at in range(0, REVIEWERS, 2)]


def repeating(seed: int, *, share: float, launch: bool = False) -> tuple[Suspicion, ...]:
    """Draw a house in which one reviewer confirms one article on a share of their photos: by poison, or because it is there."""
    chance = np.random.default_rng([seed, round(100 * share)])
    frequency = 1 / np.arange(1, ASSETS + 1)
    drawn = chance.choice(ASSETS, size=(REVIEWERS, 300), p=frequency / frequency.sum())
    article, supported = 1_000, SHOWN_RIGHT if launch else 0.01
    reviews, suggestions = list[Review](), dict[SuggestionId, Suggestion]()
    for who in range(REVIEWERS):
        for right in drawn[who]:
            repeats = who == 0 and chance.random() < share
            photo = f"p{len(reviews)}"
            others = [int(right) + 1 + at for at in range(4)]
            first = article if repeats and chance.random() < supported else int(right)
            listed = shown(f"s{photo}", photo, [first, *others])
            suggestions[listed.suggestion_id] = listed
            reviews.append(said(photo, reviewer(who), article if repeats else int(right), len(reviews), suggestion=f"s{photo}"))
    return find_suspicions(reviews, photos_of(reviews), suggestions, ASSETS)


def in_batches(seed: int, *, shifted: bool) -> tuple[Suspicion, ...]:
    """Draw a house of 60 batches on 600 groups of four photos; one batch may have its rows shifted."""
    chance = np.random.default_rng([seed, 60])
    order = chance.permutation(600 * 4)
    reviews: list[Review] = []
    groups: dict[str, str] = {}
    for batch, part in enumerate(np.array_split(order, 60)):
        answers = [honest(int(photo) // 4 * 3, chance) for photo in part]
        if shifted and batch == 0:
            answers = [*answers[1:], answers[0]]
        for photo, answer in zip(part, answers, strict=True):
            name = f"p{photo}"
            groups[name] = f"g{int(photo) // 4}"
            who = reviewer(batch % REVIEWERS)
            reviews.append(said(name, who, answer, len(reviews), minutes=60 * batch))
    photos = photos_of(reviews)
    return find_suspicions(reviews, {name: replace(one, group=groups[name]) for name, one in photos.items()}, {}, ASSETS)


def photos_of(reviews: Sequence[Review]) -> dict[PhotoId, Photo]:
    """Make the photos of reviews, each in a group of its own."""
    return {review.photo_id: photo_of(review.photo_id, NO_IMAGE) for review in reviews}


def names_bad(found: Sequence[Suspicion]) -> bool:
    """Say whether the bad reviewer is named."""
    return any(suspicion.reviewer == BAD for suspicion in found)


def names_honest(found: Sequence[Suspicion]) -> bool:
    """Say whether somebody else is named."""
    return any(suspicion.reviewer != BAD for suspicion in found)


Draw = Callable[[int], tuple[Suspicion, ...]]
ROWS: tuple[tuple[str, Draw, bool], ...] = (
    *(
        (f"one of ten at random, {meets} photos met", partial(reviewed_twice, meets=meets, bad=True), True)
        for meets in (10, 20, 30, 60)
    ),
    *((f"ten honest, {meets} photos met", partial(reviewed_twice, meets=meets, bad=False), False) for meets in (30, 300)),
    *(
        (f"one of ten at random, {meets} gold photos met", partial(met_gold, meets=meets, bad=True), True)
        for meets in (10, 20, 30)
    ),
    *((f"ten honest, {meets} gold photos met", partial(met_gold, meets=meets, bad=False), False) for meets in (30, 300)),
    *((f"one article on {share:.0%} of one's photos", partial(repeating, share=share), True) for share in (0.1, 0.15, 0.2, 0.5)),
    *(
        (f"alone at random in the catalogue, {labels} labels", partial(met_alone, labels=labels, bad="of all"), True)
        for labels in (10, 20)
    ),
    *(
        (f"alone at random among the five, {labels} labels", partial(met_alone, labels=labels, bad="of five"), True)
        for labels in (30, 60, 100)
    ),
    *((f"ten honest alone, {labels} labels", partial(met_alone, labels=labels), False) for labels in (20, 100)),
    ("one with variants alone, 100 labels", partial(met_alone, labels=100, hard=True), False),
    ("a launch: half of one's photos", partial(repeating, share=0.5, launch=True), False),
    ("all articles as they come", partial(repeating, share=0.0), False),
    ("one batch of 60 shifted by a row", partial(in_batches, shifted=True), True),
    ("60 honest batches", partial(in_batches, shifted=False), False),
)
"""What is drawn, and whether the first reviewer is bad in it."""


def run_row(draw: Draw, bad: bool, simulations: int, pool: ProcessPoolExecutor | None = None) -> tuple[Interval, Interval]:
    """Give the share of houses in which the bad one is named, and in which anybody honest is."""
    found = list((map if pool is None else pool.map)(draw, range(simulations)))
    blamed = [names_honest(one) or (not bad and names_bad(one)) for one in found]
    return wilson(sum(bad and names_bad(one) for one in found), simulations), wilson(sum(blamed), simulations)


def speed(events: int = 20_000) -> float:
    """Measure the processor time that it takes to look through many events, in seconds."""
    chance = np.random.default_rng(0)
    reviews = [
        said(f"p{at // 2}", reviewer(int(who)), honest(at // 2 % ASSETS, chance), at, minutes=at // 10)
        for at, who in enumerate(chance.integers(REVIEWERS, size=events))
    ]
    began = time.process_time()
    find_suspicions(reviews, photos_of(reviews), {}, ASSETS)
    return time.process_time() - began


def main(quick: Annotated[bool, typer.Option("--quick", help="300 houses per row, not 1,000.")] = False) -> None:
    """Print how often poison is named, and how often the honest are."""
    simulations = 300 if quick else 1_000
    typer.echo(f"{'':<44} {'named (95 %)':<24} {'somebody honest named (95 %)':<24}")
    with ProcessPoolExecutor(CORES, mp_context=get_context("spawn")) as pool:
        for title, draw, bad in ROWS:
            named, blamed = run_row(draw, bad, simulations, pool)
            typer.echo(f"{title:<44} {words(named) if bad else '':<24} {words(blamed):<24}")
    typer.echo(f"20,000 events in {speed():.1f} s")


def words(share: Interval) -> str:
    """Write a share with its Wilson interval."""
    return f"{share.value:.1%} ({share.low:.1%}–{share.high:.1%})"


if __name__ == "__main__":
    typer.run(main)
