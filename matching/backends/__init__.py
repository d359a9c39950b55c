"""The engines, by role and name. A row here and a file beside it add one; nothing is imported before it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

from data.errors import MissingBackend
from matching.ports import BackgroundRemover, Describer, Embedder, Renderer

ENGINES: Mapping[str, Mapping[str, str]] = {
    "background remover": {"grabcut": "matching.backends.grabcut:GrabCutRemover"},
    "embedder": {"descriptors": "matching.backends.descriptors.embedder:DescriptorEmbedder"},
    "describer": {"measured": "matching.backends.measured:MeasuredDescriber"},
    "renderer": {
        "vtk": "matching.backends.vtk_renderer:VtkRenderer",
        "blender": "matching.backends.blender_renderer:BlenderRenderer",
    },
}


@dataclass(frozen=True, kw_only=True)
class Backends:
    """Which engine serves which role, by name. It travels to worker processes; the engines do not."""

    remover: str = "grabcut"
    embedder: str = "descriptors"
    describer: str = "measured"
    renderer: str = "vtk"

    def load_remover(self) -> BackgroundRemover:
        """Load the background remover."""
        return cast("BackgroundRemover", load("background remover", self.remover))

    def load_embedder(self) -> Embedder:
        """Load the embedder."""
        return cast("Embedder", load("embedder", self.embedder))

    def load_describer(self) -> Describer:
        """Load the describer."""
        return cast("Describer", load("describer", self.describer))

    def load_renderer(self) -> Renderer | None:
        """Load the renderer; None where settings say 'none'."""
        return None if self.renderer == "none" else cast("Renderer", load("renderer", self.renderer))


def load(role: str, name: str) -> Any:  # noqa: ANN401  # the caller knows the role's Protocol
    """Make the engine of a role.

    Raises:
        MissingBackend: nothing of that name is known, or what it needs is not installed.
    """
    known = ENGINES[role]
    if name not in known:
        raise MissingBackend(role=role, name=name, remedy=f"choose one of: {', '.join(sorted(known))}")
    module, _, made = known[name].partition(":")
    try:
        return getattr(import_module(module), made)()
    except ImportError as error:
        raise MissingBackend(role=role, name=name, remedy=f"install what it needs ({error})") from error
