"""From what a model thinks of each pixel to mask hypotheses."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import cv2
import numpy as np

from data.domain import BoolArray, ByteArray, FloatArray
from data.errors import BackendFailed
from matching.backends import ModelChoice
from matching.backends.grabcut import EMPTY, FULL, flood
from matching.backends.hub import ModelCard
from matching.ports import MaskHypothesis

ARTICLE_FROM = 0.5
KEPT_PIECE = 0.2
"""Share of the largest piece: the second shoe of a pair stays, a stray spot goes."""

LEARNED, STUDIO, WHOLE = "learned", "studio", "whole"


class SoftMaskRemover:
    """A background remover whose model thinks something of each pixel."""

    runs_model = True
    card: ClassVar[ModelCard]

    @classmethod
    def cards(cls, choice: ModelChoice) -> tuple[ModelCard, ...]:  # noqa: ARG003  # the same whatever settings say
        """Name the model that it needs."""
        return (cls.card,)

    def masks(self, pixels: ByteArray, *, studio: bool) -> Sequence[MaskHypothesis]:
        """Find the article: see `BackgroundRemover`."""
        check_size(pixels)
        return hypotheses(self.probability(pixels), pixels, studio=studio)

    @abstractmethod
    def probability(self, pixels: ByteArray) -> FloatArray:
        """Say for each pixel how likely it is the article's.

        Args:
            pixels: (height, width, 3) RGB.

        Returns:
            (height, width), 0 to 1.
        """


def check_size(pixels: ByteArray) -> None:
    """Refuse a picture that nothing can be cut out of.

    Raises:
        BackendFailed: it is less than two pixels high or wide.
    """
    if min(pixels.shape[:2]) < 2:  # noqa: PLR2004
        raise BackendFailed("the picture is a line: nothing can be cut out of it", remedy="give a larger picture")


def hypotheses(probability: FloatArray, pixels: ByteArray, *, studio: bool) -> list[MaskHypothesis]:
    """Make mask hypotheses of a soft mask: what it shows, and of a photo the whole picture too, as GrabCut's remover does.

    Where the model found nothing, or everything, it gave up: the plain background is filled from the border, or the whole
    picture stands, marked as fallen back.

    Args:
        probability: (height, width) of the picture, 0 to 1 that a pixel is the article's.
        pixels: (height, width, 3) RGB.
        studio: it stands on a plain background.
    """
    mask = largest_pieces(np.asarray(probability > ARTICLE_FROM, dtype=np.bool_))
    found = EMPTY < mask.mean() < FULL
    whole = np.ones(pixels.shape[:2], dtype=np.bool_)
    if found:
        learned = MaskHypothesis(name=LEARNED, mask=mask, fell_back=False)
        return [learned] if studio else [learned, MaskHypothesis(name=WHOLE, mask=whole, fell_back=False)]
    filled = flood(pixels) if studio else None
    if filled is not None:
        return [MaskHypothesis(name=STUDIO, mask=filled, fell_back=True)]
    return [MaskHypothesis(name=WHOLE, mask=whole, fell_back=True)]


def largest_pieces(mask: BoolArray) -> BoolArray:
    """Keep the largest connected piece and those that come near to it.

    Args:
        mask: (height, width); may be empty.
    """
    count, pieces, about, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count <= 1:
        return mask
    areas = about[1:, cv2.CC_STAT_AREA]
    kept = 1 + np.flatnonzero(areas >= KEPT_PIECE * areas.max())
    return np.asarray(np.isin(pieces, kept), dtype=np.bool_)
