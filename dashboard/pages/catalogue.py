"""Catalogue: its assets and their views, and importing more."""

import streamlit as st

from dashboard.background import indexing_running, start_indexing
from dashboard.catalogue_browser import Intake, Lack, categories, count, find_cards, import_from, read_detail
from dashboard.corrected_words import correct_asset, list_terms, undo_correction, words_of_asset
from dashboard.identity import known_reviewer
from dashboard.markup import plain
from dashboard.panels import draw_cards, draw_pictures, draw_report, page_head, refusal_shown
from dashboard.render_states import RenderState, judge_renders, withdraw_remark
from dashboard.same_article import declare, find_others, read_article, undo
from dashboard.wiring import services
from data.domain import Reviewer, Sku
from data.events import Attribute, RenderVerdict

EVERY_S = 3


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


def _draw_detail(sku: Sku) -> None:
    if st.button("Back to all assets", icon=":material/arrow_back:", type="tertiary"):
        del st.query_params["sku"]
        st.rerun()
    found = read_detail(services(), sku)
    left, right = st.columns([1, 2], gap="large")
    with left:
        draw_pictures(found.references, width_px=260)
    with right:
        st.header(plain(found.asset.title or found.asset.sku), anchor=False)
        mesh = "no mesh" if found.mesh_bytes is None else f"mesh of {found.mesh_bytes / 2**20:.1f} MiB"
        st.caption(" · ".join(plain(said) for said in (found.asset.sku, found.asset.category, mesh) if said))
        st.write(plain(found.asset.description) or "*No description.*")
        _draw_words(sku)
        st.subheader("Renders", anchor=False)
        if found.renders:
            draw_pictures(found.renders, width_px=130)
            _draw_judgement(found.asset.sku, found.state)
        else:
            st.caption("None yet: import a mesh (column mesh of the CSV), then index.")
        st.subheader("Photos confirmed to be it", anchor=False)
        if found.confirmed:
            draw_pictures(found.confirmed, width_px=130)
        else:
            st.caption("None yet. A photo of the sealed side never becomes a view.")
    _draw_article(sku)


def _draw_words(sku: Sku) -> None:
    words, who = words_of_asset(services(), sku), known_reviewer()
    for column, word in zip(st.columns(len(words)), words, strict=True):
        column.caption(word.attribute)
        column.write(plain(word.text) or "–")
        if word.by:
            column.caption(f"corrected by {plain(word.by)}")
            if who and column.button("Undo", key=f"undo {word.event_id}"):
                with refusal_shown():
                    undo_correction(services(), word.event_id, by=who)
                    st.rerun()
    if who is None:
        return
    with st.popover("Correct a word", icon=":material/edit:"):
        attribute = Attribute(str(st.selectbox("Attribute", list(Attribute), key=f"attribute of {sku}")))
        value = st.selectbox(
            "The right word",
            list_terms(services(), attribute),
            index=None,
            accept_new_options=True,
            placeholder="choose or type",
            key=f"{attribute} of {sku}",
        )
        if st.button("Correct", type="primary", disabled=not value) and value:
            with refusal_shown():
                correct_asset(services(), sku, attribute, value, by=who)
                st.rerun()


def _draw_judgement(sku: Sku, state: RenderState) -> None:
    if state.words():
        (st.warning if state.left_out else st.caption)(plain(state.words()))
    who = known_reviewer()
    if who is None:
        st.caption("To say that a render is wrong, say who you are on the page Review first.")
        return
    left, right = st.columns(2)
    if state.remark is not None:
        if left.button("Take back what was said of the renders"):
            with refusal_shown():
                withdraw_remark(services(), state.remark.event_id, by=who)
                st.rerun()
    elif left.button("Render is wrong", icon=":material/block:"):
        with refusal_shown():
            judge_renders(services(), sku, RenderVerdict.WRONG, by=who)
            st.rerun()
    elif state.left_out and right.button("Render is right", icon=":material/check:"):
        with refusal_shown():
            judge_renders(services(), sku, RenderVerdict.RIGHT, by=who)
            st.rerun()


def _draw_article(sku: Sku) -> None:
    found, who = read_article(services(), sku), known_reviewer()
    st.subheader("Same article as", anchor=False)
    if found.others:
        draw_cards(found.others)
    else:
        st.caption("No other asset was declared to be this article. Whoever chooses one or the other then chooses the same.")
    for declared in found.declared:
        left, right = st.columns([9, 1], vertical_alignment="center")
        left.caption(plain(declared.words))
        if who and right.button("Undo", key=f"undo {declared.event_id}"):
            with refusal_shown():
                undo(services(), declared.event_id, by=who)
                st.rerun()
    if who is None:
        st.caption("To declare another asset to be the same, say who you are on the page Review first.")
    else:
        _draw_choice(sku, who)


def _draw_choice(sku: Sku, who: Reviewer) -> None:
    left, middle, right = st.columns([2, 4, 2], vertical_alignment="bottom")
    words = left.text_input("Find another asset", placeholder="sku, title, category or description")
    others = find_others(services(), sku, words)
    chosen = middle.selectbox(
        "Asset that is the same article", list(others), index=None, format_func=lambda other: others[other], placeholder="choose"
    )
    if right.button("Declare the same", disabled=chosen is None, width="stretch") and chosen is not None:
        with refusal_shown():
            declare(services(), sku, chosen, by=who)
            st.rerun()


def _draw_grid() -> None:
    left, middle, right, last = st.columns([4, 2, 2, 1], vertical_alignment="bottom")
    words = left.text_input("Words", placeholder="sku, title, category or description")
    category = middle.selectbox("Category", categories(services()), index=None, placeholder="all")
    lack = right.selectbox("3D", list(Lack), index=None, placeholder="any")
    pages = find_cards(services(), words, category=category, lack=lack).pages
    page = last.number_input(f"Page of {pages}", 1, pages, 1)
    found = find_cards(services(), words, category=category, lack=lack, page=int(page))
    if not found.total:
        st.info(
            "No asset is like this." if words or category or lack else "The catalogue is empty. Import one in the tab Import."
        )
        return
    st.caption(f"Assets: {found.total:,}, page {found.page} of {found.pages}")
    draw_cards(found.cards)


@st.fragment(run_every=EVERY_S)
def _draw_indexing() -> None:
    found, running = count(services()), indexing_running(services())
    everything = found.described + found.missing
    label = f"Index the {found.missing:,} that are missing"
    st.subheader("Index", anchor=False)
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


def _draw_import() -> None:
    st.subheader("Import", anchor=False)
    with st.form("import", border=True):
        intake = st.segmented_control("What", list(Intake), default=Intake.CATALOGUE, required=True)
        path = st.text_input("Path on this machine, of a CSV file or a folder", placeholder="/data/catalogue.csv")
        st.caption(
            "Catalogue columns: sku, image; title, category, description, mesh, kind, yaw\\_deg. "
            "Photo columns: photo\\_id, image; sku, in\\_dam, group, taken\\_at. What is there already is skipped."
        )
        asked = st.form_submit_button("Import", type="primary")
    if asked:
        bar = st.progress(0.0, text="Importing …")

        def show(done: int, total: int) -> None:
            bar.progress(done / max(total, 1), text=f"{done:,} of {total:,} rows")

        with refusal_shown():
            draw_report(import_from(services(), Intake(intake), path, by=known_reviewer() or "import", on_progress=show))
        bar.empty()


page_head("Catalogue", "The assets that a photo can be matched with, and their views.")
with refusal_shown():
    chosen = st.query_params.get("sku")
    if chosen:
        _draw_detail(Sku(chosen))
    else:
        counts = st.container()
        browse, bring = st.tabs(["Assets", "Import and index"])
        with bring:
            _draw_import()
            _draw_indexing()
        with browse:
            _draw_grid()
        with counts:
            _draw_counts()
