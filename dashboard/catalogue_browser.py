"""What the catalogue page shows: counts, and assets by words, category, colour and what may be wrong with them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import streamlit as st

from dashboard.asset_index import Card, Concern, index_of
from dashboard.wiring import Services
from data.domain import Reviewer, Sku, ViewKind
from matching.indexing import pending

__all__ = [
    "PAGE",
    "Card",
    "CardPage",
    "Counts",
    "Sought",
    "cards_of",
    "categories",
    "colours",
    "count",
    "find_by_words",
    "find_cards",
]

PAGE = 24


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
class Sought:
    """What assets are looked for; what is empty is not asked."""

    words: str = ""
    category: str | None = None
    colour: str | None = None
    concern: Concern | None = None


@dataclass(frozen=True, kw_only=True)
class CardPage:
    """One page of the grid; `page` counts from 1."""

    cards: tuple[Card, ...]
    total: int
    page: int
    pages: int


def count(services: Services) -> Counts:
    """Count what the catalogue and the queue hold."""
    store = services.store
    tables = (store.assets, store.views, store.meshes, store.photos, store.descriptions)
    return _counted(services, str(store.address), tuple(table.version for table in tables))


@st.cache_data(max_entries=2, show_spinner=False)
def _counted(_services: Services, home: str, versions: tuple[int, ...]) -> Counts:  # noqa: ARG001  # the key
    store, backends = _services.store, _services.backends
    kinds = store.views.counts()
    return Counts(
        assets=store.assets.count(),
        references=kinds[ViewKind.REFERENCE],
        renders=kinds[ViewKind.RENDER],
        meshes=store.meshes.count(),
        photos=store.photos.count(),
        described=len(store.descriptions.done(backends.describer)),
        missing=pending(store, backends).pictures,
    )


def categories(services: Services) -> list[str]:
    """List the categories, in order of the alphabet."""
    return sorted({card.category for card in index_of(services).cards().values()} - {""})


def colours(services: Services) -> list[str]:
    """List the colours that assets have, in order of the alphabet."""
    return sorted({colour for card in index_of(services).cards().values() for colour in card.colours} - {""})


def find_cards(services: Services, sought: Sought, *, who: Reviewer | None = None, page: int = 1) -> CardPage:
    """Find assets and give one page of them: of poor meshes the worst first, of confused ones the most confused.

    Args:
        services: where from.
        sought: what all of them have.
        who: looks; of photos that may still come to them they learn nothing.
        page: from 1; one past the end is the last.
    """
    wanted = sought.words.casefold().split()
    found = [
        card
        for card in _of_concern(services, sought.concern, who)
        if sought.category in {None, card.category}
        and (sought.colour is None or sought.colour in card.colours)
        and all(word in card.text for word in wanted)
    ]
    pages = max(1, -(-len(found) // PAGE))
    shown = min(max(page, 1), pages)
    return CardPage(cards=tuple(found[(shown - 1) * PAGE : shown * PAGE]), total=len(found), page=shown, pages=pages)


def find_by_words(services: Services, words: str) -> list[Card]:
    """Find the assets that fit words best, the best first, by exact words, full text and the vectors of texts together."""
    cards = index_of(services).cards()
    return [cards[sku] for sku in services.words.find(words, PAGE) if sku in cards]


def cards_of(services: Services, skus: Collection[Sku]) -> list[Card]:
    """Give the cards of some assets, in order of the alphabet; those that are not there are left out."""
    cards = index_of(services).cards()
    return [cards[sku] for sku in sorted(skus) if sku in cards]


def _of_concern(services: Services, concern: Concern | None, who: Reviewer | None) -> list[Card]:
    index = index_of(services)
    cards = index.cards()
    if concern is Concern.CONFUSED:
        listed = dict.fromkeys(sku for group in index.confusion().groups for sku in group.skus)
        return [cards[sku] for sku in listed if sku in cards]
    if concern is Concern.UNMATCHED:
        matched = index.matched(who)
        return [card for card in cards.values() if card.sku not in matched]
    found = [card for card in cards.values() if concern is None or concern in card.concerns]
    return sorted(found, key=lambda card: card.likeness) if concern is Concern.POOR else found
