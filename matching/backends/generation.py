"""What all describers share that generate text: pictures in batches, always the same words for the same picture, few of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, ClassVar

import PIL.Image

from matching.backends import ModelChoice
from matching.backends.devices import choose_device
from matching.backends.hub import ModelCard, locate, revision_of
from matching.backends.model_faults import explained
from matching.ports import CutOut, Words

BATCH = 8
GREEDY: dict[str, Any] = {"do_sample": False, "num_beams": 1}
"""The likeliest next word, always: the same picture is called the same."""


class GeneratingDescriber:
    """A describer that runs pretrained models which write."""

    name: str
    runs_model = True
    cards: ClassVar[tuple[ModelCard, ...]]

    def __init__(self, *, models: tuple[ModelChoice, ...] = (), device: str = "auto") -> None:
        self._choices = {choice.name: choice for choice in models}
        self._wanted = device

    @property
    def revision(self) -> str:
        """Name the exact weights: other ones say other words.

        Raises:
            MissingBackend: a model is not here.
        """
        return "+".join(revision_of(card, self._choice(card)) for card in self.cards)

    def describe(self, cutout: CutOut) -> Words:
        """Describe one: see `Describer`."""
        return self.describe_all([cutout])[0]

    def describe_all(self, cutouts: Sequence[CutOut]) -> list[Words]:
        """Describe several, some at a time: see `Describer`.

        Raises:
            MissingBackend: a model is not here.
            BackendFailed: a model's files cannot be used, or memory ran out.
        """
        pictures = [PIL.Image.fromarray(cutout.pixels) for cutout in cutouts]
        return [words for start in range(0, len(pictures), BATCH) for words in self._describe(pictures[start : start + BATCH])]

    @abstractmethod
    def _describe(self, pictures: Sequence[PIL.Image.Image]) -> Sequence[Words]:
        """Describe a batch, at most `BATCH` pictures."""

    @cached_property
    def _device(self) -> str:
        return choose_device(self._wanted)

    def _choice(self, card: ModelCard) -> ModelChoice | None:
        return self._choices.get(card.name)

    @contextmanager
    def _running(self, card: ModelCard) -> Iterator[None]:
        import torch  # noqa: PLC0415

        with explained(card, locate(card, self._choice(card))), torch.inference_mode():
            yield


def clean(text: str) -> str:
    """Give generated text in one line."""
    return " ".join(text.split())
