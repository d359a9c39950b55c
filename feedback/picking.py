"""Picking: which photo comes next, and with what probability.

An order that always gives its first leaves probabilities of 0 and 1, and what it never gave cannot be made up for later. So where
an order goes by what the model thinks (`uncertain`, `useful`), one pick in ten is a draw among all that wait, each alike, and
every photo has a known probability above 0 ("ε-greedy": Sutton and Barto, "Reinforcement Learning", 2nd edition 2018):

    propensity(q) = (1 − share) · [q is the order's first] + share / N

With it, what is measured on the photos that were picked can be weighted back to all photos: Horvitz and Thompson, JASA 1952. In
`useful` the order's first is one of two, each with the share of its side. The other orders do not look at the model: the next in
line by its date has probability 1, and the next of a shuffled pack 1 / N, since every order of the pack was equally likely.

N counts the photos that could come: of the chosen category while there are any, held by nobody, not left open by this reviewer.
Draws hang on the order's first, the reviewer, how many events of theirs there are and how many photos are held, and on nothing
else: the same question gets the same answer, after a restart too, and the question after a decision is another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from data.domain import PhotoId, Reviewer
from feedback.facts import InHand
from feedback.lines import Chance
from feedback.orders import BY_OUTLOOK, Pick, QueueChoice, QueueOrder
from feedback.waiting import WaitingLines

DRAWN_SHARE = 0.1


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who asks for photos, and what they may not get.

    Attributes:
        reviewer: who.
        decided: how many events of theirs are known.
        held: photos on anybody's screen, or next there.
        left_open: photos that the reviewer skipped, or found nothing listed for: they come last.
        choice: order and category.
    """

    reviewer: Reviewer
    decided: int
    held: Collection[PhotoId]
    left_open: Collection[PhotoId]
    choice: QueueChoice


def pick_photos(lines: WaitingLines, asking: Asking, count: int) -> list[Pick]:
    """Pick the next photos, each as if those before it were held: first of the category, then of all, then those left open."""
    hand = lines.facts.in_hand(asking.held)
    blocked, picks = {*asking.held, *asking.left_open}, list[Pick]()
    everything = QueueChoice(order=asking.choice.order)
    for choice in dict.fromkeys((asking.choice, everything)):
        picks += _picks_of(lines, asking, choice, blocked, hand, count - len(picks))
    if len(picks) < count:
        blocked = {*asking.held, *(pick.photo_id for pick in picks)}
        picks += _picks_of(lines, asking, everything, blocked, hand, count - len(picks))
    return picks


def _picks_of(  # noqa: PLR0917
    lines: WaitingLines, asking: Asking, choice: QueueChoice, blocked: set[PhotoId], hand: InHand, count: int
) -> Iterator[Pick]:
    for _ in range(count):
        pick = _pick(lines, asking, choice, blocked, hand)
        if pick is None:
            return
        blocked.add(pick.photo_id)
        lines.facts.hold(hand, pick.photo_id)
        yield pick


def _pick(lines: WaitingLines, asking: Asking, choice: QueueChoice, blocked: set[PhotoId], hand: InHand) -> Pick | None:
    firsts = lines.firsts(choice, blocked, hand)
    if not firsts:
        return None
    pool = lines.line(QueueChoice(category=choice.category))
    waiting, chance = pool.free(blocked), _chance_of(asking, firsts, len(blocked))
    chosen = _one_of(firsts, chance("first"))
    propensity = 1.0
    if choice.order is QueueOrder.RANDOM:
        propensity = 1 / waiting
    if choice.order in BY_OUTLOOK:
        if chance("whether to draw") < DRAWN_SHARE:
            chosen = pool.draw(blocked, chance)
        propensity = (1 - DRAWN_SHARE) * firsts.get(chosen, 0.0) + DRAWN_SHARE / waiting
    why = lines.why(choice.order, chosen) if chosen in firsts else f"drawn from the {waiting} that wait"
    return Pick(photo_id=chosen, order=str(asking.choice), propensity=propensity, why=why)


def _one_of(chances: dict[PhotoId, float], at: float) -> PhotoId:
    for photo_id, chance in chances.items():
        at -= chance
        if at < 0:
            return photo_id
    return next(reversed(chances))


def _chance_of(asking: Asking, firsts: dict[PhotoId, float], blocked: int) -> Chance:
    """Give the chances of one pick: numbers in 0 … 1, one for each purpose, which look as if drawn."""
    names = "\0".join((asking.reviewer, str(asking.choice), str(asking.decided), str(blocked), *firsts))

    def chance(purpose: str) -> float:
        digest = hashlib.blake2b(f"{purpose}\0{names}".encode(), digest_size=8).digest()
        return (int.from_bytes(digest, "big") >> 11) / 2**53

    return chance
