"""Describers of the real classes with a handful of random weights, saved to folders as the hub has them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers

from matching.backends import ModelChoice

SIDE_PX = 32
TEXT = (
    "a red blue bag shoe leather smooth what is the color of item kind with buckle made main material most distinctive detail "
    "fashion this describe in image answer exactly one list four short entries square brackets and nothing else object texture "
    "specificity where its json keys are caption sentence or two words surface few every value string write description "
    'long gold navy strap ? : . , [ ] ( ) < > { } " ` white'
)
WORDS = TEXT.split()
VISION: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": SIDE_PX,
    "patch_size": 8,
    "initializer_range": 0.2,
}


def blip_folder(folder: Path, *, answers: bool, seed: int = 0) -> Path:
    """Write a BLIP that captions, or one that answers questions."""
    from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration, BlipForQuestionAnswering
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, "[DEC]"]
    tokenizer = BertTokenizer(vocab={word: at for at, word in enumerate(vocabulary)})
    text = {
        "vocab_size": len(vocabulary),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": 64,
        "bos_token_id": vocabulary.index("[DEC]"),
        "eos_token_id": 3,
        "sep_token_id": 3,
        "pad_token_id": 0,
        "initializer_range": 0.5,
    }
    config = BlipConfig(
        text_config=text, vision_config=VISION, projection_dim=32, image_text_hidden_size=32, initializer_range=0.5
    )
    torch.manual_seed(seed)
    made = (BlipForQuestionAnswering if answers else BlipForConditionalGeneration)(config)
    return _saved(folder, made, tokenizer, BlipImageProcessorPil(size={"height": SIDE_PX, "width": SIDE_PX}))


def blip_choices(folder: Path) -> tuple[ModelChoice, ...]:
    """Write both BLIP models, and give what settings would say of them."""
    captioner, answerer = blip_folder(folder / "caption", answers=False), blip_folder(folder / "vqa", answers=True)
    return ModelChoice(name="blip", source=str(captioner)), ModelChoice(name="blip-vqa", source=str(answerer))


def florence_folder(folder: Path, *, seed: int = 0) -> Path:
    """Write a Florence-2."""
    from transformers import BartConfig, Florence2Config, Florence2ForConditionalGeneration, Florence2VisionConfig
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    tokenizer = _tokenizer(["<s>", "<pad>", "</s>", "<unk>"], ["<image>"], image_token="<image>")
    text = BartConfig(
        vocab_size=len(tokenizer),
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=128,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        forced_eos_token_id=2,
        init_std=0.4,
    )
    vision = Florence2VisionConfig(
        depths=(1, 1),
        patch_size=(7, 3),
        patch_stride=(4, 2),
        patch_padding=(3, 1),
        patch_prenorm=(False, True),
        embed_dim=(16, 32),
        num_heads=(2, 2),
        num_groups=(2, 2),
        window_size=4,
        projection_dim=32,
        max_temporal_embeddings=4,
        max_position_embeddings=8,
        initializer_range=0.2,
    )
    config = Florence2Config(text_config=text, vision_config=vision, image_token_id=tokenizer.convert_tokens_to_ids("<image>"))
    torch.manual_seed(seed)
    side = {"height": SIDE_PX, "width": SIDE_PX}
    images = CLIPImageProcessorPil(size=side, crop_size=side, do_center_crop=False, image_seq_length=17)
    return _saved(folder, Florence2ForConditionalGeneration(config), tokenizer, images)


def instruct_folder(folder: Path, *, seed: int = 0) -> Path:
    """Write an InstructBLIP with a small T5."""
    from transformers import (
        BertTokenizer,
        InstructBlipConfig,
        InstructBlipForConditionalGeneration,
        T5Config,
    )
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

    tokenizer = _tokenizer(["<pad>", "</s>", "<unk>"], ["<image>"], bos=None)
    text = T5Config(
        vocab_size=len(tokenizer),
        d_model=32,
        d_kv=16,
        d_ff=64,
        num_layers=1,
        num_decoder_layers=1,
        num_heads=2,
        pad_token_id=0,
        eos_token_id=1,
        initializer_factor=3.0,
    )
    questions = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    former = {
        "vocab_size": len(questions),
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "max_position_embeddings": 128,
        "encoder_hidden_size": 32,
        "initializer_range": 0.3,
    }
    config = InstructBlipConfig(
        vision_config={**VISION, "qkv_bias": True},
        qformer_config=former,
        text_config={**text.to_dict(), "decoder_start_token_id": 0},
        num_query_tokens=4,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
    )
    torch.manual_seed(seed)
    images = BlipImageProcessorPil(size={"height": SIDE_PX, "width": SIDE_PX})
    written = _saved(folder, InstructBlipForConditionalGeneration(config), tokenizer, images)
    BertTokenizer(vocab={word: at for at, word in enumerate(questions)}).save_pretrained(written / "qformer_tokenizer")
    return written


def qwen_folder(folder: Path, *, seed: int = 0) -> Path:
    """Write a Qwen3-VL."""
    from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

    special = ["<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>", "<|video_pad|>"]
    tokenizer = _tokenizer(["<|endoftext|>", "<unk>"], special, pad="<|endoftext|>", bos=None, eos="<|im_end|>")
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in special}
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 16,
        "initializer_range": 0.4,
        "pad_token_id": 0,
        "eos_token_id": ids["<|im_end|>"],
        "bos_token_id": 0,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [4, 2, 2], "mrope_interleaved": True},
    }
    vision = {
        "depth": 2,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_heads": 2,
        "patch_size": 8,
        "spatial_merge_size": 2,
        "temporal_patch_size": 2,
        "out_hidden_size": 32,
        "num_position_embeddings": 64,
        "deepstack_visual_indexes": [0, 1],
        "initializer_range": 0.2,
    }
    config = Qwen3VLConfig(
        text_config=text,
        vision_config=vision,
        image_token_id=ids["<|image_pad|>"],
        video_token_id=ids["<|video_pad|>"],
        vision_start_token_id=ids["<|vision_start|>"],
        vision_end_token_id=ids["<|vision_end|>"],
    )
    torch.manual_seed(seed)
    pixels = {"shortest_edge": SIDE_PX**2, "longest_edge": SIDE_PX**2}
    images = Qwen2VLImageProcessorPil(patch_size=8, merge_size=2, temporal_patch_size=2, size=pixels)
    return _saved(folder, Qwen3VLForConditionalGeneration(config), tokenizer, images)


def _tokenizer(
    first: Sequence[str],
    special: Sequence[str],
    *,
    image_token: str = "",
    pad: str = "<pad>",
    bos: str | None = "<s>",
    eos: str = "</s>",
) -> Any:
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: at for at, word in enumerate([*first, *WORDS])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Punctuation()])
    named = {"bos_token": bos, "eos_token": eos, "pad_token": pad, "unk_token": "<unk>"}
    extra = {"extra_special_tokens": {"image_token": image_token}} if image_token else {}
    fast: Any = PreTrainedTokenizerFast  # it has no types
    tokenizer = fast(tokenizer_object=made, **{name: said for name, said in named.items() if said}, **extra)
    tokenizer.add_tokens(list(special), special_tokens=True)
    return tokenizer


def _saved(folder: Path, model: Any, tokenizer: Any, images: Any) -> Path:
    for part in (model.eval(), tokenizer, images):
        part.save_pretrained(folder)
    return folder


def tiny_models(name: str, folder: Path) -> tuple[ModelChoice, ...]:
    """Write the tiny models of a describer, and give what settings would say to use them; nothing for one that needs none."""
    if name == "blip":
        return blip_choices(folder)
    written = {"florence-2": florence_folder, "instructblip": instruct_folder, "qwen3-vl": qwen_folder}
    return (ModelChoice(name=name, source=str(written[name](folder / name))),) if name in written else ()
