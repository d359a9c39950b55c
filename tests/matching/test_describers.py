"""Describers of pretrained models: what they say is what their models say when they are called directly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
import torch
import transformers

from data.errors import BackendFailed, MissingBackend
from data.events import Attribute
from matching.backends import Backends, ModelChoice, load
from matching.backends.blip import ANSWER_TOKENS, CAPTION_TOKENS, QUESTIONS, BlipDescriber
from matching.backends.florence import CAPTION_TASK, FlorenceDescriber
from matching.backends.instruct_blip import CAPTION_PROMPT, InstructBlipDescriber
from matching.backends.one_shot import LIST_PROMPT, read_json, read_list
from matching.backends.qwen_vl import MOST_TOKENS, QwenDescriber, chat
from matching.ports import CutOut, Words
from tests.matching.tiny_describers import blip_choices, blip_folder, florence_folder, instruct_folder, qwen_folder

hub: Any = transformers  # its classes have no types
GREEDY: dict[str, Any] = {"do_sample": False, "num_beams": 1}


def cutout(seed: int) -> CutOut:
    """Paint soft blots; other ones for every seed."""
    blots = np.random.default_rng(seed).integers(0, 256, (3, 3, 3), dtype=np.uint8)
    pixels = np.asarray(PIL.Image.fromarray(blots).resize((192, 192)))
    return CutOut(pixels=pixels, mask=np.ones((192, 192), dtype=np.bool_))


CUTOUTS = [cutout(seed) for seed in range(3)]


def picture(cut: CutOut) -> PIL.Image.Image:
    return PIL.Image.fromarray(cut.pixels)


def written_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def blip(tmp_path_factory: pytest.TempPathFactory) -> tuple[ModelChoice, ...]:
    return blip_choices(tmp_path_factory.mktemp("blip"))


def directly(folder: str, model_class: Any, cut: CutOut, tokens: int, question: str = "") -> str:
    processor, model = hub.BlipProcessor.from_pretrained(folder), model_class.from_pretrained(folder)
    asked = processor(images=picture(cut), text=question, return_tensors="pt") if question else None
    inputs = asked if asked is not None else processor(images=picture(cut), return_tensors="pt")
    written = model.generate(**inputs, max_new_tokens=tokens, **GREEDY)[0, 1:]
    return written_one_line(processor.decode(written, skip_special_tokens=True))


def test_blip_captions_as_its_model_called_directly(blip: tuple[ModelChoice, ...]) -> None:
    found = BlipDescriber(models=blip, device="cpu").describe_all(CUTOUTS)

    source = blip[0].source
    assert [words.caption for words in found] == [
        directly(source, hub.BlipForConditionalGeneration, cut, CAPTION_TOKENS) for cut in CUTOUTS
    ]


@pytest.mark.parametrize("attribute", list(Attribute))
def test_blip_answers_each_question_as_its_model_called_directly(blip: tuple[ModelChoice, ...], attribute: Attribute) -> None:
    found = BlipDescriber(models=blip, device="cpu").describe_all(CUTOUTS)

    source, question = blip[1].source, QUESTIONS[attribute]
    assert [getattr(words, attribute) for words in found] == [
        directly(source, hub.BlipForQuestionAnswering, cut, ANSWER_TOKENS, question) for cut in CUTOUTS
    ]


def test_the_tiny_blip_does_not_call_everything_the_same(blip: tuple[ModelChoice, ...]) -> None:
    found = BlipDescriber(models=blip, device="cpu").describe_all(CUTOUTS)

    assert len({words.object for words in found}) > 1


def test_blip_is_found_through_the_table_of_engines_as_settings_name_it(blip: tuple[ModelChoice, ...]) -> None:
    describer = Backends(describer="blip", models=blip, device="cpu").load_describer()

    assert describer.describe(CUTOUTS[0]) == BlipDescriber(models=blip, device="cpu").describe(CUTOUTS[0])


def test_other_weights_are_another_revision(blip: tuple[ModelChoice, ...], tmp_path: Path) -> None:
    other = (blip[0], ModelChoice(name="blip-vqa", source=str(blip_folder(tmp_path / "other", answers=True, seed=1))))

    assert BlipDescriber(models=blip).revision != BlipDescriber(models=other).revision


def test_a_model_that_is_not_here_is_named_with_the_remedy(blip: tuple[ModelChoice, ...], tmp_path: Path) -> None:
    lost = (blip[0], ModelChoice(name="blip-vqa", source=str(tmp_path / "nowhere")))

    with pytest.raises(MissingBackend, match=r"\[models.blip-vqa\]"):
        BlipDescriber(models=lost, device="cpu").describe(CUTOUTS[0])


def test_a_captioner_in_the_place_of_the_one_that_answers_is_refused(blip: tuple[ModelChoice, ...]) -> None:
    swapped = (blip[0], ModelChoice(name="blip-vqa", source=blip[0].source))

    with pytest.raises(BackendFailed, match="lacks"):
        BlipDescriber(models=swapped, device="cpu").describe(CUTOUTS[0])


def asked_directly(model: Any, processor: Any, cut: CutOut, prompt: str) -> str:
    inputs = processor(images=[picture(cut)], text=[prompt], return_tensors="pt")
    written = model.generate(**inputs, max_new_tokens=60, **GREEDY)
    return written_one_line(processor.tokenizer.batch_decode(written, skip_special_tokens=True)[0])


def florence_directly(folder: Path, cut: CutOut) -> Words:
    processor = hub.Florence2Processor(
        hub.CLIPImageProcessorPil.from_pretrained(folder), hub.AutoTokenizer.from_pretrained(folder)
    )
    model = hub.Florence2ForConditionalGeneration.from_pretrained(folder).eval()
    caption, reply = (asked_directly(model, processor, cut, prompt) for prompt in (CAPTION_TASK, LIST_PROMPT))
    return read_list("florence-2", caption, reply)


def instruct_directly(folder: Path, cut: CutOut) -> Words:
    processor = hub.InstructBlipProcessor(
        hub.BlipImageProcessorPil.from_pretrained(folder),
        hub.AutoTokenizer.from_pretrained(folder),
        hub.BertTokenizer.from_pretrained(folder / "qformer_tokenizer"),
        num_query_tokens=4,
    )
    model = hub.InstructBlipForConditionalGeneration.from_pretrained(folder).eval()
    caption, reply = (asked_directly(model, processor, cut, prompt) for prompt in (CAPTION_PROMPT, LIST_PROMPT))
    return read_list("instructblip", caption, reply)


def qwen_directly(folder: Path, cut: CutOut) -> Words:
    """Write word by word: each time the whole text through the model, and the likeliest next word put behind it."""
    tokenizer, model = (
        hub.AutoTokenizer.from_pretrained(folder),
        hub.Qwen3VLForConditionalGeneration.from_pretrained(folder).eval(),
    )
    looked = hub.Qwen2VLImageProcessorPil.from_pretrained(folder)(images=[picture(cut)], return_tensors="pt")
    text = tokenizer(chat(4), return_tensors="pt").input_ids  # 32 px are 4 × 4 patches, merged two by two
    start = text.shape[1]
    with torch.inference_mode():
        for _ in range(MOST_TOKENS):
            kinds = (text == model.config.image_token_id).int()
            logits = model(
                input_ids=text, attention_mask=torch.ones_like(text), mm_token_type_ids=kinds, use_cache=False, **looked
            )
            following = logits.logits[:, -1].argmax(-1, keepdim=True)
            if int(following) == model.config.text_config.eos_token_id:
                break
            text = torch.cat([text, following], dim=1)
    return read_json("qwen3-vl", tokenizer.decode(text[0, start:], skip_special_tokens=True))


@pytest.mark.parametrize(
    ("describer", "write", "direct"),
    [
        (FlorenceDescriber, florence_folder, florence_directly),
        (InstructBlipDescriber, instruct_folder, instruct_directly),
        (QwenDescriber, qwen_folder, qwen_directly),
    ],
)
def test_a_model_that_is_asked_once_says_what_it_says_when_called_directly(
    tmp_path: Path, describer: Any, write: Callable[[Path], Path], direct: Callable[[Path, CutOut], Words]
) -> None:
    folder = write(tmp_path / "model")
    choice = ModelChoice(name=describer.name, source=str(folder))

    found = load("describer", describer.name, models=(choice,), device="cpu").describe_all(CUTOUTS[:2])

    assert list(found) == [direct(folder, cut) for cut in CUTOUTS[:2]]
    assert found[0].fault
