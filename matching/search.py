"""Finding the reference of a photo: the product's story, from a picture to ranked candidates."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from weakref import WeakValueDictionary

import numpy as np

from data.crops import Box
from data.domain import ImageId, Photo, PhotoId, SuggestionId, WeightsVersion
from data.pictures import ingest_picture
from data.ranking import Candidate, ConfirmedView, Contribution, Suggestion
from data.store import Store
from matching.arrays import IntArray, RealArray
from matching.backends import Backends
from matching.basis import Basis
from matching.calibrated import calibrated_shares, no_match_probability, read_signs
from matching.checks import CHECKS, bonus_weights, run_checks
from matching.crops import standing_boxes
from matching.describing import describe_picture
from matching.evidence import PhotoEvidence, is_described, load_photos, read_evidence, refuse_other_embedders
from matching.fusion import CUT_OUTS, Fused, fuse
from matching.gallery import Gallery, popularity, visible_views
from matching.ports import Keypoints
from matching.saving import save_evidence
from matching.similarity import Likeness, likeness, most_alike
from matching.snapshot import Snapshot, Snapshots
from matching.spoken import Corrections
from matching.trust import kinds_of, log_shares
from matching.uncertainty import Ranked, judge
from matching.weights import Weights
from matching.word_reading import fresh_photo_words, read_photo_words, worded

POPULARITY = "popularity"


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """All assets ranked for one photo.

    Attributes:
        order: (n_assets,) positions in the gallery's skus, best first.
        scores: (n_assets,), by position, bonuses included.
        fused: before the bonuses.
        popularity: (n_assets,) part of the score that an asset has for being confirmed often.
        checks: (n_assets, 3) what each of `CHECKS` found, in 0 … 1, before its weight; zero outside of the first ten.
        confidence: (n_assets,), by position; with `no_match` it sums to 1.
        no_match: probability that the DAM has none.
        best_view: (n_assets,) position of the view that decided, -1 without evidence.
    """

    order: IntArray
    scores: RealArray
    fused: Fused
    popularity: RealArray
    checks: RealArray
    confidence: RealArray
    no_match: float
    best_view: IntArray


def find_matches(
    photo: PhotoEvidence,
    gallery: Gallery,
    weights: Weights,
    local: Callable[[Sequence[int]], list[Keypoints]],
    *,
    catalogue: Likeness | None = None,
) -> Ranking:
    """Rank the whole catalogue for one photo.

    Args:
        photo: what was seen in it.
        gallery: the catalogue.
        weights: how to weigh it.
        local: gives the local features of views, by their positions in the gallery.
        catalogue: how alike the photo and the catalogue's own views are, where that is known already.
    """
    alike = likeness(photo.query, gallery, weights, catalogue=catalogue)
    fused = fuse(alike.channels, weights, log_shares(kinds_of(photo.query.hypotheses, photo.query.fell_back), weights.trust))
    liked = weights.popularity * popularity(photo.query, gallery)
    weighed = bonus_weights(weights)
    checks = run_checks(photo, gallery, fused.scores + liked, fused, alike.views, local, weighed > 0)
    scores = fused.scores + liked + checks @ weighed
    order = np.argsort(-scores, kind="stable")
    seen = bool(np.isfinite(scores).any())
    no_match = no_match_probability(scores, fused, gallery, weights)
    signs = read_signs(scores, fused, gallery) if seen else np.zeros(0)
    shares = calibrated_shares(scores, weights.temperature, signs, weights.first_right) if seen else np.zeros(len(scores))
    return Ranking(
        order=order,
        scores=scores,
        fused=fused,
        popularity=liked,
        checks=checks,
        confidence=shares * (1 - no_match),
        no_match=no_match,
        best_view=most_alike(alike.views.max(axis=0), gallery, visible_views(photo.query, gallery)),
    )


class Matcher:
    """Ranks the catalogue with the active weights. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        backends: Backends,
        confirmed: Callable[[], Sequence[ConfirmedView]],
        corrections: Callable[[], Corrections] = Corrections,
    ) -> None:
        self._store, self._backends, self._corrections = store, backends, corrections
        self._snapshots = Snapshots(store, backends, confirmed, corrections)
        self._guard, self._looking = Lock(), WeakValueDictionary[ImageId, Lock]()

    @property
    def weights_version(self) -> WeightsVersion:
        """Which version ranks now.

        Raises:
            NotEnoughEvidence: nothing is indexed yet.
        """
        return self._snapshots.active()

    def read_ahead(self) -> None:
        """Read what ranks into memory, so that the first photo does not wait for it; NotEnoughEvidence where none is indexed."""
        self._snapshots.fresh()

    def suggest(self, photo_id: PhotoId, *, top: int = 5) -> Suggestion:
        """Propose candidates for a stored photo: those of `rank`."""
        return self.rank(photo_id, top=top).suggestion

    def rank(self, photo_id: PhotoId, *, top: int = 5) -> Ranked:
        """Rank the catalogue for a stored photo, described on the spot if it is not yet.

        Raises:
            NotFound: there is no such photo.
            NotEnoughEvidence: nothing is indexed yet, or not with the embedders that settings name now.
        """
        photo = self._store.photos.get(photo_id)
        snapshot = self._snapshots.fresh()
        box = standing_boxes(self._store).get(photo.image_id)
        with self._alone(photo.image_id):
            known = snapshot.compare(photo, lambda photo: self._read(photo, snapshot.basis, box), box)
        [evidence] = self._worded(snapshot, [photo], [known.evidence])
        return self._propose(snapshot, evidence, photo_id, top, known.likeness)

    def _alone(self, image_id: ImageId) -> Lock:
        """Give the lock of a picture: when two ask for it at once, it is described once."""
        with self._guard:
            return self._looking.setdefault(image_id, Lock())

    def rank_described(self, photos: Sequence[Photo]) -> Iterator[Ranked]:
        """Rank the catalogue for some photos that are described, first candidates alone; the others are left out.

        They are read together, and nothing of them is kept for later: what reviewers have on their screens stays known.

        Raises:
            NotEnoughEvidence: nothing is indexed yet.
        """
        snapshot = self._snapshots.fresh()
        found = load_photos(self._store, self._backends, snapshot.basis, {photo.image_id: photo.group for photo in photos})
        there = [photo for photo in photos if photo.image_id in found]
        evidence = self._worded(snapshot, there, [found[photo.image_id] for photo in there])
        for photo, seen in zip(there, evidence, strict=True):
            yield self._propose(snapshot, seen, photo.photo_id, 1)

    def _worded(self, snapshot: Snapshot, photos: Sequence[Photo], seen: Sequence[PhotoEvidence]) -> list[PhotoEvidence]:
        """Give photos what is said of them, where the weights in use read it."""
        if snapshot.gallery.worded is None:
            return list(seen)
        words = read_photo_words(self._store, self._backends, photos, self._corrections())
        return [worded(evidence, words.get(photo.image_id)) for photo, evidence in zip(photos, seen, strict=True)]

    def _read(self, photo: Photo, basis: Basis, box: Box | None) -> PhotoEvidence:
        """Read what is known of a photo, or describe it now; as the remover cuts it first, even where a person has cropped it."""
        groups, boxes = {photo.image_id: photo.group}, {photo.image_id: box} if box else {}
        found = load_photos(self._store, self._backends, basis, groups, boxes=boxes)
        if photo.image_id in found:
            return found[photo.image_id]
        refuse_other_embedders(basis, self._backends)
        content = self._store.images.content(photo.image_id)
        if box is None or not is_described(self._store, self._backends, basis, photo.image_id):
            evidence = describe_picture(content, self._backends, studio=False)
            save_evidence(self._store, self._backends, [(photo.image_id, evidence)])
        if box is not None:
            evidence = replace(describe_picture(content, self._backends, studio=False, box=box), words=None)
            save_evidence(self._store, self._backends, [(photo.image_id, evidence)])
        return read_evidence(evidence, basis, group=photo.group)

    def identify(self, content: bytes, *, name: str, top: int = 5, box: Box | None = None) -> Suggestion:
        """Rank the catalogue for a picture that is stored nowhere, and store nothing of it; `box` is a person's crop.

        Raises:
            BadPicture: it is no picture that can be read.
            NotEnoughEvidence: nothing is indexed yet, or not with the embedders that settings name now.
        """
        snapshot = self._snapshots.fresh()
        refuse_other_embedders(snapshot.basis, self._backends)
        image = ingest_picture(content, name=name)
        evidence = describe_picture(image.content, self._backends, studio=False, box=box)
        found = read_evidence(evidence, snapshot.basis)
        if snapshot.gallery.worded is not None and evidence.words is not None:
            found = worded(found, fresh_photo_words(self._store, self._backends, evidence.words))
        return self._propose(snapshot, found, PhotoId(""), top).suggestion

    def _propose(
        self, snapshot: Snapshot, photo: PhotoEvidence, photo_id: PhotoId, top: int, catalogue: Likeness | None = None
    ) -> Ranked:
        ranking = find_matches(photo, snapshot.gallery, snapshot.weights, snapshot.local, catalogue=catalogue)
        listed = [int(asset) for asset in ranking.order[:top] if ranking.best_view[asset] >= 0]
        suggestion = Suggestion(
            suggestion_id=SuggestionId(uuid.uuid4().hex),
            photo_id=photo_id,
            weights=snapshot.weights.version,
            no_match=ranking.no_match,
            candidates=tuple(_candidate(snapshot, ranking, asset, rank) for rank, asset in enumerate(listed, start=1)),
            painted_at=datetime.now(UTC),
        )
        return judge(suggestion, ranking.confidence)


def _candidate(snapshot: Snapshot, ranking: Ranking, asset: int, rank: int) -> Candidate:
    fused, names = ranking.fused, (*snapshot.weights.channels, CUT_OUTS)
    parts = [
        Contribution(channel=name, similarity=float(similarity), value=float(value))
        for name, similarity, value in zip(names, (*fused.similarities[asset], np.nan), fused.contributions[asset], strict=True)
    ]
    beside = (ranking.popularity[asset], *(ranking.checks[asset] * bonus_weights(snapshot.weights)))
    parts += [
        Contribution(channel=name, similarity=float("nan"), value=float(value))
        for name, value in zip((POPULARITY, *CHECKS), beside, strict=True)
    ]
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
