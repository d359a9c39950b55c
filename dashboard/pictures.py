"""Pictures for the screen that are made from stored ones."""

from __future__ import annotations

import io
from dataclasses import dataclass

import PIL.Image
import PIL.ImageFilter

from dashboard.request_guard import Sent
from dashboard.wiring import Services
from data.crops import Box
from data.domain import ImageId
from data.errors import NotFound
from data.pictures import decode
from matching.crops import BY_HAND, around, counts, cut_by_hand, drawn_boxes
from matching.masks import decode_mask, encode_mask, working_picture

MASK_STEPS = 160
"""A mask has this many steps along its longer side: blurred by one of them, its stairs do not show."""

EDGE, INSIDE = 4, 128
"""The blurred edge is made steep again, and drawn in a little, so that no rim of the background stays."""


PREVIEW_PX = 900
"""Longer side of a photo that a box is drawn on: what a screen shows of it."""


def cutout_url(image_id: ImageId, box: Box | None) -> str:
    """Address of a picture without its background, relative to the page; another one for each crop, since browsers keep it."""
    return f"couture/cutouts/{image_id}" + (f"?crop={box.name.replace(' ', '-')}" if box else "")


def cutout_of(services: Services, image_id: ImageId, crop: str | None) -> Sent:
    """Give what `cutout_url` names; the whole picture, for the moment, where it is not cut out yet.

    Raises:
        NotFound: there is no such picture, or nobody has cropped it so.
        CoutureError: no crop has such a name.
    """
    box = Box.named(crop.replace("-", " ")) if crop else None
    if box is not None and (image_id, box) not in drawn_boxes(services.store).ever:
        raise NotFound(f"nobody has cropped '{image_id}' at '{crop}'", remedy="reload the page")
    content = services.store.images.content(image_id)
    mask = _mask_of(services, image_id, box, content)
    picture = PIL.Image.fromarray(decode(content))
    return Sent(content=cut_png(picture, mask), lasts=mask is not None)


def _mask_of(services: Services, image_id: ImageId, box: Box | None, content: bytes) -> PIL.Image.Image | None:
    """Give the mask that is stored; of a crop that is not described yet, the one that will be."""
    stored = services.store.masks.of([image_id], BY_HAND if box else services.backends.remover).get(image_id, [])
    found = [(mask.fell_back, mask.png) for mask in stored if counts(mask.hypothesis, box)]
    if box and not found:
        found = [(cut.fell_back, encode_mask(cut.mask)) for cut in cut_by_hand(working_picture(content), box)]
    sure = [png for fell_back, png in found if not fell_back] or [png for _, png in found]
    return PIL.Image.fromarray(decode_mask(sure[0])).convert("L") if sure else None


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
    mask = sure[0].mask if sure else None
    alpha = None if mask is None else PIL.Image.fromarray(mask).convert("L")
    return FreshCutout(png=cut_png(PIL.Image.fromarray(pixels), alpha), around=box or around(mask))


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
