from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from data.domain import ByteArray
from data.errors import BackendFailed, MissingBackend
from data.store import Store
from matching.backends import Backends, ModelChoice
from matching.backends.birefnet import BiRefNetRemover, RmbgRemover
from matching.backends.rembg import BiRefNetOnnxRemover, IsNetRemover, RembgRemover, U2NetRemover
from matching.describing import describe_picture
from matching.indexing import index
from matching.masks import decode_mask
from tests.builders import image_of, photo_of
from tests.conftest import encode
from tests.matching.tiny_removers import birefnet_folder, onnx_file


def dark_square(*, side: int = 256, ground: int = 230, shade: int = 20) -> ByteArray:
    """A dark square of half the side in the middle of a light picture."""
    picture = np.full((side, side, 3), ground, dtype=np.uint8)
    picture[side // 4 : -side // 4, side // 4 : -side // 4] = shade
    return picture


def square_mask(side: int = 256) -> Any:
    mask = np.zeros((side, side), dtype=bool)
    mask[side // 4 : -side // 4, side // 4 : -side // 4] = True
    return mask


def overlap(one: Any, other: Any) -> float:
    return float((one & other).sum() / (one | other).sum())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return birefnet_folder(tmp_path_factory.mktemp("models") / "tiny-birefnet")


@pytest.fixture(scope="module")
def u2net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return onnx_file(tmp_path_factory.mktemp("onnx") / "u2net.onnx")


@pytest.fixture(scope="module")
def trusted(folder: Path) -> ModelChoice:
    return ModelChoice(name="birefnet", source=str(folder), trust_remote_code=True)


def test_the_model_s_answer_is_that_of_a_direct_forward_pass(folder: Path, trusted: ModelChoice) -> None:
    import torch
    from safetensors.torch import load_file

    picture = np.random.default_rng(7).integers(0, 256, (1024, 1024, 3), dtype=np.uint8)
    weights = load_file(folder / "model.safetensors")
    mean, std = (torch.tensor(values).reshape(1, 3, 1, 1) for values in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    given = (torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255 - mean) / std
    expected = torch.sigmoid(torch.nn.functional.conv2d(given, weights["head.weight"], weights["head.bias"]))[0, 0].numpy()

    found = BiRefNetRemover(choice=trusted, device="cpu").probability(picture)

    assert np.abs(found - expected).max() < 1e-5


def test_weights_stored_in_half_precision_are_computed_in_full(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    half = birefnet_folder(tmp_path / "half")
    weights = {name: value.half() for name, value in load_file(half / "model.safetensors").items()}
    save_file(weights, half / "model.safetensors", metadata={"format": "pt"})
    written = json.loads((half / "config.json").read_text())
    (half / "config.json").write_text(json.dumps({**written, "torch_dtype": "float16"}))
    remover = BiRefNetRemover(choice=ModelChoice(name="birefnet", source=str(half), trust_remote_code=True), device="cpu")

    assert overlap(remover.masks(dark_square(), studio=True)[0].mask, square_mask()) > 0.97


@pytest.mark.parametrize("engine", [BiRefNetRemover, RmbgRemover])
def test_what_the_model_calls_the_article_is_cut_out(engine: type[BiRefNetRemover], trusted: ModelChoice) -> None:
    [learned, whole] = engine(choice=trusted, device="cpu").masks(dark_square(), studio=False)

    assert overlap(learned.mask, square_mask()) > 0.97
    assert (learned.name, learned.fell_back, whole.name, bool(whole.mask.all())) == ("learned", False, "whole", True)


@pytest.mark.parametrize("engine", [BiRefNetRemover, RmbgRemover])
def test_code_of_a_model_does_not_run_unless_settings_say_so(engine: type[BiRefNetRemover], folder: Path) -> None:
    remover = engine(choice=ModelChoice(name=engine.name, source=str(folder)), device="cpu")

    with pytest.raises(MissingBackend, match=rf"trust_remote_code = true under \[models\.{engine.name}\]"):
        remover.masks(dark_square(), studio=False)


def test_code_that_needs_a_package_which_is_not_here_is_answered_with_its_name(tmp_path: Path) -> None:
    broken = birefnet_folder(tmp_path / "needy")
    code = broken / "modelling_tiny.py"
    code.write_text("import kornia_of_another_world\n" + code.read_text())
    remover = BiRefNetRemover(choice=ModelChoice(name="birefnet", source=str(broken), trust_remote_code=True), device="cpu")

    with pytest.raises(MissingBackend, match="kornia_of_another_world"):
        remover.masks(dark_square(), studio=False)


def test_memory_that_runs_out_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    greedy = birefnet_folder(tmp_path / "greedy")
    code = greedy / "modelling_tiny.py"
    code.write_text(code.read_text().replace("coarse =", "torch.empty(10**14); coarse ="))  # 400 TB
    remover = BiRefNetRemover(choice=ModelChoice(name="birefnet", source=str(greedy), trust_remote_code=True), device="cpu")

    with pytest.raises(BackendFailed, match="memory ran out while 'birefnet' was at work; what was done is kept"):
        remover.masks(dark_square(), studio=False)


def test_a_picture_is_described_with_what_the_model_cut_out(trusted: ModelChoice) -> None:
    backends = Backends(remover="birefnet", renderer="none", device="cpu", models=(trusted,))

    found = describe_picture(encode(PIL.Image.fromarray(dark_square())), backends, studio=False)

    assert [(cutout.hypothesis, cutout.fell_back) for cutout in found.cutouts] == [
        ("birefnet-learned", False),
        ("birefnet-whole", False),
    ]
    assert overlap(decode_mask(found.cutouts[0].mask_png), square_mask()) > 0.97


def test_indexing_cuts_out_with_the_model(trusted: ModelChoice, empty_store: Store) -> None:
    backends = Backends(remover="birefnet", renderer="none", device="cpu", models=(trusted,))
    image = image_of(dark_square())
    empty_store.images.put([image])
    empty_store.photos.put([photo_of("p1", image)])

    report = index(empty_store, backends, workers=1)

    stored = empty_store.masks.of([image.image_id], "birefnet")[image.image_id]
    assert (report.described, report.failed) == (1, ())
    assert {mask.hypothesis for mask in stored} == {"birefnet-learned", "birefnet-whole"}


def test_a_damaged_model_is_said_before_any_picture_is_cut_out(tmp_path: Path, empty_store: Store) -> None:
    damaged = birefnet_folder(tmp_path / "damaged")
    (damaged / "model.safetensors").write_bytes(b"cut off")
    choice = ModelChoice(name="birefnet", source=str(damaged), trust_remote_code=True)
    image = image_of(dark_square())
    empty_store.images.put([image])
    empty_store.photos.put([photo_of("p1", image)])

    with pytest.raises(BackendFailed, match="are damaged"):
        index(empty_store, Backends(remover="birefnet", renderer="none", device="cpu", models=(choice,)))


def test_a_non_commercial_licence_stands_on_the_card() -> None:
    rmbg, birefnet = RmbgRemover.card, BiRefNetRemover.card

    assert (rmbg.non_commercial, rmbg.gated, birefnet.non_commercial, birefnet.gated) == (True, True, False, False)


def test_models_that_bring_code_are_pinned() -> None:
    assert [engine.card.pinned for engine in (BiRefNetRemover, RmbgRemover)] == [True, True]


def test_a_picture_without_an_article_falls_back_to_the_whole_and_says_so(trusted: ModelChoice) -> None:
    blank = np.full((64, 64, 3), 255, dtype=np.uint8)

    [only] = BiRefNetRemover(choice=trusted, device="cpu").masks(blank, studio=False)

    assert (only.name, only.fell_back, bool(only.mask.all())) == ("whole", True, True)


def test_a_studio_picture_in_which_the_model_finds_nothing_is_filled_from_its_border(trusted: ModelChoice) -> None:
    pale = dark_square(ground=255, shade=225)  # pale on white: nothing is dark

    [only] = BiRefNetRemover(choice=trusted, device="cpu").masks(pale, studio=True)

    assert (only.name, only.fell_back) == ("studio", True)
    assert overlap(only.mask, square_mask()) > 0.97


def test_a_picture_one_pixel_high_is_refused(trusted: ModelChoice) -> None:
    with pytest.raises(BackendFailed, match="a line"):
        BiRefNetRemover(choice=trusted, device="cpu").masks(np.zeros((1, 9, 3), dtype=np.uint8), studio=False)


@pytest.mark.parametrize(("engine", "side_px"), [(U2NetRemover, 320), (IsNetRemover, 1024), (BiRefNetOnnxRemover, 1024)])
def test_rembg_s_sessions_cut_out_with_a_file_that_settings_name(
    engine: type[RembgRemover], side_px: int, tmp_path: Path
) -> None:
    file = onnx_file(tmp_path / "mine.onnx", side_px=side_px)
    remover = engine(choice=ModelChoice(name=engine.name, source=str(file)), device="cpu")

    [learned, whole] = remover.masks(dark_square(), studio=False)

    assert overlap(learned.mask, square_mask()) > 0.97
    assert (learned.fell_back, whole.name) == (False, "whole")


def test_rembg_s_answer_is_that_of_a_direct_run_of_its_model(u2net: Path) -> None:
    import onnxruntime

    picture = np.random.default_rng(3).integers(0, 256, (320, 320, 3), dtype=np.uint8)
    scaled = (np.asarray(PIL.Image.fromarray(picture), dtype=np.float64) / picture.max() - (0.485, 0.456, 0.406)) / (
        0.229,
        0.224,
        0.225,
    )
    session = onnxruntime.InferenceSession(str(u2net), providers=["CPUExecutionProvider"])
    answer = session.run(None, {"input.1": scaled.transpose(2, 0, 1)[None].astype(np.float32)})[0][0, 0]
    expected = (answer - answer.min()) / (answer.max() - answer.min())

    found = U2NetRemover(choice=ModelChoice(name="rembg-u2net", source=str(u2net)), device="cpu").probability(picture)

    assert np.abs(found - expected).max() <= 1 / 255 + 1e-5  # rembg rounds down to 256 levels


def test_rembg_finds_a_model_where_u2net_home_says(u2net: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("U2NET_HOME", str(u2net.parent))

    [learned, _] = U2NetRemover(device="cpu").masks(dark_square(), studio=False)

    assert overlap(learned.mask, square_mask()) > 0.97


def test_rembg_downloads_nothing_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("U2NET_HOME", str(tmp_path))

    with pytest.raises(MissingBackend, match=r"u2net\.onnx is not here: fetch it with couture index, or set source under"):
        U2NetRemover(device="cpu").masks(dark_square(), studio=False)


def test_a_damaged_onnx_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "u2net.onnx"
    file.write_bytes(b"this is no model" * 8)
    remover = U2NetRemover(choice=ModelChoice(name="rembg-u2net", source=str(tmp_path)), device="cpu")

    with pytest.raises(BackendFailed, match=r"u2net\.onnx .*; delete the file and fetch it again"):
        remover.masks(dark_square(), studio=False)


def test_an_onnx_model_of_another_kind_is_named(u2net: Path, tmp_path: Path) -> None:
    file = shutil.copy(u2net, tmp_path / "isnet-general-use.onnx")  # takes 320 px where IS-Net gives 1024
    remover = IsNetRemover(choice=ModelChoice(name="rembg-isnet", source=str(file)), device="cpu")

    with pytest.raises(BackendFailed, match="rembg-isnet"):
        remover.masks(dark_square(), studio=False)


def test_a_card_that_onnxruntime_cannot_use_is_said_so(u2net: Path) -> None:
    remover = U2NetRemover(choice=ModelChoice(name="rembg-u2net", source=str(u2net)), device="cuda")

    with pytest.raises(MissingBackend, match="onnxruntime has no CUDA here"):
        remover.masks(dark_square(), studio=False)


def test_a_missing_package_is_answered_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # what Python does where a package is not installed

    with pytest.raises(MissingBackend, match="pip install rembg onnxruntime"):
        U2NetRemover(device="cpu").masks(dark_square(), studio=False)
