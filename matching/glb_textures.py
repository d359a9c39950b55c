"""The textures of a GLB: real pictures of a size that fits into memory."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Mapping
from typing import Any

import PIL.Image

from data.errors import BackendFailed
from data.pictures import BROKEN, MOST_PIXELS
from matching.glb_accessors import number, rows, view_bytes

FORMATS = ("JPEG", "PNG")
"""Those of glTF 2.0."""

REMEDY = "export it again with its textures as JPEG or PNG"


def check_images(document: Mapping[str, Any], buffer: memoryview) -> None:
    """See that every image is a JPEG or PNG of at most `MOST_PIXELS` pixels, and that textures name images there are.

    Raises:
        BackendFailed: one is not.
    """
    images, views = rows(document, "images"), rows(document, "bufferViews")
    for texture in rows(document, "textures"):
        if "source" in texture:
            number(texture["source"], "texture", most=len(images))
    for at, image in enumerate(images):
        if "uri" in image:
            content = _decoded(str(image["uri"]), at)
        else:
            content = bytes(view_bytes(views[number(image.get("bufferView"), "bufferView", most=len(views))], buffer))
        _check(content, at)


def _decoded(uri: str, at: int) -> bytes:
    head, _, body = uri.partition(",")
    try:
        return base64.b64decode(body, validate=True) if head.endswith(";base64") else b""
    except binascii.Error as error:
        raise BackendFailed(f"texture {at} of the mesh cannot be read: {error}", remedy=REMEDY) from error


def _check(content: bytes, at: int) -> None:
    try:
        with PIL.Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
    except BROKEN as error:
        raise BackendFailed(f"texture {at} of the mesh is no JPEG or PNG", remedy=REMEDY) from error
    if width * height > MOST_PIXELS:
        raise BackendFailed(
            f"texture {at} of the mesh has {width} × {height} pixels", remedy=f"make it smaller than {MOST_PIXELS:,}"
        )
