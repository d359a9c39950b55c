"""Pictures for the screen that are made from stored ones."""

from __future__ import annotations

import io

import PIL.Image
import PIL.ImageFilter

from dashboard.wiring import Services
from data.domain import ImageId
from data.pictures import decode
from matching.masks import decode_mask

MASK_STEPS = 160
"""A mask has this many steps along its longer side: blurred by one of them, its stairs do not show."""

EDGE, INSIDE = 4, 128
"""The blurred edge is made steep again, and drawn in a little, so that no rim of the background stays."""


def cutout_png(services: Services, image_id: ImageId) -> bytes:
    """Give a picture without its background, cropped: PNG with transparency; whole where no mask is stored yet."""
    picture = PIL.Image.fromarray(decode(services.store.images.content(image_id)))
    masks = services.store.masks.of([image_id], services.backends.remover).get(image_id, [])
    sure = [mask for mask in masks if not mask.fell_back] or masks
    return cut_png(picture, PIL.Image.fromarray(decode_mask(sure[0].png)).convert("L") if sure else None)


def fresh_cutout_png(services: Services, content: bytes) -> bytes:
    """Cut out a picture that is stored nowhere: PNG with transparency; whole where nothing is found."""
    pixels = decode(content)
    masks = services.backends.load_remover().masks(pixels, studio=False)
    sure = [mask for mask in masks if not mask.fell_back] or list(masks)
    return cut_png(PIL.Image.fromarray(pixels), PIL.Image.fromarray(sure[0].mask).convert("L") if sure else None)


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
