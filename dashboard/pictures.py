"""Pictures for the screen that are made from stored ones."""

from __future__ import annotations

import io
from dataclasses import dataclass

import PIL.Image
import PIL.ImageFilter

from dashboard.wiring import Services
from data.crops import Box
from data.domain import ImageId
from data.pictures import decode
from matching.crops import BY_HAND, counts, cut_by_hand, standing_boxes
from matching.masks import decode_mask

MASK_STEPS = 160
"""A mask has this many steps along its longer side: blurred by one of them, its stairs do not show."""

EDGE, INSIDE = 4, 128
"""The blurred edge is made steep again, and drawn in a little, so that no rim of the background stays."""


AIR = 0.01
MIDDLE = Box(left=0.15, top=0.15, right=0.85, bottom=0.85)
PREVIEW_PX = 900
"""Longer side of a photo that a box is drawn on: what a screen shows of it."""


def cutout_png(services: Services, image_id: ImageId) -> bytes:
    """Give a picture without its background, cropped: PNG with transparency; whole where no mask is stored yet."""
    picture = PIL.Image.fromarray(decode(services.store.images.content(image_id)))
    box = standing_boxes(services.store).get(image_id)
    stored = services.store.masks.of([image_id], BY_HAND if box else services.backends.remover).get(image_id, [])
    masks = [mask for mask in stored if counts(mask.hypothesis, box)]
    sure = [mask for mask in masks if not mask.fell_back] or masks
    return cut_png(picture, PIL.Image.fromarray(decode_mask(sure[0].png)).convert("L") if sure else None)


@dataclass(frozen=True, kw_only=True)
class FreshCutout:
    """The cut-out of a picture that is stored nowhere, with transparency. `around` is the box that it fills in the picture."""

    png: bytes
    around: Box


def fresh_cutout(services: Services, content: bytes, box: Box | None = None) -> FreshCutout:
    """Cut out a picture that is stored nowhere, as a person has cropped it; whole where nothing is found."""
    pixels = decode(content)
    masks = cut_by_hand(pixels, box) if box else list(services.backends.load_remover().masks(pixels, studio=False))
    sure = [mask for mask in masks if not mask.fell_back] or masks
    mask = PIL.Image.fromarray(sure[0].mask).convert("L") if sure else None
    return FreshCutout(png=cut_png(PIL.Image.fromarray(pixels), mask), around=box or _around(mask))


def _around(mask: PIL.Image.Image | None) -> Box:
    """Give the box around a mask, with a little air; the middle of the picture where the mask is none or all of it."""
    bounds = mask.getbbox() if mask else None
    if mask is None or bounds is None or bounds == (0, 0, *mask.size):
        return MIDDLE
    left, top, right, bottom = bounds
    return Box(
        left=max(0.0, left / mask.width - AIR),
        top=max(0.0, top / mask.height - AIR),
        right=min(1.0, right / mask.width + AIR),
        bottom=min(1.0, bottom / mask.height + AIR),
    )


def preview_jpeg(content: bytes) -> bytes:
    """Make a picture as large as a screen shows it."""
    picture = PIL.Image.fromarray(decode(content))
    picture.thumbnail((PREVIEW_PX, PREVIEW_PX))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def cut_png(picture: PIL.Image.Image, mask: PIL.Image.Image | None) -> bytes:
    """Make what is outside of a mask transparent and crop to the rest, at most 640 px."""
    if mask is not None:
        alpha = mask.resize(picture.size, PIL.Image.Resampling.BILINEAR)
        soft = alpha.filter(PIL.ImageFilter.GaussianBlur(max(picture.size) / MASK_STEPS))
        alpha = soft.point(lambda level: max(0, min(255, EDGE * (level - INSIDE))))
        picture.putalpha(alpha)
        picture = picture.crop(alpha.getbbox() or (0, 0, *picture.size))
    picture.thumbnail((640, 640))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()
