"""What of each picture is known already: so that nothing is found out twice, and what comes later finds the rest there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

from data.domain import ImageId
from data.errors import MissingBackend
from data.store import Store
from matching.backends import Backends
from matching.blocks import blocks_by
from matching.describing import Wanted
from matching.ports import Embedder
from matching.saving import EXTRACTOR


@dataclass(frozen=True, kw_only=True)
class Known:
    """What of pictures is known, with the engines that settings choose.

    Attributes:
        cut: pictures of which masks and local features are stored.
        worded: those that were put into words.
        embedded: those that were embedded, by embedder.
    """

    cut: frozenset[ImageId] = frozenset()
    worded: frozenset[ImageId] = frozenset()
    embedded: Mapping[str, frozenset[ImageId]] = field(default_factory=dict)

    @property
    def whole(self) -> frozenset[ImageId]:
        """The pictures of which nothing is missing."""
        return reduce(frozenset.intersection, self.embedded.values(), self.worded)

    def wanted(self, image_id: ImageId) -> Wanted:
        """Say what of a picture is still to be found out."""
        return Wanted(
            embedders=tuple(name for name, done in self.embedded.items() if image_id not in done),
            words=image_id not in self.worded,
            cutouts=image_id not in self.cut,
        )


def read_known(store: Store, backends: Backends) -> Known:
    """Read what is known of all pictures. An embedder whose model is not here has embedded none."""
    return Known(
        cut=frozenset(store.masks.done(backends.remover) & store.local_features.done(EXTRACTOR)),
        worded=frozenset(store.descriptions.done(backends.describer)),
        embedded={embedder.name: frozenset(_done(store, backends, embedder)) for embedder in backends.load_embedders()},
    )


def _done(store: Store, backends: Backends, embedder: Embedder) -> set[ImageId]:
    """List the pictures that an embedder has done; of its blocks, the last is stored last."""
    try:
        last = blocks_by(embedder, backends)[-1]
    except MissingBackend:
        return set()
    return store.vectors(last.name, last.size).done(last.revision)
