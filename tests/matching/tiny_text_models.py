"""Text embedders of the real classes with a handful of random weights, saved to folders as the hub has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from matching.backends import ModelChoice
from tests.matching.tiny_describers import WORDS

TOWER: dict[str, Any] = {
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "vocab_size": 128,
}
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def _minilm() -> Any:
    from transformers import BertConfig, BertModel

    return BertModel(BertConfig(**TOWER, max_position_embeddings=32), add_pooling_layer=False)


def _clip() -> Any:
    from transformers import CLIPConfig, CLIPModel

    text = {**TOWER, "projection_dim": 12, "max_position_embeddings": 32, "eos_token_id": SPECIAL.index("[SEP]")}
    vision = {**TOWER, "image_size": 32, "patch_size": 8, "projection_dim": 12}
    del vision["vocab_size"]
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=12))


def _siglip2() -> Any:
    from transformers import SiglipConfig, SiglipModel

    vision = {**TOWER, "image_size": 32, "patch_size": 8}
    del vision["vocab_size"]
    text = {**TOWER, "max_position_embeddings": 64, "projection_size": 20}
    return SiglipModel(SiglipConfig(text_config=text, vision_config=vision))


FAMILIES: Mapping[str, Callable[[], Any]] = {"minilm": _minilm, "clip-text": _clip, "siglip2-text": _siglip2}


def text_folder(name: str, folder: Path, *, seed: int = 0) -> Path:
    """Write a text embedder: the whole model with its other towers, as the hub has it, and its tokenizer."""
    import torch
    from transformers import BertTokenizer

    torch.manual_seed(seed)
    model = FAMILIES[name]()
    with torch.no_grad():
        for weights in model.parameters():
            weights.add_(0.1 * torch.randn_like(weights))
    model.eval().save_pretrained(folder)
    vocabulary = [*SPECIAL, *dict.fromkeys(WORDS)]
    BertTokenizer(vocab={word: at for at, word in enumerate(vocabulary)}).save_pretrained(folder)
    return folder


def text_choice(name: str, folder: Path) -> ModelChoice:
    """Say what settings would say of a small text embedder; one that runs no model needs none."""
    return ModelChoice(name=name, source=str(text_folder(name, folder / name)) if name in FAMILIES else "")
