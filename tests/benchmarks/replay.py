"""Reviewers replayed on real pictures: some photos are labelled in a drawn order, others never are and are measured on.

Everything is the product's own: the described pictures of a home, `gather`, `fit_weights`, `find_matches`. Only the sides are
drawn anew for each seed, by group, so that twenty seeds say more than one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from data.domain import BasisVersion, Photo, PhotoId, Reviewer, Side, Sku, WeightsVersion
from data.ranking import ConfirmedView
from data.store import open_store
from feedback.metrics import Clusters, Ranks
from feedback.samples import Bench, LabelledPhoto
from matching import checks
from matching.backends import Backends
from matching.cutouts import upright_name
from matching.evidence import PhotoEvidence, add_confirmed, load_basis, load_catalogue, load_photos, view_keypoints
from matching.gallery import Gallery
from matching.ports import Keypoints
from matching.preparation import CONSTANTS_FROM, MOST_PHOTOS, photo_shift, with_constants
from matching.readers import KeypointReader
from matching.search import find_matches
from matching.stored_vectors import CutOutKey
from matching.weights import Weights, house_weights

REVIEWER = Reviewer("simulated")


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """A described set of real pictures: `truth` is empty for a photo of what the catalogue does not have."""

    catalogue: Gallery
    photos: tuple[Photo, ...]
    evidence: Mapping[PhotoId, PhotoEvidence]
    truth: Mapping[PhotoId, str]
    keypoints: Mapping[CutOutKey, Keypoints]
    basis: BasisVersion

    def bench(self, labels: Mapping[PhotoId, str]) -> Bench:
        """Give the catalogue with the confirmed views of some labels."""
        known = {photo.photo_id: photo for photo in self.photos}
        seen = [
            ConfirmedView(
                sku=Sku(sku),
                photo_id=photo_id,
                image_id=known[photo_id].image_id,
                group=known[photo_id].group,
                side=Side.CALIBRATION,
            )
            for photo_id, sku in labels.items()
            if sku
        ]
        queries = {known[photo_id].image_id: self.evidence[photo_id].query for photo_id in labels}
        return Bench(gallery=add_confirmed(self.catalogue, seen, queries), reader=Loaded(self.keypoints))

    def labelled(self, labels: Mapping[PhotoId, str]) -> list[LabelledPhoto]:
        """Give labelled photos as fitting sees them."""
        known = {photo.photo_id: photo for photo in self.photos}
        return [
            LabelledPhoto(
                photo=known[photo_id],
                sku=Sku(sku) if sku else None,
                evidence=self.evidence[photo_id],
                positives=frozenset({Sku(sku)} if sku else ()),
            )
            for photo_id, sku in labels.items()
        ]


@dataclass(frozen=True, kw_only=True)
class Split:
    """One drawing: `order` may be labelled, in this order; `test` never is. `start` are the house weights of that side."""

    order: tuple[PhotoId, ...]
    test: tuple[PhotoId, ...]
    start: Weights


class Loaded(KeypointReader):
    """Local features that are in memory already."""

    def __init__(self, known: Mapping[CutOutKey, Keypoints]) -> None:
        self._known = known

    def read(self, wanted: Sequence[CutOutKey]) -> list[Keypoints]:
        return [self._known[image_id, upright_name(name)] for image_id, name in wanted]


def datasets() -> Path:
    """Give the folder of real pictures."""
    return Path(os.environ["COUTURE_DATASETS"]).resolve()


def described(name: str, work: Path) -> Path:
    """Import and index a set of real pictures by the command line, all of its photos, once; give the home."""
    home, source = work / name, datasets() / name
    if (home / "described").is_file():
        return home
    beside = work / f"{name}-photos"
    beside.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source / "photos", beside / "photos", dirs_exist_ok=True)
    frame = pd.read_csv(source / "photos.csv", dtype=str, keep_default_na=False)
    frame[["photo_id", "image"]].to_csv(beside / "photos.csv", index=False)
    for words in (("import", "catalogue", str(source)), ("import", "photos", str(beside / "photos.csv")), ("index",)):
        subprocess.run([sys.executable, "-m", "dashboard", "--home", str(home), *words], check=True)
    (home / "described").touch()
    return home


@cache
def load(name: str, home: Path) -> Pictures:
    """Read a described set into memory."""
    store, backends = open_store(home / "store"), Backends()
    latest = store.bases.latest()
    basis = load_basis(store, latest.version if latest else BasisVersion("b1"))
    catalogue = load_catalogue(store, backends, basis)
    photos = tuple(sorted(store.photos.all(), key=lambda photo: photo.photo_id))
    found = load_photos(store, backends, basis, {photo.image_id: photo.group for photo in photos})
    frame = pd.read_csv(datasets() / name / "photos.csv", dtype=str, keep_default_na=False)
    keypoints = dict(view_keypoints(store, {row.view.image_id for row in catalogue.views}))
    for image_id, evidence in found.items():
        keypoints |= {(image_id, at): points for at, points in zip(evidence.query.hypotheses, evidence.keypoints, strict=True)}
    return Pictures(
        catalogue=catalogue,
        photos=photos,
        evidence={photo.photo_id: found[photo.image_id] for photo in photos if photo.image_id in found},
        truth={PhotoId(str(row.photo_id)): str(row.sku) for row in frame.itertuples()},
        keypoints=keypoints,
        basis=basis.version,
    )


def draw(pictures: Pictures, seed: int, *, most_labels: int, most_tested: int) -> Split:
    """Draw which photos may be labelled, in which order, and which never are; no group is on both sides.

    The photo shift and the constants of the start come from the side that may be labelled, without any label.
    """
    random = np.random.default_rng(seed)
    groups = sorted({photo.group for photo in pictures.photos})
    turned = {group: int(at) for group, at in zip(groups, random.permutation(len(groups)), strict=True)}
    ordered = sorted(pictures.photos, key=lambda photo: (turned[photo.group], photo.photo_id))
    cut = next((at for at in range(most_labels, len(ordered)) if ordered[at].group != ordered[at - 1].group), len(ordered))
    open_side, closed = ordered[:cut], ordered[cut:]
    tested = [photo.photo_id for photo in closed if pictures.truth[photo.photo_id]]
    shot = [pictures.evidence[photo.photo_id] for photo in sorted(open_side, key=lambda photo: photo.photo_id)]
    spread = [shot[at] for at in np.unique(np.linspace(0, len(shot) - 1, MOST_PHOTOS).round().astype(int))]
    house = house_weights(WeightsVersion("v1"), pictures.basis, tuple(pictures.catalogue.vectors))
    start = with_constants(replace(house, shift=photo_shift(spread)), pictures.catalogue, spread[: CONSTANTS_FROM * 4])
    return Split(order=tuple(photo.photo_id for photo in open_side), test=tuple(tested[:most_tested]), start=start)


def review(pictures: Pictures, photo_ids: Sequence[PhotoId], *, error: float, seed: int) -> dict[PhotoId, str]:
    """Let a reviewer decide photos: right, but for a share in which an asset is chosen at random; empty is "not in the DAM"."""
    random = np.random.default_rng(seed + 1_000)
    said: dict[PhotoId, str] = {}
    for photo_id in photo_ids:
        wrong = random.random() < error
        chosen = int(random.integers(len(pictures.catalogue.skus)))
        said[photo_id] = pictures.catalogue.skus[chosen] if wrong else pictures.truth[photo_id]
    return said


def ranks(pictures: Pictures, test: Sequence[PhotoId], bench: Bench, weights: Weights) -> Ranks:
    """Rank each photo's own asset by the product's search: (n,)."""
    folded = bench.folded(weights)
    found = []
    for photo_id in test:
        ranking = find_matches(pictures.evidence[photo_id], folded.gallery, weights, folded.local)
        found.append(int(np.flatnonzero(ranking.order == folded.places[Sku(pictures.truth[photo_id])])[0]) + 1)
    return np.array(found, dtype=np.int64)


def clusters(pictures: Pictures, test: Sequence[PhotoId]) -> Clusters:
    """Give what photos are alike by: their skus."""
    return np.array([pictures.truth[photo_id] for photo_id in test], dtype=np.str_)


def remember_geometry() -> None:
    """Compare two cut-outs once in this process: the same pairs come back in every arm and at every count."""
    known: dict[tuple[int, int], int] = {}
    counted: Callable[[Keypoints, Keypoints], int] = vars(checks)["inliers"]

    def remembered(photo: Keypoints, view: Keypoints) -> int:
        key = id(photo), id(view)
        if key not in known:
            known[key] = counted(photo, view)
        return known[key]

    vars(checks)["inliers"] = remembered
