"""The rows of `relief_causes`: which catalogue, on whose axes, with which yaws and channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from data.domain import BasisVersion, PhotoId, ViewKind, WeightsVersion
from data.store import open_store
from matching.backends import Backends
from matching.basis import Basis
from matching.describing import PictureEvidence, Wanted, look
from matching.evidence import PhotoEvidence, load_basis, load_catalogue, load_photos, read_evidence, view_keypoints
from matching.gallery import Gallery, Query, build_gallery
from matching.ports import Keypoints
from matching.preparation import with_constants
from matching.stored_vectors import CutOutKey
from matching.weights import ChannelKind, Weights, house_weights, kind_of
from tests.benchmarks.masked_photos import object_photos
from tests.benchmarks.relief_sources import BACKED, FLAT, KNOWN, NAME, PAINTED, RELIEFS, SCANS, SHAPE, fronts_of
from tests.benchmarks.replay import Pictures, datasets

YAWS = {
    "front": (0,),
    "front and ±45°": (0, 45),
    "sides": (90,),
    "without the back": (0, 45, 90),
    "sides and back": (90, 135, 180),
}
"""By how far a yaw is from the front, in degrees, either way."""

ALONE = {ChannelKind.REFERENCE: 0.0, ChannelKind.CATALOGUE: 0.0}
HALF = {ChannelKind.RENDER: 0.5, ChannelKind.CATALOGUE: 0.5}


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One row: a catalogue, on the axes of its own or another's views, with some of its yaws, its channels weighed anew.

    `own_references`: constants are measured on references alone.
    """

    name: str
    source: str
    axes: str = ""
    yaws_deg: tuple[int, ...] = ()
    factors: Mapping[ChannelKind, float] | None = None
    own_references: bool = False


def _of(source: str) -> list[Arm]:
    """Vary what can be varied of a catalogue without another mesh."""
    return [
        Arm(name=f"{source}, axes of references", source=source, axes=FLAT),
        Arm(name=f"{source}, constants of references", source=source, own_references=True),
        *(Arm(name=f"{source}, {said} alone", source=source, yaws_deg=yaws) for said, yaws in YAWS.items()),
        Arm(name=f"{source}, no reference", source=source, factors=ALONE),
        Arm(name=f"{source}, renders weigh half", source=source, factors=HALF),
    ]


ARMS = (
    *(Arm(name=name, source=name) for name in (FLAT, SCANS, RELIEFS)),
    *(Arm(name=f"{FLAT}, axes of {name}", source=FLAT, axes=name) for name in (SCANS, RELIEFS)),
    Arm(name=f"{RELIEFS}, axes of {SCANS}", source=RELIEFS, axes=SCANS),
    *_of(SCANS),
    *_of(RELIEFS),
    *(Arm(name=name, source=name) for name in (PAINTED, BACKED, SHAPE, KNOWN)),
)
MENDS = tuple(arm.name for arm in ARMS if arm.source == RELIEFS and arm.axes != SCANS and arm.name != f"{RELIEFS}, no reference")
"""What the product could do with a relief; the first is what it does."""

MESHES = (SCANS, RELIEFS, PAINTED, BACKED, SHAPE, KNOWN)
LABELLED = (FLAT, *MESHES, *(name for name in MENDS[1:] if "constants" not in name))
"""Rows after labels: constants are then measured on photos."""


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """A photo that is not one of the set: which asset it shows, and what was seen in it."""

    sku: str
    evidence: PictureEvidence


def fresh_photos(each: int) -> dict[PhotoId, Fresh]:
    """Make so many photos of every object, as the set's own were made, and describe them."""
    backends = Backends()
    wanted = Wanted(embedders=backends.embedders, words=False)
    return {
        PhotoId(f"fresh-{seed}-{photo.shows}"): Fresh(
            sku=photo.shows, evidence=look(photo.content, backends, wanted, studio=False)
        )
        for seed in range(1, each + 1)
        for photo in object_photos(1, seed)
    }


class Kept:
    """The homes read into memory, each photo with the same local features throughout."""

    def __init__(self, homes: Mapping[str, Path], fresh: Mapping[PhotoId, Fresh]) -> None:
        self.homes, self.backends = homes, Backends()
        photos = open_store(homes[SCANS] / "store").photos.all()
        self.photos = tuple(sorted(photos, key=lambda photo: photo.photo_id))
        frame = pd.read_csv(datasets() / NAME / "photos.csv", dtype=str, keep_default_na=False)
        self.truth = {PhotoId(str(row.photo_id)): str(row.sku) for row in frame.itertuples()}
        self.tested = [photo.photo_id for photo in self.photos if self.truth[photo.photo_id]]
        self.fresh = dict(fresh)
        self.truth |= {photo_id: photo.sku for photo_id, photo in fresh.items()}
        self.fronts = {name: fronts_of(home) for name, home in homes.items()}
        self.fronts[RELIEFS] = dict.fromkeys(self.fronts[RELIEFS], 0.0)
        self._points: dict[PhotoId, tuple[Keypoints, ...]] = {}
        self._evidence, self._basis = cache(self._read_evidence), cache(self._read_basis)
        self._keypoints, self._catalogue = cache(self._read_keypoints), cache(self._read_catalogue)

    def pictures(self, arm: Arm) -> Pictures:
        """Give what an arm ranks."""
        axes = arm.axes or arm.source
        catalogue = self._catalogue(arm.source, axes)
        if arm.yaws_deg:
            catalogue = only(catalogue, lambda sku, yaw: apart(yaw, self.fronts[arm.source][sku]) in arm.yaws_deg)
        evidence = self._evidence(axes)
        own = {
            (photo.image_id, name): points
            for photo in self.photos
            for name, points in zip(evidence[photo.photo_id].query.hypotheses, evidence[photo.photo_id].keypoints, strict=True)
        }
        return Pictures(
            catalogue=catalogue,
            photos=self.photos,
            evidence=evidence,
            truth=self.truth,
            keypoints={**self._keypoints(arm.source), **own},
            basis=self._basis(axes).version,
        )

    def _read_basis(self, name: str) -> Basis:
        store = open_store(self.homes[name] / "store")
        latest = store.bases.latest()
        if latest is None:
            raise RuntimeError(f"{self.homes[name]} is not indexed")
        return replace(load_basis(store, latest.version), version=BasisVersion(f"of {name}"))

    def _read_catalogue(self, source: str, axes: str) -> Gallery:
        return load_catalogue(open_store(self.homes[source] / "store"), self.backends, self._basis(axes))

    def _read_evidence(self, axes: str) -> dict[PhotoId, PhotoEvidence]:
        groups = {photo.image_id: photo.group for photo in self.photos}
        found = load_photos(open_store(self.homes[SCANS] / "store"), self.backends, self._basis(axes), groups)
        seen = {photo.photo_id: found[photo.image_id] for photo in self.photos}
        seen |= {photo_id: read_evidence(photo.evidence, self._basis(axes)) for photo_id, photo in self.fresh.items()}
        return {
            photo_id: replace(one, keypoints=self._points.setdefault(photo_id, one.keypoints)) for photo_id, one in seen.items()
        }

    def _read_keypoints(self, source: str) -> dict[CutOutKey, Keypoints]:
        store = open_store(self.homes[source] / "store")
        return view_keypoints(store, {view.image_id for view in store.views.all()})


def apart(yaw_deg: float, front_deg: float) -> int:
    """Give how far a yaw is from the front, 0 … 180."""
    return round(abs((yaw_deg - front_deg + 180) % 360 - 180))


def only(catalogue: Gallery, keep: Callable[[str, float], bool]) -> Gallery:
    """Keep the renders of an asset at some yaws, and every reference."""
    rows = [
        at
        for at, row in enumerate(catalogue.views)
        if row.view.kind is not ViewKind.RENDER or keep(row.view.sku, row.view.yaw_deg or 0.0)
    ]
    vectors = {block: np.stack([found.raw(at) for at in rows]) for block, found in catalogue.vectors.items()}
    return build_gallery(catalogue.skus, [catalogue.views[at] for at in rows], vectors)


def weighed(weights: Weights, arm: Arm) -> Weights:
    """Weigh the kinds of channel anew, where an arm does."""
    factors = arm.factors or {}
    raw = np.array(
        [value * factors.get(kind_of(name), 1.0) for name, value in zip(weights.channels, weights.values, strict=True)]
    )
    return replace(weights, values=tuple(float(value) for value in raw / raw.sum()))


def unlabelled(pictures: Pictures, arm: Arm) -> Weights:
    """Make the weights of a catalogue of which no photo is known yet, as `couture index` does."""
    house = house_weights(WeightsVersion("v1"), pictures.basis, tuple(pictures.catalogue.vectors))
    catalogue = pictures.catalogue
    stand_ins = [
        PhotoEvidence(
            query=Query(
                hypotheses=(row.hypothesis,), vectors={name: found.raw(at)[None] for name, found in catalogue.vectors.items()}
            ),
            keypoints=(),
        )
        for at, row in enumerate(catalogue.views)
        if row.view.kind is ViewKind.REFERENCE
    ]
    return weighed(with_constants(house, catalogue, stand_ins if arm.own_references else []), arm)
