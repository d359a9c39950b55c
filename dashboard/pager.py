"""Turning pages: where a long list is open stands in the address, so that a reload or a link shows the same."""

from __future__ import annotations

import streamlit as st

PAGE = "page"


def page_asked() -> int:
    """Say which page the address asks for, from 1; the first where it asks for none."""
    said = st.query_params.get(PAGE, "")
    return int(said) if said.isdecimal() and len(said) < 10 else 1  # noqa: PLR2004  # no list is longer


def to_first_page() -> None:
    """Open the list at its beginning, since it is another one now."""
    st.query_params.pop(PAGE, None)


def draw_pager(page: int, pages: int) -> None:
    """Draw which page is open, and the ways to the others; nothing where there is one alone."""
    if pages == 1:
        return
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", wrap=False):
        _turn("First", ":material/first_page:", 1, disabled=page == 1)
        _turn("Before", ":material/chevron_left:", page - 1, disabled=page == 1)
        st.caption(f"Page {page:,} of {pages:,}", width="content")
        _turn("Next", ":material/chevron_right:", page + 1, disabled=page == pages)
        _turn("Last", ":material/last_page:", pages, disabled=page == pages)


def _turn(label: str, icon: str, to: int, *, disabled: bool) -> None:
    st.button(label, icon=icon, key=f"turn {label}", type="tertiary", disabled=disabled, on_click=_open, args=(to,))


def _open(page: int) -> None:
    st.query_params[PAGE] = str(page)
