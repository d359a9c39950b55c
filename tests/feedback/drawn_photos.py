"""Builders for tests of what is drawn: photos in groups of one, decisions, and shares."""

from __future__ import annotations

from collections.abc import Sequence

from data.domain import PhotoId, Reviewer, Sku
from data.drawing import DrawPurpose
from data.events import Verdict
from data.store import Store
from feedback.draws import set_share
from feedback.orders import QueueChoice
from feedback.queue import hand_out
from tests.builders import ARTICLES, NOON, asset_of, image_of, photo_of, reference_picture, review_of

BAG, BALL = Sku("bag-blue"), Sku("ball-green")


def fill(store: Store, photos: int, *, groups: dict[str, str] | None = None) -> list[PhotoId]:
    """Put photos p000, p001 … into a store, one minute apart, and two assets."""
    image = image_of(reference_picture(ARTICLES[BAG], size_px=24))
    names = [f"p{at:03d}" for at in range(photos)]
    store.assets.put([asset_of(BAG), asset_of(BALL)])
    store.photos.put(photo_of(name, image, group=(groups or {}).get(name, ""), minutes=at) for at, name in enumerate(names))
    return [PhotoId(name) for name in names]


def shares(store: Store, *, audit: float = 0.0, second: float = 0.0, gold: float = 0.0) -> None:
    """Set all three shares."""
    for purpose, share in (
        (DrawPurpose.AUDIT, audit),
        (DrawPurpose.SECOND_OPINION, second),
        (DrawPurpose.GOLD, gold),
    ):
        set_share(store, purpose, share, by="maja", at=NOON)


def decide(store: Store, photos: Sequence[str], by: Reviewer, sku: str = BAG) -> None:
    """Have a reviewer confirm an asset in photos."""
    start = store.events.count()
    store.events.append(
        [review_of(photo, Verdict.MATCH, sku, by=by, event=f"{by} {start + at}") for at, photo in enumerate(photos)]
    )


def handed(store: Store, by: Reviewer, count: int, held: Sequence[PhotoId] = ()) -> list[PhotoId]:
    """Hand photos out, the oldest first."""
    return [one.photo_id for one in hand_out(store, reviewer=by, count=count, held=held, choice=QueueChoice())]
