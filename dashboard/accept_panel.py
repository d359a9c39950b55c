"""The part of the accuracy page on confidence and on what stands without a reviewer."""

from __future__ import annotations

import streamlit as st

from dashboard.chart_panel import draw_answer, draw_waiting
from dashboard.confidence_report import (
    AT_ONCE,
    PROMISES,
    AcceptView,
    ConfidenceReport,
    PromiseView,
    accept_some,
    read_accept_view,
    read_confidence_report,
    switch_off,
    switch_on,
)
from dashboard.identity import known_reviewer
from dashboard.markup import plain
from dashboard.panels import draw_tiles, refusal_shown
from dashboard.wiring import services
from dashboard.wording import percent

DEFAULT_PROMISE = 0.05


def draw_confidence() -> None:
    """Draw whether confidence is right, and which photos need no reviewer."""
    st.subheader("Which photos need no reviewer?", anchor=False)
    promised = st.segmented_control(
        "Promised error",
        PROMISES,
        default=DEFAULT_PROMISE,
        format_func=percent,
        required=True,
        help="The share of wrong ones among those that stand without a reviewer that is not to be exceeded.",
    )
    with refusal_shown(measuring=True):
        report = read_confidence_report(services(), float(promised))
        if report is None:
            draw_waiting("Ranking the sealed side")
            return
        if report.promise.possible:
            draw_tiles([*report.promise.tiles, report.error])
        else:
            _draw_impossible(report, float(promised))
        _draw_switch(read_accept_view(services()), report.promise, float(promised))
        for column, chart in zip(st.columns([3, 2]), (report.risk, report.reliability), strict=True):
            with column:
                draw_answer(chart)


def _draw_impossible(report: ConfidenceReport, promised: float) -> None:
    left, right = st.columns([1, 3])
    with left:
        draw_tiles([report.error])
    with right, st.container(border=True, height="stretch"):
        st.markdown(f"**No confidence can be shown to keep an error of {percent(promised)} yet.**")
        st.markdown(plain(report.promise.why))


def _draw_switch(view: AcceptView, promise: PromiseView, promised: float) -> None:
    who = known_reviewer()
    with st.container(border=True):
        _draw_state(view)
        for fact in view.facts:
            st.caption(plain(fact))
        with st.container(horizontal=True):
            if promise.possible:
                again = "Set again" if view.is_on else "Turn on"
                with st.popover(f"{again}: accept with at most {percent(promised)} wrong", disabled=who is None):
                    st.markdown(plain(promise.warning))
                    if st.button("Yes, turn it on", type="primary", icon=":material/done_all:") and who is not None:
                        with refusal_shown():
                            switch_on(services(), who, promised)
                            st.rerun()
            if view.works and st.button("Accept what waits", help=f"The oldest {AT_ONCE} are looked at.", disabled=who is None):
                _accept()
            if view.is_on:
                with st.popover("Turn off", disabled=who is None):
                    reason = st.text_input("Why", help="It stands on the record.")
                    if st.button("Turn it off", icon=":material/block:") and who is not None:
                        switch_off(services(), who, reason)
                        st.rerun()
        if who is None:
            st.caption("Give your name on the page Review first: it stands on the record.")


def _draw_state(view: AcceptView) -> None:
    if view.works:
        st.success(f"**Auto-accept is at work**, {plain(view.why)}.", icon=":material/done_all:")
    elif view.by_itself:
        st.warning(f"**Auto-accept has turned itself off.** {plain(view.why)}.", icon=":material/warning:")
    else:
        st.markdown(f"**Auto-accept is off**: {plain(view.why)}.")


def _accept() -> None:
    with refusal_shown():
        bar = st.progress(0.0)

        def show(share: float, said: str) -> None:
            bar.progress(share, text=said)

        found = accept_some(services(), show)
        st.toast(f"{found.accepted:,} of {found.looked_at:,} photos accepted; {found.held:,} left to people.")
        st.rerun()
