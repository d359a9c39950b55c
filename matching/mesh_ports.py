"""The roles around meshes: cut-outs become a mesh, a mesh its eight views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from data.domain import ByteArray, Sku
from data.errors import CoutureError
from matching.ports import CutOut


@dataclass(frozen=True, kw_only=True)
class RenderedView:
    """One view of a mesh: (size, size, 4) RGBA, transparent where the mesh is not."""

    yaw_deg: float
    rgba: ByteArray


@dataclass(frozen=True, kw_only=True)
class MeshJob:
    """An asset of which a mesh is to be made: one cut-out per reference, the first one first."""

    sku: Sku
    cutouts: tuple[CutOut, ...]


@dataclass(frozen=True, kw_only=True)
class MeshOutcome:
    """A mesh that was made: `glb` is None where it failed, and `failure` says why and what to do."""

    sku: Sku
    glb: bytes | None = None
    failure: str = ""
    seconds: float = 0.0


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


class MeshGenerator(Protocol):
    """Turns cut-outs into GLBs.

    Attributes:
        alone: it runs as one process that takes many jobs after a start that costs; else it may run in every worker.
    """

    name: str
    settings_hash: str
    alone: bool

    def generate(self, jobs: Sequence[MeshJob]) -> Iterator[MeshOutcome]:
        """Make a mesh of each asset: y up, its front along +z where that is known.

        Each job is answered once, in order, as soon as it is done: a failure of one is its answer and stops no other.

        Raises:
            MissingBackend: the generator does not work on this machine.
        """
