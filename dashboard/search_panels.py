"""Pieces of the search page: the chance that the DAM has none, the candidates, and the decision that a search becomes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from dashboard.catalogue_browser import Card
from dashboard.identity import KEY, LONGEST, known_reviewer
from dashboard.markup import bars, figure, plain
from dashboard.panels import draw_pictures, refusal_shown
from dashboard.safe_text import isolated
from dashboard.search_results import FoundCandidate, SearchResult
from dashboard.search_review import Picked, decide_search, send_to_review, undo_search
from dashboard.search_visit import SearchVisit
from dashboard.wiring import services
from dashboard.wording import VERDICTS, percent, sure_words
from data.domain import Sku
from data.events import Verdict
from data.ranking import Suggestion

LIKELY_NONE, MAYBE_NONE = 0.6, 0.3
FIRST_WORDS, PER_ROW = 8, 4


def draw_styles() -> None:
    """Lay the styles of this page down."""
    st.html(Path(__file__).parent / "search.css")


def draw_welcome() -> None:
    """Say what comes of a photo, while there is none."""
    st.html(
        '<ol class="cs-welcome"><li><b>Give a photo.</b> Drop it, paste it, or take it with the camera.</li>'
        "<li><b>See what it most likely shows.</b> Each asset with its reference, its best render, and how sure the model is; "
        "on top the chance that the DAM has none.</li>"
        "<li><b>Crop it by hand</b> where the wrong thing was cut out: the ranking follows.</li>"
        "<li><b>Decide, or send it to review.</b> What you confirm makes the next search better.</li></ol>"
    )


def draw_verdict(result: SearchResult) -> None:
    """Say on top what the whole ranking says: whether the DAM has the article at all."""
    best = result.candidates[0] if result.candidates else None
    if best is None or result.no_match >= LIKELY_NONE:
        said = "The DAM most likely does not have this article."
    elif result.no_match >= MAYBE_NONE:
        said = "The DAM may not have this article."
    else:
        said = "The DAM most likely has this article."
    share = round(100 * result.no_match)
    st.html(
        f'<div class="cs-verdict"><div class="cs-dial" style="--cs-share: {share}"><b>{percent(result.no_match)}</b></div>'
        f"<strong>{said}</strong>"
        f"<small>{percent(result.no_match)} chance that it has none · weights {result.weights}</small></div>"
    )


def draw_outcome(visit: SearchVisit, picked: Picked) -> None:
    """Say what was decided of this picture, with its undo; or that it waits for review."""
    said, sent, name = visit.said(picked), visit.sent(picked), known_reviewer()
    if said is not None and name is not None:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key="search-outcome"):
            verdict = f"it is **{plain(said.sku)}**" if said.sku else VERDICTS[said.verdict]
            st.markdown(f":material/check_circle: Your decision is stored: {verdict}. Photo {plain(said.photo_id)}.")
            if st.button("Undo", icon=":material/undo:", key="search undo"):
                with refusal_shown():
                    undo_search(services(), said, by=name)
                    visit.remember(picked, None)
                    st.rerun()
    elif sent is not None:
        st.success(f"Photo {plain(sent[0])} waits for review.", icon=":material/inbox:")


def draw_decisions(visit: SearchVisit, picked: Picked, result: SearchResult, top: int) -> None:
    """Offer what may be said of the picture besides a candidate; ask for a name where none is known."""
    visit.seconds(picked)
    if known_reviewer() is None:
        name = st.text_input(
            "Your name", max_chars=LONGEST, width=320, help="It stands beside your decision. Searching needs none."
        )
        if name.strip():
            st.session_state[KEY] = st.query_params[KEY] = name.strip()
            st.rerun()
        return
    if visit.said(picked) is not None:
        return
    shown = painted(result, top)
    with st.container(horizontal=True, gap="small"):
        if st.button("Not in the DAM", icon=":material/block:", help="The catalogue does not have this article."):
            _decide(visit, picked, shown, Verdict.NOT_IN_DAM)
        if st.button(
            "None of these", icon=":material/close:", help="It is none of the candidates shown; it may be another asset."
        ):
            _decide(visit, picked, shown, Verdict.NOT_LISTED)
        if visit.sent(picked) is None and st.button(
            "Send to review", icon=":material/send:", help="Store this photo and leave the decision to a reviewer."
        ):
            _send(visit, picked)


def draw_candidates(visit: SearchVisit, picked: Picked, result: SearchResult, top: int) -> None:
    """Draw the candidates, the best first, each with what may be done with it."""
    decidable = known_reviewer() is not None and visit.said(picked) is None
    for found in result.candidates[:top]:
        with st.container(border=True):
            pictures, words = st.columns([3, 4], gap="medium")
            with pictures:
                framed = "".join(figure(picture) for picture in (found.reference, found.beside) if picture is not None)
                st.html(f'<div class="cs-pair">{framed}</div>')
            with words:
                _draw_words(found)
                if decidable and st.button(
                    "It is this one",
                    key=f"this {found.sku}",
                    icon=":material/check:",
                    type="primary" if found.rank == 1 else "secondary",
                ):
                    _decide(visit, picked, painted(result, top), Verdict.MATCH, found.sku)
            with st.expander("Why, and all views", type="compact"):
                st.caption(f"Score {found.score:.2f}, the sum of what each channel adds:")
                st.html(bars(found.contributions))
                draw_pictures(found.views, width_px=110)


def draw_found_words(cards: Sequence[Card]) -> None:
    """Draw the assets that words found, the best first and large; those after them on demand."""
    if not cards:
        st.info(
            "No asset fits these words. Try fewer, or other ones: a colour, a material, a kind.", icon=":material/search_off:"
        )
        return
    _draw_grid(cards[:FIRST_WORDS])
    if len(cards) > FIRST_WORDS:
        with st.expander(f"{len(cards) - FIRST_WORDS} more that fit less well"):
            _draw_grid(cards[FIRST_WORDS:])


def _draw_grid(cards: Sequence[Card]) -> None:
    for start in range(0, len(cards), PER_ROW):
        row = cards[start : start + PER_ROW]
        for column, card in zip(st.columns(PER_ROW, gap="medium"), row, strict=False):
            with column, st.container(border=True):
                st.html(figure(card.picture))
                if st.button(plain(card.title), key=f"open {card.sku}", type="tertiary", help="Open it in the catalogue."):
                    st.switch_page("catalogue.py", query_params={**st.query_params.to_dict(), "sku": card.sku})
                st.caption(" · ".join(plain(part) for part in (card.sku, card.category) if part))


def _draw_words(found: FoundCandidate) -> None:
    st.subheader(f"{found.rank}. {plain(found.title)}", anchor=False)
    st.html(f'<code class="cs-sku">{isolated(found.sku)}</code>')
    share = round(100 * found.confidence)
    st.html(
        f'<div class="cs-sure" style="--cs-share: {share}"><span>{sure_words(found.confidence)}</span>'
        f"<i></i><b>{percent(found.confidence)}</b></div>"
    )
    said = [found.category, found.words, f"best view: {found.best_view}"]
    st.caption(" · ".join(plain(part) for part in said if part))


def painted(result: SearchResult, top: int) -> Suggestion:
    """Give the ranking as it stands on the screen."""
    return dataclasses.replace(result.suggestion, candidates=result.suggestion.candidates[:top])


def _decide(visit: SearchVisit, picked: Picked, shown: Suggestion, verdict: Verdict, sku: Sku | None = None) -> None:
    name = known_reviewer()
    if name is None:
        return
    with refusal_shown():
        ticket = visit.ticket(picked, verdict, sku)
        decision = decide_search(services(), picked, shown, verdict, sku, by=name, ticket=ticket)
        visit.remember(picked, decision)
        visit.remember_sent(picked, decision.photo_id, name)
        st.rerun()


def _send(visit: SearchVisit, picked: Picked) -> None:
    name = known_reviewer()
    if name is None:
        return
    with refusal_shown():
        sent = send_to_review(services(), picked, by=name)
        visit.remember_sent(picked, sent.photo_id, name)
        st.rerun()
