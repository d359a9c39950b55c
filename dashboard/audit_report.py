"""What the accuracy page shows of what reviewers decided: how often the right asset was shown first, by month and category."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashboard.accuracy_report import Tile
from dashboard.charts import Chart, ChartPoint, PhotoMark
from dashboard.measured_figures import Audits, figures_of
from dashboard.row_charts import paired_chart
from dashboard.timeline_charts import TimedShare, months_chart
from dashboard.wiring import Services
from dashboard.wording import range_words, value_words
from feedback.audit import Accuracy, Audit, month_of
from feedback.audited import AuditedPhoto
from feedback.metrics import Interval

FIRST_WORDS = {1: "first", 3: "among the first 3", 5: "among the first 5"}
BASIS = (
    "Audit: of the photos drawn at random when they came, weighted by the inverse of their probability, so that they stand for "
    "all. Naive: the share of what was decided, which is what the queue preferred. Intervals of 95 %, drawn by burst."
)


def read_audits(services: Services) -> Audits | None:
    """Read what the audit says; None while it is measured for the first time."""
    return figures_of(services).audits()


def audit_tiles(found: Audits) -> tuple[Tile, ...]:
    """Give Top-1, Top-3 and Top-5 among all photos: by the audit sample where it can tell, else the naive share, and say so."""
    return tuple(_tile(f"Top-{first}", found.of(first).overall) for first in (1, 3, 5))


def trend_chart(found: Audits, first: int) -> Chart:
    """Chart month by month how often the right asset was among the first."""
    audit = found.of(first)
    months = [TimedShare(month=one.name, sampled=one.sampled, plain=one.plain) for one in audit.months]
    return months_chart(
        "over-time",
        f"Is the right asset {FIRST_WORDS[first]} more often than before?",
        months,
        _points(found, [one.name for one in audit.months], month_of, first),
        note=f"{_counted(audit)} {BASIS}",
    )


def category_chart(found: Audits, first: int) -> Chart:
    """Chart by category how often the right asset was among the first."""
    audit = found.of(first)
    return paired_chart(
        "by-category",
        f"In which categories is the right asset {FIRST_WORDS[first]} least often?",
        sorted(
            ((one.name, one.sampled, one.plain) for one in audit.categories),
            key=lambda row: (row[1] or row[2] or Interval(value=1, low=0, high=1, n=0)).value,
        ),
        names=("audit", "naive"),
        points=_points(found, sorted(one.name for one in audit.categories), lambda photo: photo.category, first),
        note=f"By the category of the asset that the photo shows. {_counted(audit)} {BASIS}",
    )


def mark_of(photo: AuditedPhoto, first: int = 1) -> PhotoMark:
    """Mark a photo that was decided as right or wrong; the answer is what labels say now."""
    shown = photo.suggestion.candidates
    return PhotoMark(
        photo_id=photo.suggestion.photo_id,
        right=photo.within(first),
        first=shown[0].sku if shown else None,
        answer=photo.chosen,
    )


def _points(found: Audits, names: Sequence[str], name_of: Callable[[AuditedPhoto], str], first: int) -> tuple[ChartPoint, ...]:
    own: dict[str, list[PhotoMark]] = {name: [] for name in names}
    for photo in found.decided.photos:
        if photo.shows:
            own[name_of(photo)].append(mark_of(photo, first))
    return tuple(ChartPoint(name=name, photos=tuple(marks)) for name, marks in own.items())


def _counted(audit: Audit) -> str:
    return f"{audit.decided:,} photos decided on a suggestion, {audit.sampled:,} of them drawn for the audit."


def _tile(name: str, found: Accuracy) -> Tile:
    meaning = "How often the right asset was among the first that were shown to the reviewer."
    if found.sampled is not None:
        naive = (
            ""
            if found.plain is None
            else f" Naive, of what the queue preferred: {value_words(found.plain)} ({range_words(found.plain)})."
        )
        return Tile(
            name=f"{name}, audit",
            value=value_words(found.sampled),
            interval=range_words(found.sampled),
            meaning=f"{meaning} Weighted back to all photos.{naive}",
        )
    if found.plain is None:
        return Tile(name=name, value="–", interval="nothing decided yet", meaning=meaning)
    meaning += " Naive: the share of what the queue preferred; too few photos of the audit are decided to say it of all."
    return Tile(name=f"{name}, naive", value=value_words(found.plain), interval=range_words(found.plain), meaning=meaning)
