"""A chart: a figure with the question that it answers, the photos behind its points, and its figures as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain, count

import plotly.graph_objects as go

from dashboard.safe_text import told
from data.domain import PhotoId, Sku
from data.spreadsheet_cells import safe_cell
from feedback.metrics import Interval

INTERVAL_HEADER = ("value", "low", "high", "n")
LONGEST_NAME = 60
QUIET = "#8b8178"
"""What stands beside what is spoken of: read on a light ground and on a dark one."""


@dataclass(frozen=True, kw_only=True)
class PhotoMark:
    """A photo behind a point: whether the first candidate was right (None: that is not what the point counts), what came first
    and what people say that it shows; None where nothing did, or the DAM has none.
    """

    photo_id: PhotoId
    right: bool | None = None
    first: Sku | None = None
    answer: Sku | None = None
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class ChartPoint:
    """A point of a chart, by the name that a person chooses it by, and the photos behind it."""

    name: str
    photos: tuple[PhotoMark, ...]


@dataclass(frozen=True, kw_only=True)
class OpenRow:
    """A row that rests on too few photos to be drawn: how many there are, and its interval where it has one."""

    name: str
    n: int
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A figure with the question that it answers.

    Attributes:
        name: of the file with its figures.
        question: in plain words.
        figure: None where nothing is decided.
        csv: its figures, safe in spreadsheets.
        note: stands below it: n, split, and what it was measured on.
        points: the photos behind each of its points.
        drawn: which of `points` the figure's own points are, in order, each of its curves alike; empty where it draws all.
        undecided: rows that are not drawn.
        blank: stands in the place of a figure where there is neither that nor an undecided row: what it waits for.
    """

    name: str
    question: str
    figure: go.Figure | None
    csv: str
    note: str = ""
    points: tuple[ChartPoint, ...] = ()
    drawn: tuple[int, ...] = ()
    undecided: tuple[OpenRow, ...] = ()
    blank: str = "Nothing to draw yet."

    def point_at(self, place: int) -> ChartPoint | None:
        """Give the point that the figure draws at a place of a curve; None where there is nothing behind it."""
        places = self.drawn or tuple(range(len(self.points)))
        return self.points[places[place]] if 0 <= place < len(places) else None


def drawn_names(names: Iterable[str]) -> list[str]:
    """Give texts that anybody may have written as a figure draws them: as they are, since plotly reads tags as its own.

    They are short, and each another one, as places on an axis must be.
    """
    drawn = list[str]()
    for name in names:
        said = escape(told(name, LONGEST_NAME), quote=False)
        numbered = (f"{said} ({number})" for number in count(2))
        drawn.append(next(one for one in chain([said], numbered) if one not in drawn))
    return drawn


def csv_text(header: Iterable[str], rows: Iterable[Sequence[object]]) -> str:
    """Write rows as CSV, safe in spreadsheets; None becomes an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(list(header))
    writer.writerows([safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return buffer.getvalue()


def interval_cells(interval: Interval | None) -> tuple[object, ...]:
    """Give the cells of an interval, under `INTERVAL_HEADER`; empty ones where there is none."""
    return (None,) * len(INTERVAL_HEADER) if interval is None else (interval.value, interval.low, interval.high, interval.n)
