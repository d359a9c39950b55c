"""Charts of rows: figures with their intervals, one line each, and bars beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from dashboard.charts import INTERVAL_HEADER, QUIET, Chart, ChartPoint, OpenRow, csv_text, drawn_names, interval_cells
from dashboard.wording import is_decided, percent, range_words, value_words
from feedback.evaluation import Step
from feedback.metrics import Interval

ROW_PX = 46
FRAME_PX = 70
PAIR_PX = 54
LEAST_REACH = 0.05
TICKS = [0, 0.25, 0.5, 0.75, 1]


def interval_chart(
    name: str,
    question: str,
    rows: Sequence[tuple[str, Interval]],
    *,
    what: str,
    note: str = "",
    share: bool = True,
    points: Sequence[ChartPoint] = (),
) -> Chart:
    """Draw figures from 0 to 1 with their intervals, one line each; those on too few photos are named below, not drawn.

    `points` are the photos behind each row, one for each, or none.
    """
    drawn = [row for row in rows if is_decided(row[1])]
    figure = None
    if drawn:
        figure = _frame(len(drawn))
        figure.add_trace(_dots([label for label, _ in drawn], [interval for _, interval in drawn], what, share=share))
        figure.update_xaxes(range=[0, 1.12], tickformat=".0%" if share else ".2f", tickvals=TICKS)
    table = csv_text(("name", *INTERVAL_HEADER), [(label, *interval_cells(interval)) for label, interval in rows])
    return Chart(
        name=name,
        question=question,
        figure=figure,
        csv=table,
        note=note,
        points=tuple(points),
        drawn=tuple(at for at, row in enumerate(rows) if is_decided(row[1])),
        undecided=_open_rows(rows, share=share),
    )


def paired_chart(
    name: str,
    question: str,
    rows: Sequence[tuple[str, Interval | None, Interval | None]],
    *,
    names: tuple[str, str],
    points: Sequence[ChartPoint] = (),
    note: str = "",
) -> Chart:
    """Draw two figures from 0 to 1 for each row, the first of them in the accent; what rests on too few photos is not drawn.

    `points` may come in any order: they are known by the names of the rows.
    """
    drawn = [row for row in rows if any(one is not None and is_decided(one) for one in row[1:])]
    figure = None
    if drawn:
        figure = _frame(len(drawn), per_row=66)
        for at, what in enumerate(names):
            found = [(row[1], row[2])[at] for row in drawn]
            figure.add_trace(_dots_where_known([row[0] for row in drawn], found, what, quiet=at > 0))
        figure.update_layout(scattermode="group", margin={"t": 24})
        figure.update_xaxes(range=[0, 1.12], tickvals=TICKS)
    left = [(row[0], max(filter(None, row[1:]), key=lambda one: one.n, default=None)) for row in rows if row not in drawn]
    known = {point.name: at for at, point in enumerate(points)}
    header = ("name", *(f"{what} {column}" for what in names for column in INTERVAL_HEADER))
    return Chart(
        name=name,
        question=question,
        figure=figure,
        csv=csv_text(header, [(row[0], *interval_cells(row[1]), *interval_cells(row[2])) for row in rows]),
        note=note,
        points=tuple(points),
        drawn=tuple(known[row[0]] for row in drawn if row[0] in known),
        undecided=_open_rows([(label, found) for label, found in left if found is not None]),
    )


def rate_chart(name: str, question: str, rows: Sequence[tuple[str, Interval]], *, note: str = "") -> Chart:
    """Draw numbers above zero with their intervals, one line each; those on too few photos are not drawn."""
    drawn = [row for row in rows if is_decided(row[1])]
    figure = None
    if drawn:
        figure = _frame(len(drawn))
        dots = _dots([label for label, _ in drawn], [interval for _, interval in drawn], name)
        dots.text = [f"{interval.value:,.0f}" for _, interval in drawn]
        dots.customdata = [f"{one.value:,.0f} ({one.low:,.0f} to {one.high:,.0f}, n {one.n})" for _, one in drawn]
        figure.add_trace(dots)
        figure.update_xaxes(range=[0, 1.15 * max(interval.high for _, interval in drawn)], tickformat=",.0f")
    table = csv_text(("name", *INTERVAL_HEADER), [(label, *interval_cells(interval)) for label, interval in rows])
    left = tuple(OpenRow(name=label, n=interval.n) for label, interval in rows if not is_decided(interval))
    return Chart(name=name, question=question, figure=figure, csv=table, note=note, undecided=left)


def ladder_chart(steps: Sequence[Step], *, note: str = "") -> Chart:
    """Draw Top-1, Top-3 and Top-5 of each step of the ladder; the CSV has each step's difference from the one before."""
    figure = _frame(len(steps), per_row=64)
    labels = [step.step for step in steps]
    for what, found in (
        ("Top-1", [step.top1 for step in steps]),
        ("Top-3", [step.top3 for step in steps]),
        ("Top-5", [step.top5 for step in steps]),
    ):
        figure.add_trace(_dots(labels, found, what))
    figure.update_layout(showlegend=True, scattermode="group", legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})
    figure.update_xaxes(range=[0, 1.02])
    names = [f"{top} {column}" for top in ("top1", "top3", "top5", "difference") for column in INTERVAL_HEADER]
    rows = [
        (
            step.step,
            *interval_cells(step.top1),
            *interval_cells(step.top3),
            *interval_cells(step.top5),
            *interval_cells(step.difference),
        )
        for step in steps
    ]
    return Chart(
        name="ladder",
        question="What does each step bring?",
        figure=figure,
        csv=csv_text(("step", *names), rows),
        note=note,
    )


def difference_chart(name: str, question: str, rows: Sequence[tuple[str, Interval]], *, note: str = "") -> Chart:
    """Draw differences with their intervals around a line at zero."""
    figure = None
    if rows:
        figure = _frame(len(rows))
        figure.add_trace(_dots([label for label, _ in rows], [interval for _, interval in rows], "Top-1 difference", sign=True))
        figure.add_vline(x=0, line_dash="dot", line_width=1.5, line_color=QUIET)
        widest = max(max(abs(interval.low), abs(interval.high)) for _, interval in rows)
        reach = max(1.15 * widest, LEAST_REACH)
        figure.update_xaxes(tickformat="+.0%", range=[-reach, reach])
    table = csv_text(("name", *INTERVAL_HEADER), [(label, *interval_cells(interval)) for label, interval in rows])
    return Chart(name=name, question=question, figure=figure, csv=table, note=note)


def weights_chart(name: str, question: str, versions: Mapping[str, Mapping[str, float]]) -> Chart:
    """Draw the channel weights of several versions side by side.

    Args:
        name: of the CSV.
        question: what it answers.
        versions: by version, the share of each part; a part that only some of them have is drawn as nothing of the others.
    """
    parts = list(dict.fromkeys(part for shares in versions.values() for part in shares))
    figure = _frame(len(parts))
    for at, (version, shares) in enumerate(reversed(list(versions.items()))):  # the newest first: the first trace has the accent
        values = [shares.get(part, 0.0) for part in parts]
        colour = {"color": QUIET} if at else {}
        figure.add_trace(
            go.Bar(
                y=drawn_names(parts),
                x=values,
                name=version,
                orientation="h",
                text=[f"{value:.0%}" for value in values],
                textposition="outside",
                cliponaxis=False,
                marker=colour,
                hovertemplate="%{y}: %{x:.1%}<extra>" + version + "</extra>",
            )
        )
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    most = max((value for shares in versions.values() for value in shares.values()), default=1.0)
    figure.update_xaxes(range=[0, 1.15 * most], showticklabels=False, showgrid=False)
    figure.update_layout(showlegend=True, legend=legend, bargap=0.35, height=FRAME_PX + PAIR_PX * len(parts))
    rows = [(part, *(shares.get(part, 0.0) for shares in versions.values())) for part in parts]
    return Chart(name=name, question=question, figure=figure, csv=csv_text(("part", *versions), rows))


def _open_rows(rows: Sequence[tuple[str, Interval]], *, share: bool = True) -> tuple[OpenRow, ...]:
    """Give the rows that rest on too few photos, those first that are nearest to being decided."""
    left = [row for row in rows if not is_decided(row[1])]
    ordered = sorted(left, key=lambda row: -row[1].n)
    return tuple(OpenRow(name=label, n=found.n, said=range_words(found, share=share)) for label, found in ordered)


def _frame(rows: int, *, per_row: int = ROW_PX) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=FRAME_PX + per_row * rows,
        margin={"l": 8, "r": 16, "t": 16, "b": 8},
        showlegend=False,
        hoverlabel={"align": "left"},
    )
    figure.update_xaxes(tickformat=".0%", fixedrange=True, title=None, zeroline=False)
    figure.update_yaxes(autorange="reversed", fixedrange=True, title=None, automargin=True, type="category")
    return figure


def _dots_where_known(labels: Sequence[str], found: Sequence[Interval | None], what: str, *, quiet: bool) -> go.Scatter:
    blank = Interval(value=float("nan"), low=float("nan"), high=float("nan"), n=0)
    dots = _dots(labels, [one if one is not None and is_decided(one) else blank for one in found], what)
    dots.text = [f"{percent(one.value)} {what}" if one is not None and is_decided(one) else "" for one in found]
    if quiet:
        dots.marker.update(color=QUIET, size=8, symbol="circle-open", line={"width": 2})
    return dots


def _dots(
    labels: Sequence[str], intervals: Sequence[Interval], what: str, *, share: bool = True, sign: bool = False
) -> go.Scatter:
    values = [percent(found.value, sign=True) if sign else value_words(found, share=share) for found in intervals]
    said = [f"{value} ({range_words(found, share=share, sign=sign)})" for value, found in zip(values, intervals, strict=True)]
    return go.Scatter(
        x=[found.value for found in intervals],
        y=drawn_names(labels),
        name=what,
        mode="markers+text",
        text=values,
        textposition="top center",
        cliponaxis=False,
        orientation="h",
        offsetgroup=what,
        marker={"size": 11},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [max(found.high - found.value, 0) for found in intervals],
            "arrayminus": [max(found.value - found.low, 0) for found in intervals],
            "thickness": 2,
            "width": 5,
        },
        customdata=said,
        hovertemplate="%{y}: %{customdata}<extra>" + what + "</extra>",
    )
