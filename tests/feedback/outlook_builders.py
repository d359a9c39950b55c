"""Outlooks made by hand, and the version of the weights that they are of."""

from __future__ import annotations

from collections.abc import Mapping

from data.domain import PhotoId, Sku, WeightsVersion
from data.ranking import Activation, Outlook
from data.store import Store
from tests.builders import NOON

V1, V2 = WeightsVersion("v1"), WeightsVersion("v2")


def outlook_of(
    photo: str, *, entropy: float = 0.5, margin: float = 0.5, sku: str | None = "bag-1", weights: WeightsVersion = V1
) -> Outlook:
    """Make an outlook; the category of an asset is the first word of its sku."""
    return Outlook(
        photo_id=PhotoId(photo),
        weights=weights,
        entropy=entropy,
        margin=margin,
        no_match=0.1,
        sku=None if sku is None else Sku(sku),
        category="" if sku is None else sku.split("-", maxsplit=1)[0],
    )


def activate(store: Store, version: WeightsVersion = V1) -> None:
    """Take a version into use."""
    store.activations.append(Activation(version=version, activated_by="test", at=NOON, reason="test"))


def entropies(store: Store, by_photo: Mapping[str, float], weights: WeightsVersion = V1) -> None:
    """Store outlooks of which only the entropy counts."""
    store.outlooks.put(outlook_of(photo, entropy=entropy, weights=weights) for photo, entropy in by_photo.items())
