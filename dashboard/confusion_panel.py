"""The part of the accuracy page on confusion: the assets that are taken for each other, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.audit_report import mark_of
from dashboard.catalogue_cache import catalogue_of
from dashboard.chart_panel import draw_waiting
from dashboard.charts import INTERVAL_HEADER, PhotoMark, csv_text, interval_cells
from dashboard.identity import known_reviewer
from dashboard.markup import Picture, plain
from dashboard.measured_figures import figures_of
from dashboard.panels import draw_pictures
from dashboard.photo_list import cards_of, list_html
from dashboard.review_items import picture_url, reference_of
from dashboard.sight import sight_for
from dashboard.wiring import Services, services
from dashboard.wording import counted, range_words, value_words
from data.domain import PhotoId, Reviewer, Sku
from feedback.confusion import ConfusedGroup, ConfusedPair, Confusion
from feedback.metrics import Interval

MOST_SHOWN, PER_ROW, GROUPS_PER_ROW = 12, 4, 2
"""Pairs and groups on the page, and how many stand side by side; the file has all groups."""


@dataclass(frozen=True, kw_only=True)
class GroupView:
    """One group as it is drawn: its pictures, and sentences on it."""

    pictures: tuple[Picture, ...]
    said: str
    apart: str
    marks: tuple[PhotoMark, ...]


def draw_confusion() -> None:
    """Draw which assets are confused, how often the first is right inside of their groups, and what tells them apart."""
    st.subheader("Which assets are taken for each other?", anchor=False)
    found = figures_of(services()).confusion()
    if found is None:
        draw_waiting("Looking for what is confused")
        return
    if not found.pairs:
        st.caption(
            f"On {found.photos:,} photos that were matched after a ranking was painted, no two assets were confused twice."
        )
        return
    st.caption(
        f"Top-1 of the photos of these assets: {_words(found.inside)}; of all others: {_words(found.outside)}. Measured on "
        f"{found.photos:,} photos that were matched after a ranking was painted; groups are found on the same photos, so the "
        "first looks lower than it will be. Intervals of 95 %, drawn by burst."
    )
    if {pair.skus for pair in found.pairs} != {group.skus for group in found.groups}:  # else the groups are the pairs
        _draw_pairs(found)
        if found.groups:
            st.subheader("Which of them hang together, and what would tell them apart?", anchor=False)
    for start in range(0, min(len(found.groups), MOST_SHOWN), GROUPS_PER_ROW):
        for column, group in zip(st.columns(GROUPS_PER_ROW), found.groups[start : start + GROUPS_PER_ROW], strict=False):
            with column:
                _draw_group(group)
    _draw_download(found)


def _draw_pairs(found: Confusion) -> None:
    for start in range(0, min(len(found.pairs), MOST_SHOWN), PER_ROW):
        for column, pair in zip(st.columns(PER_ROW), found.pairs[start : start + PER_ROW], strict=False):
            with column:
                _draw_pair(pair)
    if len(found.pairs) > MOST_SHOWN:
        st.caption(f"The {MOST_SHOWN} pairs that are confused most, of {len(found.pairs):,}.")


def _draw_download(found: Confusion) -> None:
    rows = [
        (
            " ".join(group.skus),
            group.ranked,
            group.reviewed,
            *interval_cells(group.top1),
            group.told_apart_by and group.told_apart_by.channel,
        )
        for group in found.groups
    ]
    header = ("skus", "confused by the ranking", "confused by reviewers", *INTERVAL_HEADER, "told apart by")
    more = f" ({len(found.groups):,}, the first {MOST_SHOWN} are shown)" if len(found.groups) > MOST_SHOWN else ""
    st.download_button(
        f"All groups as CSV{more}",
        csv_text(header, rows),
        file_name="confusion.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        type="tertiary",
    )


def view_of(opened: Services, group: ConfusedGroup, who: Reviewer | None) -> GroupView:
    """Put a group into pictures and words, and what the one who looks may know of its photos."""
    best = group.told_apart_by
    apart = (
        "Nothing we measure tells them apart."
        if best is None
        else f"{best.channel} tells them apart best: it is for the right one on {_words(best.right)} (p = {best.p_value:.1g})."
    )
    counts = f"Confused by the ranking on {counted(group.ranked, 'photo')}, by reviewers on {counted(group.reviewed, 'photo')}."
    return GroupView(
        pictures=tuple(_picture(opened, sku) for sku in group.skus),
        said=f"{counts} Top-1 inside: {_words(group.top1)}.",
        apart=apart,
        marks=_marks(opened, _seen(opened, who, group.photos)),
    )


@st.fragment
def _draw_pair(pair: ConfusedPair) -> None:
    with st.container(border=True, height="stretch"):
        draw_pictures([_picture(services(), sku) for sku in pair.skus], width_px=110)
        seen = _seen(services(), known_reviewer(), pair.photos)
        _draw_photos(_marks(services(), seen), pair.photos, key=f"pair {' '.join(pair.skus)}")


@st.fragment
def _draw_group(group: ConfusedGroup) -> None:
    view = view_of(services(), group, known_reviewer())
    with st.container(border=True, height="stretch"):
        draw_pictures(view.pictures, width_px=130)
        st.markdown(plain(view.said))
        st.caption(plain(view.apart))
        _draw_photos(view.marks, group.photos, key=f"confused {' '.join(group.skus)}")


def _draw_photos(marks: Sequence[PhotoMark], photos: Sequence[PhotoId], *, key: str) -> None:
    """Offer to show photos; where the one who looks may see none of them, only how many there are is said."""
    whole = counted(len(photos), "photo")
    if not marks:
        st.caption(f"Seen on {whole} that may still come to you, so they stay closed.")
    elif st.toggle(f"Show {whole}" if len(marks) == len(photos) else f"Show {len(marks):,} of {whole}, yours", key=key):
        st.html(list_html(cards_of(services(), marks)))


def _seen(opened: Services, who: Reviewer | None, photos: Sequence[PhotoId]) -> tuple[PhotoId, ...]:
    """Leave the photos of which the one who looks may know what they are."""
    sight = sight_for(opened, who)
    return tuple(photo for photo in photos if sight.may_see_label(photo))


def _picture(opened: Services, sku: Sku) -> Picture:
    reference = reference_of(catalogue_of(opened.store).views_of(sku))
    return Picture(url=picture_url(reference.image_id, "thumb") if reference else "", alt=f"Reference of {sku}", caption=sku)


def _words(found: Interval | None) -> str:
    return "no photo" if found is None else f"{value_words(found)} ({range_words(found)})"


def _marks(opened: Services, photos: Sequence[PhotoId]) -> tuple[PhotoMark, ...]:
    """Mark the photos on which they were confused with what was shown first, and what people say."""
    audits = figures_of(opened).audits()
    known = {} if audits is None else {one.suggestion.photo_id: one for one in audits.decided.photos}
    return tuple(mark_of(known[photo]) if photo in known else PhotoMark(photo_id=photo) for photo in photos)
