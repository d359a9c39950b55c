"""What Florence-2 and InstructBLIP share: one model that writes a caption, then answers the original's one-shot prompt."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import PIL.Image

from matching.backends.generation import GREEDY, GeneratingDescriber, clean
from matching.backends.one_shot import LIST_PROMPT, read_list
from matching.ports import Words

MOST_TOKENS = 60


class OneShotDescriber(GeneratingDescriber):
    """A describer whose one model writes a caption, and answers the original's one-shot prompt."""

    name: str
    caption_prompt: str

    def _describe(self, pictures: Sequence[PIL.Image.Image]) -> list[Words]:
        captions = self._answers(pictures, self.caption_prompt)
        replies = self._answers(pictures, LIST_PROMPT)
        return [read_list(self.name, caption, reply) for caption, reply in zip(captions, replies, strict=True)]

    def _answers(self, pictures: Sequence[PIL.Image.Image], prompt: str) -> list[str]:
        with self._running(self.cards[0]):
            processor, model = self._processor, self._model
            asked = processor(images=list(pictures), text=[prompt] * len(pictures), return_tensors="pt").to(self._device)
            written = model.generate(**asked, max_new_tokens=MOST_TOKENS, **GREEDY)
            return [clean(text) for text in processor.tokenizer.batch_decode(written, skip_special_tokens=True)]

    @property
    @abstractmethod
    def _model(self) -> Any:  # noqa: ANN401  # a class of transformers
        """Load the model once."""

    @property
    @abstractmethod
    def _processor(self) -> Any:  # noqa: ANN401  # as above
        """Load the processor once."""
