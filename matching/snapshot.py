"""What ranks, kept in memory: weights, basis and gallery, renewed only by what has really changed.

Weights and confirmed views are always those of this moment. The catalogue's own views may be those of a moment ago, where it is
so large that reading it would keep a reviewer waiting.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from threading import RLock

from data.crops import Box
from data.domain import BasisVersion, ImageId, Photo, Sku, WeightsVersion
from data.errors import NotEnoughEvidence
from data.ranking import ConfirmedView
from data.store import Store
from data.store.renders import MeshQualityTable, RenderRemarkTable
from matching.backends import Backends
from matching.basis import Basis
from matching.crops import standing_boxes
from matching.evidence import Boxes, PhotoEvidence, add_confirmed, load_basis, load_catalogue, load_queries
from matching.gallery import Gallery, Query, fold
from matching.left_out import left_out, without_renders
from matching.ports import Keypoints
from matching.readers import KeypointReader, KnownPhoto, KnownPhotos
from matching.renewal import Renewal
from matching.spoken import Corrections
from matching.weights import Weights, from_json
from matching.word_reading import read_catalogue_words
from matching.worded import CatalogueWords, uses_words


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Everything that ranks, as it was at one moment."""

    weights: Weights
    basis: Basis
    gallery: Gallery
    titles: dict[Sku, str]
    reader: KeypointReader
    known: KnownPhotos

    def compare(self, photo: Photo, read: Callable[[Photo], PhotoEvidence], box: Box | None = None) -> KnownPhoto:
        """Compare a photo, as cropped, with the catalogue's own views; `read` gives its evidence where it is not known yet."""
        return self.known.compare(photo, read, self.gallery, self.weights, box)

    def local(self, views: Sequence[int]) -> list[Keypoints]:
        """Give the local features of views, by their positions in the gallery."""
        return self.reader.of_views(self.gallery, views)


@dataclass(frozen=True, kw_only=True)
class _Catalogue:
    """The catalogue's own views, and what they were read from."""

    source: tuple[Hashable, ...]
    basis: Basis
    gallery: Gallery
    titles: dict[Sku, str]
    known: KnownPhotos
    left_out: frozenset[Sku]


class Snapshots:
    """Gives the present snapshot. A decision costs the confirmed views alone, never the catalogue's."""

    def __init__(
        self,
        store: Store,
        backends: Backends,
        confirmed: Callable[[], Sequence[ConfirmedView]],
        corrections: Callable[[], Corrections] = Corrections,
    ) -> None:
        self._store, self._backends, self._confirmed = store, backends, confirmed
        self._corrections = corrections
        self._words: tuple[Hashable, CatalogueWords] | None = None
        self._lock = RLock()
        self._reader = KeypointReader(store)
        self._versions: tuple[object, ...] = ()
        self._made_from: tuple[object, ...] = ()
        self._late = False
        self._catalogue = Renewal[_Catalogue]()
        self._snapshot: Snapshot | None = None
        self._queries = BasisVersion(""), dict[tuple[ImageId, Box | None], Query]()
        self._done: tuple[int, set[ImageId]] | None = None
        self._out: tuple[tuple[int, ...], frozenset[Sku]] | None = None
        self._pictures: tuple[int, set[ImageId]] | None = None

    def active(self) -> WeightsVersion:
        """Say which version ranks.

        Raises:
            NotEnoughEvidence: nothing is indexed yet.
        """
        found = self._store.activations.active()
        if found is None:
            raise NotEnoughEvidence("nothing is indexed yet", remedy="import a catalogue, then run 'couture index'")
        return found

    def fresh(self) -> Snapshot:
        """Give what ranks now.

        Raises:
            NotEnoughEvidence: nothing is indexed yet.
        """
        store, active = self._store, self.active()
        said = (store.events, store.equivalences, store.gold_marks, store.corrections, store.crops)
        tables = (store.views, store.assets, store.descriptions, store.photos, *said)
        with self._lock:
            versions = (active, *(table.version for table in (*tables, *self._judged())), self._embedded())
            if self._snapshot is None or self._versions != versions:
                self._snapshot = self._renew(active)
                self._versions = () if self._late else versions
            return self._snapshot

    def settle(self) -> None:
        """Wait until a renewal of the catalogue that has begun beside is over."""
        self._catalogue.settle()

    def _renew(self, active: WeightsVersion) -> Snapshot:
        """Build what has changed: photos described or reviewed elsewhere change a table's version and nothing here."""
        weights = from_json(self._store.weights.get(active).parameters)
        done = self._described()
        out = self._left_out()
        catalogue = self._renew_catalogue(weights, done, out)
        worded = tuple(view for view in self._confirmed() if view.image_id in done)
        boxes = standing_boxes(self._store)  # read once: a crop that is drawn meanwhile is the next renewal's
        queries = self._confirmed_queries(catalogue.basis, worded, boxes)
        confirmed = tuple(
            (view, boxes.get(view.image_id)) for view in worded if view.image_id in queries
        )  # an embedder that came later may lack some
        words = self._catalogue_words(catalogue) if uses_words(weights) else None
        made_from = (active, catalogue.source, out, confirmed, id(words))
        if self._snapshot is not None and self._made_from == made_from:
            return self._snapshot
        if not out <= catalogue.left_out:  # a word on renders holds at once, also while the catalogue is renewed beside
            catalogue = replace(catalogue, gallery=without_renders(catalogue.gallery, out), known=KnownPhotos())
        gallery = add_confirmed(catalogue.gallery, [view for view, _ in confirmed], queries)
        if not gallery.views:
            raise NotEnoughEvidence("no catalogue picture is described yet", remedy="run 'couture index'")
        gallery = replace(gallery, worded=words)
        self._made_from = made_from
        return Snapshot(
            weights=weights,
            basis=catalogue.basis,
            gallery=gallery,
            titles=catalogue.titles,
            reader=self._reader,
            known=catalogue.known,
        )

    def _renew_catalogue(self, weights: Weights, done: set[ImageId], out: frozenset[Sku]) -> _Catalogue:
        """Give the catalogue as it is, or, where reading it takes long, as it was a moment ago."""
        store = self._store
        vectors = weights.basis, json.dumps(weights.features, sort_keys=True)
        tables = store.views, store.assets, store.mesh_qualities
        source = (*vectors, *(table.version for table in tables), frozenset(self._shown() & done), out)

        def read() -> _Catalogue:
            basis = load_basis(store, weights.basis)
            gallery = fold(load_catalogue(store, self._backends, basis), weights.features)
            titles = store.assets.titles()
            return _Catalogue(source=source, basis=basis, gallery=gallery, titles=titles, known=KnownPhotos(), left_out=out)

        found = self._catalogue.get(source, read, usable=lambda earlier: earlier.source[:2] == vectors)
        self._late = found.source != source
        return found

    def _catalogue_words(self, catalogue: _Catalogue) -> CatalogueWords:
        """Give what is said of the assets; read again only where the catalogue or a corrected word has changed."""
        source = (*catalogue.source, self._store.corrections.version)
        if self._words is None or self._words[0] != source:
            said = read_catalogue_words(self._store, self._backends, catalogue.gallery.skus, self._corrections())
            self._words = source, said
        return self._words[1]

    def _confirmed_queries(self, basis: Basis, confirmed: Sequence[ConfirmedView], boxes: Boxes) -> dict[ImageId, Query]:
        """Give the confirmed photos on the catalogue's axes, as cropped; a decision costs the reading of its own photo alone."""
        if self._queries[0] != basis.version:
            self._queries = basis.version, {}
        known = self._queries[1]
        wanted = {view.image_id: boxes.get(view.image_id) for view in confirmed}
        missing = {image_id for image_id, box in wanted.items() if (image_id, box) not in known}
        found = load_queries(self._store, self._backends, basis, missing, boxes=boxes)
        known |= {(image_id, boxes.get(image_id)): query for image_id, query in found.items()}
        return {image_id: known[image_id, box] for image_id, box in wanted.items() if (image_id, box) in known}

    def _embedded(self) -> int:
        """Give a number that changes when a picture gets its last vector: pictures may be in words before that."""
        if self._snapshot is None:
            return 0
        basis = self._snapshot.basis
        last = basis.blocks[-1]
        return self._store.vectors(last, len(basis.means[last])).version

    def _described(self) -> set[ImageId]:
        """List the pictures that are described; read again only where one was."""
        version = self._store.descriptions.version
        if self._done is None or self._done[0] != version:
            self._done = version, self._store.descriptions.done(self._backends.describer)
        return self._done[1]

    def _judged(self) -> tuple[MeshQualityTable, RenderRemarkTable]:
        return self._store.mesh_qualities, self._store.render_remarks

    def _left_out(self) -> frozenset[Sku]:
        """List the assets whose renders stay out of the score; read again only where one was judged."""
        versions = tuple(table.version for table in self._judged())
        if self._out is None or self._out[0] != versions:
            self._out = versions, frozenset(left_out(self._store))
        return self._out[1]

    def _shown(self) -> set[ImageId]:
        """List the catalogue's pictures; read again only where a view came."""
        version = self._store.views.version
        if self._pictures is None or self._pictures[0] != version:
            self._pictures = version, self._store.views.image_ids()
        return self._pictures[1]
