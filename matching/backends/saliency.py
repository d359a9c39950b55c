"""Where a picture draws the eye: a first guess of the article for photos on which it lies off the middle, or on other things.

Contrast and spatial cue of Fu, Cao and Tu, "Cluster-based co-saliency detection", IEEE Transactions on Image Processing 2013;
here colours are contrasted with the border above all, since the article seldom touches it.
"""

from __future__ import annotations

import cv2
import numpy as np

from data.domain import BoolArray, ByteArray, FloatArray
from matching.arrays import IntArray, RealArray

WORKING_PX = 96
CLUSTERS = 8
ROUNDS = 12
LIGHTNESS_WEIGHT = 0.7
BORDER_SHARE = 0.7
"""Of the contrast: the rest is against the whole picture."""

SPREAD, REACH = 0.08, 0.06
"""How fast a colour loses by being scattered and by lying far from the middle, in squared sides of the picture."""

NOTICEABLE = 2.3
"""Distance in Lab below which two colours look the same: Mahy, Van Eycken and Oosterlinck, Color Research & Application 1994."""

BLUR_PX = 1.2
LEAST = 60
"""Of 255: below this nothing is salient, wherever Otsu's threshold lies."""


def salient(pixels: ByteArray) -> BoolArray:
    """Guess where the article is: colours unlike the border's, of one piece, near the middle.

    Args:
        pixels: (height, width, 3) RGB.

    Returns:
        (height, width); nowhere true where all colours are alike.
    """
    height, width = pixels.shape[:2]
    scale = WORKING_PX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    found = _saliency(small)
    if found.max() <= 0:
        return np.zeros((height, width), dtype=np.bool_)
    levels = np.asarray(cv2.resize(found / found.max() * 255, (width, height)), dtype=np.uint8)
    threshold, _ = cv2.threshold(levels, 0, 255, cv2.THRESH_OTSU)
    return np.asarray(levels > max(threshold, LEAST), dtype=np.bool_)


def _saliency(pixels: ByteArray) -> FloatArray:
    """Score each pixel by its colour's cluster: (height, width), not negative; zeros where there is one colour alone."""
    labels, centres = _cluster(pixels)
    y, x = (place.ravel() for place in np.mgrid[-0.5 : 0.5 : pixels.shape[0] * 1j, -0.5 : 0.5 : pixels.shape[1] * 1j])
    size = np.maximum(np.bincount(labels, minlength=len(centres)), 1e-9)
    mean_y, mean_x = _mean(y, labels, size), _mean(x, labels, size)
    scatter = _mean((y - mean_y[labels]) ** 2 + (x - mean_x[labels]) ** 2, labels, size)
    distance = _mean(y**2 + x**2, labels, size)
    against = BORDER_SHARE * _border_shares(labels.reshape(pixels.shape[:2]), len(centres))
    against += (1 - BORDER_SHARE) * size / size.sum()
    contrast = np.linalg.norm(centres[:, None] - centres[None], axis=2) @ against
    scores = np.where(contrast > NOTICEABLE, contrast, 0) * np.exp(-distance / REACH) * np.exp(-scatter / SPREAD)
    found = cv2.GaussianBlur(scores[labels].reshape(pixels.shape[:2]).astype(np.float32), (0, 0), BLUR_PX)
    return np.asarray(found, dtype=np.float32)


def _cluster(pixels: ByteArray) -> tuple[IntArray, FloatArray]:
    """Group pixels by colour: (n_pixels,) cluster of each, and (n_clusters, 3) Lab."""
    lab = cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2Lab) * np.array([LIGHTNESS_WEIGHT, 1, 1], np.float32)
    colours = np.asarray(lab.reshape(-1, 3), dtype=np.float32)
    cv2.setRNGSeed(0)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, ROUNDS, 0.5)
    start = np.zeros((len(colours), 1), dtype=np.int32)
    _, labels, centres = cv2.kmeans(colours, min(CLUSTERS, len(colours)), start, stop, 1, cv2.KMEANS_PP_CENTERS)
    return np.asarray(labels.ravel(), dtype=np.int64), np.asarray(centres, dtype=np.float32)


def _mean(values: RealArray, labels: IntArray, size: RealArray) -> RealArray:
    return np.asarray(np.bincount(labels, weights=values, minlength=len(size)) / size, dtype=np.float64)


def _border_shares(labels: IntArray, count: int) -> RealArray:
    """Say how much of the picture's border each cluster has: (count,), summing to 1."""
    width_px = max(1, min(max(2, labels.shape[0] // 20), min(labels.shape) // 2))
    border = np.ones(labels.shape, dtype=np.bool_)
    border[width_px:-width_px, width_px:-width_px] = False
    return np.asarray(np.bincount(labels[border], minlength=count) / border.sum(), dtype=np.float64)
