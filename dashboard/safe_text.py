"""Texts that anybody may have written, for the screen: short enough, in their own direction, and never markup."""

from __future__ import annotations

import unicodedata
from html import escape
from urllib.parse import urlencode

LONGEST = 160
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of the text around them, so that a name could read as another one."""


def told(text: str, longest: int = LONGEST) -> str:
    """Give a text on one line, cut where it is too long, without control characters and marks that turn its neighbours."""
    kept = "".join(mark for mark in text if mark not in TURNING and (mark.isspace() or unicodedata.category(mark) != "Cc"))
    line = " ".join(kept.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def isolated(text: str, longest: int = LONGEST) -> str:
    """Give a text as HTML: escaped, and with a direction of its own."""
    return f"<bdi>{escape(told(text, longest))}</bdi>"


def address(page: str, **asked: str | None) -> str:
    """Give the address of one of our pages, relative to any other; what is None is not asked."""
    said = {name: value for name, value in asked.items() if value is not None}
    return f"{page}?{urlencode(said)}" if said else page


def link(text: str, to: str, longest: int = LONGEST) -> str:
    """Give a text as a link to a page of ours."""
    return f'<a class="cm-link" href="{escape(to)}">{isolated(text, longest)}</a>'
