"""The swappable roles. `matching/backends/` holds one file per engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from data.domain import BoolArray, ByteArray, FloatArray


@dataclass(frozen=True, kw_only=True)
class MaskHypothesis:
    """Where the article may be.

    Attributes:
        name: which prior it started from (`studio`, `centre`, `wide`, `whole` …).
        mask: (height, width) of the picture, true on the article.
        fell_back: the remover gave up and returned its prior.
    """

    name: str
    mask: BoolArray
    fell_back: bool


@dataclass(frozen=True, kw_only=True)
class CutOut:
    """A picture cropped and zoomed to the article.

    Attributes:
        pixels: (size, size, 3) RGB, white outside of the mask.
        mask: (size, size), true on the article.
    """

    pixels: ByteArray
    mask: BoolArray


@dataclass(frozen=True, kw_only=True)
class Block:
    """One embedder's description of one cut-out: a fixed-size raw vector, before any fitted transform."""

    name: str
    values: FloatArray


class Treatment(StrEnum):
    """What the basis makes of an embedder's raw vectors; each is centred on the catalogue's mean first.

    `whitened` is for descriptors: 64 principal components, the strong ones tamed. `plain` is for vectors whose inner products
    were trained to mean something: up to 256 principal directions, none of them scaled.
    """

    WHITENED = "whitened"
    PLAIN = "plain"


@dataclass(frozen=True, kw_only=True)
class Keypoints:
    """Local features of one cut-out.

    Attributes:
        positions: (n, 2), x and y in pixels of the cut-out.
        descriptors: (n, 128).
    """

    positions: FloatArray
    descriptors: ByteArray


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a picture shows, in words. Empty: not known. `fault` says why a describer left something out that it should know."""

    caption: str
    object: str
    colour: str
    texture: str
    specificity: str
    fault: str = ""


class BackgroundRemover(Protocol):
    """Finds the article in a picture."""

    name: str

    def masks(self, pixels: ByteArray, *, studio: bool) -> Sequence[MaskHypothesis]:
        """Find the article.

        Args:
            pixels: (height, width, 3) RGB.
            studio: the picture stands on a plain background; else it was taken anywhere.

        Returns:
            One hypothesis or more, the most trusted first; each mask has the picture's height and width.

        Raises:
            BackendFailed: there is nothing to be found.
        """


@runtime_checkable
class RunsModel(Protocol):
    """What a remover or describer declares whose work is a model's: it runs in one process, not in every worker.

    A remover has `ready()` too, which loads the model: what is wrong with it is said before any picture is cut out.
    """

    runs_model: bool


class Embedder(Protocol):
    """Turns a cut-out into one raw vector per block.

    Attributes:
        name: as settings call it.
        treatment: what the basis is to make of its vectors.
    """

    name: str
    treatment: Treatment

    @property
    def revision(self) -> str:
        """Name exactly what the vectors come from: weights, and how cut-outs are prepared. Vectors of two never meet.

        Raises:
            MissingBackend: its model is not here.
        """

    @property
    def block_sizes(self) -> dict[str, int]:
        """The blocks' names and the lengths of their vectors.

        Raises:
            MissingBackend: its model is not here, and they cannot be told without it.
        """

    def embed(self, cutouts: Sequence[CutOut]) -> Sequence[Sequence[Block]]:
        """Describe each cut-out, one list of blocks each, in the order given."""


@runtime_checkable
class ModelEmbedder(Protocol):
    """An embedder that runs a model, as an `Embedder` in two steps.

    Worker processes prepare, one process has the model, and both go on at the same time.
    """

    name: str
    treatment: Treatment

    @property
    def revision(self) -> str:
        """As an embedder's."""

    @property
    def block_sizes(self) -> dict[str, int]:
        """As an embedder's."""

    @property
    def cutout_px(self) -> int:
        """Side of the cut-outs that it wants, so that none is resampled twice."""

    def prepare(self, cutouts: Sequence[CutOut]) -> ByteArray | FloatArray:
        """Bring cut-outs into the form that the model takes: (n, 3, height, width). Needs no model."""

    def embed_prepared(self, prepared: ByteArray | FloatArray) -> Sequence[Sequence[Block]]:
        """Describe each prepared cut-out, one list of blocks each, in the order given.

        Raises:
            MissingBackend: its model is not here.
            BackendFailed: the model cannot be used, or memory runs out even for one cut-out.
        """

    def embed(self, cutouts: Sequence[CutOut]) -> Sequence[Sequence[Block]]:
        """Prepare and describe cut-outs at once."""


class Describer(Protocol):
    """Says in words what a cut-out shows."""

    name: str

    @property
    def revision(self) -> str:
        """Name what describes, exactly: another revision says other words."""

    def describe(self, cutout: CutOut) -> Words:
        """Read the attributes and build a caption."""

    def describe_all(self, cutouts: Sequence[CutOut]) -> Sequence[Words]:
        """Describe several at once, in the order given: what is told of one does not depend on the others."""


class TextEmbedder(Protocol):
    """Turns a text into a vector."""

    name: str

    @property
    def revision(self) -> str:
        """Name exactly what the vectors come from. Vectors of two never meet.

        Raises:
            MissingBackend: its model is not here.
        """

    @property
    def size(self) -> int:
        """Length of its vectors.

        Raises:
            MissingBackend: its model is not here, and it cannot be told without it.
        """

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Describe texts, in the order given: (n, size), of length 1; zeros for a text that says nothing.

        Raises:
            MissingBackend: its model is not here.
            BackendFailed: it cannot be used, or memory runs out even for one text.
        """
