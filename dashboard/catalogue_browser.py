"""What the catalogue page shows: counts, assets by words, one asset whole; and imports into it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import streamlit as st

from dashboard.markup import Picture
from dashboard.render_states import RenderState, likeness_of, render_states_of
from dashboard.review_items import picture_url
from dashboard.search_results import view_picture
from dashboard.wiring import Services
from data.catalogue import import_catalogue
from data.domain import Asset, ImageId, Sku, ViewKind
from data.errors import BadTable
from data.photos import import_photos
from data.tabular import ImportReport
from feedback.confirmed import read_confirmed_views
from matching.indexing import pending

PAGE = 24
Progress = Callable[[int, int], None]


class Lack(StrEnum):
    """What may be wrong with the 3D of an asset."""

    MESH = "no mesh"
    RENDER = "no render"
    POOR = "poor mesh"


class Intake(StrEnum):
    """What may be imported."""

    CATALOGUE = "catalogue"
    PHOTOS = "photos"


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much there is. `described` are pictures that can be compared, `missing` those that indexing would make or describe."""

    assets: int
    references: int
    renders: int
    meshes: int
    photos: int
    described: int
    missing: int


@dataclass(frozen=True, kw_only=True)
class Card:
    """An asset in the grid. `likeness` is that of its renders with its reference; infinite where they are not measured."""

    sku: Sku
    title: str
    category: str
    picture: Picture
    lacks: frozenset[Lack]
    likeness: float


@dataclass(frozen=True, kw_only=True)
class CardPage:
    """One page of the grid; `page` counts from 1."""

    cards: tuple[Card, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class AssetDetail:
    """One asset whole. `confirmed` are the photos that reviewers confirmed to be it."""

    asset: Asset
    references: tuple[Picture, ...]
    renders: tuple[Picture, ...]
    confirmed: tuple[Picture, ...]
    mesh_bytes: int | None
    state: RenderState


def count(services: Services) -> Counts:
    """Count what the catalogue and the queue hold."""
    store = services.store
    tables = (store.assets, store.views, store.meshes, store.photos, store.descriptions)
    return _counted(services, str(store.address), tuple(table.version for table in tables))


@st.cache_data(max_entries=2, show_spinner=False)
def _counted(_services: Services, home: str, versions: tuple[int, ...]) -> Counts:  # noqa: ARG001  # the key
    store, backends = _services.store, _services.backends
    kinds = [view.kind for view in store.views.all()]
    return Counts(
        assets=store.assets.count(),
        references=kinds.count(ViewKind.REFERENCE),
        renders=kinds.count(ViewKind.RENDER),
        meshes=store.meshes.count(),
        photos=store.photos.count(),
        described=len(store.descriptions.done(backends.describer)),
        missing=pending(store, backends).pictures,
    )


def categories(services: Services) -> list[str]:
    """List the categories, in order of the alphabet."""
    return sorted({card.category for card in _all_cards(services) if card.category})


def find_cards(
    services: Services, words: str, *, category: str | None = None, lack: Lack | None = None, page: int = 1
) -> CardPage:
    """Find assets by words, category and what they lack, and give one page of them: of poor meshes the worst first."""
    hits = {asset.sku for asset in services.store.assets.search(words, limit=services.store.assets.count())}
    found = [
        card
        for card in _all_cards(services)
        if card.sku in hits and category in {None, card.category} and (lack is None or lack in card.lacks)
    ]
    if lack is Lack.POOR:
        found.sort(key=lambda card: card.likeness)
    pages = max(1, -(-len(found) // PAGE))
    shown = min(max(page, 1), pages)
    return CardPage(cards=tuple(found[(shown - 1) * PAGE : shown * PAGE]), total=len(found), page=shown, pages=pages)


def find_by_words(services: Services, words: str) -> list[Card]:
    """Find the assets that fit words best, the best first, by exact words, full text and the vectors of texts together."""
    cards = {card.sku: card for card in _all_cards(services)}
    return [cards[sku] for sku in services.words.find(words, PAGE) if sku in cards]


def cards_of(services: Services, skus: Collection[Sku]) -> list[Card]:
    """Give the cards of some assets, in order of the alphabet; those that are not there are left out."""
    return [card for card in _all_cards(services) if card.sku in skus]


def read_detail(services: Services, sku: Sku) -> AssetDetail:
    """Read one asset with its views and the photos confirmed to be it.

    Raises:
        NotFound: there is none.
    """
    store = services.store
    asset, views, state = store.assets.get(sku), store.views.of(sku), render_states_of(store).of(sku)
    return AssetDetail(
        asset=asset,
        references=tuple(view_picture(view, asset, state, size="full") for view in views if view.kind is ViewKind.REFERENCE),
        renders=tuple(view_picture(view, asset, state) for view in views if view.kind is ViewKind.RENDER),
        confirmed=tuple(
            Picture(url=picture_url(view.image_id, "thumb"), alt=f"photo {view.photo_id}", caption=view.photo_id)
            for view in read_confirmed_views(store)
            if view.sku == sku
        ),
        mesh_bytes=len(store.meshes.glb(sku)) if sku in store.meshes.skus() else None,
        state=state,
    )


def import_from(services: Services, intake: Intake, path: str, *, by: str, on_progress: Progress | None = None) -> ImportReport:
    """Import from a CSV file or a folder on this machine.

    Raises:
        BadTable: no path is given, or what is there cannot be read as a whole.
    """
    source = Path(path.strip()).expanduser()
    if not path.strip() or not source.exists():
        raise BadTable(f"there is nothing at '{path.strip()}'", remedy="give the path of a CSV file or a folder on this machine")
    if intake is Intake.CATALOGUE:
        return import_catalogue(services.store, source, on_progress=on_progress)
    return import_photos(services.store, source, submitted_by=by, on_progress=on_progress)


def _all_cards(services: Services) -> list[Card]:
    store = services.store
    tables = (store.assets, store.views, store.meshes, store.mesh_qualities, store.render_remarks)
    return _cards(services, str(store.address), tuple(table.version for table in tables))


@st.cache_resource(max_entries=2, show_spinner=False)
def _cards(_services: Services, home: str, versions: tuple[int, ...]) -> list[Card]:  # noqa: ARG001  # the key
    store = _services.store
    first: dict[Sku, ImageId] = {}
    rendered: set[Sku] = set()
    for view in store.views.all():
        if view.kind is ViewKind.RENDER:
            rendered.add(view.sku)
        if view.kind is ViewKind.REFERENCE or view.sku not in first:
            first[view.sku] = view.image_id
    states = render_states_of(store).all()
    poor = {sku for sku, state in states.items() if state.left_out}
    assets = sorted(store.assets.all(), key=lambda asset: asset.sku)
    good = {asset.sku for asset in assets} - poor
    lacking = ((Lack.MESH, store.meshes.skus()), (Lack.RENDER, rendered), (Lack.POOR, good))
    return [
        Card(
            sku=asset.sku,
            title=asset.title or asset.sku,
            category=asset.category,
            picture=Picture(
                url=picture_url(first[asset.sku], "thumb") if asset.sku in first else "",
                alt=f"{asset.title or asset.sku}, reference",
            ),
            lacks=frozenset(lack for lack, there in lacking if asset.sku not in there),
            likeness=likeness_of(states.get(asset.sku)),
        )
        for asset in assets
    ]
