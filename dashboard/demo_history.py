"""The demo's history of reviews: made-up people decide on what the product truly ranked for them, and that is carried.

Writing it plays the plan of `data.demo.history` on an indexed catalogue, photo by photo: the product ranks with what was
confirmed until then, and what it lists is kept as the suggestion that was shown. Loading puts the rows that are carried into a
store, has the product's own code set shares and mark gold, and stores as drawn for a second opinion what has one in the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from dashboard.wiring import Services
from data.demo import DEMO_SKUS, HISTORY_SEED, demo_history
from data.demo.history import AUDIT_SHARE, LATER_SHARE, MANAGER, NOTICED_AFTER, SECOND_SHARE, Answer, Cause, History, Turn
from data.domain import EventId, Photo, PhotoId, Reviewer, Sku, SuggestionId, Truth
from data.drawing import DrawPurpose
from data.events import Review, Verdict
from data.ranking import Suggestion
from data.store import Store
from feedback.drawn import AUDITED
from feedback.draws import draw_of, is_drawn, set_share
from feedback.export_files import read_table, write_table
from feedback.exposure import SHOWN, expose
from feedback.gold_marks import mark_gold
from feedback.orders import QueueOrder

REVIEWS, SUGGESTIONS = "reviews.csv", "suggestions.parquet"
OFFERED = 30
OPENED_BEFORE = timedelta(days=30)
DRAWN = {DrawPurpose.AUDIT: AUDIT_SHARE, DrawPurpose.SECOND_OPINION: SECOND_SHARE}
DRAWN_LATER = {DrawPurpose.AUDIT: LATER_SHARE, DrawPurpose.SECOND_OPINION: LATER_SHARE}
Progress = Callable[[int, int], None]


def write_history(services: Services, folder: Path, *, on_progress: Progress | None = None) -> None:
    """Play the history on an indexed demo that has none, and write its reviews and suggestions beside the catalogue.

    Raises:
        NotEnoughEvidence: nothing is indexed yet.
    """
    store, history = services.store, demo_history()
    truths, photos = store.photos.truths(), {photo.photo_id: photo for photo in store.photos.all()}
    for done, turn in enumerate(history.turns, start=1):
        photo_id = PhotoId(turn.photo_id)
        shown = _shown(services, turn, photos[photo_id], number=done)
        store.suggestions.put([shown])
        store.events.append(_said(turn, shown, truths.get(photo_id), number=done))
        if on_progress:
            on_progress(done, len(history.turns))
    held: Mapping[str, tuple[pa.Schema, list[dict[str, object]]]] = {
        REVIEWS: (store.events.schema, [store.events.to_row(one) for one in store.events.all()]),
        SUGGESTIONS: (
            store.suggestions.schema,
            [store.suggestions.to_row(one) for one in sorted(store.suggestions.all(), key=lambda one: one.suggestion_id)],
        ),
    }
    for name, (schema, rows) in held.items():
        write_table(pa.Table.from_pylist(rows, schema=schema), folder / name, Path(name).suffix)


def load_history(store: Store, folder: Path) -> int:
    """Put the carried history into a store that has the demo's photos, once; say how many reviews are new."""
    history, before = demo_history(), store.events.count()
    rows = read_table(folder / REVIEWS, store.events.schema).to_pylist()
    reviews = [replace(store.events.from_row(row), sequence=-1) for row in rows]
    _date_back(store, history)
    _draw(store, history)
    store.events.append([review for review in reviews if review.at < history.marked_at])
    marked = {mark.photo_id for mark in store.gold_marks.all()}  # one that was taken back stays so
    for photo_id in history.gold:
        if photo_id not in marked:
            mark_gold(store, PhotoId(photo_id), by=MANAGER, at=history.marked_at)
    store.events.append(reviews)
    if store.draw_shares.count() == len(DRAWN):
        _set_shares(store, DRAWN_LATER, history.marked_at)
    shown = read_table(folder / SUGGESTIONS, store.suggestions.schema).to_pylist()
    store.suggestions.put(store.suggestions.from_row(row) for row in shown)
    return store.events.count() - before


def _date_back(store: Store, history: History) -> None:
    """Let the articles be older than the history: else what was not in the DAM would seem to have arrived since."""
    opened = history.turns[0].at - OPENED_BEFORE
    late = [asset for asset in store.assets.all() if asset.sku in DEMO_SKUS and asset.added_at > opened]
    store.assets.replace(replace(asset, added_at=opened) for asset in late)


def _draw(store: Store, history: History) -> None:
    """Set shares and draw among the photos of the history, as the product does from these shares on."""
    began = history.turns[0].at - timedelta(days=1)
    if not store.draw_shares.count():
        _set_shares(store, DRAWN, began)
    asked = {turn.photo_id for turn in history.turns}
    second = {turn.photo_id for turn in history.turns if turn.cause is Cause.SECOND_OPINION}
    photos = [photo for photo in store.photos.all() if photo.photo_id in asked]
    audit = [photo.photo_id for photo in photos if _audited(photo)]
    store.draws.put(draw_of(DrawPurpose.AUDIT, photo_id, AUDIT_SHARE, began) for photo_id in audit)
    drawn = sorted(PhotoId(photo_id) for photo_id in second)
    store.draws.put(draw_of(DrawPurpose.SECOND_OPINION, photo_id, SECOND_SHARE, began) for photo_id in drawn)


def _set_shares(store: Store, shares: Mapping[DrawPurpose, float], at: datetime) -> None:
    for purpose, share in shares.items():
        set_share(store, purpose, share, by=MANAGER, at=at)


def _audited(photo: Photo) -> bool:
    return is_drawn(f"demo {HISTORY_SEED}", DrawPurpose.AUDIT, photo.group, AUDIT_SHARE)


def _shown(services: Services, turn: Turn, photo: Photo, *, number: int) -> Suggestion:
    """Rank a photo with what is known now, as if painted when the reviewer came to it."""
    ranked = services.matcher.rank(photo.photo_id, top=OFFERED).suggestion
    exposed = expose(replace(ranked, suggestion_id=SuggestionId(f"demo-shown-{number:04d}")))
    audited = _audited(photo) and turn.cause is Cause.QUEUE
    order = turn.cause.value if turn.cause is not Cause.QUEUE else AUDITED if audited else QueueOrder.OLDEST.value
    return replace(
        exposed,
        candidates=exposed.candidates[:SHOWN],
        painted_at=turn.at - timedelta(seconds=turn.seconds),
        queue_order=order,
        queue_propensity=AUDIT_SHARE if audited else None,
    )


def _said(turn: Turn, shown: Suggestion, truth: Truth | None, *, number: int) -> list[Review]:
    """Say what a reviewer did with what they were shown: one event, or three where a slip is noticed."""
    right = truth.sku if truth is not None else None
    first = _review(turn, shown, f"demo-{number:04d}", *_verdict(turn.answer, shown, right))
    if not turn.noticed:
        return [first]
    later = turn.at + NOTICED_AFTER
    back = replace(
        first,
        event_id=EventId(f"{first.event_id}-back"),
        verdict=Verdict.WITHDRAWN,
        sku=None,
        withdraws=first.event_id,
        at=later,
        seconds=None,
    )
    again = _review(turn, shown, f"{first.event_id}-again", *_verdict(Answer.RIGHT, shown, right))
    return [first, back, replace(again, at=later + NOTICED_AFTER / 4)]


def _review(turn: Turn, shown: Suggestion, event_id: str, verdict: Verdict, sku: Sku | None) -> Review:
    return Review(
        event_id=EventId(event_id),
        photo_id=shown.photo_id,
        reviewer=Reviewer(turn.reviewer),
        verdict=verdict,
        at=turn.at,
        sku=sku,
        suggestion_id=shown.suggestion_id,
        seconds=turn.seconds,
    )


def _verdict(answer: Answer, shown: Suggestion, right: Sku | None) -> tuple[Verdict, Sku | None]:
    listed = [candidate.sku for candidate in shown.candidates]
    if answer is Answer.UNUSABLE:
        return Verdict.UNUSABLE, None
    if answer is Answer.SKIPPED:
        return Verdict.SKIP, None
    if answer is Answer.WRONG:
        return Verdict.MATCH, _mistaken(listed, right)
    if right is None:
        return Verdict.NOT_IN_DAM, None
    if answer is Answer.UNLISTED and right not in listed:
        return Verdict.NOT_LISTED, None
    return Verdict.MATCH, right


def _mistaken(listed: Iterable[Sku], right: Sku | None) -> Sku:
    """Take the likeliest wrong one: who slips does not pick at random."""
    return next(sku for sku in listed if sku != right)
