"""Text embedders of pretrained models: a sentence encoder, and the text towers of models that embed pictures too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np

from data.domain import FloatArray
from data.errors import BackendFailed
from matching.backends import ModelChoice
from matching.backends.devices import is_out_of_memory
from matching.backends.hub import ModelCard, choose_device, load_model, load_processor, locate, revision_of
from matching.backends.model_faults import too_large, unusable

if TYPE_CHECKING:
    import torch

AT_ONCE = 32
PREPARED = "t1"
"""How texts are prepared and vectors are read. A change of it makes all vectors anew."""


@dataclass(frozen=True, kw_only=True)
class TextModel:
    """One pretrained text embedder.

    Attributes:
        card: where it comes from, and what a user should know of it.
        model_class: of transformers.
        output: what of its output is the vector; empty: the mean of the last hidden state over the attention mask.
        most_tokens: what is longer is cut.
        padded: every text is filled up to `most_tokens`, since it was trained so.
        lowered: it was trained on small letters alone.
    """

    card: ModelCard
    model_class: str
    output: str = ""
    most_tokens: int
    padded: bool = False
    lowered: bool = False


TEXT_MODELS: Mapping[str, TextModel] = {
    "minilm": TextModel(
        card=ModelCard(name="minilm", hub_id="sentence-transformers/all-MiniLM-L6-v2", licence="Apache-2.0", download_mb=91),
        model_class="AutoModel",
        most_tokens=256,
    ),
    "clip-text": TextModel(
        card=ModelCard(
            name="clip-text",
            hub_id="openai/clip-vit-large-patch14",
            revision="32bd64288804d66eefd0ccbe215aa642df71cc41",
            licence="MIT",
            download_mb=1710,
        ),
        model_class="CLIPTextModelWithProjection",
        output="text_embeds",
        most_tokens=77,
    ),
    "siglip2-text": TextModel(
        card=ModelCard(
            name="siglip2-text",
            hub_id="google/siglip2-base-patch16-384",
            revision="f775b65a79762255128c981547af89addcfe0f88",
            licence="Apache-2.0",
            download_mb=1500,
        ),
        model_class="SiglipTextModel",
        output="pooler_output",
        most_tokens=64,
        padded=True,
        lowered=True,
    ),
}


class PretrainedTextEmbedder:
    """Describes a text by a pretrained model. Safe to share between threads; nothing is loaded before it is needed."""

    def __init__(self, *, choice: ModelChoice, device: str = "auto") -> None:
        self.name = choice.name
        self._choice, self._wanted_device = choice, device
        self._about, self._lock = TEXT_MODELS[choice.name], RLock()

    @staticmethod
    def cards(choice: ModelChoice) -> tuple[ModelCard, ...]:
        """Name the model that it needs."""
        return (TEXT_MODELS[choice.name].card,)

    @cached_property
    def revision(self) -> str:
        """Name the weights, and how texts are prepared.

        Raises:
            MissingBackend: the model is not here.
        """
        return f"{revision_of(self._about.card, self._choice)}.{PREPARED}"

    @cached_property
    def size(self) -> int:
        """Length of its vectors.

        Raises:
            MissingBackend: the model is not here, and its configuration alone tells it.
        """
        from transformers import AutoConfig  # noqa: PLC0415

        config = load_processor(AutoConfig, self._about.card, self._choice)
        tower = getattr(config, "text_config", config)
        if self._about.output == "text_embeds":
            return int(getattr(config, "projection_dim", 0) or tower.projection_dim)
        return int(getattr(tower, "projection_size", 0) or tower.hidden_size)

    def embed(self, texts: Sequence[str]) -> FloatArray:
        """Describe texts: (n, size), of length 1.

        Raises:
            MissingBackend: the model is not here.
            BackendFailed: it cannot be used, or memory runs out even for one text.
        """
        said = [text.lower() if self._about.lowered else text for text in texts]
        found, at, at_once = [np.zeros((0, self.size), dtype=np.float32)], 0, AT_ONCE
        while at < len(said):
            try:
                found.append(self._embed(said[at : at + at_once]))
                at += at_once
            except (RuntimeError, MemoryError, ValueError, TypeError, IndexError) as error:
                if not is_out_of_memory(error):
                    raise unusable(self._about.card, locate(self._about.card, self._choice), error) from error
                if at_once == 1:
                    raise too_large(self._about.card) from error
                at_once //= 2
        vectors = np.concatenate(found)
        if not np.isfinite(vectors).all():
            raise BackendFailed(f"'{self.name}' gave vectors that are no numbers", remedy="set device = 'cpu' in settings.toml")
        return vectors

    def _embed(self, texts: Sequence[str]) -> FloatArray:
        import torch  # noqa: PLC0415

        model, about = self._model, self._about
        tokens = self._tokenizer(
            list(texts),
            padding="max_length" if about.padded else True,
            truncation=True,
            max_length=self._most_tokens,
            return_tensors="pt",
        )
        # the attention mask of padded texts stays away: such a model was trained to see the filling too
        given = {"input_ids": tokens["input_ids"]} if about.padded else dict(tokens)
        with torch.inference_mode():
            sent = {name: values.to(self._device) for name, values in given.items()}
            output = model(**sent)
            read = getattr(output, about.output) if about.output else _mean(output.last_hidden_state, sent["attention_mask"])
            found: torch.Tensor = torch.nn.functional.normalize(read.float(), dim=-1)
        return np.asarray(found.cpu().numpy(), dtype=np.float32)

    @property
    def _most_tokens(self) -> int:
        """Tokens that a text may have: those of the model, or fewer where its positions are fewer."""
        config = getattr(self._model.config, "text_config", self._model.config)
        return min(self._about.most_tokens, int(config.max_position_embeddings))

    @cached_property
    def _device(self) -> str:
        return choose_device(self._wanted_device)

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401  # of transformers
        from transformers import AutoTokenizer  # noqa: PLC0415

        return load_processor(AutoTokenizer, self._about.card, self._choice)

    @property
    def _model(self) -> Any:  # noqa: ANN401  # of transformers
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> Any:  # noqa: ANN401
        import transformers  # noqa: PLC0415

        found = getattr(transformers, self._about.model_class)
        may_lack = () if self._about.output else ("pooler.",)
        return load_model(found, self._about.card, self._choice, device=self._device, may_lack=may_lack)


def _mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Average hidden states, (n, tokens, size), over the tokens that are there: (n, size)."""
    there = mask[:, :, None].to(hidden.dtype)
    return (hidden * there).sum(dim=1) / there.sum(dim=1).clamp(min=1)
