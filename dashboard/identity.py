"""Who is at the screen: asked once. Sign-in will replace `reviewer`, and nothing else."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from data.domain import Reviewer

KEY = "reviewer"
LONGEST = 80


def reviewer() -> Reviewer:
    """Give the reviewer's name; ask for it and end the page's run where it is not known yet."""
    known = known_reviewer() or _ask()
    st.session_state[KEY] = st.query_params[KEY] = known
    return known


def _ask() -> NoReturn:
    """Ask for the name, and end the page's run."""
    with st.form("who", width=480):
        st.subheader("Who is reviewing?")
        said = st.text_input(
            "Your name", placeholder="e.g. Ada", max_chars=LONGEST, help="It stands beside each of your decisions."
        )
        if st.form_submit_button("Start reviewing", type="primary") and said.strip():
            st.session_state[KEY] = st.query_params[KEY] = said.strip()
            st.rerun()
    st.stop()


def reviewer_badge() -> None:
    """Keep the name in the address, so that a reload does not ask again."""
    known = st.session_state.get(KEY)
    if known:
        st.query_params[KEY] = known


def known_reviewer() -> Reviewer | None:
    """Give the reviewer's name without asking; None where it is not known."""
    known = str(st.session_state.get(KEY) or st.query_params.get(KEY) or "").strip()[:LONGEST]
    return Reviewer(known) if known else None
