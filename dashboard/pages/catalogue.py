"""Catalogue: its assets and their views, and importing more."""

import streamlit as st

from dashboard.asset_index import Concern
from dashboard.asset_markup import page_grid
from dashboard.asset_panel import draw_asset
from dashboard.background import indexing_running, start_indexing
from dashboard.catalogue_browser import Sought, categories, colours, count, find_cards
from dashboard.identity import known_reviewer
from dashboard.intake_panel import draw_intake
from dashboard.pager import draw_pager, page_asked, to_first_page
from dashboard.panels import page_head, refusal_shown
from dashboard.safe_text import told
from dashboard.wiring import services
from data.domain import Sku

EVERY_S = 3


def _sought() -> Sought:
    left, middle, right = st.columns([4, 2, 2], vertical_alignment="bottom")
    words = left.text_input(
        "Words",
        key="find",
        bind="query-params",
        type="search",
        live=True,
        icon=":material/search:",
        placeholder="sku, title, category or description",
        on_change=to_first_page,
    )
    category = middle.selectbox(
        "Category",
        categories(services()),
        index=None,
        key="category",
        bind="query-params",
        placeholder="all",
        format_func=lambda said: told(said, 60),
        on_change=to_first_page,
    )
    colour = right.selectbox(
        "Colour",
        colours(services()),
        index=None,
        key="colour",
        bind="query-params",
        placeholder="any",
        format_func=lambda said: told(said, 60),
        on_change=to_first_page,
    )
    concern = st.pills(
        "What may be wrong", list(Concern), key="concern", bind="query-params", on_change=to_first_page
    )  # fmt: skip
    return Sought(words=words or "", category=category, colour=colour, concern=concern)


def _draw_grid() -> None:
    sought, who = _sought(), known_reviewer()
    found = find_cards(services(), sought, who=who, page=page_asked())
    if not found.total:
        empty = "The catalogue is empty. Import one in the tab Import, or load the demo: couture demo"
        st.info(empty if sought == Sought() else "No asset is like this: take a filter away.", icon=":material/grid_view:")
        return
    left, right = st.columns(2, vertical_alignment="center")
    left.caption(f"Assets: {found.total:,}")
    with right:
        draw_pager(found.page, found.pages)
    st.html(page_grid(found.cards, who))


def _draw_counts() -> None:
    found = count(services())
    there = {
        "assets": found.assets,
        "references": found.references,
        "renders": found.renders,
        "meshes": found.meshes,
        "photos": found.photos,
    }
    for column, (label, value) in zip(st.columns(len(there)), there.items(), strict=True):
        column.metric(label, f"{value:,}", border=True)


@st.fragment(run_every=EVERY_S)
def _draw_indexing() -> None:
    found, running = count(services()), indexing_running(services())
    everything = found.described + found.missing
    label = f"Index the {found.missing:,} that are missing"
    st.progress(
        found.described / everything if everything else 0.0,
        text=f"{found.described:,} of {everything:,} pictures can be compared",
    )
    if running:
        st.info("Indexing goes on in the background, also while this page is closed.", icon=":material/sync:")
    elif not found.missing:
        st.caption("Nothing is missing." if everything else "There is nothing to index yet.")
    elif st.button(label, type="primary", icon=":material/play_arrow:") and start_indexing(services()):
        st.info("Indexing starts in the background.", icon=":material/sync:")


chosen = st.query_params.get("sku")
page_head("Catalogue", "The assets that a photo can be matched with, and their views.")
with refusal_shown():
    if chosen:
        draw_asset(Sku(chosen))
    else:
        browse, bring, index = st.tabs(["Assets", "Import", "Index"], on_change="rerun", key="tab")
        if bring.open:
            with bring:
                draw_intake()
        elif index.open:
            with index:
                _draw_counts()
                _draw_indexing()
        else:
            with browse:
                _draw_grid()
