"""Tables as HTML, of texts that anybody may have written: Streamlit's own has a download whose cells a spreadsheet may run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from dashboard.safe_text import isolated


def table(header: Sequence[str], rows: Iterable[Sequence[str | int]], *, longest: int = 300) -> str:
    """Give the HTML of a table; numbers stand to the right, every text is escaped and cut where it is too long."""
    listed = list(rows)
    numbers = {at for row in listed[:1] for at, cell in enumerate(row) if isinstance(cell, int)}
    named = "".join(_head(name, number=at in numbers) for at, name in enumerate(header))
    lines = "".join(f"<tr>{''.join(_cell(cell, longest) for cell in row)}</tr>" for row in listed)
    return f'<div class="cm-table" tabindex="0"><table><thead><tr>{named}</tr></thead><tbody>{lines}</tbody></table></div>'


def table_of(rows: Sequence[Mapping[str, str | int]]) -> str:
    """Give the HTML of a table whose rows name their cells, all alike."""
    return table(list(rows[0]) if rows else [], [list(row.values()) for row in rows])


def _head(name: str, *, number: bool) -> str:
    look = ' class="cm-number"' if number else ""
    return f'<th scope="col"{look}>{escape(name)}</th>'


def _cell(said: str | int, longest: int) -> str:
    return f'<td class="cm-number">{said:,}</td>' if isinstance(said, int) else f"<td>{isolated(said, longest)}</td>"
