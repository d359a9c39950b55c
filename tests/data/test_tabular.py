from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import BadTable, RefusedRow
from data.tabular import Line, Sheet, file_beside, read_sheet
from tests.data.builders import write_table


def read(path: Path) -> Sheet:
    return read_sheet(path, required=("sku", "image"), optional=("title",))


def written(folder: Path, content: bytes) -> Path:
    path = folder / "table.csv"
    path.write_bytes(content)
    return path


def cells_of(sheet: Sheet) -> list[dict[str, str]]:
    return [dict(line.cells) for line in sheet.lines]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_may_be_separated_by_comma_semicolon_or_tab(tmp_path: Path, separator: str) -> None:
    path = write_table(tmp_path, separator.join(("sku", "image")), separator.join(("bag", "bag.jpg")))

    assert cells_of(read(path)) == [{"sku": "bag", "image": "bag.jpg"}]


def test_a_comma_in_a_cell_does_not_part_a_table_of_semicolons(tmp_path: Path) -> None:
    path = write_table(tmp_path, "sku;image;title", "bag;bag.jpg;Bag, large, red")

    assert read(path).lines[0]["title"] == "Bag, large, red"


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = written(tmp_path, b"\xef\xbb\xbfsku,image\nbag,bag.jpg\n")

    assert read(path).lines[0]["sku"] == "bag"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(tmp_path: Path, end: str) -> None:
    path = written(tmp_path, end.join(("sku,image", "bag,bag.jpg", "shoe,shoe.jpg")).encode())

    assert [(line.number, line["image"]) for line in read(path).lines] == [(2, "bag.jpg"), (3, "shoe.jpg")]


def test_headers_may_be_written_in_capitals_and_with_spaces(tmp_path: Path) -> None:
    assert read(write_table(tmp_path, " SKU , Image", "bag,bag.jpg")).lines[0]["image"] == "bag.jpg"


def test_cells_are_stripped(tmp_path: Path) -> None:
    assert read(write_table(tmp_path, "sku,image", "  bag , bag.jpg ")).lines[0]["sku"] == "bag"


def test_a_cell_that_is_missing_is_empty(tmp_path: Path) -> None:
    assert read(write_table(tmp_path, "sku,image,title", "bag,bag.jpg")).lines[0]["title"] == ""


def test_a_column_that_is_missing_is_empty(tmp_path: Path) -> None:
    assert read(write_table(tmp_path, "sku,image", "bag,bag.jpg")).lines[0]["title"] == ""


def test_empty_rows_are_passed_over_and_still_counted(tmp_path: Path) -> None:
    path = write_table(tmp_path, "sku,image", "", " , ", "bag,bag.jpg")

    assert [line.number for line in read(path).lines] == [4]


def test_a_row_with_a_line_break_in_quotes_has_the_number_of_its_first_line(tmp_path: Path) -> None:
    path = write_table(tmp_path, "sku,image,title", 'bag,bag.jpg,"Bag', 'of two lines"', "shoe,shoe.jpg,Shoe")

    assert [line.number for line in read(path).lines] == [2, 4]


def test_a_line_break_in_quotes_is_kept(tmp_path: Path) -> None:
    path = write_table(tmp_path, "sku,image,title", 'bag,bag.jpg,"Bag', 'of two lines"')

    assert read(path).lines[0]["title"] == "Bag\nof two lines"


@pytest.mark.parametrize("odd", ["\u2028", "\x0b", "\x85", "\x1c"])
def test_a_character_that_only_looks_like_a_line_break_ends_no_row(tmp_path: Path, odd: str) -> None:
    path = write_table(tmp_path, "sku,title,image", f"bag,red{odd}bag,bag.jpg")

    assert [line["image"] for line in read(path).lines] == ["bag.jpg"]


def test_an_inch_mark_needs_no_quotes(tmp_path: Path) -> None:
    assert read(write_table(tmp_path, "sku,image,title", 'bag,bag.jpg,12" bag')).lines[0]["title"] == '12" bag'


def test_columns_that_nobody_asked_for_are_named(tmp_path: Path) -> None:
    assert read(write_table(tmp_path, "sku,price,image,,", "bag,12,bag.jpg,,")).ignored == ("price",)


def test_a_row_with_more_cells_than_columns_gives_none_of_them(tmp_path: Path) -> None:
    [line] = read(write_table(tmp_path, "sku,title,image", "bag,Bag, large,bag.jpg")).lines

    with pytest.raises(RefusedRow, match="1 more cells than there are columns"):
        line["image"]


def test_separators_at_the_end_of_a_row_are_no_surplus(tmp_path: Path) -> None:
    assert read(write_table(tmp_path, "sku,image", "bag,bag.jpg,,,")).lines[0]["image"] == "bag.jpg"


def test_columns_that_are_missing_are_named_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=r"table\.csv has no column sku and image; its columns are id, picture"):
        read(write_table(tmp_path, "id,picture", "bag,bag.jpg"))


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="has the column image twice"):
        read(write_table(tmp_path, "sku,image,Image", "bag,a.jpg,b.jpg"))


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"], ids=["nothing", "a mark alone"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadTable, match=r"table\.csv is empty"):
        read(written(tmp_path, content))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
def test_another_encoding_is_refused_with_the_way_out(tmp_path: Path, encoding: str) -> None:
    title = "Täsche" if encoding in {"latin-1", "cp1252"} else "Bag"

    with pytest.raises(BadTable, match=r"is not UTF-8.*save it as 'CSV UTF-8'"):
        read(written(tmp_path, f"sku,image,title\nbag,bag.jpg,{title}\n".encode(encoding)))


def test_quotes_that_never_close_are_refused_with_the_line_where_they_open(tmp_path: Path) -> None:
    path = write_table(tmp_path, "sku,image,title", "shoe,shoe.jpg,Shoe", 'bag,bag.jpg,"Bag', "hat,hat.jpg,Hat")

    with pytest.raises(BadTable, match="the row that begins in line 3"):
        read(path)


def test_a_table_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match=r"lost\.csv cannot be read: No such file"):
        read(tmp_path / "lost.csv")


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    assert read(write_table(tmp_path, "sku,image")).lines == ()


def test_a_file_in_a_folder_below_the_table_is_found(tmp_path: Path) -> None:
    assert file_beside(tmp_path / "table.csv", "deep/bag.jpg") == (tmp_path / "deep/bag.jpg").resolve()


def test_a_path_that_leaves_the_folder_and_returns_is_found(tmp_path: Path) -> None:
    assert file_beside(tmp_path / "table.csv", "deep/../bag.jpg") == (tmp_path / "bag.jpg").resolve()


@pytest.mark.parametrize("named", ["../bag.jpg", "/etc/hostname", "deep/../../bag.jpg"])
def test_a_path_out_of_the_folder_of_the_table_is_refused(tmp_path: Path, named: str) -> None:
    with pytest.raises(BadTable, match="lies outside"):
        file_beside(tmp_path / "table.csv", named)


def test_a_link_out_of_the_folder_of_the_table_is_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.jpg").touch()
    (inside / "bag.jpg").symlink_to(tmp_path / "secret.jpg")

    with pytest.raises(BadTable, match="lies outside"):
        file_beside(inside / "table.csv", "bag.jpg")


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop.jpg").symlink_to("loop.jpg")

    with pytest.raises(BadTable, match="no path that can be followed"):
        file_beside(tmp_path / "table.csv", "loop.jpg")


def test_a_path_with_a_zero_byte_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="no path that can be followed"):
        file_beside(tmp_path / "table.csv", "bag\0.jpg")


def test_an_empty_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadTable, match="no file is named"):
        file_beside(tmp_path / "table.csv", "")


def test_a_line_without_surplus_gives_its_cells() -> None:
    assert Line(number=2, cells={"sku": "bag"})["sku"] == "bag"
