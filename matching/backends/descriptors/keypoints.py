"""Local features of a cut-out: SIFT with square-rooted descriptors.

Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 2004; Arandjelović and Zisserman, "Three things
everyone should know to improve object retrieval", CVPR 2012.
"""

from __future__ import annotations

import cv2
import numpy as np

from matching.ports import CutOut, Keypoints

MOST = 300
ENLARGED_PX = 288
"""SIFT finds about twice as much at 288 px as at 192."""


def find_keypoints(cutout: CutOut) -> Keypoints:
    """Find up to 300 local features inside of the mask."""
    scale = ENLARGED_PX / cutout.pixels.shape[0]
    large = cv2.resize(cutout.pixels, (ENLARGED_PX, ENLARGED_PX), interpolation=cv2.INTER_LINEAR)
    lightness = cv2.cvtColor(large, cv2.COLOR_RGB2GRAY)
    stencil = cv2.resize(cutout.mask.astype(np.uint8) * 255, (ENLARGED_PX, ENLARGED_PX))
    sift = cv2.SIFT_create(nfeatures=MOST, contrastThreshold=0.02)  # type: ignore[attr-defined]  # left out of OpenCV's stubs
    points, found = sift.detectAndCompute(lightness, stencil)
    if found is None or not len(points):
        return Keypoints(positions=np.zeros((0, 2), np.float32), descriptors=np.zeros((0, 128), np.uint8))
    found, points = found[:MOST], points[:MOST]
    rooted = np.sqrt(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-9)) * 512
    positions = np.array([point.pt for point in points], dtype=np.float32) / scale
    return Keypoints(positions=positions, descriptors=np.clip(rooted, 0, 255).astype(np.uint8))
