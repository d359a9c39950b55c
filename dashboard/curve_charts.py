"""Charts of curves with bands: confidence against accuracy, and risk against coverage."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.charts import QUIET, Chart, ChartPoint, csv_text
from dashboard.wording import FEWEST_PHOTOS, percent, range_words
from feedback.calibration import ReliabilityBin
from feedback.metrics import Interval
from feedback.risk import RiskPoint

HEIGHT_PX = 340
GREY, BAND = QUIET, "rgba(139, 129, 120, 0.22)"
GUIDE = {"color": GREY, "width": 1.5, "dash": "dot"}
HEADER = ("value", "low", "high", "n")


def reliability_chart(curve: Sequence[ReliabilityBin], *, note: str, points: Sequence[ChartPoint] = ()) -> Chart:
    """Draw how often the first is right against how confident it is; on the dotted line confidence is right."""
    xs, figures = [one.confidence for one in curve], [one.accuracy for one in curve]
    figure = None
    if _is_enough(figures):
        figure = _frame("confidence", "how often it is right", (0, 1.02))
        said = [f"confidence {percent(x)}: right {percent(y.value)} ({range_words(y)})" for x, y in zip(xs, figures, strict=True)]
        _add_curve(figure, xs, figures, said)
        figure.add_trace(go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line=GUIDE, hoverinfo="skip"))
    table = csv_text(("confidence", *HEADER), [(x, y.value, y.low, y.high, y.n) for x, y in zip(xs, figures, strict=True)])
    return Chart(
        name="reliability",
        question="Can its confidence be believed?",
        figure=figure,
        csv=table,
        note=_noted(note, figures),
        points=tuple(points),
    )


def risk_chart(
    curve: Sequence[RiskPoint],
    *,
    promised: float,
    saved: float | None,
    note: str,
    threshold: float | None = None,
    points: Sequence[ChartPoint] = (),
) -> Chart:
    """Draw how many of the most confident are wrong the more of them are taken, with the promise and the share that keeps it.

    `saved` is that share and `threshold` the confidence from which on; None where nothing can be shown to keep the promise.
    """
    xs, figures = [point.coverage for point in curve], [point.risk for point in curve]
    figure = None
    if _is_enough(figures):
        figure = _frame("share of photos, the most confident first", "wrong among them", None)
        said = [
            f"{percent(point.coverage)} of photos, confidence {point.confidence:.2f}: wrong {percent(point.risk.value)}"
            f" ({range_words(point.risk)})"
            for point in curve
        ]
        _add_curve(figure, xs, figures, said)
        figure.add_hline(
            y=promised, line=GUIDE, annotation_text=f"promised: at most {percent(promised)} wrong", annotation_position="top left"
        )
        if saved is not None:
            said_of = f"{percent(saved)} could stand" + ("" if threshold is None else f", from confidence {threshold:.2f}")
            figure.add_vline(x=saved, line=GUIDE, annotation_text=said_of, annotation_position="bottom right")
    rows = [(x, point.confidence, y.value, y.low, y.high, y.n) for x, point, y in zip(xs, curve, figures, strict=True)]
    question = "If the most confident stood without a reviewer, how many would be wrong?"
    table = csv_text(("coverage", "confidence", *HEADER), rows)
    return Chart(name="risk", question=question, figure=figure, csv=table, note=_noted(note, figures), points=tuple(points))


def _is_enough(figures: Sequence[Interval]) -> bool:
    return sum(figure.n for figure in figures) >= FEWEST_PHOTOS and len(figures) > 1


def _noted(note: str, figures: Sequence[Interval]) -> str:
    return note if _is_enough(figures) else f"Undecided: too few photos for a curve. {note}"


def _frame(x: str, y: str, reach: tuple[float, float] | None) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=HEIGHT_PX, margin={"l": 8, "r": 16, "t": 8, "b": 8}, showlegend=False, hoverlabel={"align": "left"}
    )
    figure.update_xaxes(title=x, tickformat=".0%", range=[0, 1.02], fixedrange=True, zeroline=False)
    figure.update_yaxes(title=y, tickformat=".0%", range=reach, rangemode="tozero", fixedrange=True, zeroline=False)
    return figure


def _add_curve(figure: go.Figure, xs: Sequence[float], figures: Sequence[Interval], said: Sequence[str]) -> None:
    edge = [one.high for one in figures] + [one.low for one in reversed(figures)]
    there_and_back = [*xs, *reversed(xs)]
    values = [one.value for one in figures]
    hover = "%{customdata}<extra></extra>"
    figure.add_trace(go.Scatter(x=list(xs), y=values, mode="lines+markers", customdata=list(said), hovertemplate=hover))
    figure.add_trace(
        go.Scatter(x=there_and_back, y=edge, fill="toself", fillcolor=BAND, line={"width": 0}, mode="lines", hoverinfo="skip")
    )
