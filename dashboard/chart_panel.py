"""A chart as the manager's pages draw it: its question, the figure, the photos behind a point, and its figures as a file."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.charts import Chart, ChartPoint, OpenRow
from dashboard.identity import known_reviewer
from dashboard.markup import plain
from dashboard.photo_list import cards_of, counted, list_html, marks_csv
from dashboard.safe_text import isolated
from dashboard.sight import sight_for
from dashboard.wiring import services
from dashboard.wording import FEWEST_PHOTOS


@st.fragment
def draw_answer(chart: Chart) -> None:
    """Draw a chart below the question that it answers. A click on a point, or a choice by name, opens the photos behind it."""
    with st.container(border=True, height="stretch"):
        st.subheader(chart.question, anchor=False)
        if chart.figure is not None and chart.points:
            st.plotly_chart(
                chart.figure,
                key=_figure_key(chart),
                config={"displayModeBar": False},
                alt=chart.question,
                on_select=lambda: _take_selection(chart),
                selection_mode="points",
            )
        elif chart.figure is not None:
            st.plotly_chart(chart.figure, key=_figure_key(chart), config={"displayModeBar": False}, alt=chart.question)
        if chart.undecided:
            st.html(undecided_html(chart.undecided, alone=chart.figure is None))
        elif chart.figure is None:
            st.html(f'<p class="cm-blank">{isolated(chart.blank)}</p>')
        if chart.note:
            st.caption(plain(chart.note))
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            point = _choose_point(chart)
            _draw_download(chart)
        if point is not None:
            _draw_photos(chart, point)


def undecided_html(rows: Sequence[OpenRow], *, alone: bool) -> str:
    """Give the HTML of rows that are not drawn: how far each is from as many photos as a figure takes."""
    lines = "".join(
        f'<li><span>{isolated(row.name, 60)}</span><meter min="0" max="{FEWEST_PHOTOS}" value="{row.n}" '
        f'aria-label="{row.n} of {FEWEST_PHOTOS} photos"></meter><b title="{row.said}">{row.n} of {FEWEST_PHOTOS}</b></li>'
        for row in rows
    )
    kind = "cm-undecided cm-alone" if alone else "cm-undecided"
    return f'<div class="{kind}"><p>Undecided, fewer than {FEWEST_PHOTOS} photos each:</p><ul>{lines}</ul></div>'


def _choose_point(chart: Chart) -> ChartPoint | None:
    names = [point.name for point in chart.points if point.photos]
    if not names:
        return None
    key = _choice_key(chart)
    if st.session_state.get(key) not in {*names, None}:
        del st.session_state[key]
    chosen = st.selectbox("See the photos behind", names, index=None, key=key, placeholder="choose a point here, or click one")
    return next((point for point in chart.points if point.name == chosen), None)


def _draw_photos(chart: Chart, point: ChartPoint) -> None:
    sight = sight_for(services(), known_reviewer())
    photos = tuple(mark for mark in point.photos if sight.may_see_label(mark.photo_id))
    if closed := len(point.photos) - len(photos):
        st.caption(f"{closed:,} of them may still come to you, and are not shown: your opinion stays yours.")
    st.caption(counted(photos))
    st.html(list_html(cards_of(services(), photos)))
    st.download_button(
        "These photos",
        marks_csv(photos),
        file_name=f"{chart.name}-photos.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"photos {chart.name}",
        on_click="ignore",
        type="tertiary",
    )


def _draw_download(chart: Chart) -> None:
    st.download_button(
        "CSV",
        chart.csv,
        file_name=f"{chart.name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"csv {chart.name}",
        help=f"The figures of “{chart.question}”",
        on_click="ignore",
        type="tertiary",
    )


def _take_selection(chart: Chart) -> None:
    """Choose by name what was clicked, so that mouse and keyboard say the same."""
    selected = st.session_state[_figure_key(chart)]["selection"]["points"]
    point = chart.point_at(int(selected[0]["point_index"])) if selected else None
    if point is not None and point.photos:
        st.session_state[_choice_key(chart)] = point.name
    elif not selected:
        st.session_state[_choice_key(chart)] = None


def _figure_key(chart: Chart) -> str:
    return f"chart {chart.name}"


def _choice_key(chart: Chart) -> str:
    return f"behind {chart.name}"


@st.fragment(run_every=2)
def draw_waiting(what: str) -> None:
    """Say that something is being measured, and look again by itself."""
    with st.container(border=True):
        st.caption(f":material/hourglass_top: {what} … It is shown as soon as it is there; nothing else waits for it.")
    key = f"waited for {what}"
    if st.session_state.get(key):
        st.session_state[key] = False
        st.rerun()
    st.session_state[key] = True
