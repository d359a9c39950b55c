"""The chart of what labels say, by side."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.accuracy_report import LABEL_WORDS
from dashboard.charts import QUIET, Chart, csv_text
from dashboard.retuning import LabelCounts
from data.domain import Side

SIDES = {Side.CALIBRATION: "calibration", Side.TEST: "sealed", Side.QUARANTINED: "quarantined"}
HEIGHT_PX = 250


def labels_chart(counts: LabelCounts) -> Chart:
    """Draw how many labels of each kind each side has."""
    figure = go.Figure()
    number = {(kind, side): found for kind, side, found in counts.kinds}
    for side, name in SIDES.items():
        values = [number.get((kind, side), 0) for kind in LABEL_WORDS]
        quiet = {"color": QUIET} if side is Side.QUARANTINED else {}
        figure.add_trace(
            go.Bar(
                y=list(LABEL_WORDS.values()),
                x=values,
                name=name,
                orientation="h",
                text=[f"{value:,}" if value else "" for value in values],
                marker=quiet,
                hovertemplate="%{y}, " + name + ": %{x:,}<extra></extra>",
            )
        )
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    figure.update_layout(barmode="stack", height=HEIGHT_PX, margin={"l": 8, "r": 16, "t": 8, "b": 8}, legend=legend, bargap=0.35)
    figure.update_xaxes(fixedrange=True, title=None, tickformat=",d")
    figure.update_yaxes(autorange="reversed", fixedrange=True, title=None)
    rows = [(LABEL_WORDS[kind], SIDES[side], found) for kind, side, found in counts.kinds if kind in LABEL_WORDS]
    return Chart(
        name="labels",
        question="What has been gathered?",
        figure=figure,
        csv=csv_text(("label", "side", "photos"), rows),
        note="Of photos that people decided: only matches and “not in DAM” are learned from, and of the calibration side alone.",
    )
