"""What the catalogue page shows and does of equivalent skus: one article that the catalogue has several times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.asset_index import Card
from dashboard.catalogue_browser import cards_of
from dashboard.wiring import Services
from dashboard.wording import moment_words
from data.domain import EventId, Reviewer, Sku
from feedback.equivalence import declare_equivalent, equivalents_of, standing_equivalences, withdraw_equivalent


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A standing declaration, in words."""

    event_id: EventId
    words: str


@dataclass(frozen=True, kw_only=True)
class Article:
    """The other assets that are the same article as one, and what was declared of any of them."""

    others: tuple[Card, ...]
    declared: tuple[Declared, ...]


def read_article(services: Services, sku: Sku) -> Article:
    """Read which other assets are the same article, and by whose word."""
    standing = standing_equivalences(services.store.equivalences.all())
    own = equivalents_of(standing).get(sku, frozenset({sku}))
    return Article(
        others=tuple(cards_of(services, own - {sku})),
        declared=tuple(
            Declared(event_id=event.event_id, words=f"{', '.join(event.skus)}: by {event.by}, {moment_words(event.at)}")
            for event in standing
            if own.issuperset(event.skus)
        ),
    )


def find_others(services: Services, sku: Sku, words: str) -> dict[Sku, str]:
    """Find assets that have every word and may be declared to be the same article; name each."""
    known = {card.sku for card in read_article(services, sku).others} | {sku}
    found = [asset for asset in services.store.assets.search(words) if asset.sku not in known]
    return {asset.sku: f"{asset.title} ({asset.sku})" if asset.title else asset.sku for asset in found}


def declare(services: Services, sku: Sku, other: Sku, *, by: Reviewer) -> None:
    """Declare two assets to be one article.

    Raises:
        NotFound: one of them is not in the catalogue.
    """
    declare_equivalent(services.store, [sku, other], by=by, at=datetime.now(UTC))


def undo(services: Services, event_id: EventId, *, by: Reviewer) -> None:
    """Take a standing declaration back, as one more event.

    Raises:
        NotFound: it does not stand.
    """
    withdraw_equivalent(services.store, event_id, by=by, at=datetime.now(UTC))
