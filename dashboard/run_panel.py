"""A run beside the dashboard as a page draws it: how far it is, looked at again and again, and how it ended."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard.markup import plain
from dashboard.retuning import share_of
from dashboard.runs import RunKind, RunRecord, RunState, stop_run
from dashboard.wiring import services
from dashboard.wording import moment_words

LOOK_EVERY_S = 1.0
NAMES = {RunKind.RETUNE: "The fit", RunKind.RANKING: "The ranking of what waits"}


def draw_run(read: Callable[[], RunRecord | None], *, quiet: bool = False) -> None:
    """Draw a run that goes on with its progress, or how the last one ended; `quiet` leaves out one that ended well."""
    record = read()
    if record is None:
        return
    if record.state is RunState.RUNNING:
        _draw_going(read)
    elif not (quiet and record.state is RunState.DONE):
        _draw_end(record)


@st.fragment(run_every=LOOK_EVERY_S)
def _draw_going(read: Callable[[], RunRecord | None]) -> None:
    record = read()
    if record is None or record.state is not RunState.RUNNING:
        st.rerun()
    with st.container(border=True):
        st.markdown(
            f"**{NAMES[record.kind]} goes on**, asked for by {plain(record.by)} at {moment_words(record.started_at)}. "
            "Nobody has to stay on this page."
        )
        done = f": {record.done:,} of {record.total:,}" if record.total else ""
        st.progress(share_of(record), text=f"{record.stage}{done}")
        if record.pid and st.button("Stop it", icon=":material/stop_circle:", type="tertiary", key=f"stop {record.kind}"):
            stop_run(services().home, record.kind)


def _draw_end(record: RunRecord) -> None:
    asked = f"asked for by {plain(record.by)} at {moment_words(record.started_at)}"
    name = NAMES[record.kind]
    if record.state is RunState.DONE:
        st.success(f"**{name} is done**, {asked}: {plain(record.said)}", icon=":material/check_circle:")
    elif record.state is RunState.REFUSED:
        remedy = f"\n\n{plain(record.remedy)}" if record.remedy else ""
        st.info(f"**{name} was refused**, {asked}: {plain(record.said)}{remedy}", icon=":material/hourglass_empty:")
    else:
        st.warning(
            f"**{name} was interrupted** at “{plain(record.stage)}”, {asked}: it was stopped, or its process ended without a "
            "word. Nothing was changed by it. Start it again.",
            icon=":material/warning:",
        )
