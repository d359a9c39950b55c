"""The pretrained embedders, each of its real class with small random weights, through the path that a hub id takes."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.domain import FloatArray, Sku
from data.errors import BackendFailed, BadSettings, CoutureError, MissingBackend
from matching.backends import ModelChoice, load
from matching.backends.transformers_embedder import TransformersEmbedder
from matching.cutouts import zoom
from matching.ports import CutOut, ModelEmbedder
from tests.builders import ARTICLES, reference_picture, silhouette
from tests.small_models import FAMILIES, choice_of, save_model, save_remote_model

PATCHES = {"dinov2", "dinov2-registers", "dinov3"}
REGISTERS = {"dinov2-registers": 3, "dinov3": 2}


def cutouts(size_px: int = 64) -> list[CutOut]:
    mask = silhouette("square", 240, centre=(120, 120), reach_px=96)
    return [zoom(reference_picture(ARTICLES[Sku(sku)]), mask, size_px=size_px) for sku in ("bag-red", "bag-blue", "scarf-gold")]


def embedder_of(name: str, folder: Path, **said: Any) -> TransformersEmbedder:
    choice = choice_of(name, folder)
    return TransformersEmbedder(choice=ModelChoice(**{**vars(choice), **said}), device="cpu")


def vectors(embedder: ModelEmbedder, cutouts: list[CutOut]) -> dict[str, FloatArray]:
    found = embedder.embed(cutouts)
    return {block.name: np.stack([blocks[at].values for blocks in found]) for at, block in enumerate(found[0])}


def direct(name: str, folder: Path, cutouts: list[CutOut]) -> list[FloatArray]:
    """Read the vectors as a user of transformers would, with the whole model and its whole processor."""
    import torch

    model, processor = FAMILIES[name]()
    model = type(model).from_pretrained(folder).eval()
    processor = type(processor).from_pretrained(folder)
    pixels = processor(images=[cutout.pixels for cutout in cutouts], return_tensors="pt")["pixel_values"]
    with torch.no_grad():
        if hasattr(model, "get_image_features"):
            return [model.get_image_features(pixel_values=pixels).pooler_output.numpy()]
        answer = model(pixel_values=pixels)
    if name == "resnet50":
        return [answer.pooler_output[:, :, 0, 0].numpy()]
    if name in PATCHES:
        patches = answer.last_hidden_state[:, 1 + REGISTERS.get(name, 0) :].numpy()
        return [answer.pooler_output.numpy(), patches.mean(axis=1)]
    return [answer.last_hidden_state[:, 0].numpy()]


@pytest.mark.parametrize("name", FAMILIES)
def test_vectors_are_those_of_a_direct_forward_pass(name: str, tmp_path: Path) -> None:
    folder = save_model(name, tmp_path / "model")

    found = vectors(embedder_of(name, folder), cutouts())

    for one, other in zip(found.values(), direct(name, folder, cutouts()), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_first_token_and_mean_of_the_patches_are_blocks_of_their_own(name: str, tmp_path: Path) -> None:
    found = embedder_of(name, save_model(name, tmp_path / "model")).block_sizes

    stem = f"{name.replace('-', '_')}_{24 if name == 'clip' else 16}"
    assert list(found) == ([stem, f"{stem}_patches"] if name in PATCHES else [stem])


def test_the_usual_model_tells_its_blocks_before_it_is_here() -> None:
    found = TransformersEmbedder(choice=ModelChoice(name="dinov2"), device="cpu")

    assert found.block_sizes == {"dinov2": 768, "dinov2_patches": 768}


def test_what_one_has_prepared_another_with_the_same_model_can_describe(tmp_path: Path) -> None:
    folder = save_model("dinov2", tmp_path / "model")
    prepared = embedder_of("dinov2", folder).prepare(cutouts())

    found = embedder_of("dinov2", folder).embed_prepared(prepared)

    expected = direct("dinov2", folder, cutouts())[0]
    np.testing.assert_allclose(np.stack([blocks[0].values for blocks in found]), expected, atol=1e-5)


@pytest.mark.parametrize(("name", "size_px"), [("resnet50", 32), ("vit", 32), ("clip", 32), ("dinov2", 36)])
def test_a_cut_out_of_the_wanted_size_is_not_resized(name: str, size_px: int, tmp_path: Path) -> None:
    found = embedder_of(name, save_model(name, tmp_path / "model"))
    [cutout, *_] = cutouts(found.cutout_px)
    margin = (size_px - found.prepare([cutout]).shape[2]) // 2

    middle = cutout.pixels[margin : size_px - margin, margin : size_px - margin]
    assert found.cutout_px == size_px
    assert np.array_equal(found.prepare([cutout])[0], middle.transpose(2, 0, 1))


def test_another_model_that_settings_give_a_source_is_an_embedder(tmp_path: Path) -> None:
    folder = save_model("vit", tmp_path / "model")

    found: TransformersEmbedder = load("embedder", "our-own", choice=choice_of("our-own", folder), device="cpu")

    assert found.block_sizes == {"our_own_16": 16}
    np.testing.assert_allclose(vectors(found, cutouts())["our_own_16"], direct("vit", folder, cutouts())[0], atol=1e-5)


def test_another_model_with_two_towers_gives_its_image_features(tmp_path: Path) -> None:
    folder = save_model("clip", tmp_path / "model")

    found = embedder_of("our-own", folder)

    np.testing.assert_allclose(vectors(found, cutouts())["our_own_24"], direct("clip", folder, cutouts())[0], atol=1e-5)


def test_settings_may_ask_for_the_patches_of_any_model(tmp_path: Path) -> None:
    folder = save_model("vit", tmp_path / "model")

    found = embedder_of("vit", folder, reading="cls_and_patches")

    assert found.block_sizes == {"vit_16": 16, "vit_16_patches": 16}


def test_a_pooler_that_nobody_reads_may_be_missing_and_one_that_is_read_may_not(tmp_path: Path) -> None:
    folder = save_model("vit", tmp_path / "model")  # saved without its pooler

    with pytest.raises(BackendFailed, match="pooler"):
        embedder_of("vit", folder, reading="pooled").embed(cutouts())


def test_a_model_of_the_hubs_cache_is_found_by_its_id_and_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = "0123456789" * 4
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    folder = save_model("vit", tmp_path / "models--someone--small-vit" / "snapshots" / commit)
    found = TransformersEmbedder(choice=ModelChoice(name="vit", source="someone/small-vit", revision=commit), device="cpu")

    assert found.revision.startswith(commit[:12])
    np.testing.assert_allclose(vectors(found, cutouts())["vit_16"], direct("vit", folder, cutouts())[0], atol=1e-5)


def test_a_reading_that_there_is_not_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="cls_and_patches"):
        embedder_of("vit", tmp_path, reading="tea leaves")


def test_code_of_a_models_own_runs_where_settings_allow_it(tmp_path: Path) -> None:
    found = embedder_of("fashion-siglip", save_remote_model(tmp_path / "model"))

    assert vectors(found, cutouts())["fashion_siglip_12"].shape == (3, 12)


def test_code_of_a_models_own_does_not_run_by_itself(tmp_path: Path) -> None:
    found = embedder_of("fashion-siglip", save_remote_model(tmp_path / "model"), trust_remote_code=False)

    with pytest.raises(MissingBackend, match="trust_remote_code"):
        found.embed(cutouts())


def test_where_memory_runs_out_half_as_many_go_at_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    roomy = embedder_of("fashion-siglip", save_remote_model(tmp_path / "roomy"))
    narrow = embedder_of("fashion-siglip", save_remote_model(tmp_path / "narrow", most_at_once=5))
    many = cutouts() * 6

    with caplog.at_level(logging.WARNING):
        found = vectors(narrow, many)

    np.testing.assert_allclose(found["fashion_siglip_12"], vectors(roomy, many)["fashion_siglip_12"], atol=1e-6)
    assert [record.getMessage().rpartition(" ")[2] for record in caplog.records] == ["8", "4"]


def test_where_memory_does_not_do_for_one_the_remedy_is_said(tmp_path: Path) -> None:
    found = embedder_of("fashion-siglip", save_remote_model(tmp_path / "model", most_at_once=0))

    with pytest.raises(BackendFailed, match=r"memory ran out.*device = 'cpu'"):
        found.embed(cutouts())


def test_a_model_that_is_not_here_is_said_with_the_remedy() -> None:
    found = TransformersEmbedder(choice=ModelChoice(name="vit", source="nobody/has-this"), device="cpu")

    with pytest.raises(MissingBackend, match=r"models\.vit"):
        found.embed(cutouts())


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingBackend, match="is not there"):
        embedder_of("vit", tmp_path / "nowhere").embed(cutouts())


def lacks_weights(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    found = load_file(folder / "model.safetensors")
    save_file({name: weights for name, weights in found.items() if "layernorm" not in name}, folder / "model.safetensors")


def has_no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def is_torn(folder: Path) -> None:
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[: len(whole) // 2])


def is_of_another_kind(folder: Path) -> None:
    shutil.rmtree(folder)
    save_model("resnet50", folder)


def has_no_preparation(folder: Path) -> None:
    (folder / "preprocessor_config.json").unlink()


def is_another_size(folder: Path) -> None:
    said = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**said, "hidden_size": 32}))


@pytest.mark.parametrize(
    "damage", [lacks_weights, has_no_weights, is_torn, is_of_another_kind, has_no_preparation, is_another_size]
)
def test_a_damaged_checkpoint_is_an_error_that_names_the_folder(damage: Any, tmp_path: Path) -> None:
    folder = save_model("vit", tmp_path / "model")
    damage(folder)

    with pytest.raises(CoutureError) as caught:
        embedder_of("vit", folder).embed(cutouts())

    assert str(folder) in str(caught.value)
    assert caught.value.remedy


def test_weights_that_a_checkpoint_lacks_are_named(tmp_path: Path) -> None:
    folder = save_model("vit", tmp_path / "model")
    lacks_weights(folder)

    with pytest.raises(BackendFailed, match="layernorm"):
        embedder_of("vit", folder).embed(cutouts())


def test_other_weights_in_the_folder_are_another_revision(tmp_path: Path) -> None:
    one = embedder_of("vit", save_model("vit", tmp_path / "one", seed=0))
    other = embedder_of("vit", save_model("vit", tmp_path / "other", seed=1))

    assert one.revision != other.revision


def test_another_reading_is_another_revision(tmp_path: Path) -> None:
    folder = save_model("vit", tmp_path / "model")

    assert embedder_of("vit", folder).revision != embedder_of("vit", folder, reading="cls_and_patches").revision


def test_no_card_where_settings_ask_for_one_is_said(tmp_path: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a card here")
    found = TransformersEmbedder(choice=choice_of("vit", save_model("vit", tmp_path / "model")), device="cuda")

    with pytest.raises(BadSettings, match="cuda"):
        found.embed(cutouts())
