"""Not in the DAM, until it arrives: a photo that the catalogue had no article for waits again when one comes that fits.

What was decided stays in History; nothing of it is changed. A program says `reopened` of the photo, with the asset and the
confidence as its note, and the `not_in_dam` before it no longer counts (`labels.standing_reviews`). Who thinks otherwise takes
that word back, and the verdict counts again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from data.domain import EventId, PhotoId, Sku, WeightsVersion
from data.events import CATALOGUE, Review, Verdict
from data.store import Store
from feedback.confirmed import read_confirmed_views
from feedback.corrections import read_corrections
from feedback.drawn import drawn_of
from feedback.equivalence import read_labels
from feedback.labels import LabelKind, standing_reviews
from matching.backends import Backends
from matching.search import Matcher

LEAST_CONFIDENCE = 0.5
"""More likely that asset than everything else together, "not in the DAM" among it."""

BATCH = 64
Progress = Callable[[str, int, int], None]

NOTE = "{sku} has arrived and is first with confidence {confidence:.2f}, weights {weights}"
NOTED = re.compile(r"(?P<sku>.+) has arrived and is first with confidence [0-9.]+, weights \S+")
"""What is said of a photo that is reopened, and how the asset is read from it."""


@dataclass(frozen=True, kw_only=True)
class Reopening:
    """A photo that was not in the DAM, and the later asset that is ranked first for it now."""

    photo_id: PhotoId
    sku: Sku
    confidence: float
    weights: WeightsVersion
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class WhyReopened:
    """Why a photo waits again: when it was said not to be in the DAM, and what has arrived since.

    `sku` is None where the note of the event names no asset.
    """

    decided_at: datetime
    reopened_at: datetime
    sku: Sku | None


def why_reopened(store: Store, photo_id: PhotoId) -> WhyReopened | None:
    """Say why a photo waits again; None of one that was never reopened, or whose reopening was taken back.

    It is said whatever anybody decided since, so that it does not tell whether a photo waits or comes as a check.
    """
    reviews = drawn_of(store).reviews_of(photo_id)
    last = next((one for one in reversed(standing_reviews(reviews)) if one.verdict is Verdict.REOPENED), None)
    if last is None:
        return None
    before = standing_reviews(one for one in reviews if one.sequence < last.sequence)
    decided = [one.at for one in before if one.verdict is Verdict.NOT_IN_DAM]
    noted = NOTED.fullmatch(last.note)
    if not decided:
        return None
    return WhyReopened(decided_at=max(decided), reopened_at=last.at, sku=Sku(noted["sku"]) if noted else None)


def find_reopenings(
    store: Store, backends: Backends, on_progress: Progress | None = None, *, threshold: float = LEAST_CONFIDENCE
) -> list[Reopening]:
    """List the photos of `not_in_dam` for which an asset that came after the verdict is first now, and confident enough.

    Photos of which nobody could know better, since no asset is later than their verdict, are not ranked.

    Args:
        store: where from.
        backends: of the index.
        on_progress: told the stage, how many are done and of how many.
        threshold: the least confidence of that asset.

    Raises:
        NotEnoughEvidence: nothing is indexed yet.
    """
    report = on_progress or (lambda _stage, _done, _total: None)
    arrived = {asset.sku: asset.added_at for asset in store.assets.all()}
    newest = max(arrived.values(), default=None)
    decided = {photo_id: at for photo_id, at in _absences(store).items() if newest is not None and at < newest}
    if not decided:
        return []
    matcher = Matcher(store, backends, lambda: read_confirmed_views(store), lambda: read_corrections(store))
    photo_ids, found = sorted(decided), list[Reopening]()
    for start in range(0, len(photo_ids), BATCH):
        report("not in DAM, again", start, len(photo_ids))
        for ranked in matcher.rank_described(store.photos.of(photo_ids[start : start + BATCH])):
            suggestion = ranked.suggestion
            first, at = next(iter(suggestion.candidates), None), decided[suggestion.photo_id]
            if first is not None and first.confidence >= threshold and arrived[first.sku] > at:
                found.append(
                    Reopening(
                        photo_id=suggestion.photo_id,
                        sku=first.sku,
                        confidence=first.confidence,
                        weights=suggestion.weights,
                        decided_at=at,
                    )
                )
    report("not in DAM, again", len(photo_ids), len(photo_ids))
    return sorted(found, key=lambda one: (-one.confidence, one.photo_id))


def reopen(store: Store, found: list[Reopening]) -> int:
    """Have photos wait again, each with a note of why; say how many. Sent twice, each is stored once."""
    now = datetime.now(UTC)
    known = {review.event_id for review in store.events.all() if review.verdict is Verdict.REOPENED}
    new = [
        Review(
            event_id=_event_id(one),
            photo_id=one.photo_id,
            reviewer=CATALOGUE,
            verdict=Verdict.REOPENED,
            at=now,
            note=NOTE.format(sku=one.sku, confidence=one.confidence, weights=one.weights),
        )
        for one in found
        if _event_id(one) not in known
    ]
    store.events.append(new)
    return len(new)


def _event_id(one: Reopening) -> EventId:
    return EventId(f"reopened {one.photo_id} {one.sku} {one.decided_at.isoformat()}")


def _absences(store: Store) -> dict[PhotoId, datetime]:
    """Say of each photo that is not in the DAM when the last of its standing verdicts was given."""
    absent = {photo_id for photo_id, label in read_labels(store).items() if label.kind is LabelKind.NOT_IN_DAM}
    return {
        review.photo_id: review.at
        for review in standing_reviews(store.events.all())
        if review.verdict is Verdict.NOT_IN_DAM and review.photo_id in absent
    }
