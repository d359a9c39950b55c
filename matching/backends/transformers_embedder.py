"""One embedder for every vision model of transformers: the rows of `embedder_models`, and whatever settings name beside them."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from data.domain import ByteArray, FloatArray
from data.errors import BackendFailed, MissingBackend
from matching.backends import ModelChoice
from matching.backends.devices import is_out_of_memory
from matching.backends.embedder_models import model_of
from matching.backends.hub import ModelCard, choose_device, is_present, load_model, load_processor, locate, revision_of
from matching.backends.model_faults import missing, too_large, unusable
from matching.backends.picture_preparation import Preparation
from matching.backends.vector_reading import Reading, read_vectors, usual_reading, vector_size
from matching.ports import Block, CutOut, Treatment

if TYPE_CHECKING:
    import torch

PREPARED = "p1"
"""How cut-outs are made and prepared. A change of it makes all vectors anew."""

BYTES_PER_PIXEL = 1_000
"""What one pixel of input takes on a card while a model runs, generously: 50 MB for 224 px, of which ViT-L needs a third."""

CARD_SHARE = 0.5
MOST_AT_ONCE, FEW_AT_ONCE = 256, 16
"""At once on a card with memory enough, and on a processor, which is no faster with more."""

POOLER = ("pooler.",)
"""Weights that some checkpoints lack; where the first token is read, nobody reads what they compute."""

_log = logging.getLogger(__name__)


class TransformersEmbedder:
    """Describes a cut-out by a pretrained model: one block, or two where the mean of the patches comes beside.

    Safe to share between threads. Nothing is loaded before it is needed.
    """

    treatment = Treatment.PLAIN

    def __init__(self, *, choice: ModelChoice, device: str = "auto") -> None:
        self.name = choice.name
        self._choice, self._wanted_device = choice, device
        self._about = model_of(choice)
        self._lock = RLock()
        self._at_once = 0

    @staticmethod
    def cards(choice: ModelChoice) -> tuple[ModelCard, ...]:
        """Name the model that it needs."""
        return (model_of(choice).card,)

    @cached_property
    def revision(self) -> str:
        """Name the weights, how their vectors are read, and how cut-outs are prepared.

        Raises:
            MissingBackend: the model is not here.
        """
        return f"{revision_of(self._about.card, self._choice)}.{self._reading}.{PREPARED}"

    @cached_property
    def block_sizes(self) -> dict[str, int]:
        """The blocks' names and the lengths of their vectors; a length other than the usual one is part of the name.

        Raises:
            MissingBackend: the model is not here, and its configuration alone tells them.
            BackendFailed: its configuration does not tell them.
        """
        usual = self._about.size
        size = usual if usual and self._is_usual else vector_size(self._config, self._reading)
        if size is None:
            raise unusable(self._about.card, self._where, ValueError("its configuration tells no length of vectors"))
        stem = re.sub(r"[^a-z0-9]+", "_", self.name.lower()).strip("_")
        name = stem if size == usual else f"{stem}_{size}"
        return {name: size, f"{name}_patches": size} if self._reading.patches else {name: size}

    @property
    def cutout_px(self) -> int:
        """Side of the cut-outs that the model's preparation starts with."""
        return self._preparation.cutout_px

    def prepare(self, cutouts: Sequence[CutOut]) -> ByteArray | FloatArray:
        """Bring cut-outs into the form that the model takes: (n, 3, height, width)."""
        return self._preparation.prepare([cutout.pixels for cutout in cutouts])

    def embed(self, cutouts: Sequence[CutOut]) -> Sequence[Sequence[Block]]:
        """Describe each cut-out, one list of blocks each, in the order given."""
        return self.embed_prepared(self.prepare(cutouts)) if cutouts else []

    def embed_prepared(self, prepared: ByteArray | FloatArray) -> Sequence[Sequence[Block]]:
        """Describe each prepared cut-out, one list of blocks each, in the order given.

        Raises:
            MissingBackend: the model is not here.
            BackendFailed: it cannot be used, or memory runs out even for one cut-out.
        """
        if not len(prepared):
            return []
        found = self._vectors(prepared)
        sizes = self.block_sizes
        if [vectors.shape[1] for vectors in found] != list(sizes.values()):
            told = f"vectors of {[vectors.shape[1] for vectors in found]} numbers where {list(sizes.values())} were promised"
            raise unusable(self._about.card, self._where, ValueError(told))
        if not all(np.isfinite(vectors).all() for vectors in found):
            raise BackendFailed(f"'{self.name}' gave vectors that are no numbers", remedy="set device = 'cpu' in settings.toml")
        named = list(zip(sizes, found, strict=True))
        return [[Block(name=name, values=vectors[at]) for name, vectors in named] for at in range(len(prepared))]

    def _vectors(self, prepared: ByteArray | FloatArray) -> list[FloatArray]:
        """Run the model batch by batch; where memory runs out, go on with half as many at once.

        A card is never waited for before the last batch: the next one is on its way while it computes.
        """
        import torch  # noqa: PLC0415

        model, done, at = self._model, list[Sequence[torch.Tensor]](), 0
        while at < len(prepared):
            at_once = self._at_once = self._at_once or self._fitting(prepared)
            try:
                done.append(self._run(model, prepared[at : at + at_once]))
                at += at_once
            except (RuntimeError, MemoryError, ValueError, TypeError) as error:
                if not is_out_of_memory(error):
                    raise unusable(self._about.card, self._where, error) from error
                self._shrink(at_once, error)
        return [torch.cat(parts).float().cpu().numpy() for parts in zip(*done, strict=True)]

    def _run(self, model: Any, part: ByteArray | FloatArray) -> Sequence[torch.Tensor]:  # noqa: ANN401  # of transformers
        import torch  # noqa: PLC0415

        with torch.inference_mode():
            raw = torch.from_numpy(part)
            sent = (raw.pin_memory() if self._device == "cuda" else raw).to(self._device, non_blocking=True)
            return read_vectors(model, self._preparation.scale(sent).to(model.dtype), self._reading)

    def _shrink(self, at_once: int, error: BaseException) -> None:
        if at_once == 1:
            raise too_large(self._about.card) from error
        self._at_once = at_once // 2
        _log.warning("memory ran out with %d pictures at once in '%s': going on with %d", at_once, self.name, self._at_once)
        if self._device == "cuda":
            import torch  # noqa: PLC0415

            torch.cuda.empty_cache()

    def _fitting(self, prepared: ByteArray | FloatArray) -> int:
        """Say how many pictures are likely to fit at once."""
        if self._device != "cuda":
            return FEW_AT_ONCE
        import torch  # noqa: PLC0415

        free, _ = torch.cuda.mem_get_info()
        return max(1, min(MOST_AT_ONCE, int(free * CARD_SHARE / (BYTES_PER_PIXEL * prepared.shape[2] * prepared.shape[3]))))

    @cached_property
    def _device(self) -> str:
        return choose_device(self._wanted_device)

    @cached_property
    def _reading(self) -> Reading:
        return self._about.reading or usual_reading(self._config)

    @property
    def _is_usual(self) -> bool:
        return not self._choice.source and not self._choice.hub_class

    @property
    def _where(self) -> str:
        return locate(self._about.card, self._choice)

    @cached_property
    def _config(self) -> Any:  # noqa: ANN401  # any configuration of transformers
        from transformers import AutoConfig  # noqa: PLC0415

        return load_processor(AutoConfig, self._about.card, self._choice)

    @cached_property
    def _preparation(self) -> Preparation:
        with self._lock:
            return Preparation(self._about.card, self._choice, self._config)

    @property
    def _model(self) -> Any:  # noqa: ANN401  # of transformers
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> Any:  # noqa: ANN401
        import transformers  # noqa: PLC0415

        name = self._about.hub_class
        found = getattr(transformers, name, None)
        if found is None:
            remedy = f"set hub_class under [models.{self.name}] in settings.toml to a class of transformers that has it"
            raise MissingBackend(role="class of transformers", name=name, remedy=remedy)
        if not is_present(self._about.card, self._choice):
            revision_of(self._about.card, self._choice)  # says what is missing of it
            raise missing(self._about.card, f"{self._where} has no weights, or not all parts of them: fetch it again")
        may_lack = POOLER if self._reading in {Reading.CLS, Reading.CLS_AND_PATCHES} else ()
        dtype = _precision(self._device)
        return load_model(found, self._about.card, self._choice, device=self._device, dtype=dtype, may_lack=may_lack)


def _precision(device: str) -> torch.dtype:
    """Choose half precision where the card computes in it, which has the range of float32."""
    import torch  # noqa: PLC0415

    return torch.bfloat16 if device == "cuda" and torch.cuda.is_bf16_supported() else torch.float32
