"""Search: a photo, and the assets that it may show; or words, and the assets that have them."""

import streamlit as st

from dashboard.catalogue_browser import find_by_words
from dashboard.identity import known_reviewer
from dashboard.markup import bars, plain
from dashboard.panels import draw_cards, draw_pictures, page_head, refusal_shown
from dashboard.search_results import MOST_SHOWN, FoundCandidate, SearchResult, search_by_photo, send_to_review
from dashboard.wiring import services
from dashboard.wording import percent

KINDS = ["jpg", "jpeg", "png", "webp", "heic", "heif"]
SHOWN = 5


def _draw_candidate(found: FoundCandidate, *, explained: bool) -> None:
    with st.container(border=True):
        left, right = st.columns([1, 3], gap="medium")
        with left:
            draw_pictures([found.reference], width_px=200)
        with right:
            st.subheader(f"{found.rank}. {plain(found.title)}", anchor=False)
            said = f"{plain(found.sku)} · {plain(found.category)}" if found.category else plain(found.sku)
            st.caption(
                f"{said} · confidence **{percent(found.confidence)}** · score {found.score:.2f} · best view: {found.best_view}"
            )
            if found.words:
                st.caption(plain(found.words))
            if found.views:
                draw_pictures(found.views, width_px=72)
            if explained:
                st.caption("Contribution of each channel to the score")
                st.html(bars(found.contributions))


def _draw_result(result: SearchResult, top: int, *, explained: bool) -> None:
    left, right = st.columns([1, 3], gap="large")
    with left:
        st.image(result.photo, caption="photo", alt="the photo")
        st.image(result.cutout, caption="cut-out", alt="the photo without its background")
        st.metric("Probability that the DAM has no match", percent(result.no_match), border=True)
        st.caption(f"weights {result.weights}")
    with right:
        for found in result.candidates[:top]:
            _draw_candidate(found, explained=explained)


def _photo_search() -> None:
    left, right = st.columns([3, 2], gap="large")
    with right:
        top = st.slider("Candidates", 1, MOST_SHOWN, SHOWN)
        with st.container(horizontal=True, gap="medium"):
            explained = st.toggle("Contributions", help="Show what each channel adds to the score.")
            camera = st.toggle("Use the camera")
    with left:
        photo = (
            st.camera_input("Take a photo")
            if camera
            else st.file_uploader(
                "Photo of an article", type=KINDS, help="JPEG, PNG, WebP or HEIC, at most 40 MiB. Nothing of it is stored."
            )
        )
    if photo is None:
        return
    with refusal_shown():
        result = search_by_photo(services(), photo.getvalue(), photo.name)
        with right:
            if st.button("Send to review", icon=":material/send:", help="Store this photo and put it into the review queue."):
                sent = send_to_review(services(), photo.getvalue(), photo.name, by=known_reviewer() or "search")
                words = "now waits for review" if sent.is_new else "is in the review queue already"
                st.success(f"Photo {plain(sent.photo_id)} {words}.")
        _draw_result(result, top, explained=explained)


def _word_search() -> None:
    words = st.text_input("Words of an asset, or words that describe it", placeholder="e.g. red leather tote with a gold buckle")
    if not words.strip():
        return
    with refusal_shown():
        found = find_by_words(services(), words)
        st.caption(f"{len(found)} assets, the best first" if found else "No asset fits these words.")
        draw_cards(found)


page_head("Search", "Which asset is in this photo? Nothing of an upload is stored unless you send it to review.")
by_photo, by_words = st.tabs(["By photo", "By words"])
with by_photo:
    _photo_search()
with by_words:
    _word_search()
