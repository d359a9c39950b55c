"""The part of the accuracy page on confusion: the assets that are taken for each other, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.audit_report import mark_of
from dashboard.catalogue_cache import catalogue_of
from dashboard.chart_panel import draw_waiting
from dashboard.charts import INTERVAL_HEADER, PhotoMark, csv_text, interval_cells
from dashboard.markup import Picture, plain
from dashboard.measured_figures import figures_of
from dashboard.panels import draw_pictures
from dashboard.photo_list import cards_of, list_html
from dashboard.review_items import picture_url, reference_of
from dashboard.wiring import Services, services
from dashboard.wording import range_words, value_words
from data.domain import PhotoId, Sku
from feedback.confusion import ConfusedGroup, ConfusedPair, Confusion
from feedback.metrics import Interval

MOST_SHOWN, PER_ROW = 12, 3
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
    if not found.groups:
        st.caption(
            f"On {found.photos:,} photos that were matched after a ranking was painted, no two assets were confused twice."
        )
        return
    st.caption(
        f"Top-1 of the photos of these assets: {_words(found.inside)}; of all others: {_words(found.outside)}. Measured on "
        f"{found.photos:,} photos that were matched after a ranking was painted; groups are found on the same photos, so the "
        "first looks lower than it will be. Intervals of 95 %, drawn by burst."
    )
    _draw_download(found)
    for start in range(0, min(len(found.pairs), MOST_SHOWN), PER_ROW):
        for column, pair in zip(st.columns(PER_ROW), found.pairs[start : start + PER_ROW], strict=False):
            with column:
                _draw_pair(pair)
    if len(found.pairs) > MOST_SHOWN:
        st.caption(f"The {MOST_SHOWN} pairs that are confused most, of {len(found.pairs):,}.")
    st.subheader("Which of them hang together, and what would tell them apart?", anchor=False)
    for group in found.groups[:MOST_SHOWN]:
        _draw_group(group)


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


def view_of(opened: Services, group: ConfusedGroup) -> GroupView:
    """Put a group into pictures and words."""
    best = group.told_apart_by
    apart = (
        "Nothing we measure tells them apart."
        if best is None
        else f"{best.channel} tells them apart best: it is for the right one on {_words(best.right)} (p = {best.p_value:.1g})."
    )
    counts = f"Confused by the ranking on {group.ranked} photos, by reviewers on {group.reviewed}."
    return GroupView(
        pictures=tuple(_picture(opened, sku) for sku in group.skus),
        said=f"{counts} Top-1 inside: {_words(group.top1)}.",
        apart=apart,
        marks=_marks(opened, group.photos),
    )


@st.fragment
def _draw_pair(pair: ConfusedPair) -> None:
    with st.container(border=True):
        draw_pictures([_picture(services(), sku) for sku in pair.skus], width_px=120)
        if st.toggle(f"On {len(pair.photos):,} photos", key=f"pair {' '.join(pair.skus)}"):
            st.html(list_html(cards_of(services(), _marks(services(), pair.photos))))


@st.fragment
def _draw_group(group: ConfusedGroup) -> None:
    view = view_of(services(), group)
    with st.container(border=True):
        draw_pictures(view.pictures, width_px=130)
        st.markdown(plain(view.said))
        st.caption(plain(view.apart))
        if st.toggle(f"Show the {len(view.marks):,} photos", key=f"confused {' '.join(group.skus)}"):
            st.html(list_html(cards_of(services(), view.marks)))


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
