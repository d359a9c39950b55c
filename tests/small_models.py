"""Small models of the real classes, with fixed random weights, saved as a checkpoint of the hub is laid out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from matching.backends import Backends, ModelChoice

SEED_EMBEDDERS = ("resnet50", "vit", "clip", "dinov2", "vit-msn")
TOKENS: dict[str, Any] = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "patch_size": 8, "image_size": 32}
TOWER: dict[str, Any] = {**TOKENS, "intermediate_size": 32}
WORDS: dict[str, Any] = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "vocab_size": 64,
}
IMAGENET: dict[str, Any] = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}

REMOTE_CODE = """
import torch
from transformers import PretrainedConfig, PreTrainedModel


class TinyConfig(PretrainedConfig):
    model_type = "tiny"

    def __init__(self, projection_dim=12, most_at_once=1000, **rest):
        self.projection_dim, self.most_at_once = projection_dim, most_at_once
        super().__init__(**rest)


class TinyModel(PreTrainedModel):
    config_class = TinyConfig

    def __init__(self, config):
        super().__init__(config)
        self.project = torch.nn.Linear(3, config.projection_dim)
        self.post_init()

    def get_image_features(self, pixel_values):
        if len(pixel_values) > self.config.most_at_once:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return self.project(pixel_values.mean(dim=(2, 3)))
"""


def _resnet() -> tuple[Any, Any]:
    from transformers import ConvNextImageProcessorPil, ResNetConfig, ResNetModel

    config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1])
    return ResNetModel(config), ConvNextImageProcessorPil(size={"shortest_edge": 28}, **IMAGENET)


def _vit() -> tuple[Any, Any]:
    from transformers import ViTConfig, ViTImageProcessorPil, ViTModel

    model = ViTModel(ViTConfig(**TOWER), add_pooling_layer=False)
    return model, ViTImageProcessorPil(size={"height": 32, "width": 32})


def _clip() -> tuple[Any, Any]:
    from transformers import CLIPConfig, CLIPImageProcessorPil, CLIPModel

    config = CLIPConfig(text_config={**WORDS, "projection_dim": 24}, vision_config={**TOWER, "projection_dim": 24})
    config.projection_dim = 24
    size: dict[str, Any] = {"size": {"shortest_edge": 32}, "crop_size": {"height": 32, "width": 32}}
    return CLIPModel(config), CLIPImageProcessorPil(**size)


def _dinov2() -> tuple[Any, Any]:
    from transformers import BitImageProcessorPil, Dinov2Config, Dinov2Model

    size: dict[str, Any] = {"size": {"shortest_edge": 36}, "crop_size": {"height": 32, "width": 32}}
    return Dinov2Model(Dinov2Config(**TOKENS)), BitImageProcessorPil(**size, **IMAGENET)


def _vit_msn() -> tuple[Any, Any]:
    from transformers import ViTImageProcessorPil, ViTMSNConfig, ViTMSNModel

    return ViTMSNModel(ViTMSNConfig(**TOWER)), ViTImageProcessorPil(size={"height": 32, "width": 32}, **IMAGENET)


def _dinov2_registers() -> tuple[Any, Any]:
    from transformers import BitImageProcessorPil, Dinov2WithRegistersConfig, Dinov2WithRegistersModel

    size: dict[str, Any] = {"size": {"shortest_edge": 36}, "crop_size": {"height": 32, "width": 32}}
    config = Dinov2WithRegistersConfig(**TOKENS, num_register_tokens=3)
    return Dinov2WithRegistersModel(config), BitImageProcessorPil(**size, **IMAGENET)


def _dinov3() -> tuple[Any, Any]:
    from transformers import DINOv3ViTConfig, DINOv3ViTModel, ViTImageProcessorPil

    config = DINOv3ViTConfig(**TOWER, num_register_tokens=2)
    return DINOv3ViTModel(config), ViTImageProcessorPil(size={"height": 32, "width": 32}, **IMAGENET)


def _siglip2() -> tuple[Any, Any]:
    from transformers import SiglipConfig, SiglipImageProcessorPil, SiglipModel

    config = SiglipConfig(text_config={**WORDS, "projection_size": 16}, vision_config=TOWER)
    return SiglipModel(config), SiglipImageProcessorPil(size={"height": 32, "width": 32})


FAMILIES: Mapping[str, Callable[[], tuple[Any, Any]]] = {
    "resnet50": _resnet,
    "vit": _vit,
    "clip": _clip,
    "dinov2": _dinov2,
    "vit-msn": _vit_msn,
    "dinov2-registers": _dinov2_registers,
    "dinov3": _dinov3,
    "siglip2": _siglip2,
}
"""Model and image processor by name; the fashion SigLIP, which brings code of its own, is `save_remote_model`."""


def save_model(name: str, folder: Path, *, seed: int = 0) -> Path:
    """Save a small model of a family and its processor; another seed gives other weights."""
    import torch

    torch.manual_seed(seed)
    model, processor = FAMILIES[name]()
    with torch.no_grad():
        for weights in model.parameters():
            weights.add_(0.1 * torch.randn_like(weights))  # as made, some are all zero or one
    model.eval().save_pretrained(folder)
    processor.save_pretrained(folder)
    if name == "dinov3":  # the hub's own says so, and needs torchvision
        about = folder / "preprocessor_config.json"
        said = json.loads(about.read_text(encoding="utf-8"))
        about.write_text(json.dumps({**said, "image_processor_type": "DINOv3ViTImageProcessorFast"}), encoding="utf-8")
    return folder


def save_remote_model(folder: Path, *, most_at_once: int = 1000) -> Path:
    """Save a model that brings code of its own; with more pictures at once than that, its memory runs out."""
    import torch
    from safetensors.torch import save_file
    from transformers import SiglipImageProcessorPil

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tiny_model.py").write_text(REMOTE_CODE, encoding="utf-8")
    said = {
        "model_type": "tiny",
        "projection_dim": 12,
        "most_at_once": most_at_once,
        "architectures": ["TinyModel"],
        "auto_map": {"AutoConfig": "tiny_model.TinyConfig", "AutoModel": "tiny_model.TinyModel"},
    }
    (folder / "config.json").write_text(json.dumps(said), encoding="utf-8")
    random = torch.Generator().manual_seed(0)
    weights = {"project.weight": torch.randn(12, 3, generator=random), "project.bias": torch.randn(12, generator=random)}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    SiglipImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


def choice_of(name: str, folder: Path) -> ModelChoice:
    """Say what settings would say of a small model."""
    return ModelChoice(name=name, source=str(folder), trust_remote_code=name == "fashion-siglip")


@cache
def small_choices(base: Path) -> tuple[ModelChoice, ...]:
    """Save a small model of each family once per run of the tests, below a folder."""
    saved = [choice_of(name, save_model(name, base / "small-models" / name)) for name in FAMILIES]
    return (*saved, choice_of("fashion-siglip", save_remote_model(base / "small-models" / "fashion-siglip")))


def small_backends(base: Path, embedders: tuple[str, ...], **roles: Any) -> Backends:
    """Choose small models for embedders, on the processor, and do without renders."""
    return Backends(embedders=embedders, models=small_choices(base), device="cpu", **{"renderer": "none", **roles})
