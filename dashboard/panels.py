"""Pieces that several pages draw alike: the head, pictures, charts, a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from dashboard.accuracy_report import Tile
from dashboard.asset_index import Card
from dashboard.charts import Chart
from dashboard.markup import Picture, gallery, plain
from data.errors import CoutureError, NotEnoughEvidence

PER_ROW = 6


def page_head(title: str, lead: str) -> None:
    """Open a page: its name, and what it is for."""
    with st.container(gap="small"):
        st.title(title, anchor=False)
        st.caption(lead)


def draw_pictures(pictures: Iterable[Picture], *, width_px: int = 140) -> None:
    """Draw pictures side by side."""
    st.html(gallery(pictures, width_px=width_px))


def draw_cards(cards: Sequence[Card]) -> None:
    """Draw assets as a grid; a click on a title opens the asset in the catalogue."""
    for start in range(0, len(cards), PER_ROW):
        for column, card in zip(st.columns(PER_ROW), cards[start : start + PER_ROW], strict=False):
            with column:
                draw_pictures([card.picture])
                if st.button(plain(card.title), key=f"open {card.sku}", help=plain(card.sku), type="tertiary", width="stretch"):
                    st.switch_page("catalogue.py", query_params={**st.query_params.to_dict(), "sku": card.sku})


def draw_tiles(tiles: Sequence[Tile]) -> None:
    """Draw figures side by side, each with its interval."""
    for column, tile in zip(st.columns(len(tiles)), tiles, strict=True):
        column.metric(
            tile.name, tile.value, delta=tile.interval, delta_color="off", delta_arrow="off", help=tile.meaning, border=True
        )


def draw_chart(chart: Chart) -> None:
    """Draw a chart below the question that it answers, with its figures as CSV."""
    with st.container(border=True, height="stretch"):
        st.subheader(chart.question, anchor=False)
        if chart.figure is not None:
            st.plotly_chart(chart.figure, key=f"chart {chart.name}", config={"displayModeBar": False}, alt=chart.question)
        if chart.note:
            st.caption(plain(chart.note))
        st.download_button(
            "CSV",
            chart.csv,
            file_name=f"{chart.name}.csv",
            mime="text/csv",
            icon=":material/download:",
            key=f"csv {chart.name}",
            on_click="ignore",
            type="tertiary",
        )


@contextmanager
def refusal_shown() -> Iterator[None]:
    """Show what our own errors say, instead of the rest of a block."""
    try:
        yield
    except CoutureError as error:
        draw_refusal(error)


def draw_refusal(error: CoutureError) -> None:
    """Say what went wrong, or what is still missing, and what to do about it."""
    said = f"**{plain(error.what)}**" + (f"\n\n{plain(error.remedy)}" if error.remedy else "")
    if isinstance(error, NotEnoughEvidence):
        st.info(said, icon=":material/hourglass_empty:")
    else:
        st.error(said, icon=":material/error:")
