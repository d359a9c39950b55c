"""The engines, by role and name. A row here and a file beside it add one; nothing is imported before it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import signature
from threading import RLock
from typing import Any, cast

from data.errors import MissingBackend
from matching.mesh_ports import MeshGenerator, Renderer
from matching.ports import BackgroundRemover, Describer, Embedder, TextEmbedder

TRANSFORMERS_EMBEDDER = "matching.backends.transformers_embedder:TransformersEmbedder"
TEXT_MODEL = "matching.backends.text_models:PretrainedTextEmbedder"

ENGINES: Mapping[str, Mapping[str, str]] = {
    "background remover": {
        "grabcut": "matching.backends.grabcut:GrabCutRemover",
        "cutout-net": "matching.backends.cutout_network.remover:CutoutNetRemover",
        "birefnet": "matching.backends.birefnet:BiRefNetRemover",
        "rmbg-2": "matching.backends.birefnet:RmbgRemover",
        "rembg-u2net": "matching.backends.rembg:U2NetRemover",
        "rembg-isnet": "matching.backends.rembg:IsNetRemover",
        "rembg-birefnet": "matching.backends.rembg:BiRefNetOnnxRemover",
    },
    "embedder": {
        "descriptors": "matching.backends.descriptors.embedder:DescriptorEmbedder",
        "resnet50": TRANSFORMERS_EMBEDDER,
        "vit": TRANSFORMERS_EMBEDDER,
        "clip": TRANSFORMERS_EMBEDDER,
        "dinov2": TRANSFORMERS_EMBEDDER,
        "vit-msn": TRANSFORMERS_EMBEDDER,
        "dinov2-registers": TRANSFORMERS_EMBEDDER,
        "dinov3": TRANSFORMERS_EMBEDDER,
        "siglip2": TRANSFORMERS_EMBEDDER,
        "fashion-siglip": TRANSFORMERS_EMBEDDER,
    },
    "describer": {
        "measured": "matching.backends.measured:MeasuredDescriber",
        "blip": "matching.backends.blip:BlipDescriber",
        "florence-2": "matching.backends.florence:FlorenceDescriber",
        "instructblip": "matching.backends.instruct_blip:InstructBlipDescriber",
        "qwen3-vl": "matching.backends.qwen_vl:QwenDescriber",
    },
    "text embedder": {
        "ngrams": "matching.backends.ngrams:NgramEmbedder",
        "minilm": TEXT_MODEL,
        "clip-text": TEXT_MODEL,
        "siglip2-text": TEXT_MODEL,
    },
    "renderer": {
        "vtk": "matching.backends.vtk_renderer:VtkRenderer",
        "blender": "matching.backends.blender_renderer:BlenderRenderer",
    },
    "mesh generator": {
        "relief": "matching.backends.relief:ReliefGenerator",
        "trellis": "matching.backends.trellis:TrellisGenerator",
        "trellis-2": "matching.backends.trellis:Trellis2Generator",
    },
}
ANY_MODEL: Mapping[str, str] = {"embedder": TRANSFORMERS_EMBEDDER}
"""What runs a model that settings give a source and that has no row."""

SETTING: Mapping[str, str] = {
    "background remover": "remover",
    "embedder": "embedders",
    "describer": "describer",
    "text embedder": "text_embedder",
    "renderer": "renderer",
    "mesh generator": "mesh_generator",
}
"""What settings call each role."""

NONE = "none"
_loading = RLock()


@dataclass(frozen=True, kw_only=True)
class ModelChoice:
    """What settings say of one model, under [models.NAME]; empty: what its engine says.

    Attributes:
        name: the engine's name, as a role names it.
        source: a hub id, or a folder.
        revision: of the hub; a commit is best.
        trust_remote_code: code that comes with the model may run here.
        hub_class: the transformers class to load it with.
        reading: how its vectors are read.
        python: of the environment that it runs in, where that is not ours.
        package: folder with the model's own Python package, where that is not installed there.
    """

    name: str
    source: str = ""
    revision: str = ""
    trust_remote_code: bool = False
    hub_class: str = ""
    reading: str = ""
    python: str = ""
    package: str = ""


@dataclass(frozen=True, kw_only=True)
class Backends:
    """Which engine serves which role, by name. It travels to worker processes; the engines do not.

    Attributes:
        embedders: one or more, in the order in which they describe.
        device: `auto`, `cpu`, `cuda` or `mps`, for engines that run a model.
        models: what settings say of models, each name once.
    """

    remover: str = "grabcut"
    embedders: tuple[str, ...] = ("descriptors",)
    describer: str = "measured"
    text_embedder: str = "ngrams"
    renderer: str = "vtk"
    mesh_generator: str = NONE
    device: str = "auto"
    models: tuple[ModelChoice, ...] = ()

    def load_remover(self) -> BackgroundRemover:
        """Load the background remover."""
        return cast("BackgroundRemover", self.load("background remover", self.remover))

    def load_embedders(self) -> tuple[Embedder, ...]:
        """Load the embedders, in their order."""
        return tuple(cast("Embedder", self.load("embedder", name)) for name in self.embedders)

    def load_describer(self) -> Describer:
        """Load the describer."""
        return cast("Describer", self.load("describer", self.describer))

    def load_text_embedder(self) -> TextEmbedder:
        """Load the text embedder."""
        return cast("TextEmbedder", self.load("text embedder", self.text_embedder))

    def load_renderer(self) -> Renderer | None:
        """Load the renderer; None where settings say 'none'."""
        return None if self.renderer == NONE else cast("Renderer", self.load("renderer", self.renderer))

    def load_mesh_generator(self) -> MeshGenerator | None:
        """Load the mesh generator; None where settings say 'none'."""
        return None if self.mesh_generator == NONE else cast("MeshGenerator", self.load("mesh generator", self.mesh_generator))

    def choice(self, name: str) -> ModelChoice:
        """Say what settings say of a model; nothing but its name where they are silent."""
        return next((choice for choice in self.models if choice.name == name), ModelChoice(name=name))

    def load(self, role: str, name: str) -> Any:  # noqa: ANN401  # the caller knows the role's Protocol
        """Make the engine of a role, once per process: a model's weights are loaded once.

        Raises:
            MissingBackend: nothing of that name is known, or what it needs is not installed.
        """
        with _loading:
            return _kept(role, name, self.choice(name), self.device, self.models)


@cache
def _kept(role: str, name: str, choice: ModelChoice, device: str, models: tuple[ModelChoice, ...]) -> Any:  # noqa: ANN401  # as `load`
    return load(role, name, choice=choice, device=device, models=models)


def load(
    role: str,
    name: str,
    *,
    choice: ModelChoice | None = None,
    device: str = "auto",
    models: tuple[ModelChoice, ...] = (),
) -> Any:  # noqa: ANN401  # as above
    """Make the engine of a role. What takes `choice`, `device` or `models` (for engines of several models) by keyword gets them.

    Raises:
        MissingBackend: nothing of that name is known, or what it needs is not installed.
    """
    said = choice or ModelChoice(name=name)
    engine, given = find(role, said), {"choice": said, "device": device, "models": models}
    try:
        wanted = signature(engine).parameters
        return engine(**{key: value for key, value in given.items() if key in wanted})
    except ImportError as error:
        raise MissingBackend(role=role, name=name, remedy=f"install what it needs ({error})") from error


def find(role: str, choice: ModelChoice) -> Any:  # noqa: ANN401  # a class, or a function that makes the engine
    """Find what makes the engine of a role, by the choice's name, without making it.

    Raises:
        MissingBackend: nothing of that name is known, or what it needs is not installed.
    """
    known, name = ENGINES[role], choice.name
    found = known.get(name) or (ANY_MODEL.get(role) if choice.source else None)
    if found is None:
        remedy = f"set {SETTING[role]} in settings.toml to one of: {', '.join(sorted(known)) or '(there is none yet)'}"
        raise MissingBackend(role=role, name=name, remedy=remedy)
    module, _, made = found.partition(":")
    try:
        return getattr(import_module(module), made)
    except ImportError as error:
        raise MissingBackend(role=role, name=name, remedy=f"install what it needs ({error})") from error
