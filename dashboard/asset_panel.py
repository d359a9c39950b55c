"""The page of one asset: its views, its words, its photos, what it is taken for, and what people may say of it."""

from __future__ import annotations

import streamlit as st

from dashboard.asset_detail import AssetDetail, read_confused, read_detail, read_photos
from dashboard.asset_markup import grid, photo_links, side_by_side, turntable
from dashboard.corrected_words import correct_asset, list_terms, undo_correction, words_of_asset
from dashboard.identity import known_reviewer
from dashboard.markup import plain
from dashboard.panels import draw_pictures, refusal_shown
from dashboard.render_states import RenderState, judge_renders, withdraw_remark
from dashboard.safe_text import isolated, told
from dashboard.same_article import declare, find_others, read_article, undo
from dashboard.wiring import services
from data.domain import Reviewer, Sku
from data.events import Attribute, RenderVerdict

NAME_FIRST = "say who you are on the page Review first."


def draw_asset(sku: Sku) -> None:
    """Draw an asset's page.

    Raises:
        NotFound: there is no such asset.
    """
    st.button("All assets", icon=":material/arrow_back:", type="tertiary", on_click=_to_all)
    who = known_reviewer()
    found = read_detail(services(), sku)
    st.header(plain(told(found.asset.title or sku, 200)), anchor=False)
    mesh = "no mesh" if found.mesh_bytes is None else f"mesh of {found.mesh_bytes / 2**20:.1f} MiB"
    st.caption(" · ".join(plain(told(said)) for said in (sku, found.asset.category, mesh) if said))
    left, right = st.columns([1, 2], gap="large")
    with left:
        _draw_references(found)
    with right:
        st.write(plain(told(found.asset.description, 2_000)) or "*No description.*")
        _draw_words(sku, who)
        st.subheader("Renders", anchor=False)
        _draw_renders(found, who)
    left, right = st.columns([2, 3])
    with left, st.container(border=True, height="stretch"):
        st.subheader("Photos confirmed to be it", anchor=False)
        _draw_photos(sku, who)
    with right, st.container(border=True, height="stretch"):
        st.subheader("Taken for", anchor=False)
        _draw_confused(sku, who)
    with st.container(border=True):
        st.subheader("Same article as", anchor=False)
        _draw_article(sku, who)


def _to_all() -> None:
    st.query_params.pop("sku", None)


def _draw_references(found: AssetDetail) -> None:
    if found.references:
        draw_pictures(found.references, width_px=640)
    else:
        st.info("No reference picture. Import one: a row of the CSV with sku and image.", icon=":material/image:")


def _draw_words(sku: Sku, who: Reviewer | None) -> None:
    words = words_of_asset(services(), sku)
    for column, word in zip(st.columns(len(words)), words, strict=True):
        by = f"<small>corrected by {isolated(word.by, 60)}</small>" if word.by else ""
        column.html(
            f'<div class="cm-fact"><span>{word.attribute}</span><b>{isolated(word.text) if word.text else "–"}</b>{by}</div>'
        )
        if word.by and who and column.button("Undo", key=f"undo {word.event_id}"):
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
        if st.button("Correct", disabled=not value) and value:
            with refusal_shown():
                correct_asset(services(), sku, attribute, value, by=who)
                st.rerun()


def _draw_renders(found: AssetDetail, who: Reviewer | None) -> None:
    if found.renders:
        st.html(turntable(found.renders))
        _draw_judgement(found.asset.sku, found.state, who)
    else:
        st.caption("None yet: import a mesh (column mesh of the CSV), then index.")


def _draw_judgement(sku: Sku, state: RenderState, who: Reviewer | None) -> None:
    if state.words():
        (st.warning if state.left_out else st.caption)(plain(told(state.words(), 400)))
    if who is None:
        st.caption(f"To say that a render is wrong, {NAME_FIRST}")
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


def _draw_photos(sku: Sku, who: Reviewer | None) -> None:
    found = read_photos(services(), sku, who)
    if found.photos:
        st.html(photo_links(found.photos, who))
    else:
        st.caption("None yet. A photo of the sealed side never becomes a view.")
    if found.own_alone:
        st.caption("Of those that you decided yourself: any other may still come to you, and your opinion stays yours.")
    if found.more:
        st.caption(f"And {found.more:,} more.")
    st.page_link(
        "history.py",
        label="Everything that was said of this asset",
        icon=":material/history:",
        query_params={"asset": sku} | ({"reviewer": who} if who else {}),
    )


def _draw_confused(sku: Sku, who: Reviewer | None) -> None:
    found = read_confused(services(), sku)
    if found is None:
        st.caption("Nothing: no other asset is confused with it often.")
        return
    st.caption(f"{found.said} {plain(found.apart)} Words that differ from this asset's stand out.")
    st.html(side_by_side(found, who))


def _draw_article(sku: Sku, who: Reviewer | None) -> None:
    found = read_article(services(), sku)
    if found.others:
        st.html(grid(found.others, who))
    else:
        st.caption("No other asset was declared to be this article. Whoever chooses one or the other then chooses the same.")
    for declared in found.declared:
        left, right = st.columns([9, 1], vertical_alignment="center")
        left.caption(plain(told(declared.words, 300)))
        if who and right.button("Undo", key=f"undo {declared.event_id}"):
            with refusal_shown():
                undo(services(), declared.event_id, by=who)
                st.rerun()
    if who is None:
        st.caption(f"To declare another asset to be the same, {NAME_FIRST}")
    else:
        _draw_choice(sku, who)


def _draw_choice(sku: Sku, who: Reviewer) -> None:
    left, middle, right = st.columns([2, 4, 2], vertical_alignment="bottom")
    words = left.text_input("Find another asset", placeholder="sku, title, category or description")
    others = find_others(services(), sku, words)
    chosen = middle.selectbox(
        "Asset that is the same article",
        list(others),
        index=None,
        format_func=lambda other: told(others[other], 100),
        placeholder="choose",
    )
    if right.button("Declare the same", disabled=chosen is None, width="stretch") and chosen is not None:
        with refusal_shown():
            declare(services(), sku, chosen, by=who)
            st.rerun()
