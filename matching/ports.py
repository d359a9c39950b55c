"""The swappable roles. `matching/backends/` holds one file per engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from data.domain import BoolArray, ByteArray, FloatArray
from data.errors import CoutureError


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
class RenderedView:
    """One view of a mesh: (size, size, 4) RGBA, transparent where the mesh is not."""

    yaw_deg: float
    rgba: ByteArray


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a picture shows, in words. Empty: not known."""

    caption: str
    object: str
    colour: str
    texture: str
    specificity: str


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


class Renderer(Protocol):
    """Turns a GLB into its eight views."""

    name: str
    settings_hash: str

    def render(self, glb: bytes, *, yaws_deg: Sequence[float]) -> Sequence[RenderedView]:
        """Render a mesh from all sides: the camera of "The eight views" in CONTRIBUTING.

        Raises:
            BackendFailed: the bytes are no GLB, or it is empty.
            MissingBackend: the renderer does not work on this machine.
        """


@runtime_checkable
class BatchRenderer(Renderer, Protocol):
    """A renderer whose start is costly: it renders many meshes per start.

    Attributes:
        meshes_per_start: how many to give it at once.
        starts_at_once: how many of it may run beside each other.
    """

    meshes_per_start: int
    starts_at_once: int

    def render_each(self, glbs: Sequence[bytes], *, yaws_deg: Sequence[float]) -> Sequence[Sequence[RenderedView] | CoutureError]:
        """Render each mesh as `render` does, in the order given; of one that fails, why.

        Raises:
            MissingBackend: the renderer does not work on this machine.
        """


class Embedder(Protocol):
    """Turns a cut-out into one raw vector per block."""

    name: str
    revision: str

    @property
    def block_sizes(self) -> dict[str, int]:
        """The blocks' names and the lengths of their vectors."""

    def embed(self, cutouts: Sequence[CutOut]) -> Sequence[Sequence[Block]]:
        """Describe each cut-out, one list of blocks each, in the order given."""


class Describer(Protocol):
    """Says in words what a cut-out shows."""

    name: str

    def describe(self, cutout: CutOut) -> Words:
        """Read the attributes and build a caption."""
