"""Labelled photos as arrays: what fitting and evaluation see of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.domain import ImageId, Photo, PhotoId, Side, Sku
from data.store import Store
from feedback.confirmed import read_confirmed_views
from feedback.labels import Label, LabelKind, labels_of
from matching.arrays import IntArray
from matching.backends import Backends
from matching.basis import Basis
from matching.evidence import PhotoEvidence, load_gallery, load_photos
from matching.fusion import fuse
from matching.gallery import Gallery
from matching.ports import Keypoints
from matching.readers import KeypointReader
from matching.similarity import channel_similarities
from matching.weights import Weights

Similarities = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class LabelledPhoto:
    """A photo whose reviews stand. `sku` is None where the DAM has none."""

    photo: Photo
    sku: Sku | None
    evidence: PhotoEvidence


@dataclass(frozen=True, kw_only=True)
class Bench:
    """The catalogue in memory, with the local features of its views."""

    gallery: Gallery
    reader: KeypointReader

    def local(self, views: Sequence[int]) -> list[Keypoints]:
        """Give the local features of views, by their positions in the gallery."""
        return self.reader.of_views(self.gallery, views)


def load_bench(store: Store, backends: Backends, basis: Basis) -> Bench:
    """Read the catalogue with the confirmed views that may be learned from: none of the sealed side."""
    gallery = load_gallery(store, backends, basis, read_confirmed_views(store))
    return Bench(gallery=gallery, reader=KeypointReader(store))


def labelled_photos(
    store: Store, backends: Backends, basis: Basis, side: Side, *, labels: Mapping[PhotoId, Label] | None = None
) -> list[LabelledPhoto]:
    """Read the photos of one side that reviewers agree on, in the order of their ids: matches and `not_in_dam`."""
    known = labels if labels is not None else labels_of(store.events.all())
    skus = set(store.assets.skus())
    wanted: list[tuple[Photo, Sku | None]] = []
    for photo in sorted(store.photos.all(), key=lambda photo: photo.photo_id):
        label = known.get(photo.photo_id)
        if photo.side is not side or label is None:
            continue
        if label.kind is LabelKind.NOT_IN_DAM:
            wanted.append((photo, None))
        elif label.kind is LabelKind.MATCH and label.skus <= skus:
            wanted.append((photo, next(iter(label.skus))))
    groups: dict[ImageId, str] = {photo.image_id: photo.group for photo, _ in wanted}
    evidence = load_photos(store, backends, basis, groups)
    return [
        LabelledPhoto(photo=photo, sku=sku, evidence=evidence[photo.image_id])
        for photo, sku in wanted
        if photo.image_id in evidence
    ]


def similarity_tensor(photos: Sequence[LabelledPhoto], gallery: Gallery, weights: Weights) -> Similarities:
    """Compare photos with the catalogue on every channel, none seeing its own group.

    Returns:
        (n_photos, n_hypotheses, n_assets, n_channels), raw; NaN where an asset has no view of the kind, and
        throughout for hypotheses that a photo lacks.
    """
    found = [channel_similarities(photo.evidence.query, gallery, weights) for photo in photos]
    most = max((len(rows) for rows in found), default=1)
    tensor = np.full((len(found), most, len(gallery.skus), len(weights.channels)), np.nan, dtype=np.float32)
    for photo, rows in zip(tensor, found, strict=True):
        photo[: len(rows)] = rows
    return tensor


def targets(photos: Sequence[LabelledPhoto], gallery: Gallery) -> IntArray:
    """Give each photo's asset as a position in the gallery, -1 where the DAM has none: (n_photos,)."""
    place = {sku: at for at, sku in enumerate(gallery.skus)}
    return np.array([-1 if photo.sku is None else place[photo.sku] for photo in photos], dtype=np.int64)


def fused_ranks(photos: Sequence[LabelledPhoto], gallery: Gallery, weights: Weights) -> IntArray:
    """Rank each photo's own asset by the channels alone, before any bonus: (n_photos,), from 1; ties in its favour."""
    found = [fuse(channel_similarities(photo.evidence.query, gallery, weights), weights).scores for photo in photos]
    goal = targets(photos, gallery)
    return np.array([(scores > scores[at]).sum() + 1 for scores, at in zip(found, goal, strict=True)], dtype=np.int64)
