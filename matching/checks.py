"""Checks that run on the first candidates alone: do local features agree, and what is said of a photo and of an asset?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from data.domain import BoolArray
from matching.arrays import IntArray, RealArray
from matching.evidence import PhotoEvidence
from matching.fusion import Fused
from matching.gallery import Gallery
from matching.geometry import bonus, inliers
from matching.ports import Keypoints
from matching.weights import Weights
from matching.worded import ATTRIBUTES, known_overlaps

CHECKED = 10
"""How many of the first are checked by geometry; a bonus is never negative, so nothing below them overtakes for want of it."""

VIEWS_CHECKED = 5
CONFIRMED_CHECKED = 3
GEOMETRY = "geometry"
CONFIRMED_GEOMETRY = "geometry/confirmed"
CHECKS = (GEOMETRY, CONFIRMED_GEOMETRY, ATTRIBUTES)
"""The bonuses, each with a weight of its own: photos share grounds and shelves, so matches with a confirmed photo say less.

Attributes weigh nothing before any label.
"""

WORDED = 5
"""How many of the first are compared by their attributes, as the original system did."""


def bonus_weights(weights: Weights) -> RealArray:
    """Give the weight of each of `CHECKS`, zero where the weights name none."""
    return np.array([weights.bonuses.get(name, 0.0) for name in CHECKS])


def run_checks(  # noqa: PLR0917
    photo: PhotoEvidence,
    gallery: Gallery,
    scores: RealArray,
    fused: Fused,
    alike: RealArray,
    local: Callable[[Sequence[int]], list[Keypoints]],
    wanted: BoolArray,
) -> RealArray:
    """Check the first candidates by scores, (n_assets,): (n_assets, 3) what each of `CHECKS` found, in 0 … 1; 0 elsewhere.

    The other arguments are those of `check_geometry`; `wanted` says which of all `CHECKS` to run.
    """
    found = np.zeros((len(gallery.skus), len(CHECKS)))
    if not wanted.any():
        return found
    first = np.argsort(-scores, kind="stable")[:CHECKED]
    first = first[np.isfinite(scores[first])]
    if wanted[:2].any():
        for asset in first:
            found[asset, :2] = check_geometry(photo, gallery, int(asset), fused, alike, local, wanted[:2])
    if wanted[2] and gallery.worded is not None and photo.query.worded is not None:
        few = first[:WORDED]
        found[few, 2] = known_overlaps(gallery.worded.overlaps(photo.query.worded, few.tolist()))
    return found


def check_geometry(  # noqa: PLR0917
    photo: PhotoEvidence,
    gallery: Gallery,
    asset: int,
    fused: Fused,
    alike: RealArray,
    local: Callable[[Sequence[int]], list[Keypoints]],
    wanted: BoolArray,
) -> RealArray:
    """Compare a photo's local features with an asset's most similar pictures: the best bonus of each of both, in 0 … 1.

    Args:
        photo: the photo.
        gallery: the catalogue.
        asset: its position.
        fused: says which mask hypothesis counts most for the asset.
        alike: (n_hypotheses, n_views); −inf for views that must not be seen.
        local: gives local features of views.
        wanted: (2,) which checks to run; the others find 0.
    """
    hypothesis = int(fused.hypothesis[asset])
    seen = np.flatnonzero((gallery.asset_of == asset) & np.isfinite(alike[hypothesis]))
    found = np.zeros(len(wanted))
    for at, (part, most) in enumerate(((seen < gallery.own, VIEWS_CHECKED), (seen >= gallery.own, CONFIRMED_CHECKED))):
        if wanted[at]:
            nearest = _pictures(gallery, seen[part], alike[hypothesis])[:most]
            found[at] = max((bonus(inliers(photo.keypoints[hypothesis], points)) for points in local(nearest)), default=0.0)
    return found


def _pictures(gallery: Gallery, views: IntArray, alike: RealArray) -> list[int]:
    """List the most similar view of each picture, nearest first: tilted cut-outs have no local features of their own."""
    ordered = views[np.argsort(-alike[views], kind="stable")]
    nearest_last = ordered[::-1].tolist()
    first = dict(zip(gallery.views.image_ids(nearest_last), nearest_last, strict=True))
    return sorted(first.values(), key=lambda at: -alike[at])
