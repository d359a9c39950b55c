"""Background removal by the network of this folder, with weights that `couture train cutout` made."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import ClassVar

import cv2
import numpy as np

from data.domain import ByteArray, FloatArray
from data.errors import MissingBackend
from matching.backends import ModelChoice
from matching.backends.cutout_network.inference import likely
from matching.backends.cutout_network.network import CutoutNetwork
from matching.backends.cutout_network.weights import WEIGHTS, read_weights
from matching.backends.hub import ModelCard
from matching.backends.soft_masks import SoftMaskRemover

ROLE = "background remover"


class CutoutNetRemover(SoftMaskRemover):
    """Cuts pictures out with a small network; settings name its weights as source under [models.cutout-net]."""

    name = "cutout-net"
    card: ClassVar[ModelCard] = ModelCard(name="cutout-net", licence="that of its training pictures")

    def __init__(self, *, choice: ModelChoice | None = None) -> None:
        self._choice = choice
        self._loading = RLock()

    @classmethod
    def cards(cls, choice: ModelChoice) -> tuple[ModelCard, ...]:  # noqa: ARG003  # nothing is ever fetched
        """Name the models that it needs from elsewhere: none."""
        return ()

    def ready(self) -> None:
        """Load the weights, so that what is wrong with them is said before any picture is cut out.

        Raises:
            MissingBackend: there are none.
            BackendFailed: they cannot be read.
        """
        with self._loading:
            _ = self._network

    def probability(self, pixels: ByteArray) -> FloatArray:
        """Say for each pixel how likely it is the article's.

        Args:
            pixels: (height, width, 3) RGB.

        Returns:
            (height, width), 0 to 1.
        """
        self.ready()
        square = likely(self._network, pixels)
        size = (pixels.shape[1], pixels.shape[0])
        return np.asarray(cv2.resize(square, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)

    @property
    def device(self) -> str:
        """Where it computes: it is so small that a card gains nothing."""
        return "cpu"

    @cached_property
    def _network(self) -> CutoutNetwork:
        source = self._choice.source if self._choice else ""
        named = Path(source).expanduser()
        file = named / WEIGHTS if named.is_dir() else named
        if not source or not file.is_file():
            remedy = f"run couture train cutout, and name its {WEIGHTS} as source under [models.{self.name}] in settings.toml"
            raise MissingBackend(role=ROLE, name=f"{self.name} {source}".strip(), remedy=remedy)
        return read_weights(file)
