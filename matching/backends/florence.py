"""Florence-2: a caption by its task, and the attributes by the one-shot prompt.

Xiao et al., "Florence-2: Advancing a unified representation for a variety of vision tasks", CVPR 2024. It was trained on tasks,
not on free questions: a checkpoint that was not fine-tuned for answers may give none that can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import PIL.Image

from matching.backends.generation import GREEDY, GeneratingDescriber, clean
from matching.backends.hub import ModelCard, load_model, load_processor
from matching.backends.one_shot import LIST_PROMPT, read_list
from matching.ports import Words

CAPTION_TASK = "<CAPTION>"
MOST_TOKENS = 60


class FlorenceDescriber(GeneratingDescriber):
    """Describes pictures with Florence-2."""

    name = "florence-2"
    cards: ClassVar[tuple[ModelCard, ...]] = (
        ModelCard(name="florence-2", hub_id="florence-community/Florence-2-large", licence="MIT", download_mb=3100),
    )

    def _describe(self, pictures: Sequence[PIL.Image.Image]) -> list[Words]:
        captions = self._answers(pictures, CAPTION_TASK)
        replies = self._answers(pictures, LIST_PROMPT)
        return [read_list(self.name, caption, reply) for caption, reply in zip(captions, replies, strict=True)]

    def _answers(self, pictures: Sequence[PIL.Image.Image], prompt: str) -> list[str]:
        with self._running(self.cards[0]):
            processor, model = self._processor, self._model
            asked = processor(images=list(pictures), text=[prompt] * len(pictures), return_tensors="pt").to(self._device)
            written = model.generate(**asked, max_new_tokens=MOST_TOKENS, **GREEDY)
            return [clean(text) for text in processor.tokenizer.batch_decode(written, skip_special_tokens=True)]

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401  # a class of transformers
        from transformers import Florence2ForConditionalGeneration  # noqa: PLC0415

        card = self.cards[0]
        return load_model(Florence2ForConditionalGeneration, card, self._choice(card), device=self._device)

    @cached_property
    def _processor(self) -> Any:  # noqa: ANN401  # as above
        from transformers import AutoImageProcessor, AutoTokenizer, Florence2Processor  # noqa: PLC0415

        card = self.cards[0]
        choice = self._choice(card)
        images = load_processor(AutoImageProcessor, card, choice, backend="pil")
        return Florence2Processor(image_processor=images, tokenizer=load_processor(AutoTokenizer, card, choice))
