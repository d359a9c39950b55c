"""From cut-outs to what a vision model takes, as its checkpoint says: resized and cropped beside the model, scaled with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from data.domain import ByteArray, FloatArray
from matching.backends import ModelChoice
from matching.backends.hub import ModelCard, load_processor

if TYPE_CHECKING:
    import torch

INSTEAD: Mapping[str, str] = {"dinov3_vit": "ViTImageProcessorPil"}
"""By type of model: the processor of one without torchvision, where its own needs it. Mean, spread and size stay its own."""

UNCROPPED_FROM_PX = 384
"""From this side on ConvNeXt's processor, which ResNet shares, crops nothing."""


class Preparation:
    """Prepares cut-outs by a checkpoint's own image processor, the one of Pillow.

    What a processor does last, scaling and normalising, is left to the model's device: bytes travel four times as fast.
    """

    def __init__(self, card: ModelCard, choice: ModelChoice, config: Any) -> None:  # noqa: ANN401  # of transformers
        import transformers  # noqa: PLC0415

        instead = INSTEAD.get(getattr(config, "model_type", ""))
        if instead:
            self._processor = load_processor(getattr(transformers, instead), card, choice)
        else:
            self._processor = load_processor(transformers.AutoImageProcessor, card, choice, backend="pil")

    @property
    def cutout_px(self) -> int:
        """Side that the processor brings a square picture to before it crops it."""
        size = dict(self._processor.size)
        shortest, crop_pct = size.get("shortest_edge"), getattr(self._processor, "crop_pct", None)
        if shortest and crop_pct and shortest < UNCROPPED_FROM_PX:
            return int(shortest / crop_pct)
        return int(shortest or size.get("height") or size.get("longest_edge") or 224)

    def prepare(self, pictures: Sequence[ByteArray]) -> ByteArray | FloatArray:
        """Resize and crop pictures, (height, width, 3) each: (n, 3, height, width).

        Bytes are still to be scaled; numbers, of a processor that does all at once, are not.
        """
        later = {"do_rescale": False, "do_normalize": False} if self._scales_simply else {}
        found = self._processor(images=list(pictures), input_data_format="channels_last", return_tensors="np", **later)
        pixels = np.asarray(found["pixel_values"])
        if later and pixels.dtype == np.uint8:
            return np.ascontiguousarray(pixels)
        whole = self._processor(images=list(pictures), input_data_format="channels_last", return_tensors="np") if later else found
        return np.ascontiguousarray(whole["pixel_values"], dtype=np.float32)

    def scale(self, prepared: torch.Tensor) -> torch.Tensor:
        """Scale and normalise prepared bytes, on whatever device they are; numbers stay as they are."""
        import torch  # noqa: PLC0415

        if prepared.dtype != torch.uint8:
            return prepared
        pixels = prepared.float()
        if self._processor.do_rescale:
            pixels *= self._processor.rescale_factor
        if self._processor.do_normalize:
            pixels -= self._column(self._processor.image_mean, pixels)
            pixels /= self._column(self._processor.image_std, pixels)
        return pixels

    @property
    def _scales_simply(self) -> bool:
        """Whether the processor says itself how it scales and normalises."""
        named = ("do_rescale", "rescale_factor", "do_normalize", "image_mean", "image_std")
        return all(getattr(self._processor, name, None) is not None for name in named)

    @staticmethod
    def _column(values: Any, like: torch.Tensor) -> torch.Tensor:  # noqa: ANN401  # one number or three
        import torch  # noqa: PLC0415

        return torch.tensor(values, dtype=like.dtype, device=like.device).reshape(-1, 1, 1)
