from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import pytest

from data.errors import BadPicture, BadTable
from data.pictures import MOST_BYTES, ingest_picture, pictures_below, read_file, read_picture, taken_at
from tests.conftest import encode, make_picture, plain_picture


def png_that_claims(width: int, height: int) -> bytes:
    """Build a PNG of a few bytes that says it has any number of pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1_000)) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side_px", [8_001, 10_000, 30_000], ids=["over our cap", "Pillow warns", "Pillow refuses"])
def test_a_small_file_with_too_many_pixels_is_refused_by_name(side_px: int) -> None:
    with pytest.raises(BadPicture, match=r"bomb\.png has .*pixels"):
        read_picture(png_that_claims(side_px, side_px), name="bomb.png")


def test_a_bomb_says_no_time_either() -> None:
    assert taken_at(png_that_claims(30_000, 30_000)) is None


def test_as_many_pixels_as_are_allowed_are_refused_only_for_what_is_missing() -> None:
    with pytest.raises(BadPicture, match=r"large\.png is not a picture that can be read"):
        read_picture(png_that_claims(8_000, 8_000), name="large.png")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_picture_that_is_cut_off_is_refused(kind: str) -> None:
    whole = encode(make_picture(width=200, height=200), kind)

    with pytest.raises(BadPicture, match="half"):
        read_picture(whole[: len(whole) // 2], name="half")


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "PDF"])
def test_kinds_that_nobody_photographs_in_are_refused_with_those_that_are_read(kind: str) -> None:
    with pytest.raises(BadPicture, match="no JPEG, PNG, WebP or HEIC"):
        read_picture(encode(plain_picture("red"), kind), name="other")


@pytest.mark.parametrize("content", [b"", b"sku,image\nbag,bag.jpg\n", b"\xff\xd8\xff", b"<svg/>"])
def test_a_file_that_is_no_picture_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(BadPicture, match=r"notes\.jpg"):
        ingest_picture(content, name="notes.jpg")


def test_a_refusal_shows_nothing_of_the_program_inside() -> None:
    with pytest.raises(BadPicture) as caught:
        read_picture(b"no picture", name="notes.jpg")

    assert "BytesIO" not in str(caught.value)


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(BadPicture) as caught:
        read_picture(b"no picture", name="notes.jpg")

    assert caught.value.remedy == "save it again as JPEG or PNG"


def test_too_many_bytes_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(BadPicture, match=r"huge\.png has more than 40 MiB"):
        read_picture(encode(plain_picture("red")) + b"\0" * MOST_BYTES, name="huge.png")


def test_a_file_with_too_many_bytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    path.touch()
    os.truncate(path, MOST_BYTES + 1)

    with pytest.raises(BadPicture, match=r"huge\.jpg has more than 40 MiB"):
        read_file(path)


def test_a_file_that_is_missing_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadPicture, match=r"lost\.jpg cannot be read: No such file"):
        read_file(tmp_path / "lost.jpg")


def test_a_folder_is_refused_as_a_picture(tmp_path: Path) -> None:
    with pytest.raises(BadPicture, match="no file"):
        read_file(tmp_path)


def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")

    with pytest.raises(BadPicture, match="no file"):
        read_file(tmp_path / "pipe.jpg")


def test_pictures_are_found_in_folders_below(tmp_path: Path) -> None:
    for name in ("b.JPG", "deep/er/a.heic", "notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert pictures_below(tmp_path) == [tmp_path / "b.JPG", tmp_path / "deep/er/a.heic"]


def test_hidden_files_and_folders_are_no_pictures(tmp_path: Path) -> None:
    (tmp_path / ".thumbnails").mkdir()
    for name in ("._bag.jpg", ".thumbnails/bag.jpg", "bag.jpg"):
        (tmp_path / name).touch()

    assert pictures_below(tmp_path) == [tmp_path / "bag.jpg"]


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()

    with pytest.raises(BadTable, match="has no pictures"):
        pictures_below(tmp_path)
