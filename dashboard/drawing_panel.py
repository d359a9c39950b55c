"""The part of the accuracy page that sets what is drawn at random, and which photos are gold."""

from __future__ import annotations

import streamlit as st

from dashboard.chart_panel import draw_waiting
from dashboard.drawing_report import (
    MOST_DRAWN,
    GoldStock,
    ShareRow,
    change_share,
    mark_agreed,
    mark_one,
    read_gold_stock,
    read_share_rows,
    unmark,
)
from dashboard.identity import known_reviewer
from dashboard.markup import plain
from dashboard.panels import refusal_shown
from dashboard.photo_list import cards_of, list_html
from dashboard.settings import EVERYBODY
from dashboard.sight import sees_everything
from dashboard.wiring import services
from data.domain import Reviewer
from data.drawing import DrawPurpose

GOLD_NEEDS_MANAGERS = (
    "Gold photos, whose answer is known, measure reviewers who cannot tell them from others. Whoever marks them must not be "
    "measured by them, so this page offers it to those alone whom settings.toml names: "
    'managers = ["Ada"]. The command line marks them too: couture gold add --agreed 30.'
)


def draw_drawing() -> None:
    """Draw the shares of audit, second opinions and gold with their controls, and the gold photos."""
    who, house = known_reviewer(), services().settings.managers
    st.subheader("What is drawn at random, to measure all this?", anchor=False)
    if house and not sees_everything(services(), who):
        st.caption("Those whom settings.toml names as managers set it: who knew the gold photos could not be measured by them.")
        return
    if who is None:
        st.caption("To change it, give your name on the page Review first: it stands on the record.")
    rows = [row for row in read_share_rows(services()) if house or row.purpose is not DrawPurpose.GOLD]
    for column, row in zip(st.columns(3), rows, strict=False):
        with column:
            _draw_share(row, who)
    if not house:
        st.info(GOLD_NEEDS_MANAGERS, icon=":material/lock:")
        return
    if EVERYBODY in house:
        st.caption("settings.toml names everybody as a manager: gold measures only reviewers who do not look here.")
    stock = read_gold_stock(services())
    if stock is None:
        draw_waiting("Looking for photos whose answer is known")
    else:
        _draw_gold(stock, who)


def _draw_share(row: ShareRow, who: Reviewer | None) -> None:
    with st.container(border=True, height="stretch", key=f"within-{row.purpose}"):
        st.metric(
            row.name, f"{100 * row.share:.3g} %", f"{row.drawn:,} drawn · {row.set_by}", delta_color="off", delta_arrow="off"
        )
        st.caption(row.meaning)
        with st.form(f"share {row.purpose}", border=False):
            with st.container(horizontal=True, vertical_alignment="bottom", wrap=False):
                share = st.number_input(
                    f"New share of {row.name.lower()}, %", 0.0, 100 * MOST_DRAWN, 100 * row.share, 0.5, format="%.1f"
                )
                asked = st.form_submit_button("Set", disabled=who is None)
            if asked and who is not None:
                with refusal_shown():
                    change_share(services(), row.purpose, share / 100, who)
                    st.rerun()


def _draw_gold(stock: GoldStock, who: Reviewer | None) -> None:
    with st.container(border=True):
        st.markdown(
            f"**{len(stock.marks):,} photos are gold**: their answer is known, and what is said of them measures who says it. "
            f"Two reviewers or more agree on {len(stock.agreed):,} others."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if stock.agreed:
                most = min(len(stock.agreed), 500)
                count = st.number_input("So many", 1, most, min(30, most), help="Those that most agree on come first.", width=120)
                if st.button("Mark them as gold", disabled=who is None) and who is not None:
                    with refusal_shown():
                        st.toast(f"{mark_agreed(services(), int(count), who):,} photos are gold now.")
                        st.rerun()
            named = st.text_input("Or one photo, by its id", width=260)
            if st.button("Mark this one", disabled=who is None or not named.strip()) and who is not None:
                with refusal_shown():
                    mark_one(services(), named, who)
                    st.rerun()
        if stock.marks and st.toggle("Show the gold photos"):
            _draw_marks(stock, who)


def _draw_marks(stock: GoldStock, who: Reviewer | None) -> None:
    st.html(list_html(cards_of(services(), stock.marks)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Take a mark back", [mark.photo_id for mark in stock.marks], index=None, placeholder="choose a photo"
        )
        if st.button("Take it back", icon=":material/undo:", disabled=who is None or chosen is None) and who and chosen:
            with refusal_shown():
                unmark(services(), chosen, who)
                st.toast(plain(f"{chosen} is gold no more."))
                st.rerun()
