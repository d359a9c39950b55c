"""The part of the accuracy page on confusion: the assets that are taken for each other, side by side."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.catalogue_cache import catalogue_of
from dashboard.markup import Picture, plain
from dashboard.panels import draw_pictures, refusal_shown
from dashboard.review_items import picture_url, reference_of
from dashboard.wiring import Services, services
from dashboard.wording import range_words, value_words
from data.domain import Sku
from feedback.confusion import ConfusedGroup, Confusion, read_confusion
from feedback.metrics import Interval

MOST_SHOWN = 12
"""Groups on the page; the command lists all."""


@dataclass(frozen=True, kw_only=True)
class GroupView:
    """One group as it is drawn: its pictures, and sentences on it."""

    pictures: tuple[Picture, ...]
    said: str
    apart: str


def draw_confusion() -> None:
    """Draw which assets are confused, how often the first is right inside of their groups, and what tells them apart."""
    st.subheader("Which assets are confused?", anchor=False)
    with refusal_shown():
        found = read_confusion_of(services())
        if not found.groups:
            st.caption(
                f"On {found.photos:,} photos that were matched after a ranking was painted, no two assets were confused twice."
            )
            return
        st.caption(
            f"Top-1 of the photos of these assets: {_words(found.inside)}; of all others: {_words(found.outside)}. Groups are "
            "found on the same photos, so the first looks lower than it will be. All: couture confusion"
        )
        for group in found.groups[:MOST_SHOWN]:
            _draw_group(view_of(services(), group))


def read_confusion_of(opened: Services) -> Confusion:
    """Find what is confused; anew where reviews, gold or equivalents have changed."""
    store = opened.store
    versions = [table.version for table in (store.events, store.suggestions, store.gold_marks, store.equivalences, store.photos)]
    return _found(opened, f"{store.installation_id} {versions}")


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
    )


def _draw_group(view: GroupView) -> None:
    with st.container(border=True):
        draw_pictures(view.pictures)
        st.caption(plain(view.said))
        st.caption(plain(view.apart))


def _picture(opened: Services, sku: Sku) -> Picture:
    reference = reference_of(catalogue_of(opened.store).views_of(sku))
    return Picture(url=picture_url(reference.image_id, "thumb") if reference else "", alt=f"Reference of {sku}", caption=sku)


def _words(found: Interval | None) -> str:
    return "no photo" if found is None else f"{value_words(found)} ({range_words(found)})"


@st.cache_resource(max_entries=2, show_spinner="Looking for what is confused …")
def _found(_opened: Services, state: str) -> Confusion:  # noqa: ARG001  # the key
    return read_confusion(_opened.store)
