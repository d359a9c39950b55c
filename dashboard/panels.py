"""Pieces that several pages draw alike: the head, pictures, charts, a refusal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from dashboard.accuracy_report import Tile
from dashboard.markup import Picture, gallery, plain
from dashboard.measured_figures import figures_of
from dashboard.wiring import services
from dashboard.wording import sentence
from data.errors import CoutureError, NotEnoughEvidence


def page_head(title: str, lead: str) -> None:
    """Open a page: its name, and what it is for."""
    with st.container(gap="small"):
        st.title(title, anchor=False)
        st.caption(lead)


def draw_pictures(pictures: Iterable[Picture], *, width_px: int = 140) -> None:
    """Draw pictures side by side."""
    st.html(gallery(pictures, width_px=width_px))


def draw_tiles(tiles: Sequence[Tile]) -> None:
    """Draw figures side by side, each with its interval."""
    for column, tile in zip(st.columns(len(tiles)), tiles, strict=True):
        column.metric(
            tile.name,
            tile.value,
            delta=tile.interval,
            delta_color="off",
            delta_arrow="off",
            help=tile.meaning,
            border=True,
            height="stretch",
        )


@contextmanager
def refusal_shown(*, measuring: bool = False) -> Iterator[None]:
    """Show what our own errors say, instead of the rest of a block; where that measures figures, offer to try again."""
    try:
        yield
    except CoutureError as error:
        draw_refusal(error)
        if measuring and not isinstance(error, NotEnoughEvidence):
            _draw_again(error)


def draw_refusal(error: CoutureError) -> None:
    """Say what went wrong, or what is still missing, and what to do about it."""
    said = f"**{plain(error.what)}**" + (f"\n\n{plain(sentence(error.remedy))}" if error.remedy else "")
    if isinstance(error, NotEnoughEvidence):
        st.info(said, icon=":material/hourglass_empty:")
    else:
        st.error(said, icon=":material/error:")


def _draw_again(error: CoutureError) -> None:
    if st.button("Try again", icon=":material/refresh:", key=f"again {error.what[:100]}"):
        figures_of(services()).try_again()
        st.rerun()
