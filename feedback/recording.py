"""Recording what a reviewer said: checked, then stored as an event that is never changed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from data.domain import EventId, PhotoId, Reviewer
from data.errors import NotAllowed, NotFound
from data.events import PROGRAMS, Review, Verdict
from data.store import Store
from feedback.labels import standing_reviews


def new_event_id() -> EventId:
    """Make an id for an event."""
    return EventId(uuid.uuid4().hex)


def record(store: Store, review: Review) -> Review:
    """Store a review durably, exactly once; give it back with its sequence.

    Raises:
        NotFound: the photo, the sku or the event to be withdrawn is not there; nothing is stored.
        NotAllowed: the event to be withdrawn is another person's, or of another photo; or the review claims to be a program's.
        ConflictingEvent: the event id is stored already with other content.
    """
    return record_all(store, [review])[0]


def record_all(store: Store, reviews: Sequence[Review]) -> list[Review]:
    """Store reviews together, or none of them: see `record`."""
    for at, review in enumerate(reviews):
        check(store, review, before=reviews[:at])
    return store.events.append(reviews)


def check(store: Store, review: Review, *, before: Sequence[Review] = ()) -> None:
    """Refuse a review of what is not there, and a withdrawal of another person's: see `record`. What a program said, all may.

    Args:
        store: what is there.
        review: to be checked.
        before: reviews that will be stored before it.
    """
    if review.reviewer in PROGRAMS or review.verdict is Verdict.REOPENED:
        raise NotAllowed(
            f"'{review.reviewer}' says {review.verdict} of photo '{review.photo_id}': that is for a program",
            remedy="give a verdict under a name of your own",
        )
    store.photos.get(review.photo_id)
    if review.sku is not None:
        store.assets.get(review.sku)
    if review.withdraws is not None:
        target = _target([*store.events.of(review.photo_id), *before], review.photo_id, review.withdraws)
        if target.reviewer not in {review.reviewer, *PROGRAMS}:
            raise NotAllowed(
                f"event '{review.withdraws}' is a verdict of {target.reviewer}, not of {review.reviewer}",
                remedy="give a verdict of your own; the photo then counts as disputed",
            )


def undo(store: Store, event_id: EventId, photo_id: PhotoId, reviewer: Reviewer, *, at: datetime) -> Review:
    """Take a verdict of one's own back, as one more event."""
    return record(
        store,
        Review(
            event_id=new_event_id(),
            photo_id=photo_id,
            reviewer=reviewer,
            verdict=Verdict.WITHDRAWN,
            at=at,
            withdraws=event_id,
        ),
    )


def last_standing(store: Store, photo_id: PhotoId, reviewer: Reviewer) -> Review:
    """Give a reviewer's verdict on a photo that stands.

    Raises:
        NotFound: there is none.
    """
    own = [review for review in standing_reviews(store.events.of(photo_id)) if review.reviewer == reviewer]
    if not own:
        raise NotFound(f"no verdict of {reviewer} on photo '{photo_id}' stands", remedy="see 'couture export reviews'")
    return own[-1]


def _target(reviews: Sequence[Review], photo_id: PhotoId, event_id: EventId) -> Review:
    for review in reviews:
        if (review.event_id, review.photo_id) == (event_id, photo_id):
            return review
    raise NotFound(f"no event '{event_id}' of photo '{photo_id}'", remedy="reload the page; it may be undone already")
