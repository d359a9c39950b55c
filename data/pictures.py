"""Reading pictures safely: what comes in is refused, or becomes an `Image` of plain RGB pixels."""

from __future__ import annotations

import hashlib
import io
import struct
import warnings
from datetime import UTC, datetime
from pathlib import Path

import imagehash
import numpy as np
import PIL
import PIL.Image
import pillow_heif
from PIL import ExifTags, ImageCms, ImageOps

from data.domain import ByteArray, Image, ImageId
from data.errors import BadPicture, BadTable

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
"""Of the 43 that Pillow knows; JPEG opens a camera's MPO too."""

BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, OverflowError, IndexError, TypeError, RuntimeError)
"""What decoders raise on bytes that are damaged or hostile."""

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"})
MOST_BYTES = 40 * 2**20
MOST_PIXELS = 64_000_000
LONGEST_PX = 1_600
THUMBNAIL_PX = 256
JPEG_QUALITY = 92
REMEDY = "save it again as JPEG or PNG"

pillow_heif.register_heif_opener()
warnings.filterwarnings("ignore", category=PIL.Image.DecompressionBombWarning)  # the cap above is lower, and is an error


def pictures_below(folder: Path) -> list[Path]:
    """List the pictures in a folder and below, in order of their paths; hidden ones are left out.

    Raises:
        BadTable: there are none.
    """
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not found:
        raise BadTable(f"{folder} has no pictures", remedy=f"put {', '.join(sorted(SUFFIXES))} files into it")
    return found


def read_file(path: Path) -> bytes:
    """Read a picture file whole.

    Raises:
        BadPicture: it is missing, cannot be read, or is too large.
    """
    try:
        if path.exists() and not path.is_file():
            raise BadPicture(f"{path.name} is no file", remedy="name a picture, not a folder")
        if path.stat().st_size > MOST_BYTES:
            raise BadPicture(f"{path.name} has more than {MOST_BYTES >> 20} MiB", remedy="make it smaller")
        return path.read_bytes()
    except OSError as error:
        raise BadPicture(f"{path.name} cannot be read: {error.strerror}", remedy="check the path") from error


def read_picture(content: bytes, *, name: str) -> PIL.Image.Image:
    """Open a picture of any kind as upright RGB on white.

    Args:
        content: JPEG, PNG, WebP or HEIC; of an animation the first frame is read.
        name: what errors call it.

    Raises:
        BadPicture: it is no picture, is truncated, or has too many bytes or pixels.
    """
    if len(content) > MOST_BYTES:
        raise BadPicture(f"{name} has more than {MOST_BYTES >> 20} MiB", remedy="make it smaller")
    try:
        with PIL.Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            _check_size(opened, name)
            opened.load()
            return _flatten(ImageOps.exif_transpose(opened))
    except PIL.Image.DecompressionBombError as error:
        raise BadPicture(f"{name} has too many pixels", remedy="make it smaller") from error
    except PIL.UnidentifiedImageError as error:
        raise BadPicture(f"{name} is no JPEG, PNG, WebP or HEIC picture", remedy=REMEDY) from error
    except BROKEN as error:
        raise BadPicture(f"{name} is not a picture that can be read ({error})", remedy=REMEDY) from error


def image_id_of(content: bytes) -> ImageId:
    """Name a picture by its original bytes."""
    return ImageId(hashlib.sha256(content).hexdigest())


def ingest_picture(content: bytes, *, name: str) -> Image:
    """Make the `Image` of a picture file: upright, at most 1,600 px, with thumbnail and perceptual hash.

    Raises:
        BadPicture: see `read_picture`.
    """
    picture = read_picture(content, name=name)
    picture.thumbnail((LONGEST_PX, LONGEST_PX), PIL.Image.Resampling.LANCZOS)
    small = picture.copy()
    small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), PIL.Image.Resampling.LANCZOS)
    return Image(
        image_id=image_id_of(content),
        content=_encode(picture),
        thumbnail=_encode(small),
        width=picture.width,
        height=picture.height,
        perceptual_hash=str(imagehash.phash(picture)),
    )


def decode(content: bytes) -> ByteArray:
    """Give the pixels of a stored image: (height, width, 3) RGB.

    Raises:
        BadPicture: the bytes are none of ours.
    """
    return np.asarray(read_picture(content, name="a stored image"), dtype=np.uint8)


def taken_at(content: bytes) -> datetime | None:
    """Read from EXIF when a photo was taken, its wall clock taken for UTC whatever machine asks; None where it does not say."""
    try:
        with PIL.Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            said = opened.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
            stamp = str(said or "").strip("\0 ")
            return datetime.strptime(stamp, "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC) if stamp else None
    except (*BROKEN, PIL.Image.DecompressionBombError):
        return None


def _check_size(opened: PIL.Image.Image, name: str) -> None:
    if opened.width * opened.height > MOST_PIXELS:
        raise BadPicture(
            f"{name} has {opened.width} × {opened.height} pixels, more than {MOST_PIXELS // 10**6} million",
            remedy="make it smaller",
        )


def _flatten(picture: PIL.Image.Image) -> PIL.Image.Image:
    """Bring any mode to RGB: colours into sRGB, 16 bits scaled, transparency on white."""
    profile = picture.info.get("icc_profile")
    if picture.mode == "CMYK":
        return _managed(picture, profile).convert("RGB")
    if picture.mode.startswith(("I", "F")):
        return _scaled(picture).convert("RGB")
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        ground = PIL.Image.new("RGBA", layered.size, "white")
        return _managed(PIL.Image.alpha_composite(ground, layered).convert("RGB"), profile)
    return _managed(picture.convert("RGB"), profile)


def _managed(picture: PIL.Image.Image, profile: bytes | None) -> PIL.Image.Image:
    """Turn colours into sRGB where there is a profile that can be used."""
    if not profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return turned if turned is not None else picture


def _scaled(picture: PIL.Image.Image) -> PIL.Image.Image:
    values = np.nan_to_num(np.asarray(picture, dtype=np.float64))
    top = 65535.0 if picture.mode.startswith("I") else max(float(values.max()), 1.0)
    return PIL.Image.fromarray(np.clip(values / top * 255, 0, 255).astype(np.uint8))


def _encode(picture: PIL.Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return buffer.getvalue()
