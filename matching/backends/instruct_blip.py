"""InstructBLIP: a caption, and the attributes by the one-shot prompt.

Dai et al., "InstructBLIP: Towards general-purpose vision-language models with instruction tuning", NeurIPS 2023.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from matching.backends.hub import ModelCard, load_model, load_processor
from matching.backends.one_shot_describer import OneShotDescriber

CAPTION_PROMPT = "Write a short description of the fashion item in the image."
QUESTION_TOKENIZER = "qformer_tokenizer"
"""The folder of the tokenizer through which the picture is looked at with the question in mind."""


class InstructBlipDescriber(OneShotDescriber):
    """Describes pictures with InstructBLIP."""

    name = "instructblip"
    caption_prompt = CAPTION_PROMPT
    cards: ClassVar[tuple[ModelCard, ...]] = (
        ModelCard(
            name="instructblip",
            hub_id="Salesforce/instructblip-flan-t5-xl",
            licence="MIT",
            download_mb=16_000,
            folders=(QUESTION_TOKENIZER,),
        ),
    )

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401  # a class of transformers
        from transformers import InstructBlipForConditionalGeneration  # noqa: PLC0415

        card = self.cards[0]
        return load_model(InstructBlipForConditionalGeneration, card, self._choice(card), device=self._device)

    @cached_property
    def _processor(self) -> Any:  # noqa: ANN401  # as above
        from transformers import AutoImageProcessor, AutoTokenizer, InstructBlipProcessor  # noqa: PLC0415

        card = self.cards[0]
        choice = self._choice(card)
        made: Any = InstructBlipProcessor  # it has no types
        return made(
            image_processor=load_processor(AutoImageProcessor, card, choice, backend="pil"),
            tokenizer=load_processor(AutoTokenizer, card, choice),
            qformer_tokenizer=load_processor(AutoTokenizer, card, choice, subfolder=QUESTION_TOKENIZER),
            num_query_tokens=self._model.config.num_query_tokens,
        )
