"""The learning curve as a picture: drawn by plotly, photographed by Chromium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import plotly.graph_objects as go
from playwright.sync_api import sync_playwright
from plotly.subplots import make_subplots

from tests.e2e.conftest import CHROMIUM, FLAGS

WIDTH, HEIGHT = 1_200, 520
BAND = ("nothing", "both")
COLOURS: Mapping[str, tuple[str, str, int]] = {
    "both": ("#b3541e", "solid", 4),
    "retuned weights only": ("#1f6f78", "solid", 2),
    "confirmed views only": ("#7a5195", "solid", 2),
    "nothing": ("#444444", "solid", 2),
    "LambdaMART": ("#2f7ed8", "dot", 2),
    "logistic regression": ("#8bbc21", "dot", 2),
    "equal weights": ("#999999", "dot", 2),
    "reciprocal rank fusion": ("#c9a227", "dot", 2),
}


def draw_curves(figures: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Draw Top-1 of each set against the number of labels, 95 % bands for ours."""
    titles = [f"{found['set']}, {found['seeds']} seeds, {found['photos']:,} rankings" for found in figures]
    chart = make_subplots(rows=1, cols=len(figures), subplot_titles=titles, horizontal_spacing=0.07)
    for column, found in enumerate(figures, start=1):
        for arm, (colour, dash, width) in COLOURS.items():
            row = found["arms"][arm]["top1"]
            counts = list(found["counts"])
            if arm in BAND:
                edge = [one["high"] for one in row] + [one["low"] for one in reversed(row)]
                chart.add_trace(
                    go.Scatter(
                        x=counts + counts[::-1],
                        y=edge,
                        mode="lines",
                        fill="toself",
                        fillcolor=colour,
                        opacity=0.12,
                        line={"width": 0},
                        hoverinfo="skip",
                        showlegend=False,
                    ),
                    row=1,
                    col=column,
                )
            line = {"color": colour, "dash": dash, "width": width}
            chart.add_trace(
                go.Scatter(x=counts, y=[one["value"] for one in row], name=arm, line=line, showlegend=column == 1),
                row=1,
                col=column,
            )
    chart.update_xaxes(title="labels")
    chart.update_yaxes(tickformat=".0%")
    chart.update_yaxes(title="Top-1 on photos never labelled", col=1)
    chart.update_layout(
        template="plotly_white", width=WIDTH, height=HEIGHT, margin={"t": 40, "l": 70, "r": 10, "b": 50}, font={"size": 14}
    )
    photograph(chart, file)


def photograph(chart: go.Figure, file: Path) -> None:
    """Write a chart as a picture."""
    with TemporaryDirectory() as folder, sync_playwright() as play:
        page_file = Path(folder) / "curve.html"
        chart.write_html(page_file, include_plotlyjs=True)
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(page_file.as_uri())
        page.wait_for_selector(".legend")
        page.locator(".plot-container").first.screenshot(path=file)
        browser.close()
