"""Search: a photo, and the assets that it may show; or words, and the assets that have them."""

import streamlit as st

from dashboard.catalogue_browser import find_by_words
from dashboard.panels import page_head, refusal_shown
from dashboard.search_component import crop_frame, picture_intake
from dashboard.search_panels import (
    draw_candidates,
    draw_decisions,
    draw_found_words,
    draw_outcome,
    draw_styles,
    draw_verdict,
    draw_welcome,
)
from dashboard.search_results import MOST_SHOWN, search_by_photo
from dashboard.search_review import Picked
from dashboard.search_visit import SearchVisit
from dashboard.wiring import services

KINDS = ["jpg", "jpeg", "png", "webp", "heic", "heif"]
MOST_MB = 40
SHOWN = 5
WORDS = "search words"
TRY = ("black quilted bag, gold chain", "red leather tote", "white sneaker with a blue sole")


def _picked(visit: SearchVisit) -> Picked | None:
    """Ask for a picture; give the one that came last, by whatever way."""
    with st.container(key="search-photo" if visit.has_picture else "search-photo-first"):
        st.file_uploader(
            "Photo of an article",
            type=KINDS,
            key=visit.FILE,
            on_change=visit.came_by_file,
            max_upload_size=MOST_MB,
            help="JPEG, PNG, WebP or HEIC, at most 40 MB. Nothing of it is stored unless you decide or send it to review.",
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        picture_intake()
        if st.toggle("Camera", key="search camera on", help="Take a photo with this device."):
            st.camera_input("Take a photo", key=visit.CAMERA, on_change=visit.came_by_camera)
    return visit.picked()


def _photo_search() -> None:
    visit = SearchVisit()
    left, right = st.columns([2, 5] if visit.has_picture else [3, 2], gap="large")
    with left:
        picked = _picked(visit)
    if picked is None:
        with right:
            draw_welcome()
        return
    with refusal_shown():
        automatic = search_by_photo(services(), picked.content, picked.name)
        with left:
            box = crop_frame(f"crop {picked.digest}", automatic.photo, f"the photo {picked.name}", start=automatic.around)
            picked = visit.cropped(picked, box)
            result = search_by_photo(services(), picked.content, picked.name, box) if box else automatic
            st.image(
                result.cutout,
                caption="what is searched: your crop" if box else "what is searched: the automatic cut-out",
                alt="the photo without its background",
                width=220,
            )
        with right:
            draw_verdict(result)
            draw_outcome(visit, picked)
            with st.container(horizontal=True, vertical_alignment="bottom", gap="large", key="search-line"):
                top = st.slider("Candidates shown", 1, MOST_SHOWN, SHOWN, key="search top", width=220)
                draw_decisions(visit, picked, result, top)
            with st.container(key="search-candidates"):
                draw_candidates(visit, picked, result, top)


def _word_search() -> None:
    words = st.text_input("Words of an asset, or words that describe it", placeholder=f"e.g. {TRY[0]}", key=WORDS)
    if not words.strip():
        st.caption("Colour, material, kind, detail, a sku or a piece of a title, in any order. For example:")
        with st.container(horizontal=True):
            for example in TRY:
                st.button(example, key=f"try {example}", icon=":material/search:", on_click=_search_for, args=(example,))
        return
    with refusal_shown():
        draw_found_words(find_by_words(services(), words))


def _search_for(words: str) -> None:
    st.session_state[WORDS] = words


page_head("Search", "Which asset is in this photo? Nothing of an upload is stored unless you decide or send it to review.")
draw_styles()
by_photo, by_words = st.tabs(["By photo", "By words"])
with by_photo:
    _photo_search()
with by_words:
    _word_search()
