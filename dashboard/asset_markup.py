"""Assets as HTML: the grid, confirmed photos, and assets side by side; every text escaped, every picture a link."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from dashboard.asset_detail import ConfirmedPhoto, Confused, Rival
from dashboard.asset_index import Card, Concern
from dashboard.markup import Picture, figure
from dashboard.safe_text import address, isolated
from data.domain import Reviewer, Sku

TELLING = (Concern.POOR, Concern.MESH)
"""Concerns that a card names: an asset without a mesh has no render either."""


def page_grid(cards: Iterable[Card], who: Reviewer | None) -> str:
    """Give the HTML of a page of the catalogue; each asset leads to its page."""
    return f'<div class="cm-cards cm-page">{"".join(_card(card, who) for card in cards)}</div>'


def grid(cards: Iterable[Card], who: Reviewer | None) -> str:
    """Give the HTML of assets as a grid; each leads to its page."""
    return f'<div class="cm-cards">{"".join(_card(card, who) for card in cards)}</div>'


def photo_links(photos: Iterable[ConfirmedPhoto], who: Reviewer | None) -> str:
    """Give the HTML of photos; each leads to its history."""
    links = "".join(
        f'<a class="cm-card" href="{escape(address("history", photo=photo.photo_id, reviewer=who))}">{figure(photo.picture)}'
        f"<small>{isolated(photo.photo_id, 60)}</small></a>"
        for photo in photos
    )
    return f'<div class="cm-cards cm-small">{links}</div>'


def side_by_side(confused: Confused, who: Reviewer | None) -> str:
    """Give the HTML of assets that are taken for each other, with their words; those in which they differ stand out."""
    return f'<div class="cm-cards cm-versus">{"".join(_rival(rival, who) for rival in confused.rivals)}</div>'


def turntable(renders: Iterable[Picture]) -> str:
    """Give the HTML of an asset's renders in two rows, as it turns."""
    return f'<div class="cm-cards cm-turn">{"".join(figure(picture) for picture in renders)}</div>'


def asset_address(sku: Sku, who: Reviewer | None) -> str:
    """Give the address of an asset's page."""
    return address("catalogue", sku=sku, reviewer=who)


def _card(card: Card, who: Reviewer | None) -> str:
    said = " · ".join(isolated(part, 60) for part in (card.sku, card.category) if part and part != card.title)
    concern = next((concern for concern in TELLING if concern in card.concerns), None)
    badge = f'<span class="cm-badge">{escape(concern.value)}</span>' if concern else ""
    return (
        f'<a class="cm-card" href="{escape(asset_address(card.sku, who))}">{figure(card.picture)}'
        f"<b>{isolated(card.title, 80)}</b><small>{said}</small>{badge}</a>"
    )


def _rival(rival: Rival, who: Reviewer | None) -> str:
    rows = "".join(_word_row(*word) for word in rival.words)
    return f"<div>{_card(rival.card, who)}<table>{rows}</table></div>"


def _word_row(name: str, text: str, differs: bool) -> str:
    marked = ' class="cm-differs"' if differs else ""
    return f'<tr{marked}><th scope="row">{escape(name)}</th><td>{isolated(text, 60) if text else "–"}</td></tr>'
