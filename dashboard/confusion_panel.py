"""The part of the accuracy page on confusion: the assets that are taken for each other, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.audit_report import mark_of
from dashboard.catalogue_cache import catalogue_of
from dashboard.chart_panel import draw_waiting
from dashboard.charts import INTERVAL_HEADER, PhotoMark, csv_text
from dashboard.manager_figures import figures_of
from dashboard.markup import Picture, plain
from dashboard.panels import draw_pictures
from dashboard.photo_list import cards_of, list_html
from dashboard.review_items import picture_url, reference_of
from dashboard.wiring import Services, services
from dashboard.wording import range_words, value_words
from data.domain import Sku
from feedback.confusion import ConfusedGroup, Confusion
from feedback.metrics import Interval

MOST_SHOWN = 12
"""Groups on the page; the command lists all."""


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
    for group in found.groups[:MOST_SHOWN]:
        _draw_group(group)


def _draw_download(found: Confusion) -> None:
    rows = [
        (
            " ".join(group.skus),
            group.ranked,
            group.reviewed,
            *_cells(group.top1),
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
        marks=_marks(opened, group),
    )


@st.fragment
def _draw_group(group: ConfusedGroup) -> None:
    view = view_of(services(), group)
    with st.container(border=True):
        draw_pictures(view.pictures, width_px=200)
        st.markdown(plain(view.said))
        st.caption(plain(view.apart))
        if st.toggle(f"Show the {len(view.marks):,} photos", key=f"confused {' '.join(group.skus)}"):
            st.html(list_html(cards_of(services(), view.marks)))


def _picture(opened: Services, sku: Sku) -> Picture:
    reference = reference_of(catalogue_of(opened.store).views_of(sku))
    return Picture(url=picture_url(reference.image_id, "thumb") if reference else "", alt=f"Reference of {sku}", caption=sku)


def _words(found: Interval | None) -> str:
    return "no photo" if found is None else f"{value_words(found)} ({range_words(found)})"


def _marks(opened: Services, group: ConfusedGroup) -> tuple[PhotoMark, ...]:
    """Mark the photos on which they were confused with what was shown first, and what people say."""
    audits = figures_of(opened).audits()
    known = {} if audits is None else {one.suggestion.photo_id: one for one in audits.decided.photos}
    return tuple(mark_of(known[photo]) if photo in known else PhotoMark(photo_id=photo) for photo in group.photos)


def _cells(found: Interval | None) -> tuple[object, ...]:
    return (None,) * len(INTERVAL_HEADER) if found is None else (found.value, found.low, found.high, found.n)
