"""Pretrained models: found in a folder or in the hub's cache, loaded whole, and every fault explained."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from data.errors import BackendFailed, BadSettings, MissingBackend
from matching.backends import ModelChoice
from matching.backends.hub import (
    ModelCard,
    choose_device,
    digest_of,
    is_present,
    load_model,
    load_processor,
    locate,
    revision_of,
)

CARD = ModelCard(name="tiny", hub_id="someone/tiny-vit", revision="a" * 40)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real ViT with fixed random weights and its image processor, saved as the hub has them."""
    import torch
    from transformers import ViTConfig, ViTImageProcessorPil, ViTModel

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("saved") / "vit"
    sizes: dict[str, Any] = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    ViTModel(ViTConfig(**sizes, image_size=32, patch_size=16)).save_pretrained(folder)
    ViTImageProcessorPil(size={"height": 32, "width": 32}).save_pretrained(folder)
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(saved, tmp_path / "vit"))


def choice(source: Path | str = "", **said: Any) -> ModelChoice:
    return ModelChoice(name="tiny", source=str(source), **said)


def load(folder: Path, **options: Any) -> Any:
    from transformers import AutoModel

    return load_model(AutoModel, CARD, choice(folder), device="cpu", **options)


def change_weights(folder: Path, change: Any) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    change(weights)
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.fixture
def cache(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hub's cache with one snapshot in it, laid out as the hub's library does."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    snapshot = tmp_path / "hub" / "models--someone--tiny-vit" / "snapshots" / ("a" * 40)
    shutil.copytree(saved, snapshot)
    return snapshot


def test_a_model_from_a_folder_answers_as_a_direct_forward_pass(saved: Path) -> None:
    import torch
    from transformers import ViTModel

    given = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        direct: Any = ViTModel.from_pretrained(saved)
        expected = direct.eval()(given).last_hidden_state
        found = load(saved)(given).last_hidden_state

    assert (found - expected).abs().max() < 1e-5


def test_a_model_from_the_cache_answers_as_one_from_a_folder(saved: Path, cache: Path) -> None:
    import torch
    from transformers import AutoModel

    given = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        cached = load_model(AutoModel, CARD, device="cpu")(given).last_hidden_state
        local = load(saved)(given).last_hidden_state

    assert torch.equal(cached, local)


def test_a_loaded_model_is_in_evaluation_and_in_full_precision(saved: Path) -> None:
    model = load(saved)

    assert (model.training, str(next(model.parameters()).dtype)) == (False, "torch.float32")


def test_a_processor_is_loaded_from_the_same_folder(saved: Path) -> None:
    from transformers import AutoImageProcessor

    assert load_processor(AutoImageProcessor, CARD, choice(saved)).size["height"] == 32


def test_a_model_is_located_in_its_folder_in_the_cache_or_by_its_id(saved: Path, cache: Path) -> None:
    other = ModelCard(name="other", hub_id="someone/else")

    assert (locate(CARD, choice(saved)), locate(CARD), locate(other)) == (str(saved), str(cache), "someone/else")


def test_another_revision_than_the_cached_one_is_not_present(cache: Path) -> None:
    assert (is_present(CARD), is_present(CARD, choice(revision="b" * 40))) == (True, False)


def test_a_snapshot_whose_weights_are_not_all_there_is_not_present(cache: Path) -> None:
    (cache / "model.safetensors").rename(cache / "model-00001-of-00002.safetensors")
    parts = {"embed": "model-00001-of-00002.safetensors", "head": "model-00002-of-00002.safetensors"}
    (cache / "model.safetensors.index.json").write_text(json.dumps({"weight_map": parts}))

    assert not is_present(CARD)


def test_a_model_that_is_not_here_is_answered_with_how_to_get_it() -> None:
    from transformers import AutoModel

    with pytest.raises(MissingBackend) as caught:
        load_model(AutoModel, CARD, device="cpu")

    said = str(caught.value)
    assert f"hf download someone/tiny-vit --revision {'a' * 40}" in said
    assert "couture index" in said
    assert "source under [models.tiny] in settings.toml" in said


def test_a_model_without_an_id_asks_for_a_source() -> None:
    from transformers import AutoModel

    with pytest.raises(MissingBackend, match=r"set source under \[models.own\]"):
        load_model(AutoModel, ModelCard(name="own"), device="cpu")


@pytest.mark.parametrize(("name", "said"), [("nowhere", "is not there"), ("empty", "has no config.json")])
def test_a_wrong_folder_is_named(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(MissingBackend, match=f"{name} {said}: correct source under"):
        load(tmp_path / name)


def test_missing_weights_are_an_error(folder: Path) -> None:
    change_weights(folder, lambda weights: weights.pop("embeddings.cls_token"))

    with pytest.raises(BackendFailed, match=r"lacks 1 weights .* \(embeddings\.cls_token\)"):
        load(folder)


def test_weights_that_nobody_reads_may_be_missing(folder: Path) -> None:
    change_weights(folder, lambda weights: [weights.pop(name) for name in ("pooler.dense.weight", "pooler.dense.bias")])

    assert load(folder, may_lack=("pooler.",)).config.hidden_size == 16


def test_weights_of_another_shape_are_an_error(folder: Path) -> None:
    import torch

    change_weights(folder, lambda weights: weights.update({"layernorm.weight": torch.zeros(7)}))

    with pytest.raises(BackendFailed, match=r"in another shape: they would be random \(layernorm\.weight\)"):
        load(folder)


def test_a_model_of_another_class_is_an_error_that_names_both(saved: Path) -> None:
    from transformers import ResNetModel

    with pytest.raises(BackendFailed, match="the folder has a model of type 'vit', 'resnet' was wanted"):
        load_model(ResNetModel, CARD, choice(saved), device="cpu")


@pytest.mark.parametrize("left", [0, 4, 500])
def test_a_damaged_weights_file_is_an_error(left: int, folder: Path) -> None:
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(whole[:left])

    with pytest.raises(BackendFailed, match=r"are damaged .*; delete them and fetch them again, as with: hf download"):
        load(folder)


@pytest.mark.parametrize("content", ["{not json", "{}", '{"model_type": "of_another_world"}'])
def test_a_configuration_that_cannot_be_read_is_an_error(content: str, folder: Path) -> None:
    (folder / "config.json").write_text(content)

    with pytest.raises(BackendFailed, match="'tiny' cannot be used from"):
        load(folder)


def test_a_folder_without_weights_is_an_error(folder: Path) -> None:
    (folder / "model.safetensors").unlink()

    with pytest.raises(BackendFailed, match=r"no file named model\.safetensors"):
        load(folder)


def test_a_missing_processor_is_an_error(folder: Path) -> None:
    from transformers import AutoImageProcessor

    (folder / "preprocessor_config.json").unlink()

    with pytest.raises(BackendFailed, match=r"preprocessor_config\.json"):
        load_processor(AutoImageProcessor, CARD, choice(folder))


def test_a_model_larger_than_memory_is_an_error_with_the_remedy(folder: Path) -> None:
    written = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**written, "image_size": 2**24}))  # position embeddings of 64 TiB
    change_weights(folder, lambda weights: weights.pop("embeddings.position_embeddings"))

    with pytest.raises(BackendFailed, match=r"memory ran out .* set device = 'cpu'"):
        load(folder)


def test_code_from_the_hub_is_trusted_at_a_pinned_revision_alone(cache: Path) -> None:
    from transformers import AutoModel

    card = ModelCard(name="tiny", hub_id="someone/tiny-vit", revision="a" * 40, remote_code=True)
    refs = cache.parents[1] / "refs"
    refs.mkdir()
    (refs / "main").write_text("a" * 40)

    with pytest.raises(BadSettings, match="commit of 40 digits"):
        load_model(AutoModel, card, choice(revision="main", trust_remote_code=True), device="cpu")


def test_a_snapshot_s_revision_is_its_commit(cache: Path) -> None:
    assert revision_of(CARD) == "a" * 12


def test_a_folder_s_revision_changes_with_a_single_weight(folder: Path) -> None:
    before = revision_of(CARD, choice(folder))

    change_weights(folder, lambda weights: weights["layernorm.weight"].__setitem__(3, 0.5))

    assert revision_of(CARD, choice(folder)) != before


def test_a_folder_s_revision_changes_with_how_pictures_are_prepared(folder: Path) -> None:
    before = digest_of(folder)
    file = folder / "preprocessor_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "image_mean": [0.4, 0.4, 0.4]}))

    assert digest_of(folder) != before


def test_a_copy_of_a_folder_has_the_same_revision(saved: Path, folder: Path) -> None:
    (folder / "README.md").write_text("words that no vector depends on")

    assert digest_of(folder) == digest_of(saved)


def test_without_a_graphics_card_the_processor_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)

    assert choose_device("auto") == "cpu"


@pytest.mark.parametrize(("cuda", "mps", "first"), [(True, True, "cuda"), (False, True, "mps")])
def test_the_fastest_device_that_is_there_is_chosen(cuda: bool, mps: bool, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    assert choose_device("auto") == first


def test_a_device_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    with pytest.raises(BadSettings, match="ask for the device 'cuda'"):
        choose_device("cuda")


def test_a_device_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(BadSettings, match="there is no device 'tpu'"):
        choose_device("tpu")
