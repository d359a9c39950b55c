"""The history of the weights as the retune page shows it."""

from __future__ import annotations

from dashboard.charts import Chart, ChartPoint, PhotoMark
from dashboard.timeline_charts import history_chart
from dashboard.wiring import Services
from data.domain import Side
from data.errors import NotFound
from feedback.proposals import read_proposal
from feedback.version_history import PastVersion, read_history


def read_version_chart(services: Services) -> Chart:
    """Chart how good each version was when it was compared; behind each point are the sealed photos that it changed."""
    versions = read_history(services.store)
    return history_chart(versions, [_point(services, one) for one in versions])


def _point(services: Services, one: PastVersion) -> ChartPoint:
    try:
        flips = read_proposal(services.store, one.version).flips
    except NotFound:  # it was made without a comparison
        flips = ()
    sealed = [flip for flip in flips if flip.side is Side.TEST]
    marks = tuple(
        PhotoMark(photo_id=flip.photo_id, answer=flip.sku, said="wrong → right" if flip.gained else "right → wrong")
        for flip in sealed
    )
    return ChartPoint(name=f"{one.version}: what it changed", photos=marks)
