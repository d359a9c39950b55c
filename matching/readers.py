"""What is read or computed as it is needed, and kept for the next time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock, RLock

from cachetools import LRUCache

from data.crops import Box
from data.domain import ImageId, Photo, WeightsVersion
from data.store import Store
from matching.evidence import PhotoEvidence, upright, view_keypoints
from matching.gallery import Gallery
from matching.ports import Keypoints
from matching.similarity import Likeness, catalogue_likeness
from matching.stored_vectors import CutOutKey
from matching.weights import Weights

MOST_KEYPOINTS = 4_000
"""Cut-outs whose local features are kept: about 25 KB each."""

MOST_BYTES = 384 * 2**20
"""Of photos against the catalogue: 2 MB a photo of 2,700 assets with eight renders, 15 MB of 20,000."""


class KeypointReader:
    """Reads local features as they are asked for, and keeps those used last. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = RLock()
        self._kept = LRUCache[CutOutKey, Keypoints](MOST_KEYPOINTS)

    def of_views(self, gallery: Gallery, views: Sequence[int]) -> list[Keypoints]:
        """Give the local features of views, by their positions in a gallery."""
        rows = [gallery.views[at] for at in views]
        return self.read([(row.view.image_id, row.hypothesis) for row in rows])

    def read(self, wanted: Sequence[CutOutKey]) -> list[Keypoints]:
        """Give the local features of cut-outs, in the order asked for; a tilted one has those of its upright one."""
        keys = [upright(key) for key in wanted]
        with self._lock:
            found = {key: self._kept[key] for key in keys if key in self._kept}
            missing = [image_id for image_id, name in keys if (image_id, name) not in found]
            if missing:
                read = view_keypoints(self._store, missing)
                self._kept.update(read)
                found |= read
        return [found[key] for key in keys]


@dataclass(frozen=True, kw_only=True)
class KnownPhoto:
    """A stored photo, and how alike it and the catalogue's own views are."""

    evidence: PhotoEvidence
    likeness: Likeness

    @property
    def nbytes(self) -> int:
        """Memory that it takes, vectors aside."""
        return self.likeness.nbytes + sum(
            points.positions.nbytes + points.descriptors.nbytes for points in self.evidence.keypoints
        )


class KnownPhotos:
    """Keeps the photos that were compared with the catalogue last. Safe to share between threads.

    No decision changes what is kept: so a photo that is ranked again after one costs the confirmed views alone.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept = LRUCache[tuple[ImageId, WeightsVersion, Box | None], KnownPhoto](MOST_BYTES, lambda known: known.nbytes)

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
            known = self._kept.get(key)
        if known is None:
            evidence = read(photo)
            known = KnownPhoto(evidence=evidence, likeness=catalogue_likeness(evidence.query, gallery, weights))
            if known.nbytes <= MOST_BYTES:
                with self._lock:
                    self._kept[key] = known
        query = replace(known.evidence.query, group=photo.group)  # a picture may have come twice
        return replace(known, evidence=replace(known.evidence, query=query))
