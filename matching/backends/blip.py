"""BLIP: a caption from its captioning model, and the attributes from its question-answering model, one question each.

Li et al., "BLIP: Bootstrapping language-image pre-training", ICML 2022. The answering model was trained on answers of one or two
words: asked for all four attributes at once it says one word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import PIL.Image

from data.events import Attribute
from matching.backends.generation import GREEDY, GeneratingDescriber, clean
from matching.backends.hub import ModelCard, load_model, load_processor
from matching.ports import Words

CAPTION_TOKENS = 30
ANSWER_TOKENS = 10
QUESTIONS: Mapping[Attribute, str] = {
    Attribute.OBJECT: "what kind of fashion item is this?",
    Attribute.COLOUR: "what color is the item?",
    Attribute.TEXTURE: "what material is the item made of?",
    Attribute.SPECIFICITY: "what is the most distinctive detail of the item?",
}
"""Short and in lower case, as the questions that the model was trained on."""


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    model: Any
    images: Any
    tokenizer: Any


class BlipDescriber(GeneratingDescriber):
    """Describes pictures with the two BLIP models."""

    name = "blip"
    cards: ClassVar[tuple[ModelCard, ...]] = (
        ModelCard(
            name="blip",
            hub_id="Salesforce/blip-image-captioning-large",
            revision="353689b859fcf0523410b1806dace5fb46ecdf41",
            licence="BSD-3-Clause",
            download_mb=1880,
        ),
        ModelCard(
            name="blip-vqa",
            hub_id="Salesforce/blip-vqa-base",
            revision="787b3d35d57e49572baabd22884b3d5a05acf072",
            licence="BSD-3-Clause",
            download_mb=1540,
        ),
    )

    def _describe(self, pictures: Sequence[PIL.Image.Image]) -> list[Words]:
        captions = self._captions(pictures)
        answers = self._answers(pictures)
        by_picture = zip(*(answers[attribute] for attribute in Attribute), strict=True)
        return [
            Words(caption=caption, object=kind, colour=colour, texture=texture, specificity=detail)
            for caption, (kind, colour, texture, detail) in zip(captions, by_picture, strict=True)
        ]

    def _captions(self, pictures: Sequence[PIL.Image.Image]) -> list[str]:
        with self._running(self.cards[0]):
            captioner = self._captioner
            pixels = _pixels(captioner, pictures, self._device)
            written = captioner.model.generate(pixel_values=pixels, max_new_tokens=CAPTION_TOKENS, **GREEDY)
            return _read(captioner, written)

    def _answers(self, pictures: Sequence[PIL.Image.Image]) -> dict[Attribute, list[str]]:
        """Ask one question after the other, each of all pictures.

        Questions of several lengths in one batch would be padded, and the model attends to what they are padded with.
        """
        with self._running(self.cards[1]):
            answerer, found = self._answerer, dict[Attribute, list[str]]()
            pixels = _pixels(answerer, pictures, self._device)
            for attribute, question in QUESTIONS.items():
                asked = answerer.tokenizer([question] * len(pictures), return_tensors="pt").to(self._device)
                written = answerer.model.generate(
                    input_ids=asked.input_ids,
                    attention_mask=asked.attention_mask,
                    pixel_values=pixels,
                    max_new_tokens=ANSWER_TOKENS,
                    **GREEDY,
                )
                found[attribute] = _read(answerer, written)
            return found

    @cached_property
    def _captioner(self) -> _Loaded:
        from transformers import BlipForConditionalGeneration  # noqa: PLC0415

        return self._loaded(BlipForConditionalGeneration, self.cards[0])

    @cached_property
    def _answerer(self) -> _Loaded:
        from transformers import BlipForQuestionAnswering  # noqa: PLC0415

        return self._loaded(BlipForQuestionAnswering, self.cards[1])

    def _loaded(self, model_class: Any, card: ModelCard) -> _Loaded:  # noqa: ANN401  # a class of transformers
        from transformers import AutoImageProcessor, AutoTokenizer  # noqa: PLC0415

        choice = self._choice(card)
        return _Loaded(
            model=load_model(model_class, card, choice, device=self._device),
            images=load_processor(AutoImageProcessor, card, choice, backend="pil"),
            tokenizer=load_processor(AutoTokenizer, card, choice),
        )


def _pixels(loaded: _Loaded, pictures: Sequence[PIL.Image.Image], device: str) -> Any:  # noqa: ANN401  # a tensor
    return loaded.images(images=list(pictures), return_tensors="pt")["pixel_values"].to(device)


def _read(loaded: _Loaded, written: Any) -> list[str]:  # noqa: ANN401  # a tensor
    """Read what was generated, without the token that every answer begins with."""
    return [clean(text) for text in loaded.tokenizer.batch_decode(written[:, 1:], skip_special_tokens=True)]
