"""Cells of a CSV file that a spreadsheet opens as what they say, never as a formula.

A cell that begins with one of `= + - @`, a tab, a line end, or an apostrophe gets an apostrophe in front; a reader takes one
apostrophe away where such a character follows it. So every text comes back as it was, and a file of others keeps its apostrophes.
Source of the characters: OWASP, CSV Injection.
"""

from __future__ import annotations

MARK = "'"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", MARK)


def safe_cell(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet might run; leave any other."""
    return MARK + text if text.startswith(DANGEROUS) else text


def plain_cell(cell: str) -> str:
    """Give the text of a cell: what `safe_cell` was given."""
    return cell[1:] if cell.startswith(MARK) and cell[1:].startswith(DANGEROUS) else cell
