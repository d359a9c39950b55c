"""The catalogue in memory, as the grid seeks through it: one card per asset, and what is known of assets from reviews."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from dashboard.markup import Picture
from dashboard.render_states import likeness_of, render_states_of
from dashboard.review_items import picture_url
from dashboard.sight import sight_for
from dashboard.wiring import Services
from data.domain import Asset, ImageId, Reviewer, Sku
from data.events import Attribute
from feedback.board import board_of
from feedback.confusion import Confusion, read_confusion
from feedback.corrections import read_corrections
from feedback.labels import LabelKind
from matching.renewal import Renewal
from matching.vocabulary import Vocabulary, read_vocabulary


class Concern(StrEnum):
    """What may be wrong with an asset."""

    MESH = "no mesh"
    RENDER = "no render"
    POOR = "poor mesh"
    UNMATCHED = "never matched"
    CONFUSED = "often confused"


@dataclass(frozen=True, kw_only=True)
class Card:
    """An asset in the grid.

    `concerns` are those that need no review to be known; `likeness` is that of its renders with its reference, infinite where
    they are not measured; `colours` are the terms that its colour was read into; `text` is what words are sought in.
    """

    sku: Sku
    title: str
    category: str
    picture: Picture
    concerns: frozenset[Concern]
    likeness: float
    colours: tuple[str, ...] = ()
    text: str = ""


class AssetIndex:
    """The cards of a store; a large catalogue is renewed beside those who look at it. Safe to share between threads."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._cards = Renewal[dict[Sku, Card]]()
        self._confusion = Renewal[Confusion]()

    def cards(self) -> dict[Sku, Card]:
        """Give every asset's card by its sku, in order of the alphabet."""
        store = self._services.store
        tables = (store.assets, store.views, store.meshes, store.mesh_qualities)
        said = (store.render_remarks, store.corrections, store.descriptions)
        return self._cards.get(tuple(table.version for table in (*tables, *said)), self._read_cards)

    def matched(self, who: Reviewer | None) -> set[Sku]:
        """List the assets that some photo was matched with, as far as a person may know; of how many or which it says nothing."""
        sight, labels = sight_for(self._services, who), board_of(self._services.store).labels()
        return {
            sku
            for photo_id, label in labels.items()
            if label.kind is LabelKind.MATCH and (sight.own_alone or sight.may_see_label(photo_id))
            for sku in label.skus
        }

    def confusion(self) -> Confusion:
        """Give which assets are taken for each other; of many reviews it may be seconds old."""
        store = self._services.store
        tables = (store.events, store.suggestions, store.crops, store.gold_marks, store.equivalences, store.photos)
        return self._confusion.get(tuple(table.version for table in tables), lambda: read_confusion(store))

    def _read_cards(self) -> dict[Sku, Card]:
        store, home = self._services.store, self._services.home
        first, rendered, meshed = store.views.first_pictures(), store.views.rendered(), store.meshes.skus()
        colours, states = store.descriptions.colours(self._services.backends.describer), render_states_of(store).all()
        said, vocabulary = read_corrections(store).assets, read_vocabulary(home)
        terms: dict[str, tuple[str, ...]] = {}
        cards = {}
        for asset in sorted(store.assets.all(), key=lambda asset: asset.sku):
            state, words = states.get(asset.sku), said.get(asset.sku, {})
            image_id = first.get(asset.sku)
            described = colours.get(image_id, "") if image_id else ""
            colour = words[Attribute.COLOUR].value if Attribute.COLOUR in words else described
            if colour not in terms:
                terms[colour] = _terms(vocabulary, colour)
            poor = state is not None and bool(state.left_out)
            missing = {Concern.MESH: asset.sku not in meshed, Concern.RENDER: asset.sku not in rendered, Concern.POOR: poor}
            cards[asset.sku] = Card(
                sku=asset.sku,
                title=asset.title or asset.sku,
                category=asset.category,
                picture=_picture(asset, image_id),
                concerns=frozenset(concern for concern, there in missing.items() if there),
                likeness=likeness_of(state),
                colours=terms[colour],
                text=f"{asset.sku} {asset.title} {asset.category} {asset.description}".casefold(),
            )
        return cards


@lru_cache(maxsize=4)
def index_of(services: Services) -> AssetIndex:
    """Give a home its index: one per process."""
    return AssetIndex(services)


def _terms(vocabulary: Vocabulary, colour: str) -> tuple[str, ...]:
    answer = vocabulary.read(Attribute.COLOUR, colour)
    return answer.words if answer.known else (answer.text,)


def _picture(asset: Asset, image_id: ImageId | None) -> Picture:
    url = picture_url(image_id, "thumb") if image_id else ""
    return Picture(url=url, alt=f"{asset.title or asset.sku}, reference"[:200])
