"""The blocks that the chosen embedders fill: where their vectors are kept, and under which revision."""

from __future__ import annotations

from dataclasses import dataclass

from data.errors import BadSettings
from matching.backends import Backends
from matching.ports import Embedder, Treatment

KEYPOINTS = "keypoints"
"""The block that the basis pools from local features; it is there whatever the embedders are."""

FIRST_REMOVER = "grabcut"


@dataclass(frozen=True, kw_only=True)
class BlockSource:
    """One block of one embedder.

    Attributes:
        name: of the block, and of its channels.
        embedder: what fills it.
        size: length of its raw vectors.
        revision: what they come from: weights, preparation and cut-outs. Vectors of two revisions are never compared.
        treatment: what the basis makes of them.
    """

    name: str
    embedder: str
    size: int
    revision: str
    treatment: Treatment


def blocks_of(backends: Backends) -> tuple[BlockSource, ...]:
    """List the blocks of all embedders, in their order.

    Raises:
        MissingBackend: a model is not here.
        BadSettings: two embedders fill one block.
    """
    found = [source for embedder in backends.load_embedders() for source in blocks_by(embedder, backends)]
    names = [KEYPOINTS, *(source.name for source in found)]
    for source in found:
        if names.count(source.name) > 1:
            raise BadSettings(
                f"the embedder '{source.embedder}' fills the block '{source.name}', which is filled already",
                remedy="give it another name in embedders and under [models.NAME] in settings.toml",
            )
    return tuple(found)


def blocks_by(embedder: Embedder, backends: Backends) -> list[BlockSource]:
    """List the blocks of one embedder.

    Raises:
        MissingBackend: its model is not here.
    """
    revision = embedder.revision if backends.remover == FIRST_REMOVER else f"{embedder.revision} {backends.remover}"
    return [
        BlockSource(name=name, embedder=embedder.name, size=size, revision=revision, treatment=embedder.treatment)
        for name, size in embedder.block_sizes.items()
    ]


def named_by(remover: str, hypothesis: str) -> str:
    """Name a mask hypothesis for the store, so that those of two removers, and what is kept of them, stay apart."""
    return hypothesis if remover == FIRST_REMOVER or hypothesis == KNOWN else f"{remover}-{hypothesis}"


KNOWN = "known"
"""The hypothesis of a picture whose mask came with it: a render."""
