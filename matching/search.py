"""Finding the reference of a photo: the product's story, from a picture to ranked candidates."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import RLock

import numpy as np
from scipy.special import expit, softmax

from data.domain import (
    BasisVersion,
    Candidate,
    ConfirmedView,
    Contribution,
    FloatArray,
    PhotoId,
    Sku,
    Suggestion,
    SuggestionId,
    WeightsVersion,
)
from data.errors import NotEnoughEvidence
from data.pictures import ingest_picture
from data.store import Store
from matching.backends import Backends
from matching.basis import Basis
from matching.describing import describe_picture
from matching.evidence import CutOutKey, PhotoEvidence, load_basis, load_gallery, load_photos, read_evidence, view_keypoints
from matching.fusion import CUT_OUTS, Fused, fuse, no_match_features
from matching.gallery import Gallery, channel_similarities, view_similarities, visible_views
from matching.geometry import bonus, inliers
from matching.indexing import save_evidence
from matching.ports import Keypoints
from matching.weights import Weights, from_json

CHECKED = 10
"""How many of the first are checked by geometry; a bonus is never negative, so nothing below them overtakes for want of it."""

VIEWS_CHECKED = 3
GEOMETRY = "geometry"


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """All assets ranked for one photo.

    Attributes:
        order: (n_assets,) positions in the gallery's skus, best first.
        scores: (n_assets,), by position, bonuses included.
        fused: before the bonuses.
        bonuses: (n_assets,) weighted geometry bonus, zero outside of the first ten.
        confidence: (n_assets,), by position; with `no_match` it sums to 1.
        no_match: probability that the DAM has none.
        best_view: (n_assets,) position of the view that decided, -1 without evidence.
    """

    order: FloatArray
    scores: FloatArray
    fused: Fused
    bonuses: FloatArray
    confidence: FloatArray
    no_match: float
    best_view: FloatArray


def find_matches(photo: PhotoEvidence, gallery: Gallery, weights: Weights, local: Callable[[Sequence[int]], list[Keypoints]]) -> Ranking:
    """Rank the whole catalogue for one photo.

    Args:
        photo: what was seen in it.
        gallery: the catalogue.
        weights: how to weigh it.
        local: gives the local features of views, by their positions in the gallery.
    """
    visible = visible_views(photo.query, gallery)
    fused = fuse(channel_similarities(photo.query, gallery, weights, visible=visible), weights)
    alike = view_scores(photo, gallery, weights)
    bonuses = np.zeros(len(gallery.skus))
    if weights.bonuses.get(GEOMETRY, 0.0) > 0:
        first = np.argsort(-fused.scores, kind="stable")[:CHECKED]
        for asset in first[np.isfinite(fused.scores[first])]:
            found = check_geometry(photo, gallery, int(asset), fused, np.where(visible, alike, -np.inf), local)
            bonuses[asset] = weights.bonuses[GEOMETRY] * found
    scores = fused.scores + bonuses
    order = np.argsort(-scores, kind="stable")
    no_match = no_match_probability(scores, fused, weights)
    confidence = softmax(scores / weights.temperature) * (1 - no_match) if len(scores) else scores
    best = np.full(len(gallery.skus), -1)
    for view in np.argsort(np.where(visible, alike.max(axis=0), -np.inf), kind="stable"):
        if visible[view]:
            best[gallery.asset_of[view]] = view
    return Ranking(
        order=order, scores=scores, fused=fused, bonuses=bonuses, confidence=confidence, no_match=no_match, best_view=best
    )


def check_geometry(  # noqa: PLR0917
    photo: PhotoEvidence,
    gallery: Gallery,
    asset: int,
    fused: Fused,
    alike: FloatArray,
    local: Callable[[Sequence[int]], list[Keypoints]],
) -> float:
    """Compare a photo's local features with an asset's three most similar views: the best bonus, in 0 … 1."""
    hypothesis = int(fused.hypothesis[asset])
    own = np.flatnonzero((gallery.asset_of == asset) & np.isfinite(alike[hypothesis]))
    nearest = own[np.argsort(-alike[hypothesis][own], kind="stable")[:VIEWS_CHECKED]]
    return max((bonus(inliers(photo.keypoints[hypothesis], points)) for points in local(nearest.tolist())), default=0.0)


def view_scores(photo: PhotoEvidence, gallery: Gallery, weights: Weights) -> FloatArray:
    """Compare a photo with every single view, all blocks alike: (n_hypotheses, n_views)."""
    blocks = sorted({channel.partition("/")[0] for channel in weights.channels} & set(gallery.vectors))
    return np.mean([view_similarities(photo.query, gallery, weights, block) for block in blocks], axis=0)


def no_match_probability(scores: FloatArray, fused: Fused, weights: Weights) -> float:
    """Estimate that the DAM has no such article; 1 where nothing has evidence."""
    if not len(scores) or not np.isfinite(scores).any():
        return 1.0
    found = no_match_features(np.where(np.isfinite(scores), scores, -1e3), fused.contributions, fused.similarities)
    said = weights.no_match
    return float(expit(said.intercept + np.dot([said.top, said.margin, said.agreement], found)))


@dataclass(frozen=True, kw_only=True)
class _Snapshot:
    """Everything in memory that ranks, and the versions of what it was made from."""

    key: tuple[object, ...]
    weights: Weights
    basis: Basis
    gallery: Gallery
    titles: dict[Sku, str]
    keypoints: dict[CutOutKey, Keypoints]

    def local(self, views: Sequence[int]) -> list[Keypoints]:
        """Give the local features of views, by their positions in the gallery."""
        rows = [self.gallery.views[at] for at in views]
        return [self.keypoints[row.view.image_id, row.hypothesis] for row in rows]


class Matcher:
    """Ranks the catalogue with the active weights. Safe to share between threads; matrices are kept by the tables' versions."""

    def __init__(self, store: Store, backends: Backends, confirmed: Callable[[], Sequence[ConfirmedView]]) -> None:
        self._store, self._backends, self._confirmed = store, backends, confirmed
        self._lock = RLock()
        self._snapshot: _Snapshot | None = None

    @property
    def weights_version(self) -> WeightsVersion:
        """Which version ranks now.

        Raises:
            NotEnoughEvidence: nothing is indexed yet.
        """
        found = self._store.activations.active()
        if found is None:
            raise NotEnoughEvidence("nothing is indexed yet", remedy="import a catalogue, then run 'couture index'")
        return found

    def suggest(self, photo_id: PhotoId, *, top: int = 5) -> Suggestion:
        """Rank the catalogue for a stored photo, described on the spot if it is not yet.

        Raises:
            NotFound: there is no such photo.
            NotEnoughEvidence: nothing is indexed yet.
        """
        photo = self._store.photos.get(photo_id)
        snapshot = self._fresh()
        found = load_photos(self._store, self._backends, snapshot.basis, {photo.image_id: photo.group})
        if photo.image_id not in found:
            evidence = describe_picture(self._store.images.content(photo.image_id), self._backends, studio=False)
            save_evidence(self._store, self._backends, [(photo.image_id, evidence)])
            found = {photo.image_id: read_evidence(evidence, snapshot.basis, group=photo.group)}
        return self._propose(snapshot, found[photo.image_id], photo_id, top)

    def identify(self, content: bytes, *, name: str, top: int = 5) -> Suggestion:
        """Rank the catalogue for a picture that is stored nowhere, and store nothing of it.

        Raises:
            BadPicture: it is no picture that can be read.
            NotEnoughEvidence: nothing is indexed yet.
        """
        snapshot = self._fresh()
        image = ingest_picture(content, name=name)
        evidence = describe_picture(image.content, self._backends, studio=False)
        return self._propose(snapshot, read_evidence(evidence, snapshot.basis), PhotoId(""), top)

    def _propose(self, snapshot: _Snapshot, photo: PhotoEvidence, photo_id: PhotoId, top: int) -> Suggestion:
        ranking = find_matches(photo, snapshot.gallery, snapshot.weights, snapshot.local)
        listed = [int(asset) for asset in ranking.order[:top] if ranking.best_view[asset] >= 0]
        return Suggestion(
            suggestion_id=SuggestionId(uuid.uuid4().hex),
            photo_id=photo_id,
            weights=snapshot.weights.version,
            no_match=ranking.no_match,
            candidates=tuple(_candidate(snapshot, ranking, asset, rank) for rank, asset in enumerate(listed, start=1)),
            painted_at=datetime.now(UTC),
        )

    def _fresh(self) -> _Snapshot:
        """Give the matrices, built again only where a table that they come from has changed."""
        version = self.weights_version
        store = self._store
        key = (version, store.views.version, store.assets.version, store.descriptions.version, store.events.version)
        with self._lock:
            if self._snapshot is None or self._snapshot.key != key:
                weights = from_json(store.weights.get(version).parameters)
                basis = load_basis(store, BasisVersion(weights.basis))
                gallery = load_gallery(store, self._backends, basis, self._confirmed())
                if not gallery.views:
                    raise NotEnoughEvidence("no catalogue picture is described yet", remedy="run 'couture index'")
                self._snapshot = _Snapshot(
                    key=key,
                    weights=weights,
                    basis=basis,
                    gallery=gallery,
                    titles={asset.sku: asset.title for asset in store.assets.all()},
                    keypoints=view_keypoints(store, (row.view.image_id for row in gallery.views)),
                )
            return self._snapshot


def _candidate(snapshot: _Snapshot, ranking: Ranking, asset: int, rank: int) -> Candidate:
    fused, names = ranking.fused, (*snapshot.weights.channels, CUT_OUTS)
    parts = [
        Contribution(channel=name, similarity=float(similarity), value=float(value))
        for name, similarity, value in zip(
            names, (*fused.similarities[asset], np.nan), fused.contributions[asset], strict=True
        )
    ]
    parts.append(Contribution(channel=GEOMETRY, similarity=float("nan"), value=float(ranking.bonuses[asset])))
    sku = snapshot.gallery.skus[asset]
    return Candidate(
        rank=rank,
        sku=sku,
        title=snapshot.titles.get(sku, ""),
        score=float(ranking.scores[asset]),
        confidence=float(ranking.confidence[asset]),
        best_view=snapshot.gallery.views[int(ranking.best_view[asset])].view,
        contributions=tuple(parts),
    )
