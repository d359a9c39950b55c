"""Charts over time: accuracy by month, and the versions of the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.charts import INTERVAL_HEADER, QUIET, Chart, ChartPoint, OpenRow, csv_text, interval_cells
from dashboard.wording import is_decided, moment_words, percent, range_words
from feedback.metrics import Interval
from feedback.version_history import PastVersion

HEIGHT_PX = 330
TOP = 1.09
"""Room above 100 % for what is written over the highest point."""


@dataclass(frozen=True, kw_only=True)
class TimedShare:
    """A month: the share among all photos by the audit sample, and the naive one; None where nothing is known of it."""

    month: str
    sampled: Interval | None
    plain: Interval | None


def months_chart(name: str, question: str, months: Sequence[TimedShare], points: Sequence[ChartPoint], note: str) -> Chart:
    """Draw a share month by month, weighted and naive, each with its interval; what rests on too few photos is left out."""
    figure = None
    if any(one is not None and is_decided(one) for month in months for one in (month.sampled, month.plain)):
        figure = _frame()
        names = [month.month for month in months]
        sampled, plain = [month.sampled for month in months], [month.plain for month in months]
        naive_above = _last(plain) > _last(sampled)
        figure.add_trace(_line(names, sampled, "audit", quiet=False, figures_said=True, above=not naive_above))
        alone = not any(one is not None and is_decided(one) for one in sampled)
        figure.add_trace(_line(names, plain, "naive", quiet=True, figures_said=alone, above=naive_above))
        figure.update_xaxes(range=[-0.4, len(names) - 0.2])
    rows = [(month.month, *interval_cells(month.sampled), *interval_cells(month.plain)) for month in months]
    header = ("month", *(f"{kind} {column}" for kind in ("audit", "naive") for column in INTERVAL_HEADER))
    return Chart(name=name, question=question, figure=figure, csv=csv_text(header, rows), note=note, points=tuple(points))


def history_chart(versions: Sequence[PastVersion], points: Sequence[ChartPoint]) -> Chart:
    """Draw Top-1 of each version on the sealed side as it was then; filled where it was ever in use."""
    told = [one for one in versions if one.top1 is not None and is_decided(one.top1)]
    few = [one for one in versions if one.top1 is not None and not is_decided(one.top1)]
    figure = None
    if told:
        figure = _frame()
        figure.add_trace(_versions(told))
    header = ("version", "made at", "made by", "labels", *INTERVAL_HEADER, "in use since", "taken into use by", "active")
    rows = [
        (
            one.version,
            one.made_at.isoformat(),
            one.made_by,
            one.labels,
            *interval_cells(one.top1),
            "; ".join(step.at.isoformat() for step in one.activations),
            "; ".join(step.activated_by for step in one.activations),
            "yes" if one.active else "no",
        )
        for one in versions
    ]
    silent = sum(one.top1 is None for one in versions)
    note = (
        "Top-1 on the sealed side as it was when the version was compared, intervals of 95 % from 10,000 draws of whole skus, "
        "seed 0. The sealed side grows: points of different times are of different photos. Filled: it was taken into use."
    )
    if silent:
        note += f" Not compared, or before that was kept: {silent}."
    return Chart(
        name="version-history",
        question="How good was each version, and which ones ranked?",
        figure=figure,
        csv=csv_text(header, rows),
        note=note,
        points=tuple(points),
        drawn=tuple(at for at, one in enumerate(versions) if one.top1 is not None and is_decided(one.top1)),
        undecided=tuple(
            OpenRow(name=one.version + (" · active" if one.active else ""), n=one.top1.n, said=range_words(one.top1))
            for one in few
            if one.top1 is not None
        ),
        blank="No version was compared on the sealed side yet: each proposal is, when it is fitted.",
    )


def _versions(told: Sequence[PastVersion]) -> go.Scatter:
    figures = [one.top1 for one in told if one.top1 is not None]
    return go.Scatter(
        x=[one.version for one in told],
        y=[found.value for found in figures],
        mode="lines+markers+text",
        text=[percent(found.value) + (" · active" if one.active else "") for one, found in zip(told, figures, strict=True)],
        textposition="top right",
        cliponaxis=False,
        line={"color": QUIET, "width": 1, "dash": "dot"},
        marker={
            "size": [15 if one.active else 11 for one in told],
            "symbol": ["circle" if one.activations else "circle-open" for one in told],
            "line": {"width": 2},
        },
        error_y=_error(figures),
        customdata=[_told(one, found) for one, found in zip(told, figures, strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
    )


def _told(one: PastVersion, found: Interval) -> str:
    made = f"{one.version}: {percent(found.value)} ({range_words(found)})<br>made {moment_words(one.made_at)}"
    used = "".join(f"<br>taken into use {moment_words(step.at)}" for step in one.activations)
    return made + (used or "<br>never in use")


def _line(
    names: Sequence[str], figures: Sequence[Interval | None], what: str, *, quiet: bool, figures_said: bool, above: bool
) -> go.Scatter:
    shown = [one if one is not None and is_decided(one) else None for one in figures]
    values = [one.value if one else None for one in shown]
    last = max((at for at, one in enumerate(shown) if one), default=-1)
    look = {"line": {"color": QUIET, "width": 1.5, "dash": "dot"}, "marker": {"color": QUIET, "size": 8}} if quiet else {}
    return go.Scatter(
        x=list(names),
        y=values,
        name=what,
        mode="lines+markers+text",
        text=[_label(one if figures_said else None, what if at == last else "") for at, one in enumerate(shown)],
        textposition=["bottom right" if quiet else "top right"] * max(last, 0) + ["top right" if above else "bottom right"],
        cliponaxis=False,
        connectgaps=True,
        error_y=_error([one or Interval(value=0, low=0, high=0, n=0) for one in shown]),
        customdata=["" if one is None else f"{percent(one.value)} ({range_words(one)})" for one in shown],
        hovertemplate="%{x}, " + what + ": %{customdata}<extra></extra>",
        **(look or {"line": {"width": 2.5}, "marker": {"size": 11}}),
    )


def _last(figures: Sequence[Interval | None]) -> float:
    known = [one.value for one in figures if one is not None and is_decided(one)]
    return known[-1] if known else 0.0


def _label(one: Interval | None, what: str) -> str:
    return " ".join(part for part in (percent(one.value) if one else "", what) if part)


def _error(figures: Sequence[Interval]) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(one.high - one.value, 0) for one in figures],
        "arrayminus": [max(one.value - one.low, 0) for one in figures],
        "thickness": 1.5,
        "width": 5,
    }


def _frame() -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=HEIGHT_PX, margin={"l": 8, "r": 56, "t": 8, "b": 8}, showlegend=False, hoverlabel={"align": "left"}
    )
    figure.update_xaxes(type="category", fixedrange=True, title=None)
    figure.update_yaxes(range=[0, TOP], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1], fixedrange=True, zeroline=False)
    return figure
