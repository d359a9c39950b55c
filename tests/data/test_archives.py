from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from data import archives
from data.archives import find_source, unpack
from data.errors import BadTable


def packed(folder: Path, *files: tuple[str, bytes]) -> Path:
    """Pack files into a ZIP beside the folder that they go to."""
    archive = folder / "upload.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files:
            written.writestr(name, content)
    return archive


def unpacked(folder: Path, *files: tuple[str, bytes]) -> Path:
    target = folder / "files"
    target.mkdir()
    unpack(packed(folder, *files), target)
    return target


def test_a_table_comes_out_with_its_pictures(tmp_path: Path) -> None:
    files = unpacked(tmp_path, ("autumn/list.csv", b"sku,image"), ("autumn/img/1.png", b"1"))

    assert find_source(files) == files / "autumn" / "list.csv"
    assert (files / "autumn" / "img" / "1.png").read_bytes() == b"1"


def test_without_a_table_the_folder_of_pictures_is_taken_however_deep(tmp_path: Path) -> None:
    files = unpacked(tmp_path, ("a/b/bag-1.png", b"1"), ("a/b/bag-2.png", b"2"))

    assert find_source(files) == files / "a" / "b"


def test_what_a_computer_adds_by_itself_is_left_out(tmp_path: Path) -> None:
    files = unpacked(tmp_path, ("list.csv", b"x"), ("__MACOSX/._list.csv", b"x"), (".DS_Store", b"x"), ("Thumbs.db", b"x"))

    assert [path.name for path in files.rglob("*")] == ["list.csv"]


@pytest.mark.parametrize("name", ["../evil.csv", "/etc/evil.csv", "a/../../evil.csv", "..\\evil.csv", "C:/evil.csv"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadTable, match="names"):
        unpacked(tmp_path, (name, b"x"))

    assert not list(tmp_path.rglob("evil.csv"))


def test_a_link_is_refused(tmp_path: Path) -> None:
    archive, link = tmp_path / "upload.zip", zipfile.ZipInfo("secret.png")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr(link, "/etc/passwd")

    with pytest.raises(BadTable, match="secret"):
        unpack(archive, tmp_path / "files")


def test_more_than_there_is_room_for_is_refused_by_what_comes_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1_000)

    with pytest.raises(BadTable, match="larger"):
        unpacked(tmp_path, ("list.csv", b"0" * 2_000))


def test_what_the_disk_has_no_room_for_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "KEPT_FREE", 2**60)

    with pytest.raises(BadTable, match=rf"upload\.zip takes 1\.0 MiB more, and the disk of {tmp_path}/files has .* free"):
        unpacked(tmp_path, ("list.csv", b"0" * 2**20))

    assert list((tmp_path / "files").iterdir()) == []


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 1)

    with pytest.raises(BadTable, match="2 files"):
        unpacked(tmp_path, ("1.png", b"1"), ("2.png", b"2"))


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "upload.zip").write_bytes(b"sku,image")

    with pytest.raises(BadTable, match="cannot be unpacked"):
        unpack(tmp_path / "upload.zip", tmp_path / "files")


def test_a_damaged_file_inside_is_refused(tmp_path: Path) -> None:
    archive = packed(tmp_path, ("list.csv", b"sku,image" * 100))
    content = bytearray(archive.read_bytes())
    content[60] ^= 0xFF
    archive.write_bytes(bytes(content))

    with pytest.raises(BadTable, match="cannot be unpacked"):
        unpack(archive, tmp_path / "files")


def test_several_tables_are_refused_by_name(tmp_path: Path) -> None:
    files = unpacked(tmp_path, ("a.csv", b"x"), ("b/c.csv", b"x"))

    with pytest.raises(BadTable, match=r"a\.csv, b/c\.csv"):
        find_source(files)


def test_an_empty_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="empty"):
        find_source(unpacked(tmp_path))
