"""How a vector is read from what a vision model answers."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from data.errors import BackendFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch


class Reading(StrEnum):
    """Where the vectors of a model's answer lie.

    `pooled` is its `pooler_output`, `cls` the first token of its last layer, `image_embeds` the projection that its text tower
    shares, `image_features` what its method `get_image_features` gives. With `patches` comes a second vector: the mean of the
    patch tokens, those that follow the first token and the registers.
    """

    POOLED = "pooled"
    POOLED_AND_PATCHES = "pooled_and_patches"
    CLS = "cls"
    CLS_AND_PATCHES = "cls_and_patches"
    IMAGE_EMBEDS = "image_embeds"
    IMAGE_FEATURES = "image_features"

    @property
    def patches(self) -> bool:
        """Whether the mean of the patch tokens comes beside."""
        return self in {Reading.POOLED_AND_PATCHES, Reading.CLS_AND_PATCHES}


def usual_reading(config: Any) -> Reading:  # noqa: ANN401  # any configuration of transformers
    """Say how a model of which only the configuration is known is read: two towers, convolutions, else tokens."""
    if hasattr(config, "vision_config"):
        return Reading.IMAGE_FEATURES
    return Reading.POOLED if hasattr(config, "hidden_sizes") else Reading.CLS


def vector_size(config: Any, reading: Reading) -> int | None:  # noqa: ANN401
    """Tell the length of the vectors from a model's configuration; None where it does not say."""
    vision = getattr(config, "vision_config", config)
    if reading in {Reading.IMAGE_EMBEDS, Reading.IMAGE_FEATURES}:
        projected = getattr(vision, "projection_dim", None) or getattr(config, "projection_dim", None)
        if projected is not None:
            return int(projected)
    sizes = getattr(vision, "hidden_sizes", None)
    found = sizes[-1] if sizes else getattr(vision, "hidden_size", None)
    return None if found is None else int(found)


def registers_of(config: Any) -> int:  # noqa: ANN401
    """Count the register tokens that stand between the first token and the patches."""
    return int(getattr(getattr(config, "vision_config", config), "num_register_tokens", 0))


def read_vectors(model: Any, pixels: torch.Tensor, reading: Reading) -> Sequence[torch.Tensor]:  # noqa: ANN401
    """Run a model and read its vectors.

    Args:
        model: of transformers, ready for use.
        pixels: (n, 3, height, width), as the model takes them.
        reading: which vectors.

    Returns:
        One (n, d), or two where the patches come beside.

    Raises:
        BackendFailed: the model's answer has no such vector.
    """
    if reading is Reading.IMAGE_FEATURES:
        if not hasattr(model, "get_image_features"):
            raise _unread(model, reading)
        found = model.get_image_features(pixel_values=pixels)
        return [getattr(found, "pooler_output", found)]
    answer = model(pixel_values=pixels)
    name = {Reading.IMAGE_EMBEDS: "image_embeds", Reading.POOLED: "pooler_output", Reading.POOLED_AND_PATCHES: "pooler_output"}
    first = getattr(answer, name.get(reading, "last_hidden_state"), None)
    if first is None:
        raise _unread(model, reading)
    if reading in {Reading.CLS, Reading.CLS_AND_PATCHES}:
        first = first[:, 0]
    if not reading.patches:
        return [first.flatten(1)]
    return [first.flatten(1), answer.last_hidden_state[:, 1 + registers_of(model.config) :].mean(dim=1)]


def _unread(model: Any, reading: Reading) -> BackendFailed:  # noqa: ANN401
    return BackendFailed(
        f"the answer of {type(model).__name__} has no vector '{reading}'",
        remedy=f"set reading under [models.NAME] in settings.toml to one of: {', '.join(Reading)}",
    )
