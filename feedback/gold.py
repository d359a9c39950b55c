"""Gold: photos whose answer a manager confirmed. What reviewers say of them later measures the reviewers, not the photo.

Such a verdict is an event as any other. As long as the mark stands, labels are read without it, so that a slip of the reviewer
neither disputes the photo nor takes the known answer away; where the mark is taken back, it counts as any other again.
"""

from __future__ import annotations

from collections.abc import Iterable

from data.domain import PhotoId
from data.drawing import GoldMark
from data.events import Review
from data.store import Store
from data.withdrawals import withdrawn_ids
from feedback.labels import without_accepted

Gold = dict[PhotoId, GoldMark]
"""The mark that stands, of each gold photo."""


def standing_gold(events: Iterable[GoldMark]) -> dict[PhotoId, GoldMark]:
    """Give the last mark of each photo that was not taken back."""
    ordered = sorted(events, key=lambda event: event.sequence)
    withdrawn = withdrawn_ids(ordered)
    return {one.photo_id: one for one in ordered if one.withdraws is None and one.event_id not in withdrawn}


def read_gold(store: Store) -> dict[PhotoId, GoldMark]:
    """Give the marks that stand, as the store knows them now."""
    return standing_gold(store.gold_marks.all()) if store.gold_marks.count() else {}


def without_checks(reviews: Iterable[Review], gold: Gold) -> list[Review]:
    """Leave out what was said of gold photos after they were marked: no label is made of it."""
    return [one for one in reviews if one.photo_id not in gold or one.sequence <= gold[one.photo_id].watermark]


def checks_of(reviews: Iterable[Review], gold: Gold) -> list[Review]:
    """Give what was said of gold photos after they were marked."""
    return [one for one in reviews if one.photo_id in gold and one.sequence > gold[one.photo_id].watermark]


def read_reviews(store: Store) -> list[Review]:
    """Read every review that something is learned from or measured by: none of auto-accept's, no check of a reviewer."""
    return without_checks(without_accepted(store.events.all()), read_gold(store))
