"""History: who decided what and when; undo and export."""

from functools import partial

import streamlit as st

from dashboard.corrected_words import list_corrections, undo_correction
from dashboard.history_log import (
    EventPage,
    find_events,
    list_activations,
    list_equivalences,
    list_render_remarks,
    list_reviewers,
    to_csv,
    to_jsonl,
    undo_event,
)
from dashboard.identity import reviewer
from dashboard.panels import page_head, refusal_shown
from dashboard.wiring import services
from dashboard.wording import UNDOABLE, VERDICTS
from data.domain import Reviewer
from data.events import PROGRAMS


def _draw_export(found: EventPage) -> None:
    with st.container(horizontal=True):
        for ending, mime, write in (("csv", "text/csv", to_csv), ("jsonl", "application/jsonl", to_jsonl)):
            st.download_button(
                f"Export {len(found.found):,} events as {ending.upper()}",
                partial(write, found.found),
                file_name=f"reviews.{ending}",
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
            )


def _draw_events(found: EventPage, who: Reviewer) -> None:
    for row in found.rows:
        left, right = st.columns([9, 1], vertical_alignment="center")
        left.html(row.html)
        if (
            row.stands
            and row.reviewer in {who, *PROGRAMS}
            and row.verdict in UNDOABLE
            and right.button("Undo", key=f"undo {row.event_id}")
        ):
            with refusal_shown():
                undo_event(services(), row, who)
                st.rerun()


def _draw_log(who: Reviewer) -> None:
    left, middle, right, last = st.columns([2, 2, 3, 1], vertical_alignment="bottom")
    by = left.selectbox("Reviewer", list_reviewers(services()), index=None, placeholder="all")
    verdict = middle.selectbox("Verdict", list(VERDICTS), index=None, placeholder="all", format_func=lambda said: VERDICTS[said])
    words = right.text_input("Words", placeholder="photo id, sku or note")
    pages = find_events(services(), reviewer=by, verdict=verdict, words=words).pages
    page = last.number_input(f"Page of {pages}", 1, pages, 1)
    found = find_events(services(), reviewer=by, verdict=verdict, words=words, page=int(page))
    if not found.rows:
        st.info(
            "No event is like this."
            if by or verdict or words
            else "Nobody has decided anything yet: the page Review is where that happens."
        )
        return
    _draw_export(found)
    _draw_events(found, who)


def _draw_words(who: Reviewer) -> None:
    pages = list_corrections(services()).pages
    left, right = st.columns([8, 1], vertical_alignment="bottom")
    left.caption("Words that people corrected; they win over what a model says. Correct one on the page Review or Catalogue.")
    page = right.number_input(f"Page of {pages}", 1, pages, 1, key="page of words") if pages > 1 else 1
    found = list_corrections(services(), int(page))
    if not found.rows:
        st.info("Nobody has corrected a word yet.")
    for row in found.rows:
        left, right = st.columns([9, 1], vertical_alignment="center")
        left.html(row.html)
        if row.is_word and right.button("Undo", key=f"undo {row.event_id}"):
            with refusal_shown():
                undo_correction(services(), row.event_id, by=who)
                st.rerun()


page_head("History", "Every decision as it was made. An undo is one more event; nothing is ever erased.")
who = reviewer()
log, words, articles, renders, versions = st.tabs(["Events", "Words", "Same article", "Renders", "Activations"])
with log:
    _draw_log(who)
with words:
    _draw_words(who)
with articles:
    st.caption("Skus that were declared to be one article. Declare and undo on the page Catalogue, at the asset.")
    st.dataframe(list_equivalences(services()), hide_index=True)
with renders:
    st.caption("What was said of 3D renders. Say and undo it on the page Catalogue, at the asset, or on the cards of Review.")
    st.dataframe(list_render_remarks(services()), hide_index=True)
with versions:
    st.dataframe(list_activations(services()), hide_index=True)
