"""Words that a person said of photos and assets: they win over what a model says, wherever words are read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from data.domain import Asset, Description, PhotoId, Sku
from data.events import Attribute, Correction
from matching.ports import Words

Said = Mapping[Attribute, Correction]
"""What a person said of each attribute; those of which nobody spoke are left out."""

NOTHING: Said = {}


@dataclass(frozen=True, kw_only=True)
class Corrections:
    """What people said that stands: per photo and per asset, those of which nobody spoke left out."""

    photos: Mapping[PhotoId, Said] = field(default_factory=dict)
    assets: Mapping[Sku, Said] = field(default_factory=dict)

    def of_photo(self, photo_id: PhotoId | None) -> Said:
        """Give what people said of a photo; nothing of one that is not stored."""
        return NOTHING if photo_id is None else self.photos.get(photo_id, NOTHING)

    def of_asset(self, sku: Sku) -> Said:
        """Give what people said of an asset."""
        return self.assets.get(sku, NOTHING)


def corrected(words: Words, said: Said) -> Words:
    """Put what people said in the place of what a model said."""
    return dataclasses.replace(words, **{attribute.value: event.value for attribute, event in said.items()}) if said else words


def words_of(description: Description | None, *, kind: str = "") -> Words:
    """Give the words of a description; where it names no object, that is `kind`. Nothing described: no other words."""
    if description is None:
        return Words(caption="", object=kind, colour="", texture="", specificity="")
    return Words(
        caption=description.caption,
        object=description.object or kind,
        colour=description.colour,
        texture=description.texture,
        specificity=description.specificity,
    )


def asset_words(description: Description | None, asset: Asset, corrections: Corrections) -> Words:
    """Give what is said of an asset: of its reference picture by a model, of its object by the catalogue, of all by people."""
    return corrected(words_of(description, kind=asset.category), corrections.of_asset(asset.sku))
