"""Qwen3-VL: caption and attributes in one JSON object.

The prompt is written by hand in the model's chat form (ChatML), since its own processor asks for a video processor, which needs
torchvision: a picture stands in it as one placeholder per patch that the model sees.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

import PIL.Image

from matching.backends.generation import GREEDY, GeneratingDescriber
from matching.backends.hub import ModelCard, load_model, load_processor
from matching.backends.one_shot import JSON_PROMPT, read_json
from matching.ports import Words

MOST_TOKENS = 160
PLACEHOLDER = "<|image_pad|>"


class QwenDescriber(GeneratingDescriber):
    """Describes pictures with Qwen3-VL."""

    name = "qwen3-vl"
    cards: ClassVar[tuple[ModelCard, ...]] = (
        ModelCard(
            name="qwen3-vl",
            hub_id="Qwen/Qwen3-VL-2B-Instruct",
            revision="89644892e4d85e24eaac8bacfd4f463576704203",
            licence="Apache-2.0",
            download_mb=4300,
        ),
    )

    def _describe(self, pictures: Sequence[PIL.Image.Image]) -> list[Words]:
        return [read_json(self.name, reply) for reply in self._answers(pictures)]

    def _answers(self, pictures: Sequence[PIL.Image.Image]) -> list[str]:
        with self._running(self.cards[0]):
            model, tokenizer = self._model, self._tokenizer
            looked = self._images(images=list(pictures), return_tensors="pt")
            patches = looked["image_grid_thw"].prod(dim=1) // self._images.merge_size**2
            asked = tokenizer([chat(int(count)) for count in patches], padding=True, padding_side="left", return_tensors="pt")
            is_picture = asked.input_ids == model.config.image_token_id
            inputs = {**looked, **asked, "mm_token_type_ids": is_picture.int()}
            written = model.generate(
                **{name: value.to(self._device) for name, value in inputs.items()}, max_new_tokens=MOST_TOKENS, **GREEDY
            )
            return [
                str(text) for text in tokenizer.batch_decode(written[:, asked.input_ids.shape[1] :], skip_special_tokens=True)
            ]

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401  # a class of transformers
        from transformers import AutoModelForImageTextToText  # noqa: PLC0415

        card = self.cards[0]
        return load_model(AutoModelForImageTextToText, card, self._choice(card), device=self._device)

    @cached_property
    def _images(self) -> Any:  # noqa: ANN401  # as above
        from transformers import AutoImageProcessor  # noqa: PLC0415

        card = self.cards[0]
        return load_processor(AutoImageProcessor, card, self._choice(card), backend="pil")

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401  # as above
        from transformers import AutoTokenizer  # noqa: PLC0415

        card = self.cards[0]
        return load_processor(AutoTokenizer, card, self._choice(card))


def chat(patches: int) -> str:
    """Write the prompt for a picture of so many patches, as far as the model's answer."""
    picture = f"<|vision_start|>{PLACEHOLDER * patches}<|vision_end|>"
    return f"<|im_start|>user\n{picture}{JSON_PROMPT}<|im_end|>\n<|im_start|>assistant\n"
