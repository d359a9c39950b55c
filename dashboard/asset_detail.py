"""One asset: its views, what is said of it, the photos confirmed to be it, and what it is taken for."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.asset_index import Card, index_of
from dashboard.catalogue_browser import cards_of
from dashboard.corrected_words import words_of_asset
from dashboard.markup import Picture
from dashboard.render_states import RenderState, render_states_of
from dashboard.review_items import picture_url
from dashboard.search_results import view_picture
from dashboard.sight import sight_for
from dashboard.wiring import Services
from dashboard.wording import counted, range_words, value_words
from data.domain import Asset, PhotoId, Reviewer, Sku, ViewKind
from feedback.confirmed import read_views_seen
from feedback.confusion import ConfusedGroup

MOST_PHOTOS = 36
"""Confirmed photos on the page; History has all."""


@dataclass(frozen=True, kw_only=True)
class ConfirmedPhoto:
    """A photo that reviewers confirmed to be the asset."""

    photo_id: PhotoId
    picture: Picture


@dataclass(frozen=True, kw_only=True)
class AssetDetail:
    """One asset with its own views."""

    asset: Asset
    references: tuple[Picture, ...]
    renders: tuple[Picture, ...]
    mesh_bytes: int | None
    state: RenderState


@dataclass(frozen=True, kw_only=True)
class ConfirmedPhotos:
    """The photos confirmed to be an asset, of those that a person may know of; `more` stand in History alone.

    `own_alone`: whether these are the ones alone of which that person has spoken.
    """

    photos: tuple[ConfirmedPhoto, ...]
    more: int
    own_alone: bool = False


@dataclass(frozen=True, kw_only=True)
class Rival:
    """An asset of a confused group: its card, and its words by attribute, each with whether the asset asked about has another."""

    card: Card
    words: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, kw_only=True)
class Confused:
    """What an asset is taken for: itself first, then the others; and sentences on how often and what tells them apart."""

    rivals: tuple[Rival, ...]
    said: str
    apart: str


def read_detail(services: Services, sku: Sku) -> AssetDetail:
    """Read one asset with its own views.

    Raises:
        NotFound: there is none.
    """
    store = services.store
    asset, views, state = store.assets.get(sku), store.views.of(sku), render_states_of(store).of(sku)
    return AssetDetail(
        asset=asset,
        references=tuple(view_picture(view, asset, state, size="full") for view in views if view.kind is ViewKind.REFERENCE),
        renders=tuple(view_picture(view, asset, state, size="full") for view in views if view.kind is ViewKind.RENDER),
        mesh_bytes=store.meshes.size_of(sku),
        state=state,
    )


def read_photos(services: Services, sku: Sku, who: Reviewer | None) -> ConfirmedPhotos:
    """Read the photos that were confirmed to be an asset, as far as a person may know."""
    sight = sight_for(services, who)
    confirmed = read_views_seen(services.store, sku, sight)
    return ConfirmedPhotos(
        photos=tuple(
            ConfirmedPhoto(
                photo_id=view.photo_id,
                picture=Picture(url=picture_url(view.image_id, "thumb"), alt=f"photo {view.photo_id}"[:200]),
            )
            for view in confirmed[:MOST_PHOTOS]
        ),
        more=max(len(confirmed) - MOST_PHOTOS, 0),
        own_alone=sight.own_alone,
    )


def read_confused(services: Services, sku: Sku) -> Confused | None:
    """Read what an asset is taken for; None where it is taken for nothing."""
    group = next((group for group in index_of(services).confusion().groups if sku in group.skus), None)
    if group is None:
        return None
    cards = {card.sku: card for card in cards_of(services, group.skus)}
    own = {word.attribute: word.text for word in words_of_asset(services, sku)}
    ordered = [cards[one] for one in (sku, *(other for other in group.skus if other != sku)) if one in cards]
    return Confused(
        rivals=tuple(
            Rival(
                card=card,
                words=tuple(
                    (word.attribute.value, word.text, word.text != own[word.attribute])
                    for word in words_of_asset(services, card.sku)
                ),
            )
            for card in ordered
        ),
        said=_counts(group),
        apart=_apart(group),
    )


def _counts(group: ConfusedGroup) -> str:
    top1 = "" if group.top1 is None else f" Top-1 inside: {value_words(group.top1)} ({range_words(group.top1)})."
    return (
        f"Confused by the ranking on {counted(group.ranked, 'photo')}, by reviewers on {counted(group.reviewed, 'photo')}.{top1}"
    )


def _apart(group: ConfusedGroup) -> str:
    best = group.told_apart_by
    if best is None:
        return "Nothing that is measured tells them apart."
    right = f"{value_words(best.right)} ({range_words(best.right)})"
    return f"{best.channel} tells them apart best: it is for the right one on {right}, p = {best.p_value:.1g}."
