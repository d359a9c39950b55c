"""Ids and names are written on the terminal as people gave them, whatever they contain."""

from __future__ import annotations

import pytest

from dashboard.cli.output import stderr, stdout, table

ODD = "[red]x[/nothing] :smile:"


def test_a_table_shows_ids_with_markup_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    rows = table("photo")
    rows.add_row(ODD)
    stdout.print(rows)

    assert ODD in capsys.readouterr().out


def test_a_line_and_an_error_show_names_with_markup_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    stdout.print(ODD)
    stderr.print(ODD)

    shown = capsys.readouterr()
    assert (shown.out, shown.err) == (f"{ODD}\n", f"{ODD}\n")
