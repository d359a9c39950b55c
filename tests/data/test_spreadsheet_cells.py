"""Cells that a spreadsheet might run are marked, and every text comes back as it was."""

from __future__ import annotations

import pytest

from data.spreadsheet_cells import plain_cell, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+49", "-5", "@SUM(A1)", "\tx", "\rx", "\nx", "'=1", "''", "'"])
def test_a_cell_that_may_be_run_begins_with_an_apostrophe_and_comes_back(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["", "bag-red", "a=b", "’t Hooft"])
def test_any_other_text_is_left_alone(text: str) -> None:
    assert safe_cell(text) == text
    assert plain_cell(text) == text


def test_an_apostrophe_that_somebody_else_wrote_stays() -> None:
    assert plain_cell("'tis") == "'tis"
