"""History: who decided what and when; undo and export."""

from datetime import date, datetime, time, timedelta
from functools import partial

import streamlit as st

from dashboard.history_log import (
    ENDINGS,
    KINDS,
    EventPage,
    EventRow,
    export_events,
    find_events,
    list_activations,
    list_names,
)
from dashboard.identity import reviewer
from dashboard.markup import plain
from dashboard.pager import draw_pager, page_asked, to_first_page
from dashboard.panels import page_head, refusal_shown
from dashboard.safe_text import told
from dashboard.sight import sees_everything
from dashboard.tables import table
from dashboard.undoing import perform
from dashboard.wiring import services
from dashboard.wording import VERDICTS
from data.domain import PhotoId, Reviewer, Sku
from data.events import Verdict
from feedback.history import Wanted
from feedback.history_rows import EventKind

FOR_PEOPLE = {verdict: words for verdict, words in VERDICTS.items() if verdict is not Verdict.REOPENED}
WHAT = {f"verdict {verdict}": words for verdict, words in FOR_PEOPLE.items()} | {str(kind): said for kind, said in KINDS.items()}

NO_DAYS: list[date | datetime | str | None] = []


def _draw_export(found: EventPage) -> None:
    with st.popover("Export", icon=":material/download:", disabled=not found.rows):
        st.caption(f"All {found.found.num_rows:,} that the filters leave. CSV is safe to open as a spreadsheet.")
        for ending, mime in ENDINGS.items():
            st.download_button(
                ending.upper(),
                partial(export_events, found.found, ending),
                file_name=f"history.{ending}",
                mime=mime,
                on_click="ignore",
                width="stretch",
            )


def _draw_row(row: EventRow, who: Reviewer) -> None:
    left, right = st.columns([10, 1.4], vertical_alignment="center")
    left.html(row.html)
    if row.undo is None:
        return
    with right.popover(row.undo.button, key=f"ask {row.event_id}", width="stretch"):
        for said in row.undo.changes:
            st.write(plain(told(said, 600)))
        if st.button(f"{row.undo.button} now", key=f"undo {row.event_id}"):
            with refusal_shown():
                perform(services(), row.undo, who)
                st.rerun()


def _asked(who: Reviewer) -> Wanted:
    words, by, what, when = st.columns([3, 2, 3, 2], vertical_alignment="bottom")
    said = words.text_input(
        "Words", key="words", bind="query-params", placeholder="photo id, sku or note", icon=":material/search:", type="search",
        on_change=to_first_page,
    )  # fmt: skip
    name = by.selectbox(
        "Who", list_names(services(), who), index=None, key="by", bind="query-params", placeholder="everybody",
        format_func=lambda one: told(one, 60), on_change=to_first_page,
    )  # fmt: skip
    chosen = what.multiselect(
        "What", list(WHAT), key="what", bind="query-params", placeholder="everything", format_func=lambda one: WHAT[one],
        on_change=to_first_page,
    )  # fmt: skip
    days = when.date_input("When", value=NO_DAYS, key="when", bind="query-params", on_change=to_first_page)
    since, until = (_midnight(day) for day in _range(days))
    return Wanted(
        reviewer=name,
        kinds=frozenset(EventKind(one) for one in chosen if not one.startswith("verdict ")),
        verdicts=frozenset(Verdict(one.removeprefix("verdict ")) for one in chosen if one.startswith("verdict ")),
        photo_id=PhotoId(asked) if (asked := st.query_params.get("photo")) else None,
        sku=Sku(asked) if (asked := st.query_params.get("asset")) else None,
        words=said or "",
        since=since,
        until=None if until is None else until + timedelta(days=1),
    )


def _range(days: object) -> tuple[date | None, date | None]:
    chosen = [day for day in days if isinstance(day, date)] if isinstance(days, tuple) else []
    return (chosen[0], chosen[-1]) if chosen else (None, None)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.min).astimezone()


def _draw_subject(wanted: Wanted) -> None:
    """Draw which photo or asset the address asks for, and the way back to all."""
    named = {"photo": wanted.photo_id, "asset": wanted.sku}
    for what, name in named.items():
        if name is not None:
            label = plain(f"Only {what} {told(name, 60)}")
            st.button(label, icon=":material/close:", help=f"Show every {what} again", on_click=_forget, args=(what,))


def _forget(what: str) -> None:
    st.query_params.pop(what, None)
    to_first_page()


def _draw_log(who: Reviewer) -> None:
    wanted = _asked(who)
    _draw_subject(wanted)
    found = find_events(services(), who, wanted, page=page_asked())
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(f"{found.found.num_rows:,} events, newest first", width="content")
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right", width="content"):
            draw_pager(found.page, found.pages)
            _draw_export(found)
    if not found.rows:
        st.info(
            "Nobody has decided anything yet: the page Review is where that happens."
            if wanted == Wanted()
            else "No event is like this: take a filter away.",
            icon=":material/history:",
        )
    with st.container(gap=None):
        day = ""
        for row in found.rows:
            if row.day != day:
                day = row.day
                st.html(f'<h2 class="cm-day">{day}</h2>')
            _draw_row(row, who)


def _draw_weights() -> None:
    st.caption("Which weights ranked from when until when, who took them into use, and why. Roll back on the page Retune.")
    steps = list_activations(services())
    st.html(table(("version", "activated by", "at", "until", "reason"), [list(step.values()) for step in steps], longest=500))


page_head("History", "Everything that was said and done. An undo is one more event; nothing is ever erased.")
who = reviewer()
st.caption(
    "You answer for decisions, so you see everything: do not review photos whose verdicts you have read here."
    if sees_everything(services(), who)
    else "Of photos that may still come to you, you see your own words alone, so that your opinion stays yours."
)
log, weights = st.tabs(["Events", "Weights in use"], on_change="rerun", key="tab")
with refusal_shown():
    if weights.open:
        with weights:
            _draw_weights()
    else:
        with log:
            _draw_log(who)
