"""Labelled photos as arrays: what fitting and evaluation see of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from data.domain import Photo, PhotoId, Side, Sku
from data.store import Store
from feedback.confirmed import read_confirmed_views
from feedback.corrections import read_corrections
from feedback.labels import Label, LabelKind
from feedback.shown import Shown
from matching.backends import Backends
from matching.basis import Basis
from matching.evidence import Boxes, PhotoEvidence, load_gallery, load_photos
from matching.gallery import Gallery, fold
from matching.ports import Keypoints
from matching.readers import KeypointReader
from matching.spoken import Corrections
from matching.weights import Weights
from matching.word_reading import read_catalogue_words, read_photo_words, with_words


@dataclass(frozen=True, kw_only=True)
class LabelledPhoto:
    """A photo of which reviewers said something that can be learned from.

    Attributes:
        photo: the photo.
        sku: what it was confirmed to be; None where the DAM has none, or where only is known what it is not.
        evidence: what was seen in it.
        positives: the confirmed sku and its equivalents; empty where there is none.
        refused: what was shown of which a reviewer said that none fits, where nobody said more.
        corrected: wrong firsts in place of which a reviewer chose the confirmed sku.
    """

    photo: Photo
    sku: Sku | None
    evidence: PhotoEvidence
    positives: frozenset[Sku] = frozenset()
    refused: frozenset[Sku] = frozenset()
    corrected: frozenset[Sku] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Bench:
    """The catalogue in memory, with the local features of its views."""

    gallery: Gallery
    reader: KeypointReader

    @cached_property
    def places(self) -> dict[Sku, int]:
        """Position of each sku in arrays over assets."""
        return {sku: at for at, sku in enumerate(self.gallery.skus)}

    def folded(self, weights: Weights) -> Bench:
        """Weigh the catalogue's vectors with feature weights, so that no comparison has to."""
        return replace(self, gallery=fold(self.gallery, weights.features))

    def local(self, views: Sequence[int]) -> list[Keypoints]:
        """Give the local features of views, by their positions in the gallery."""
        return self.reader.of_views(self.gallery, views)


def load_bench(store: Store, backends: Backends, basis: Basis, *, words: bool = False) -> Bench:
    """Read the catalogue with the confirmed views that may be learned from, none of the sealed side; with words where asked."""
    gallery = load_gallery(store, backends, basis, read_confirmed_views(store))
    if words:
        gallery = replace(gallery, worded=read_catalogue_words(store, backends, gallery.skus, read_corrections(store)))
    return Bench(gallery=gallery, reader=KeypointReader(store))


def labelled_photos(
    store: Store,
    backends: Backends,
    basis: Basis,
    side: Side,
    *,
    labels: Mapping[PhotoId, Label],
    shown: Mapping[PhotoId, Shown] | None = None,
    corrections: Corrections | None = None,
    boxes: Boxes | None = None,
) -> list[LabelledPhoto]:
    """Read the photos of one side that reviewers agree on, in the order of their ids: matches and `not_in_dam`.

    Args:
        store: where from.
        backends: which engines.
        basis: the catalogue's axes.
        side: of the photos.
        labels: what is known of them.
        corrections: what people said; given, each photo comes with what is said of it.
        boxes: crops by hand; those that stand now where it is None.
        shown: what reviewers were shown; with it come photos of which is only known what they are not, and corrections.
    """
    skus, said = set(store.assets.skus()), shown or {}
    wanted: list[tuple[Photo, Sku | None, Label]] = []
    for photo in sorted(store.photos.all(), key=lambda photo: photo.photo_id):
        label = labels.get(photo.photo_id)
        if photo.side is not side or label is None:
            continue
        if label.kind is LabelKind.NOT_IN_DAM or (label.kind is LabelKind.UNDECIDED and photo.photo_id in said):
            wanted.append((photo, None, label))
        elif label.kind is LabelKind.MATCH and label.skus <= skus:
            wanted.append((photo, label.chosen, label))
    evidence = load_photos(store, backends, basis, {photo.image_id: photo.group for photo, _, _ in wanted}, boxes=boxes)
    if corrections is not None:
        evidence = with_words(evidence, read_photo_words(store, backends, [photo for photo, _, _ in wanted], corrections))
    return [
        LabelledPhoto(
            photo=photo,
            sku=sku,
            evidence=evidence[photo.image_id],
            positives=label.skus if sku else frozenset(),
            refused=said[photo.photo_id].refused if label.kind is LabelKind.UNDECIDED else frozenset(),
            corrected=said[photo.photo_id].corrected - label.skus if sku and photo.photo_id in said else frozenset(),
        )
        for photo, sku, label in wanted
        if photo.image_id in evidence
    ]
