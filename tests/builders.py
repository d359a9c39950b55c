"""Builders that several layers' tests share: painted articles, records, and decisions."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import PIL.Image

from data.domain import (
    Asset,
    BasisVersion,
    BoolArray,
    ByteArray,
    EventId,
    Image,
    Photo,
    PhotoId,
    Reviewer,
    Side,
    Sku,
    View,
    ViewId,
    ViewKind,
    WeightsVersion,
)
from data.events import Review, Verdict
from data.pictures import ingest_picture
from data.store import Store
from matching.weights import Weights

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA, BEN, CARLA = Reviewer("anna"), Reviewer("ben"), Reviewer("carla")


@dataclass(frozen=True, kw_only=True)
class Article:
    """An article to paint: its outline, its colour, and every how many pixels it has a stripe; 0 for plain."""

    outline: str
    colour: tuple[int, int, int]
    stripe_px: int


ARTICLES: Mapping[Sku, Article] = {
    Sku("bag-blue"): Article(outline="square", colour=(40, 70, 190), stripe_px=0),
    Sku("bag-red"): Article(outline="square", colour=(200, 35, 40), stripe_px=14),
    Sku("ball-green"): Article(outline="circle", colour=(40, 150, 60), stripe_px=0),
    Sku("ball-red"): Article(outline="circle", colour=(200, 35, 40), stripe_px=0),
    Sku("scarf-gold"): Article(outline="bar", colour=(210, 170, 40), stripe_px=10),
    Sku("scarf-navy"): Article(outline="bar", colour=(25, 30, 90), stripe_px=0),
    Sku("tent-green"): Article(outline="triangle", colour=(40, 150, 60), stripe_px=18),
    Sku("tent-pink"): Article(outline="triangle", colour=(240, 150, 180), stripe_px=0),
}
STRANGER = Article(outline="cross", colour=(110, 60, 150), stripe_px=8)
"""An article that the catalogue does not have."""


def silhouette(outline: str, size_px: int, *, centre: tuple[int, int], reach_px: int, turn_deg: float = 0.0) -> BoolArray:
    """Fill an outline: (size, size)."""
    corners = {
        "square": [(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)],
        "bar": [(-0.35, -1), (0.35, -1), (0.35, 1), (-0.35, 1)],
        "triangle": [(0, -1), (0.9, 0.8), (-0.9, 0.8)],
        "cross": [(-0.3, -1), (0.3, -1), (0.3, -0.3), (1, -0.3), (1, 0.3), (0.3, 0.3), (0.3, 1), (-0.3, 1)],
        "circle": [(np.cos(angle), np.sin(angle)) for angle in np.linspace(0, 2 * np.pi, 72, endpoint=False)],
    }
    turn = np.deg2rad(turn_deg)
    turned = np.array(corners[outline]) @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    canvas = np.zeros((size_px, size_px), dtype=np.uint8)
    cv2.fillPoly(canvas, [np.rint(np.array(centre) + reach_px * turned).astype(np.int32)], 1)
    return np.asarray(canvas > 0, dtype=np.bool_)


def paint(article: Article, ground: ByteArray, *, centre: tuple[int, int], reach_px: int, turn_deg: float = 0.0) -> ByteArray:
    """Paint an article on a square ground."""
    size_px = ground.shape[0]
    mask = silhouette(article.outline, size_px, centre=centre, reach_px=reach_px, turn_deg=turn_deg)
    picture = ground.copy()
    picture[mask] = article.colour
    if article.stripe_px:
        band = (np.add.outer(np.arange(size_px), np.arange(size_px)) // article.stripe_px) % 2 > 0
        picture[mask & band] = 240
    return picture


def reference_picture(article: Article, size_px: int = 240) -> ByteArray:
    """Paint an article in the studio."""
    white = np.full((size_px, size_px, 3), 255, dtype=np.uint8)
    return paint(article, white, centre=(size_px // 2, size_px // 2), reach_px=size_px * 2 // 5)


def photo_picture(article: Article, number: int, size_px: int = 240) -> ByteArray:
    """Paint an article as somebody takes it: off centre, turned, in coloured light, on a speckled ground; one per number."""
    chance = np.random.default_rng(number)
    speckles = chance.normal(loc=chance.integers(90, 170, 3), scale=14, size=(size_px, size_px, 3))
    ground = cv2.GaussianBlur(np.clip(speckles, 0, 255).astype(np.uint8), (0, 0), 1.2)
    middle = size_px // 2 + chance.integers(-12, 13, 2)
    taken = paint(
        article,
        np.asarray(ground, dtype=np.uint8),
        centre=(int(middle[0]), int(middle[1])),
        reach_px=int(size_px * chance.uniform(0.26, 0.36)),
        turn_deg=float(chance.uniform(-12, 12)),
    )
    return np.clip(taken * chance.uniform(0.55, 1.15, 3), 0, 255).astype(np.uint8)


def png(pixels: ByteArray) -> bytes:
    """Encode pixels."""
    buffer = io.BytesIO()
    PIL.Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def image_of(pixels: ByteArray) -> Image:
    """Make the stored image of pixels."""
    return ingest_picture(png(pixels), name="a painted picture")


def asset_of(sku: Sku) -> Asset:
    """Make an asset whose category is the first word of its sku."""
    return Asset(sku=sku, title=sku.replace("-", " "), category=sku.split("-")[0], description="", added_at=NOON)


def view_of(sku: Sku, image: Image, kind: ViewKind = ViewKind.REFERENCE) -> View:
    """Make a view of an asset."""
    view_id = ViewId(f"{sku}-{image.image_id[:8]}")
    return View(view_id=view_id, sku=sku, image_id=image.image_id, kind=kind, yaw_deg=None, source="test")


def photo_of(name: str, image: Image, side: Side = Side.CALIBRATION, *, group: str = "", minutes: int = 0) -> Photo:
    """Make a photo in a group of its own."""
    return Photo(
        photo_id=PhotoId(name),
        image_id=image.image_id,
        group=group or f"g-{name}",
        side=side,
        submitted_by="test",
        submitted_at=NOON + timedelta(minutes=minutes),
        source="test",
    )


def review_of(
    photo: str, verdict: Verdict, sku: str | None = None, *, by: Reviewer = ANNA, event: str = "", withdraws: str | None = None
) -> Review:
    """Make a review; its event id is made of what it says unless it is given."""
    return Review(
        event_id=EventId(event or f"{photo} {verdict} {sku} {by}"),
        photo_id=PhotoId(photo),
        reviewer=by,
        verdict=verdict,
        at=NOON,
        sku=None if sku is None else Sku(sku),
        withdraws=None if withdraws is None else EventId(withdraws),
    )


def match_all(store: Store, matches: Mapping[str, str]) -> None:
    """Confirm photos: photo id to sku."""
    store.events.append([review_of(photo, Verdict.MATCH, sku) for photo, sku in matches.items()])


def weights_of(channels: Mapping[str, float], *, scale: float = 1.0) -> Weights:
    """Make weights with plain constants."""
    count = len(channels)
    return Weights(
        version=WeightsVersion("v1"),
        basis=BasisVersion("b1"),
        channels=tuple(channels),
        values=tuple(channels.values()),
        means=(0.0,) * count,
        scales=(scale,) * count,
    )


def sku_of(photo: str) -> Sku:
    """Read from a painted photo's id what it shows: `ball-red/3` shows ball-red."""
    return Sku(photo.partition("/")[0])


def right_matches(photos: Sequence[Photo], side: Side) -> dict[str, str]:
    """Label the painted photos of a side with what they show; strangers are left out."""
    shown = {photo.photo_id: sku_of(photo.photo_id) for photo in photos if photo.side is side}
    return {photo: sku for photo, sku in shown.items() if sku in ARTICLES}
