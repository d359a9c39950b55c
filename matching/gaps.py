"""What of each picture is known already: so that nothing is found out twice, and what comes later finds the rest there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import reduce

from data.crops import Box
from data.domain import ImageId
from data.errors import MissingBackend
from data.store import Store
from matching.backends import Backends
from matching.blocks import blocks_by
from matching.crops import BY_HAND, names_of, standing_boxes
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
        boxes: where people have cropped photos.
        uncropped: what of these crops is still to be found out; those of which nothing is are not named.
    """

    cut: frozenset[ImageId] = frozenset()
    worded: frozenset[ImageId] = frozenset()
    embedded: Mapping[str, frozenset[ImageId]] = field(default_factory=dict)
    boxes: Mapping[ImageId, Box] = field(default_factory=dict)
    uncropped: Mapping[ImageId, Wanted] = field(default_factory=dict)

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
    boxes = standing_boxes(store)
    return Known(
        boxes=boxes,
        uncropped=_uncropped(store, backends, boxes) if boxes else {},
        cut=frozenset(store.masks.done(backends.remover) & store.local_features.done(EXTRACTOR)),
        worded=frozenset(store.descriptions.done(backends.describer)),
        embedded={embedder.name: frozenset(_done(store, backends, embedder)) for embedder in backends.load_embedders()},
    )


def _uncropped(store: Store, backends: Backends, boxes: Mapping[ImageId, Box]) -> dict[ImageId, Wanted]:
    """Say what of crops is missing: words are those of the whole photo, whatever its crop."""
    cut = store.masks.cut(BY_HAND)
    embedded = {embedder.name: _described(store, backends, embedder) for embedder in backends.load_embedders()}
    missing = dict[ImageId, Wanted]()
    for image_id, box in boxes.items():
        keys = {(image_id, name) for name in names_of(box)}
        left = tuple(name for name, done in embedded.items() if not keys <= done)
        if left or not keys <= cut:
            missing[image_id] = Wanted(embedders=left, words=False, cutouts=not keys <= cut)
    return missing


def _described(store: Store, backends: Backends, embedder: Embedder) -> set[tuple[ImageId, str]]:
    """List the cut-outs that an embedder has done."""
    try:
        last = blocks_by(embedder, backends)[-1]
    except MissingBackend:
        return set()
    return store.vectors(last.name, last.size).keys(last.revision)


def _done(store: Store, backends: Backends, embedder: Embedder) -> set[ImageId]:
    """List the pictures that an embedder has done; of its blocks, the last is stored last."""
    try:
        last = blocks_by(embedder, backends)[-1]
    except MissingBackend:
        return set()
    return store.vectors(last.name, last.size).done(last.revision)
