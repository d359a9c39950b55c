"""Homes of any size for measuring: the demo's real pictures and vectors under as many assets and photos as asked for."""

from __future__ import annotations

import itertools
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import numpy as np

from dashboard.background import index_everything
from dashboard.demo import load_demo
from data.domain import (
    Asset,
    EventId,
    Photo,
    PhotoId,
    Reviewer,
    Side,
    Sku,
    SuggestionId,
    View,
    ViewId,
    ViewKind,
    WeightsVersion,
)
from data.drawing import DrawPurpose
from data.events import Review, Verdict
from data.ranking import Candidate, Suggestion
from data.store import Store, open_store
from feedback.drawn import AUDITED
from feedback.draws import draw_of
from feedback.orders import QueueOrder

START = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 20_000
AUDIT, ABSENT, AGREED = 0.05, 0.08, 0.9


def demo_home(folder: Path) -> Path:
    """Load the demo catalogue and index it, once."""
    if not folder.exists():
        index_everything(load_demo(folder, history=False))
    return folder


def grown_home(demo: Path, folder: Path, *, assets: int, photos: int) -> Path:
    """Copy a demo home and add rows until it has so many assets, each with a reference and eight renders, and so many photos.

    Pictures are shared, so only rows grow: what is searched, listed and leased is as large as it says.
    """
    shutil.copytree(demo, folder)
    store = open_store(folder / "store")
    add_assets(store, assets - store.assets.count())
    add_photos(store, photos - store.photos.count())
    store.compact()
    return folder


def add_assets(store: Store, count: int) -> None:
    """Add assets that share the pictures of those that have renders."""
    patterns = [(asset, store.views.of(asset.sku)) for asset in store.assets.all()]
    patterns = [(asset, views) for asset, views in patterns if any(view.kind is ViewKind.RENDER for view in views)]
    numbered = itertools.cycle(patterns)
    made = [(Sku(f"SYN-{at:06d}"), *next(numbered)) for at in range(max(count, 0))]
    for start in range(0, len(made), BATCH // 9):
        part = made[start : start + BATCH // 9]
        store.assets.put(_asset(sku, like) for sku, like, _ in part)
        store.views.put(_view(sku, view, at) for sku, _, views in part for at, view in enumerate(views))


def add_photos(store: Store, count: int, *, prefix: str = "") -> list[PhotoId]:
    """Add photos that share the pictures of those that are there; each has a group of its own. Give their ids."""
    pictures = itertools.cycle([photo.image_id for photo in store.photos.all()])
    name = prefix or f"synthetic-{uuid4().hex[:6]}"
    made = [
        Photo(
            photo_id=PhotoId(f"{name}-{at:06d}"),
            image_id=next(pictures),
            group=f"{name}-{at}",
            side=Side.CALIBRATION,
            submitted_by="benchmark",
            submitted_at=START + timedelta(seconds=at),
            source="benchmark",
        )
        for at in range(max(count, 0))
    ]
    for start in range(0, len(made), BATCH):
        store.photos.put(made[start : start + BATCH])
    return [photo.photo_id for photo in made]


def _asset(sku: Sku, like: Asset) -> Asset:
    return Asset(sku=sku, title=f"{like.title} {sku[-6:]}", category=like.category, description=like.description, added_at=START)


def _view(sku: Sku, like: View, at: int) -> View:
    return View(
        view_id=ViewId(f"{sku}-{at}"), sku=sku, image_id=like.image_id, kind=like.kind, yaw_deg=like.yaw_deg, source="benchmark"
    )


def add_reviews(store: Store, count: int, *, seed: int = 0, reviewers: int = 6) -> None:
    """Have that many photos reviewed, each on a suggestion of five: six in ten of the first right, one in twelve not in the DAM.

    One photo in twenty comes from the audit sample, the others by uncertainty; one in twenty gets a second opinion. Two assets
    that follow each other are what is confused. The reviews lie within the last six months.
    """
    chance = np.random.default_rng(seed)
    skus = [asset.sku for asset in store.assets.all()]
    views: dict[Sku, View] = {}
    for view in store.views.all():
        views.setdefault(view.sku, view)
    known = [sku for sku in skus if sku in views]
    photos, version = store.photos.all()[:count], store.activations.active() or WeightsVersion("v1")
    at = chance.integers(len(known), size=len(photos))
    draws, suggestions, reviews = [], [], []
    for place, photo in enumerate(photos):
        right = int(at[place])
        rank = int(chance.choice([1, 2, 3, 5, 0], p=[0.6, 0.16, 0.08, 0.08, 0.08]))
        others = [known[(right + step) % len(known)] for step in range(1, 6)]
        shown = [*others[: rank - 1], known[right], *others[rank - 1 : 4]] if rank else others
        when = datetime.now(UTC) - timedelta(days=180) * (1 - (place + 1) / len(photos))
        sampled = bool(chance.random() < AUDIT)
        suggestion = Suggestion(
            suggestion_id=SuggestionId(f"synthetic {photo.photo_id}"),
            photo_id=photo.photo_id,
            weights=version,
            no_match=0.1,
            candidates=tuple(_candidate(rank, sku, views[sku]) for rank, sku in enumerate(shown, start=1)),
            painted_at=when,
            queue_order=AUDITED if sampled else QueueOrder.UNCERTAIN.value,
            queue_propensity=AUDIT if sampled else 1 / (len(photos) - place),
        )
        suggestions.append(suggestion)
        if sampled:
            draws.append(draw_of(DrawPurpose.AUDIT, photo.photo_id, AUDIT, when))
        who = int(chance.integers(reviewers))
        absent = bool(chance.random() < ABSENT)
        reviews.append(_review(suggestion, f"reviewer {who}", None if absent else known[right], when, chance))
        if chance.random() < AUDIT:
            draws.append(draw_of(DrawPurpose.SECOND_OPINION, photo.photo_id, AUDIT, when))
            said = known[right] if chance.random() < AGREED else others[0]
            reviews.append(_review(suggestion, f"reviewer {(who + 1) % reviewers}", None if absent else said, when, chance))
    for start in range(0, len(photos), BATCH):
        store.suggestions.put(suggestions[start : start + BATCH])
    store.draws.put(draws)
    store.events.append(reviews)


def _review(shown: Suggestion, who: str, sku: Sku | None, when: datetime, chance: np.random.Generator) -> Review:
    return Review(
        event_id=EventId(f"{shown.suggestion_id} {who}"),
        photo_id=shown.photo_id,
        reviewer=Reviewer(who),
        verdict=Verdict.NOT_IN_DAM if sku is None else Verdict.MATCH,
        sku=sku,
        suggestion_id=shown.suggestion_id,
        at=when,
        seconds=float(chance.lognormal(1.2, 0.5)),
    )


def _candidate(rank: int, sku: Sku, view: View) -> Candidate:
    return Candidate(rank=rank, sku=sku, title=sku, score=1 / rank, confidence=0.5 / rank, best_view=view, contributions=())
