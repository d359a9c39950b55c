"""A stock of articles with exact masks and of grounds to lay them on, made once from a seed and kept in a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from data.domain import ByteArray
from data.errors import BadPicture, StoreError
from data.pictures import decode
from matching.backends.cutout_network.flats import flat
from matching.backends.cutout_network.solids import solid
from matching.backends.cutout_network.surfaces import chance, clouds, paint, write

GROUND_PX = 192
RECIPE = "1"
"""Changes whenever the same seed would make other articles or grounds."""

PHOTO_PX = 512
SPRITE_PX = 176
Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Stock:
    """Articles and grounds.

    Attributes:
        blob: (n,) bytes, all articles one after the other; mapped from a file, so that processes share it.
        shapes: (articles, 3): where an article starts, its height, its width; each pixel is RGBA.
        grounds: (grounds, 192, 192, 3) RGB.
        photographed: how many of the grounds, the last ones, come from photos.
    """

    blob: ByteArray
    shapes: np.ndarray[tuple[int, int], np.dtype[np.int64]]
    grounds: ByteArray
    photographed: int

    def article(self, number: int) -> ByteArray:
        """Give one article: (height, width, 4) RGBA."""
        start, height, width = (int(value) for value in self.shapes[number])
        return self.blob[start : start + height * width * 4].reshape(height, width, 4)


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much of each kind a stock has."""

    solids: int = 3000
    flats: int = 2400
    grounds: int = 900


def stocked(folder: Path, *, seed: int, sizes: Sizes, photos: Sequence[Path] = (), on_progress: Progress | None = None) -> Stock:
    """Give the stock of a seed: the one that is kept in a folder, else made and kept there.

    Args:
        folder: may keep stocks of several seeds.
        seed: the same seed, sizes and photos give the same bytes.
        sizes: how much to make.
        photos: pictures without a truth, which become grounds.
        on_progress: told things done, and in all.

    Raises:
        StoreError: the folder cannot be written.
    """
    said = f"{RECIPE} {seed} {sizes} {[path.name for path in photos]}"
    kept = folder / f"stock-{hashlib.sha256(said.encode()).hexdigest()[:12]}"
    if not (kept / "grounds.npy").is_file():
        _make(kept, seed, sizes, photos, on_progress or (lambda _done, _total: None))
    grounds = np.load(kept / "grounds.npy", mmap_mode="r")
    blob, shapes = np.load(kept / "articles.npy", mmap_mode="r"), np.load(kept / "shapes.npy")
    return Stock(blob=blob, shapes=shapes, grounds=grounds, photographed=len(grounds) - sizes.grounds)


def _make(kept: Path, seed: int, sizes: Sizes, photos: Sequence[Path], on_progress: Progress) -> None:
    total, articles = sizes.solids + sizes.flats + sizes.grounds + len(photos), list[ByteArray]()
    for kind, (maker, count) in enumerate(((solid, sizes.solids), (flat, sizes.flats))):
        for number in range(count):
            articles.append(_bounded(maker(np.random.default_rng((seed, kind, number)))))
            on_progress(len(articles), total)
    grounds = [ground(np.random.default_rng((seed, 2, number))) for number in range(sizes.grounds)]
    for path in photos:
        pixels = _photo(path)
        grounds.append(np.asarray(cv2.resize(pixels, (GROUND_PX, GROUND_PX), interpolation=cv2.INTER_AREA), dtype=np.uint8))
        on_progress(len(articles) + len(grounds), total)
    ends = np.cumsum([0, *(article.size for article in articles)])
    shapes = np.array([(start, *article.shape[:2]) for start, article in zip(ends, articles, strict=False)], dtype=np.int64)
    try:
        kept.mkdir(parents=True, exist_ok=True)
        np.save(kept / "articles.npy", np.concatenate([article.reshape(-1) for article in articles]))
        np.save(kept / "shapes.npy", shapes)
        np.save(kept / "grounds.npy", np.stack(grounds))
    except OSError as error:
        raise StoreError(f"{kept} cannot be written: {error}", remedy="choose another folder") from error


def ground(draws: np.random.Generator) -> ByteArray:
    """Paint a ground: one surface or several beside each other, lit unevenly, with words and things in the distance."""
    canvas = paint(draws, GROUND_PX)
    for _ in range(int(draws.choice([0, 0, 1, 2, 3]))):
        corners = draws.uniform(-0.3, 1.3, (int(draws.integers(3, 5)), 2)) * GROUND_PX
        stencil = np.zeros((GROUND_PX, GROUND_PX), dtype=np.uint8)
        cv2.fillPoly(stencil, [corners.astype(np.int32).reshape(-1, 1, 2)], 1)
        canvas = np.where(stencil[..., None] > 0, paint(draws, GROUND_PX), canvas)
    canvas = np.ascontiguousarray(canvas)
    while chance(draws, 0.25):
        write(canvas, draws)
    light = 1 + clouds(draws, GROUND_PX, coarsest=2, octaves=2)[..., None] * draws.uniform(0, 0.35)
    return np.clip(canvas * light, 0, 255).astype(np.uint8)


def _photo(path: Path) -> ByteArray:
    try:
        pixels = decode(path.read_bytes())
    except OSError as error:
        raise BadPicture(f"{path} cannot be read: {error}", remedy="check the folder of photos") from error
    scale = min(1.0, PHOTO_PX / max(pixels.shape[:2]))
    size = (max(8, round(pixels.shape[1] * scale)), max(8, round(pixels.shape[0] * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _bounded(article: ByteArray) -> ByteArray:
    scale = SPRITE_PX / max(article.shape[:2])
    if scale >= 1:
        return article
    size = (max(2, round(article.shape[1] * scale)), max(2, round(article.shape[0] * scale)))
    return np.asarray(cv2.resize(article, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
