"""Do the local features of a photo and a view lie alike? SIFT matches that agree on one turn, scale and move, counted by RANSAC.

Fischler and Bolles, "Random sample consensus", Communications of the ACM 1981.
"""

from __future__ import annotations

import cv2
import numpy as np

from data.domain import BoolArray, FloatArray
from matching.arrays import IntArray
from matching.ports import Keypoints

FEWEST_INLIERS = 6
"""Six that agree on a turn, scale and move say as much as eight on an affine map (CONTRIBUTING, "Decisions")."""

FULL_INLIERS = 30
RATIO = 0.8
TOLERANCE_PX = 6.0
FEWEST_MATCHES = 4


def inliers(photo: Keypoints, view: Keypoints) -> int:
    """Count the matches that agree on one similarity map; 0 below six."""
    pairs = matches(photo, view)
    if len(pairs) < FEWEST_MATCHES:
        return 0
    found = agreeing(photo.positions[pairs[:, 0]], view.positions[pairs[:, 1]])
    count = int(found.sum())
    return count if count >= FEWEST_INLIERS else 0


def bonus(count: int) -> float:
    """Turn inliers into evidence: 0 for none, 1 from thirty on."""
    return min(count, FULL_INLIERS) / FULL_INLIERS


def matches(photo: Keypoints, view: Keypoints) -> IntArray:
    """Pair features whose best match is clearly better than the second (Lowe's ratio): (n, 2) rows of both."""
    if len(photo.descriptors) < FEWEST_MATCHES or len(view.descriptors) < FEWEST_MATCHES:
        return np.zeros((0, 2), dtype=np.int64)
    one, other = photo.descriptors.astype(np.float32), view.descriptors.astype(np.float32)
    away = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None] - 2 * one @ other.T
    rows = np.arange(len(away))
    first = away.argmin(axis=1)
    nearest = away[rows, first]
    away[rows, first] = np.inf
    found = np.flatnonzero(np.maximum(nearest, 0) < RATIO**2 * np.maximum(away.min(axis=1), 1e-9))
    _, unique = np.unique(first[found], return_index=True)
    return np.stack([found[unique], first[found][unique]], axis=1)


def agreeing(source: FloatArray, target: FloatArray) -> BoolArray:
    """Say which pairs of points, (n, 2) each, agree on one turn, scale and move: (n,)."""
    cv2.setRNGSeed(0)
    _, mask = cv2.estimateAffinePartial2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=TOLERANCE_PX, maxIters=500, confidence=0.99
    )
    return np.zeros(len(source), np.bool_) if mask is None else np.asarray(mask.ravel() > 0, dtype=np.bool_)
