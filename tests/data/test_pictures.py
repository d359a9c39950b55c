from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime

import numpy as np
import PIL.Image
import pytest
from PIL import ExifTags, ImageCms

from data.pictures import decode, ingest_picture, read_picture, taken_at
from tests.conftest import encode, make_picture, plain_picture

BRICK = (200, 100, 50)
RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def colour_of(content: bytes) -> tuple[int, ...]:
    """Read the pixel in the middle."""
    picture = read_picture(content, name="it")
    pixel = picture.getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(pixel, tuple)
    return pixel


def swapped_profile() -> bytes:
    """Build a profile whose red is the blue of sRGB and whose blue is its red."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return srgb.replace(b"rXYZ", b"wait").replace(b"bXYZ", b"rXYZ").replace(b"wait", b"bXYZ")


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("JPEG", {"quality": 95, "subsampling": 0}),
        ("WEBP", {"lossless": True}),
        ("HEIF", {"quality": 95}),
        ("MPO", {"quality": 95, "subsampling": 0}),
    ],
)
def test_a_picture_of_every_kind_keeps_its_colours(kind: str, options: dict[str, object]) -> None:
    assert colour_of(encode(plain_picture(BRICK), kind, **options)) == pytest.approx(BRICK, abs=4)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_that_was_taken_with_the_camera_turned_is_shown_upright(kind: str) -> None:
    lying = plain_picture(BLUE, width=64, height=32)
    lying.paste(RED, (0, 0, 32, 32))
    turn_right = PIL.Image.Exif()
    turn_right[ExifTags.Base.Orientation] = 6

    upright = read_picture(encode(lying, kind, exif=turn_right.tobytes()), name="it")

    assert upright.size == (32, 64)
    assert upright.getpixel((16, 8)) == pytest.approx(RED, abs=12)


def test_sixteen_bits_are_scaled_and_do_not_turn_white() -> None:
    grey = PIL.Image.fromarray(np.full((16, 16), 100 * 257, dtype=np.uint16))

    assert colour_of(encode(grey)) == (100, 100, 100)


def test_the_inks_of_a_cmyk_jpeg_become_screen_colours() -> None:
    cyan = plain_picture((255, 0, 0, 0), mode="CMYK")

    assert colour_of(encode(cyan, "JPEG", quality=95)) == pytest.approx((0, 255, 255), abs=4)


def test_a_colour_that_is_hidden_by_transparency_is_white() -> None:
    assert colour_of(encode(plain_picture((255, 0, 0, 0), mode="RGBA"))) == WHITE


def test_half_transparent_red_is_pink_on_white() -> None:
    assert colour_of(encode(plain_picture((255, 0, 0, 128), mode="RGBA"))) == pytest.approx((255, 127, 127), abs=1)


def test_a_transparent_entry_of_a_palette_is_white() -> None:
    palette = plain_picture(RED).quantize(2)

    assert colour_of(encode(palette, transparency=palette.getpixel((0, 0)))) == WHITE


def test_a_transparent_colour_of_an_rgb_png_is_white() -> None:
    assert colour_of(encode(plain_picture(RED), transparency=RED)) == WHITE


def test_black_and_white_pictures_become_rgb() -> None:
    assert colour_of(encode(plain_picture((1,), mode="1"))) == WHITE


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_the_first_frame_of_an_animation_is_read(kind: str) -> None:
    moving = encode(plain_picture(RED), kind, save_all=True, append_images=[plain_picture(BLUE)], duration=100, lossless=True)

    assert colour_of(moving) == RED


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colours_of_a_profile_are_turned_into_those_of_the_screen(mode: str) -> None:
    red = plain_picture(RED).convert(mode)

    assert colour_of(encode(red, icc_profile=swapped_profile())) == pytest.approx(BLUE, abs=3)


def test_a_profile_that_is_nonsense_is_passed_over() -> None:
    assert colour_of(encode(plain_picture(RED), icc_profile=b"no profile at all")) == RED


def test_a_large_picture_is_kept_at_1600_px() -> None:
    image = ingest_picture(encode(plain_picture(BRICK, width=3_200, height=800)), name="it")

    assert (image.width, image.height) == (1_600, 400)


def test_the_pixels_that_are_stored_have_the_size_that_is_said() -> None:
    image = ingest_picture(encode(plain_picture(BRICK, width=3_200, height=800)), name="it")

    assert decode(image.content).shape == (400, 1_600, 3)


def test_a_thumbnail_has_256_px() -> None:
    image = ingest_picture(encode(plain_picture(BRICK, width=1_024, height=512)), name="it")

    assert decode(image.thumbnail).shape == (128, 256, 3)


def test_a_small_picture_is_not_enlarged() -> None:
    image = ingest_picture(encode(plain_picture(BRICK, width=40, height=30)), name="it")

    assert (image.width, image.height) == (40, 30)


def test_an_image_is_known_by_the_hash_of_its_bytes() -> None:
    content = encode(plain_picture(BRICK))

    assert ingest_picture(content, name="it").image_id == hashlib.sha256(content).hexdigest()


def test_an_image_does_not_depend_on_the_name_of_its_file() -> None:
    content = encode(make_picture())

    assert ingest_picture(content, name="one.png") == ingest_picture(content, name="other.png")


def test_the_same_pixels_in_another_file_are_another_image() -> None:
    picture = make_picture()
    one, other = (ingest_picture(encode(picture, compress_level=level), name="it") for level in (0, 9))

    assert one.image_id != other.image_id


def test_a_recompressed_copy_differs_in_few_bits_of_its_perceptual_hash() -> None:
    picture = make_picture(width=256, height=256)
    hashes = [ingest_picture(encode(picture, "JPEG", quality=q), name="it").perceptual_hash for q in (95, 60)]

    assert (int(hashes[0], 16) ^ int(hashes[1], 16)).bit_count() <= 4


def photo_taken(said: str) -> bytes:
    exif = PIL.Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = said
    return encode(make_picture(), "JPEG", exif=exif)


def test_exif_says_when_a_photo_was_taken() -> None:
    assert taken_at(photo_taken("2026:03:01 12:00:05")) == datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)


def test_when_a_photo_was_taken_does_not_depend_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        found = taken_at(photo_taken("2026:03:01 12:00:05"))
    time.tzset()

    assert found == datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize("said", ["0000:00:00 00:00:00", "yesterday", "", "    :  :     :  :  "])
def test_a_camera_that_does_not_know_the_time_says_nothing(said: str) -> None:
    assert taken_at(photo_taken(said)) is None


def test_a_photo_without_exif_says_no_time() -> None:
    assert taken_at(encode(make_picture(), "JPEG")) is None


def test_bytes_that_are_no_photo_say_no_time() -> None:
    assert taken_at(b"no photo") is None
