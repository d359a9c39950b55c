"""Small records, tables and files for the tests of the data layer."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.domain import Asset, EventId, Image, ImageId, Photo, PhotoId, Reviewer, Side, Sku, View, ViewId, ViewKind
from data.events import Review, Verdict
from tests.conftest import encode, make_picture

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AWKWARD = (
    "o'brien",
    "o''brien",
    'say "bag"',
    "\\' OR true OR '",
    "back\\slash",
    "50 % _off",
    "çanta 包 👜",
    "two\nlines",
    "'; DROP TABLE",
)
"""Texts that people type, or that somebody types on purpose."""


def asset(sku: str = "bag-1", **said: Any) -> Asset:
    """Build an asset of few words."""
    words: dict[str, Any] = {"title": "Bag", "category": "bags", "description": "", "added_at": NOON}
    return Asset(sku=Sku(sku), **{**words, **said})


def image(image_id: str = "i1", **said: Any) -> Image:
    """Build an image that no decoder has to read."""
    pixels: dict[str, Any] = {
        "content": b"pixels",
        "thumbnail": b"few",
        "width": 4,
        "height": 3,
        "perceptual_hash": "00000000000000ff",
    }
    return Image(image_id=ImageId(image_id), **{**pixels, **said})


def view(view_id: str = "w1", **said: Any) -> View:
    """Build a reference view."""
    words: dict[str, Any] = {
        "sku": Sku("bag-1"),
        "image_id": ImageId("i1"),
        "kind": ViewKind.REFERENCE,
        "yaw_deg": None,
        "source": "catalogue",
    }
    return View(view_id=ViewId(view_id), **{**words, **said})


def photo(photo_id: str = "p1", **said: Any) -> Photo:
    """Build a photo of the calibration side."""
    words: dict[str, Any] = {
        "image_id": ImageId("i1"),
        "group": "g",
        "side": Side.CALIBRATION,
        "submitted_by": "ann",
        "submitted_at": NOON,
        "source": "photos.csv",
    }
    return Photo(photo_id=PhotoId(photo_id), **{**words, **said})


def review(event_id: str = "e1", **said: Any) -> Review:
    """Build a verdict that needs no sku."""
    words: dict[str, Any] = {
        "photo_id": PhotoId("p1"),
        "reviewer": Reviewer("ann"),
        "verdict": Verdict.NOT_IN_DAM,
        "at": NOON,
    }
    return Review(event_id=EventId(event_id), **{**words, **said})


def write_table(folder: Path, header: str, *rows: str, name: str = "table.csv") -> Path:
    """Write a CSV file in UTF-8, one string per line."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8", newline="")
    return path


def write_pictures(folder: Path, names: Sequence[str]) -> None:
    """Write one picture per name, no two alike."""
    for seed, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(make_picture(seed)))


def glb(payload: bytes = b"") -> bytes:
    """Build the smallest file that calls itself a binary glTF 2.0."""
    chunk = b"{}  " + payload
    body = struct.pack("<I4s", len(chunk), b"JSON") + chunk
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body
