"""Florence-2: a caption by its task, and the attributes by the one-shot prompt.

Xiao et al., "Florence-2: Advancing a unified representation for a variety of vision tasks", CVPR 2024. It was trained on tasks,
not on free questions: a checkpoint that was not fine-tuned for answers may give none that can be read.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from matching.backends.hub import ModelCard, load_model, load_processor
from matching.backends.one_shot_describer import OneShotDescriber

CAPTION_TASK = "<CAPTION>"


class FlorenceDescriber(OneShotDescriber):
    """Describes pictures with Florence-2."""

    name = "florence-2"
    caption_prompt = CAPTION_TASK
    cards: ClassVar[tuple[ModelCard, ...]] = (
        ModelCard(name="florence-2", hub_id="florence-community/Florence-2-large", licence="MIT", download_mb=3100),
    )

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
