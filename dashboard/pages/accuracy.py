"""Accuracy: how good the matching is, and how sure that is."""

import streamlit as st

from dashboard.accept_panel import draw_confidence
from dashboard.accuracy_report import AccuracyReport, count_labels, read_ladder, read_report, state_key, versions_chart
from dashboard.confusion_panel import draw_confusion
from dashboard.markup import plain
from dashboard.panels import draw_chart, draw_tiles, page_head, refusal_shown
from dashboard.trust_report import draw_trust
from dashboard.wiring import services

CLIMBED = "ladder climbed at"


def _draw_labels() -> None:
    counts = count_labels(services())
    for column, (name, number) in zip(st.columns(len(counts)), counts.items(), strict=True):
        column.metric(name, f"{number:,}", border=True)


def _draw_report(report: AccuracyReport) -> None:
    draw_tiles(report.tiles)
    st.caption(f"Measured on {plain(report.measured_on)}.")
    *pair, last = report.charts
    for column, chart in zip(st.columns(2), pair, strict=True):
        with column:
            draw_chart(chart)
    draw_chart(last)


def _draw_ladder() -> None:
    if st.session_state.get(CLIMBED) != state_key(services()):
        with st.container(border=True):
            st.subheader("What does each step bring?", anchor=False)
            st.caption(
                "2D, renders added, averaged, 3D only, fitted channel weights: each step on the same photos. It takes a while."
            )
            if st.button("Climb the ladder", icon=":material/stairs:"):
                st.session_state[CLIMBED] = state_key(services())
                st.rerun()
    else:
        draw_chart(read_ladder(services()))


page_head("Accuracy", "How good the matching is on photos that it never learned from.")
with refusal_shown():
    _draw_report(read_report(services()))
    draw_confidence()
    _draw_ladder()
draw_trust()
draw_confusion()
draw_chart(versions_chart(services()))
st.subheader("How many photos are decided?", anchor=False)
_draw_labels()
