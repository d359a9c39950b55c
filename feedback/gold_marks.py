"""Marking gold: which photos have a known answer, by a manager's word, and which could have one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from data.domain import PhotoId
from data.drawing import GoldMark
from data.errors import NotEnoughEvidence, NotFound
from data.events import Verdict
from data.store import Store
from feedback.equivalence import read_equivalents
from feedback.gold import read_gold, without_checks
from feedback.labels import DECIDED, SPEAKING, Label, labels_of, standing_reviews
from feedback.recording import new_event_id

AGREED = 2
"""Reviewers who say the same, before a photo is offered as gold."""


def mark_gold(store: Store, photo_id: PhotoId, *, by: str, at: datetime) -> GoldMark:
    """Mark one photo as gold: see `mark_all_gold`."""
    return mark_all_gold(store, [photo_id], by=by, at=at)[0]


def mark_all_gold(store: Store, photo_ids: Sequence[PhotoId], *, by: str, at: datetime) -> list[GoldMark]:
    """Mark photos as gold, with one write: their answers are what their labels say now, and stay so whatever is said later.

    Raises:
        NotFound: there is no such photo; none is marked.
        NotEnoughEvidence: reviewers have not decided one, or disagree; none is marked.
    """
    known = {photo.photo_id for photo in store.photos.of(photo_ids)}
    for photo_id in photo_ids:
        if photo_id not in known:
            store.photos.get(photo_id)
    reviews = without_checks(store.events.of_photos(photo_ids), read_gold(store))
    labels, own = labels_of(reviews, read_equivalents(store)), defaultdict[PhotoId, list[int]](list)
    for review in reviews:
        own[review.photo_id].append(review.sequence)
    marks = [_mark(photo_id, labels.get(photo_id), own[photo_id], by=by, at=at) for photo_id in dict.fromkeys(photo_ids)]
    return store.gold_marks.append(marks)


def _mark(photo_id: PhotoId, label: Label | None, sequences: Sequence[int], *, by: str, at: datetime) -> GoldMark:
    if label is None or label.kind not in DECIDED:
        raise NotEnoughEvidence(
            f"photo '{photo_id}' is {label.kind if label else 'not decided'}: its answer is not known",
            remedy="have it decided first; of a dispute, have all but one verdict taken back",
        )
    return GoldMark(
        event_id=new_event_id(),
        photo_id=photo_id,
        by=by,
        at=at,
        verdict=Verdict(label.kind.value),
        sku=label.chosen,
        watermark=max(sequences),
    )


def unmark_gold(store: Store, photo_id: PhotoId, *, by: str, at: datetime) -> GoldMark:
    """Take the mark of a photo back; all that was said of the photo counts again.

    Raises:
        NotFound: no mark of it stands.
    """
    mark = read_gold(store).get(photo_id)
    if mark is None:
        raise NotFound(f"photo '{photo_id}' is not gold", remedy="see 'couture gold' for those that are")
    taken = GoldMark(event_id=new_event_id(), photo_id=photo_id, by=by, at=at, withdraws=mark.event_id)
    return store.gold_marks.append([taken])[0]


def could_be_gold(store: Store) -> list[Label]:
    """List the decided photos on which two reviewers or more agree, without those that are gold, most agreed first."""
    gold, reviews = read_gold(store), store.events.all()
    speaking = [one for one in standing_reviews(reviews) if one.verdict in SPEAKING and one.photo_id not in gold]
    labels = labels_of(speaking, read_equivalents(store)).values()
    agreed = [label for label in labels if label.kind in DECIDED and len(label.reviewers) >= AGREED]
    return sorted(agreed, key=lambda label: (-len(label.reviewers), label.photo_id))
