"""Accuracy: how good the matching is, and how sure that is."""

from collections.abc import Callable, Mapping

import streamlit as st

from dashboard.absence_report import read_absence_report
from dashboard.accept_panel import draw_confidence
from dashboard.accuracy_report import Tile, count_labels, read_ladder, read_report
from dashboard.audit_report import FIRST_WORDS, audit_tiles, category_chart, read_audits, trend_chart
from dashboard.chart_panel import draw_answer, draw_waiting
from dashboard.confusion_panel import draw_confusion
from dashboard.drawing_panel import draw_drawing
from dashboard.label_advice import advice_of
from dashboard.markup import plain
from dashboard.panels import draw_tiles, page_head, refusal_shown
from dashboard.trust_report import draw_trust
from dashboard.wiring import services

VIEW, FIRST, CLIMBED = "view", "first", "climbing"


def _draw_overview() -> None:
    with refusal_shown(measuring=True):
        audits = read_audits(services())
        if audits is None:
            draw_waiting("Weighing what was decided")
        else:
            draw_tiles([*audit_tiles(audits), _next_retune()])
            first = st.segmented_control(
                "Count a photo as right where its asset is",
                list(FIRST_WORDS),
                default=1,
                format_func=FIRST_WORDS.__getitem__,
                key=FIRST,
                required=True,
            )
            for column, chart in zip(
                st.columns(2), (trend_chart(audits, int(first)), category_chart(audits, int(first))), strict=True
            ):
                with column:
                    draw_answer(chart)
    with refusal_shown(measuring=True):
        _draw_counts()


def _draw_counts() -> None:
    st.subheader("How many photos are decided?", anchor=False)
    counts = count_labels(services())
    if counts is None:
        draw_waiting("Counting labels")
        return
    for column, (name, number) in zip(st.columns(len(counts)), counts.items(), strict=True):
        column.metric(name, f"{number:,}", border=True)


def _next_retune() -> Tile:
    found = advice_of(services()).next_retune()
    if found.left:
        said, meaning = f"{found.left:,} labels", "until the next fit can tell anything new"
    else:
        said, meaning = "now", f"{found.fresh:,} labels are new"
    why = "Confirmed photos of the calibration side. The page Retune says which kinds of label help most."
    return Tile(name="Next useful retune", value=said, interval=meaning, meaning=why)


def _draw_sealed() -> None:
    st.caption("The active weights on photos that nothing is ever learned from.")
    with refusal_shown(measuring=True):
        report = read_report(services())
        if report is None:
            draw_waiting("Ranking the sealed side")
            return
        draw_tiles(report.tiles)
        st.caption(f"Measured on {plain(report.measured_on)}.")
        for column, chart in zip(st.columns(2), report.charts, strict=True):
            with column:
                draw_answer(chart)
        _draw_ladder()


def _draw_ladder() -> None:
    if not st.session_state.get(CLIMBED):
        with st.container(border=True):
            st.subheader("What does each step bring?", anchor=False)
            st.caption("2D, renders added, averaged, 3D only, fitted weights: each step on the same photos. It takes a while.")
            if st.button("Climb the ladder", icon=":material/stairs:"):
                st.session_state[CLIMBED] = True
                st.rerun()
        return
    chart = read_ladder(services())
    if chart is None:
        draw_waiting("Climbing the ladder")
    else:
        draw_answer(chart)


def _draw_gaps() -> None:
    with refusal_shown(measuring=True):
        report = read_absence_report(services())
        if report is None:
            draw_waiting("Counting what the catalogue lacks")
            return
        with st.columns([1, 2])[0]:
            draw_tiles([report.tile])
        for column, chart in zip(st.columns(2), report.charts, strict=True):
            with column:
                draw_answer(chart)


def _draw_reviewers() -> None:
    with refusal_shown(measuring=True):
        draw_trust()
        draw_drawing()


def _draw_confusion() -> None:
    with refusal_shown(measuring=True):
        draw_confusion()


VIEWS: Mapping[str, tuple[str, Callable[[], None]]] = {
    "overview": ("Overview", _draw_overview),
    "sealed": ("Sealed side", _draw_sealed),
    "confidence": ("Confidence", draw_confidence),
    "confusion": ("Confusion", _draw_confusion),
    "reviewers": ("Reviewers", _draw_reviewers),
    "gaps": ("Catalogue gaps", _draw_gaps),
}

page_head("Accuracy", "How good the matching is, how sure that is, and what to do about it.")
asked = st.query_params.get(VIEW, "overview")
chosen = st.segmented_control(
    "View",
    list(VIEWS),
    default=asked if asked in VIEWS else "overview",
    format_func=lambda name: VIEWS[name][0],
    key="accuracy view",
    label_visibility="collapsed",
    required=True,
)
st.query_params[VIEW] = chosen
VIEWS[chosen][1]()
