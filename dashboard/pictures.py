"""Pictures for the screen that are made from stored ones."""

from __future__ import annotations

import io

import PIL.Image

from dashboard.wiring import Services
from data.domain import ImageId
from data.pictures import decode
from matching.describing import decode_mask


def cutout_png(services: Services, image_id: ImageId) -> bytes:
    """Give a picture without its background, cropped: PNG with transparency; whole where no mask is stored yet."""
    pixels = decode(services.store.images.content(image_id))
    picture = PIL.Image.fromarray(pixels)
    masks = services.store.masks.of([image_id], services.backends.remover).get(image_id, [])
    sure = [mask for mask in masks if not mask.fell_back] or masks
    if sure:
        mask = PIL.Image.fromarray(decode_mask(sure[0].png)).convert("L").resize(picture.size, PIL.Image.Resampling.BILINEAR)
        picture.putalpha(mask)
        picture = picture.crop(mask.getbbox() or (0, 0, *picture.size))
    picture.thumbnail((640, 640))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


