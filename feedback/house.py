"""The house: its opinion of gold photos, held against each reviewer as that of one more reviewer who is never in doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.domain import EventId, PhotoId, Sku
from data.drawing import GoldMark
from data.events import Review
from feedback.gold import Gold
from feedback.outliers import Opinion

HOUSE = "\0the house"
"""A party that no reviewer can be called."""

ANSWER = "\0"
"""Parts the photo of an item from whoever met it as gold."""


def answer_of(verdict: str, sku: Sku | None, same: Mapping[Sku, Sku]) -> str:
    """Write what somebody says of a photo; equivalent skus are one."""
    return verdict if sku is None else f"{verdict} {same.get(sku, sku)}"


def gold_answer(mark: GoldMark, same: Mapping[Sku, Sku]) -> str:
    """Write the known answer as `answer_of` does."""
    return answer_of(mark.verdict.value if mark.verdict else "", mark.sku, same)


def opinions_of(
    standing: Sequence[Review], answers: Mapping[EventId, str], groups: Mapping[PhotoId, str], gold: Gold, same: Mapping[Sku, Sku]
) -> list[Opinion]:
    """List what reviewers say of photos and, of gold, what the house says to each of them.

    Who met gold is compared with the house alone, so that two who err cannot outvote it. What a mark rests on is left out: such
    photos were chosen because it is right.
    """
    found = []
    for review in standing:
        photo, unit, mark = review.photo_id, groups.get(review.photo_id, review.photo_id), gold.get(review.photo_id)
        if mark is None:
            found.append(Opinion(party=review.reviewer, item=photo, unit=unit, answer=answers[review.event_id]))
        elif review.sequence > mark.watermark:
            item = f"{photo}{ANSWER}{review.reviewer}"
            found.append(Opinion(party=review.reviewer, item=item, unit=unit, answer=answers[review.event_id]))
            found.append(Opinion(party=HOUSE, item=item, unit=unit, answer=gold_answer(mark, same)))
    return found


def photo_of_item(item: str) -> PhotoId:
    """Give the photo that an item of `opinions_of` speaks of."""
    return PhotoId(item.partition(ANSWER)[0])
