"""What is read or computed as it is needed, and kept for the next time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock, RLock
from typing import Self

import numpy as np
from cachetools import LRUCache

from data.crops import Box
from data.domain import BoolArray, FloatArray, ImageId, Photo, WeightsVersion
from data.store import Store
from matching.arrays import IntArray
from matching.evidence import PhotoEvidence, upright, view_keypoints
from matching.gallery import Gallery
from matching.ports import Keypoints
from matching.runs import run_maxima
from matching.similarity import Likeness, catalogue_likeness
from matching.stored_vectors import CutOutKey
from matching.weights import Weights

MOST_KEYPOINT_BYTES = 48 * 2**20
"""Of local features: about 25 KB a cut-out."""

MOST_BYTES = 128 * 2**20
"""Of photos against the catalogue: 1 MB a photo of 2,700 assets with eight renders, 7 MB of 20,000."""


class KeypointReader:
    """Reads local features as they are asked for, and keeps those used last. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = RLock()
        self._kept = LRUCache[CutOutKey, Keypoints](MOST_KEYPOINT_BYTES, _keypoint_bytes)

    def of_views(self, gallery: Gallery, views: Sequence[int]) -> list[Keypoints]:
        """Give the local features of views, by their positions in a gallery."""
        return self.read([(row.view.image_id, row.hypothesis) for row in gallery.views.some(views)])

    def read(self, wanted: Sequence[CutOutKey]) -> list[Keypoints]:
        """Give the local features of cut-outs, in the order asked for; a tilted one has those of its upright one."""
        keys = [upright(key) for key in wanted]
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
            missing = [image_id for image_id, name in keys if (image_id, name) not in found]
            if missing:
                found |= (read := view_keypoints(self._store, missing))
                for key, points in read.items():
                    self._kept[key] = points
        return [found[key] for key in keys]


@dataclass(frozen=True, kw_only=True)
class KnownPhoto:
    """A stored photo, and how alike it and the catalogue's own views are."""

    evidence: PhotoEvidence
    likeness: Likeness


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A photo that is known, in less than half of the memory: the best cut-out stands for all of a view.

    Attributes:
        evidence: of the photo.
        channels: (n_hypotheses, n_assets, n_filled) of its likeness, without those that are silent throughout.
        filled: (n_channels,) which these are.
        views: (n_hypotheses, n_pictures) maxima over the cut-outs of each view.
        runs: (n_pictures,) how many each has.
    """

    evidence: PhotoEvidence
    channels: FloatArray
    filled: BoolArray
    views: FloatArray
    runs: IntArray

    @classmethod
    def of(cls, evidence: PhotoEvidence, found: Likeness, gallery: Gallery) -> Self:
        """Keep how alike a photo and the catalogue's own views are."""
        filled = np.asarray(~np.isnan(found.channels).all(axis=(0, 1)))
        starts = gallery.views.runs()
        starts = starts[starts < gallery.own]
        return cls(
            evidence=evidence,
            channels=found.channels[:, :, filled],
            filled=filled,
            views=run_maxima(found.views, starts),
            runs=np.diff(starts, append=gallery.own),
        )

    def known(self) -> KnownPhoto:
        """Give it as it was found, but that all cut-outs of a view are as alike as the best one."""
        channels = np.full((*self.channels.shape[:2], len(self.filled)), np.nan, dtype=np.float32)
        channels[:, :, self.filled] = self.channels
        likeness = Likeness(channels=channels, views=np.repeat(self.views, self.runs, axis=1))
        return KnownPhoto(evidence=self.evidence, likeness=likeness)

    @property
    def nbytes(self) -> int:
        """Memory that it takes, vectors aside."""
        return self.likeness_bytes + sum(map(_keypoint_bytes, self.evidence.keypoints))

    @property
    def likeness_bytes(self) -> int:
        """Memory that its likeness takes."""
        return self.channels.nbytes + self.views.nbytes


def _keypoint_bytes(points: Keypoints) -> int:
    return points.positions.nbytes + points.descriptors.nbytes


class KnownPhotos:
    """Keeps the photos that were compared with the catalogue last. Safe to share between threads.

    No decision changes what is kept: so a photo that is ranked again after one costs the confirmed views alone.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept = LRUCache[tuple[ImageId, WeightsVersion, Box | None], Kept](MOST_BYTES, lambda known: known.nbytes)

    def compare(
        self,
        photo: Photo,
        read: Callable[[Photo], PhotoEvidence],
        gallery: Gallery,
        weights: Weights,
        box: Box | None = None,
    ) -> KnownPhoto:
        """Compare a stored photo, as cropped, with the catalogue; `read` gives its evidence where it is not known yet."""
        key = photo.image_id, weights.version, box
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            evidence = read(photo)
            kept = Kept.of(evidence, catalogue_likeness(evidence.query, gallery, weights), gallery)
            if kept.nbytes <= MOST_BYTES:
                with self._lock:
                    self._kept[key] = kept
        known = kept.known()
        query = replace(known.evidence.query, group=photo.group)  # a picture may have come twice
        return replace(known, evidence=replace(known.evidence, query=query))
