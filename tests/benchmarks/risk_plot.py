"""Risk against coverage as a picture: how many of the most confident photos are wrong, the more of them are taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from feedback.metrics import Clusters, Interval, Values
from feedback.risk import area_under_risk, risk_curve
from tests.benchmarks.curve_plot import HEIGHT, WIDTH, photograph

ARMS = (("before labels", "#444444"), ("fitted, out of fold", "#b3541e"))


class Ranked(Protocol):
    """What was said of photos: confidence of the first, whether it is right, and what photos are alike by."""

    @property
    def confidence(self) -> Values:
        """Of the first candidate, (n,)."""

    @property
    def right(self) -> Values:
        """Whether that is right, (n,)."""

    @property
    def clusters(self) -> Clusters:
        """What photos are alike by, (n,)."""


def risk_words(arm: Ranked) -> str:
    """Write the area under the curve, with its interval, beside what photos in a random order would have."""
    area = area_under_risk(arm.confidence, arm.right, arm.clusters)
    return f"AURC {_three(area)}; at random {1 - arm.right.mean():.3f}"


def draw_risk(rows: Mapping[str, Sequence[Ranked]], file: Path) -> None:
    """Draw the share of wrong ones of each set against the share of photos taken, with 95 % bands of clusters."""
    titles = [f"{name}, {len(arms[0].right):,} photos" for name, arms in rows.items()]
    chart = make_subplots(rows=1, cols=len(rows), subplot_titles=titles, horizontal_spacing=0.08)
    for column, arms in enumerate(rows.values(), start=1):
        for at, ((name, colour), arm) in enumerate(zip(ARMS, arms, strict=True)):
            _draw_arm(chart, arm, name, colour, column)
            area = area_under_risk(arm.confidence, arm.right, arm.clusters)
            chart.add_annotation(
                text=f"{name}: AURC {_three(area)}", font={"color": colour, "size": 14}, showarrow=False, align="left",
                xref="x domain", yref="y domain", x=0.03, y=0.98 - 0.075 * at, xanchor="left", yanchor="top", row=1, col=column,
            )  # fmt: skip
    chart.update_xaxes(title="share of photos taken, the most confident first", tickformat=".0%", range=[0, 1])
    chart.update_yaxes(tickformat=".0%", range=[0, 1])
    chart.update_yaxes(title="first candidate wrong among them", col=1)
    chart.update_layout(
        template="plotly_white", width=WIDTH, height=HEIGHT, margin={"t": 40, "l": 70, "r": 20, "b": 90}, font={"size": 14},
        legend={"orientation": "h", "x": 0.5, "xanchor": "center", "y": -0.17},
    )  # fmt: skip
    photograph(chart, file)


def _draw_arm(chart: go.Figure, arm: Ranked, name: str, colour: str, column: int) -> None:
    curve = risk_curve(arm.confidence, arm.right, arm.clusters)
    coverage = [point.coverage for point in curve]
    edge = [point.risk.high for point in curve] + [point.risk.low for point in reversed(curve)]
    band = {"fill": "toself", "fillcolor": colour, "opacity": 0.14, "line": {"width": 0}, "mode": "lines"}
    chart.add_trace(
        go.Scatter(x=coverage + coverage[::-1], y=edge, hoverinfo="skip", showlegend=False, **band), row=1, col=column
    )
    line = {"color": colour, "width": 3}
    risk = [point.risk.value for point in curve]
    chart.add_trace(go.Scatter(x=coverage, y=risk, name=name, mode="lines", line=line, showlegend=column == 1), row=1, col=column)


def _three(interval: Interval) -> str:
    return f"{interval.value:.3f} ({interval.low:.3f} to {interval.high:.3f})"
