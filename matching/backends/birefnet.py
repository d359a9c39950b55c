"""Background removal by BiRefNet and by RMBG-2.0, which has its architecture: transformers, with code from their repositories.

Zheng et al., "Bilateral reference for high-resolution dichotomous image segmentation", CAAI AIR 2024. How the picture is prepared
and the answer is read: the two model cards.
"""

from __future__ import annotations

from functools import cached_property
from threading import RLock
from typing import Any, ClassVar

import cv2
import numpy as np
import PIL.Image

from data.domain import ByteArray, FloatArray
from matching.backends import ModelChoice
from matching.backends.hub import ModelCard, choose_device, load_model, locate
from matching.backends.model_faults import explained
from matching.backends.soft_masks import SoftMaskRemover

SIDE_PX = 1024
IMPORTED = ("einops", "kornia", "timm", "torchvision")
"""By the code in both repositories."""

MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)
"""Of ImageNet."""


class BiRefNetRemover(SoftMaskRemover):
    """Cuts pictures out with BiRefNet."""

    name = "birefnet"
    card: ClassVar[ModelCard] = ModelCard(
        name="birefnet",
        hub_id="ZhengPeng7/BiRefNet",
        revision="e2bf8e4460fc8fa32bba5ea4d94b3233d367b0e4",
        licence="MIT",
        download_mb=445,
        remote_code=True,
        packages=IMPORTED,
    )

    def __init__(self, *, choice: ModelChoice | None = None, device: str = "auto") -> None:
        self._choice = choice
        self._device = choose_device(device)
        self._loading = RLock()

    def ready(self) -> None:
        """Load the model, so that what is wrong with it is said before any picture is cut out.

        Raises:
            MissingBackend, BackendFailed: as `load_model`.
        """
        with self._loading:
            _ = self._model

    def probability(self, pixels: ByteArray) -> FloatArray:
        """Say for each pixel how likely it is the article's.

        Args:
            pixels: (height, width, 3) RGB.

        Returns:
            (height, width), 0 to 1.
        """
        import torch  # noqa: PLC0415

        self.ready()
        model = self._model
        with explained(self.card, locate(self.card, self._choice)), torch.inference_mode():
            logits = model(torch.from_numpy(prepared(pixels)).to(self._device))[-1]
            square = logits.sigmoid()[0].squeeze().float().cpu().numpy()
        return np.asarray(cv2.resize(square, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_LINEAR))

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401  # a class from the model's own repository
        from transformers import AutoModelForImageSegmentation  # noqa: PLC0415

        return load_model(AutoModelForImageSegmentation, self.card, self._choice, device=self._device)


class RmbgRemover(BiRefNetRemover):
    """Cuts pictures out with RMBG-2.0, whose licence forbids commercial use."""

    name = "rmbg-2"
    card = ModelCard(
        name="rmbg-2",
        hub_id="briaai/RMBG-2.0",
        revision="5df4c9c76d8170882c34f6986e848ee07fd0ba43",
        licence="CC BY-NC 4.0; commercial use by agreement with BRIA AI",
        non_commercial=True,
        gated=True,
        download_mb=885,
        remote_code=True,
        packages=IMPORTED,
    )


def prepared(pixels: ByteArray) -> FloatArray:
    """Turn a picture into the model's input: 1,024 px square, each colour with ImageNet's mean and spread taken out.

    Args:
        pixels: (height, width, 3) RGB.

    Returns:
        (1, 3, 1024, 1024), float32.
    """
    square = PIL.Image.fromarray(pixels).resize((SIDE_PX, SIDE_PX), PIL.Image.Resampling.BILINEAR)
    scaled = (np.asarray(square, dtype=np.float32) / 255 - MEAN) / STD
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])
