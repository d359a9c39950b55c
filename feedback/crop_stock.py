"""Crops that a cut-out network may learn from, and those that its training is measured on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from data.crops import Box
from data.domain import ImageId, PhotoId, Side
from data.drawing import DrawPurpose
from data.errors import NotEnoughEvidence, StoreError
from data.store import Store
from feedback.drawn import drawn_of
from feedback.draws import chance_of
from matching.crops import standing_boxes

HELD_OUT = 0.25
"""Share of the groups that nothing is learned from."""

FEWEST_LEARNED, FEWEST_HELD_OUT = 20, 8
"""Groups. Fewer to learn from teach the network these photos, and of fewer held-out ones no change could be told from chance."""


@dataclass(frozen=True, kw_only=True)
class PhotoCrop:
    """Where in a photo the article is, by a person; photos of one group are alike."""

    photo_id: PhotoId
    image_id: ImageId
    group: str
    box: Box


@dataclass(frozen=True, kw_only=True)
class CropStock:
    """Standing crops by what they are for; `sealed` and `audited` count those that accuracy is measured on, which stay out."""

    learned: tuple[PhotoCrop, ...]
    held_out: tuple[PhotoCrop, ...]
    sealed: int = 0
    audited: int = 0


def read_crops(store: Store) -> CropStock:
    """Read the standing crops of photos that may be learned from, and draw whole groups of them to be held out.

    A crop of the sealed side is never read, nor one of a group that was drawn for an audit: accuracy is measured on them. A group
    is held out by its name alone: one more crop moves no other, and what one training learned from, the next is not measured on.
    """
    boxes, photos = standing_boxes(store), store.photos.all()
    drawn = drawn_of(store).probabilities(DrawPurpose.AUDIT)
    measured = {photo.group for photo in photos if photo.photo_id in drawn}
    cropped = [photo for photo in sorted(photos, key=lambda photo: photo.photo_id) if photo.image_id in boxes]
    allowed = [photo for photo in cropped if photo.side is Side.CALIBRATION and photo.group not in measured]
    audited = sum(photo.side is Side.CALIBRATION for photo in cropped) - len(allowed)
    found = dict[ImageId, PhotoCrop]()  # a picture that came twice is one
    for photo in allowed:
        crop = PhotoCrop(photo_id=photo.photo_id, image_id=photo.image_id, group=photo.group, box=boxes[photo.image_id])
        found.setdefault(photo.image_id, crop)
    held = {crop.group for crop in found.values() if chance_of("crops", "held-out crops", crop.group) < HELD_OUT}
    return CropStock(
        learned=tuple(crop for crop in found.values() if crop.group not in held),
        held_out=tuple(crop for crop in found.values() if crop.group in held),
        sealed=len(cropped) - len(allowed) - audited,
        audited=audited,
    )


def keep_stock(path: Path, stock: CropStock) -> None:
    """Write down what a training learns from, for when it goes on: crops may be drawn meanwhile."""
    path.write_text(json.dumps(asdict(stock), indent=1), encoding="utf-8")


def kept_stock(path: Path) -> CropStock:
    """Read what a training has learned from so far.

    Raises:
        StoreError: the file cannot be read as that.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        for part in ("learned", "held_out"):
            said[part] = tuple(PhotoCrop(**{**crop, "box": Box(**crop["box"])}) for crop in said[part])
        return CropStock(**said)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreError(
            f"{path} is no list of crops: {error}", remedy="begin anew in another folder, without --resume"
        ) from error


def refuse_too_few(stock: CropStock) -> None:
    """Refuse to learn from a handful of crops.

    Raises:
        NotEnoughEvidence: there are too few groups to learn from, or to measure on.
    """
    learned, held_out = (len({crop.group for crop in crops}) for crops in (stock.learned, stock.held_out))
    if learned >= FEWEST_LEARNED and held_out >= FEWEST_HELD_OUT:
        return
    total = len(stock.learned) + len(stock.held_out)
    aside = f"{stock.sealed} of the sealed side and {stock.audited} of audited photos stay out"
    raise NotEnoughEvidence(
        f"{total} crops of {learned + held_out} groups are too few to learn from ({aside}): {learned} groups to learn from and"
        f" {held_out} held out, of {FEWEST_LEARNED} and {FEWEST_HELD_OUT} that it takes",
        remedy=f"crop about {_missing(learned, held_out)} more photos in Review, with K, and come again",
    )


def _missing(learned: int, held_out: int) -> int:
    """Estimate how many more groups it takes, as they fall to either."""
    return max(1, round((FEWEST_LEARNED - learned) / (1 - HELD_OUT)), round((FEWEST_HELD_OUT - held_out) / HELD_OUT))
