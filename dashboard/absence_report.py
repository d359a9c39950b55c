"""What the accuracy page shows of the photos without an asset: what the catalogue lacks, by look and by colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.accuracy_report import Tile
from dashboard.charts import Chart, ChartPoint, PhotoMark
from dashboard.measured_figures import figures_of
from dashboard.row_charts import paired_chart
from dashboard.wiring import Services
from dashboard.wording import range_words, value_words
from feedback.absent import Absence, Absences

MOST_LOOKS = 12
"""Rows of one chart; further looks can be chosen by name."""


@dataclass(frozen=True, kw_only=True)
class AbsenceReport:
    """The share of photos without an asset, and of which looks they are."""

    tile: Tile
    charts: tuple[Chart, ...]


def read_absence_report(services: Services) -> AbsenceReport | None:
    """Measure what the catalogue lacks; None while that goes on for the first time."""
    found = figures_of(services).absences()
    return None if found is None else AbsenceReport(tile=_tile(found.overall), charts=_charts(found))


def _tile(found: Absence | None) -> Tile:
    name = "Photos without an asset"
    meaning = "How often people said of a photo that the DAM has no such article."
    if found is None:
        return Tile(name=name, value="–", interval="nothing decided yet", meaning=meaning)
    shown = found.sampled or found.plain
    basis = "By the audit sample, weighted back to all photos." if found.sampled else "Of what was decided, naive."
    naive = f" Naive: {value_words(found.plain)} ({range_words(found.plain)})." if found.sampled else ""
    return Tile(name=name, value=value_words(shown), interval=range_words(shown), meaning=f"{meaning} {basis}{naive}")


def _charts(found: Absences) -> tuple[Chart, ...]:
    return (
        _chart(
            "missing-by-category",
            "Articles of which category does the catalogue lack?",
            found.categories,
            "By the category of the candidate that came first: what the photo looks like.",
        ),
        _chart(
            "missing-by-colour",
            "Of which colours?",
            found.colours,
            "By the colour that was described or corrected.",
        ),
    )


def _chart(name: str, question: str, found: Sequence[Absence], basis: str) -> Chart:
    rows = [(one.name, one.sampled, one.plain) for one in found if one.photos][:MOST_LOOKS]
    points = [
        ChartPoint(name=one.name, photos=tuple(PhotoMark(photo_id=photo, said="not in the DAM") for photo in one.photos))
        for one in found
        if one.photos
    ]
    note = (
        f"Share of photos without an asset. {basis} Of {sum(one.plain.n for one in found):,} decided photos; audit: weighted by "
        "the inverse of the audit's probability, naive: of what was decided. Intervals of 95 %, drawn by burst."
    )
    return paired_chart(name, question, rows, names=("audit", "naive"), points=points, note=note)
