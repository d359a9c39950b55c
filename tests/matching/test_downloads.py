from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import BackendFailed, MissingBackend
from matching.backends import Backends, ModelChoice
from matching.backends.chosen import Needed, needed_models
from matching.backends.downloads import check_fetchable, fetch
from tests.hub_server import COMMIT, Hub, running_hub
from tests.matching.tiny_removers import birefnet_folder, onnx_file


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with running_hub(monkeypatch, tmp_path / "cache") as found:
        yield found


def backends(source: str = "someone/tiny", *, trust: bool = True, remover: str = "birefnet") -> Backends:
    """Engines that need one pretrained model."""
    revision = COMMIT if "/" in source and not Path(source).is_absolute() else ""
    choice = ModelChoice(name=remover, source=source, revision=revision, trust_remote_code=trust)
    return Backends(remover=remover, renderer="none", models=(choice,))


def only(engines: Backends) -> Needed:
    [needed] = needed_models(engines)
    return needed


def test_the_embedded_profile_needs_no_model() -> None:
    assert needed_models(Backends()) == []


def test_a_model_is_fetched_and_then_present(hub: Hub, tmp_path: Path) -> None:
    hub.folders["someone/tiny"] = birefnet_folder(tmp_path / "tiny")
    before = only(backends())

    fetch(before, backends())

    assert (before.present, only(backends()).present) == (False, True)


def test_only_the_files_that_loading_reads_are_fetched(hub: Hub, tmp_path: Path) -> None:
    hub.folders["someone/tiny"] = birefnet_folder(tmp_path / "tiny")
    for name in ("pytorch_model.bin", "tf_model.h5", "flax_model.msgpack", "README.md"):
        (tmp_path / "tiny" / name).write_text("of no use here")

    fetch(only(backends()), backends())

    fetched = {path.name for path in (tmp_path / "cache").rglob("snapshots/*/*")}
    assert fetched == {"config.json", "configuration_tiny.py", "modelling_tiny.py", "model.safetensors"}


def test_a_gated_model_without_a_token_says_where_to_accept_its_licence(hub: Hub, tmp_path: Path) -> None:
    hub.folders["someone/tiny"] = birefnet_folder(tmp_path / "tiny")
    hub.gated.add("someone/tiny")

    with pytest.raises(MissingBackend, match=r"accepted its licence: do so on .*/someone/tiny, then run hf auth login"):
        fetch(only(backends()), backends())


def test_a_repository_that_is_not_there_is_named(hub: Hub) -> None:
    with pytest.raises(MissingBackend, match=r"shows no someone/tiny .* correct source under \[models\.birefnet\]"):
        fetch(only(backends()), backends())


def test_a_hub_that_answers_with_a_failure_is_a_fault_of_the_network(hub: Hub) -> None:
    hub.closed = True

    with pytest.raises(BackendFailed, match="see to network and disk"):
        fetch(only(backends()), backends())


def test_code_that_may_not_run_is_refused_before_the_download(hub: Hub) -> None:
    engines = backends(trust=False)

    with pytest.raises(MissingBackend, match="trust_remote_code = true"):
        check_fetchable(only(engines), engines)


def test_packages_that_a_model_s_code_lacks_are_named_before_the_download(hub: Hub) -> None:
    engines = backends()
    needed = only(engines)
    lacking = replace(needed, card=replace(needed.card, packages=("numpy", "of_another_world")))

    with pytest.raises(MissingBackend, match="its own code needs: pip install of_another_world,"):
        check_fetchable(lacking, engines)


def test_offline_the_place_to_put_a_model_is_named() -> None:
    engines = backends()

    with pytest.raises(MissingBackend, match=rf"HF_HUB_OFFLINE is set: put it into a folder, got elsewhere .* {COMMIT}"):
        check_fetchable(only(engines), engines)


def test_a_folder_that_is_not_there_is_never_fetched(tmp_path: Path) -> None:
    engines = backends(str(tmp_path / "nowhere"))

    with pytest.raises(MissingBackend, match=r"nowhere is not there .* correct source"):
        check_fetchable(only(engines), engines)


def test_a_local_folder_is_present(tmp_path: Path) -> None:
    assert only(backends(str(birefnet_folder(tmp_path / "tiny")))).present


def test_an_onnx_file_that_settings_name_is_present(tmp_path: Path) -> None:
    assert only(backends(str(onnx_file(tmp_path / "u2net.onnx")), remover="rembg-u2net")).present


def test_settings_win_over_the_card() -> None:
    card = only(backends()).card

    assert (card.hub_id, card.revision, card.licence) == ("someone/tiny", COMMIT, "MIT")


def test_an_engine_that_nobody_knows_needs_no_model() -> None:
    assert needed_models(Backends(remover="imaginary")) == []


def test_of_folders_in_a_repository_only_those_that_the_card_names_are_fetched(hub: Hub, tmp_path: Path) -> None:
    hub.folders["someone/tiny"] = birefnet_folder(tmp_path / "tiny")
    for folder in ("question", "onnx"):
        (tmp_path / "tiny" / folder).mkdir()
        (tmp_path / "tiny" / folder / "config.json").write_text("{}")
    needed = only(backends())

    fetch(replace(needed, card=replace(needed.card, folders=("question",))), backends())

    fetched = {path.parent.name for path in (tmp_path / "cache").rglob("snapshots/*/*/config.json")}
    assert fetched == {"question"}
