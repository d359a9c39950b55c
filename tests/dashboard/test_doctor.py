"""couture doctor, and what couture index says of models before it starts."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.settings import FILE, HOME_VARIABLE
from data.domain import ImageId, Sku
from data.store import open_store
from tests.data.builders import view
from tests.hub_server import COMMIT, Hub, running_hub
from tests.matching.tiny_removers import birefnet_folder, onnx_file

Outcome = tuple[int, str, str]
ALONE = 'renderer = "none"\ntext_embedder = "none"\n'


class Terminal(io.StringIO):
    """What somebody types."""

    def isatty(self) -> bool:
        """Be a terminal."""
        return True


class Run:
    """Runs the command in a home without a terminal."""

    def __init__(self, home: Path, capture: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.home, self._capture, self._patch = home, capture, patch

    def __call__(self, *words: str) -> Outcome:
        """Give exit code, stdout and stderr."""
        self._patch.setattr(sys, "argv", ["couture", "--home", str(self.home), *words])
        self._capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = self._capture.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    def types(self, answer: str) -> None:
        """Sit at a terminal and type an answer."""
        self._patch.setattr(sys, "stdin", Terminal(answer))

    def settings(self, text: str) -> None:
        """Write the home's settings."""
        self.home.mkdir(exist_ok=True)
        (self.home / FILE).write_text(ALONE + text)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    made = Run(tmp_path / "fresh", capsys, monkeypatch)
    made.settings("")
    return made


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with running_hub(monkeypatch, tmp_path / "cache") as found:
        yield found


def birefnet(source: Path | str, *, trust: bool = True) -> str:
    revision = f'revision = "{COMMIT}"\n' if not Path(source).is_absolute() else ""
    trusted = f"trust_remote_code = {str(trust).lower()}\n"
    return f'remover = "birefnet"\n[models.birefnet]\nsource = "{source}"\n{revision}{trusted}'


def test_a_fresh_home_with_the_embedded_engines_is_well(run: Run) -> None:
    code, out, _ = run("doctor")

    assert (code, "all well" in out, "store: none yet" in out) == (0, True, True)


def test_json_is_one_object_with_every_chosen_engine(run: Run) -> None:
    code, out, _ = run("doctor", "--json")
    found = json.loads(out)

    assert (code, found["well"], found["store"]) == (0, True, None)
    assert {engine["name"]: engine["works"] for engine in found["engines"]} == {
        "grabcut": True,
        "descriptors": True,
        "measured": True,
    }


def test_a_model_in_a_folder_is_here_and_works(run: Run, tmp_path: Path) -> None:
    run.settings(birefnet(birefnet_folder(tmp_path / "tiny")))

    code, out, _ = run("doctor", "--json")
    [remover] = [engine for engine in json.loads(out)["engines"] if engine["name"] == "birefnet"]

    assert (code, remover["works"], remover["device"], remover["models"][0]["present"]) == (0, True, "cpu", True)


def test_an_onnx_model_says_where_it_really_computes(run: Run, tmp_path: Path) -> None:
    file = onnx_file(tmp_path / "u2net.onnx")
    run.settings(f'remover = "rembg-u2net"\n[models.rembg-u2net]\nsource = "{file}"\n')

    code, out, _ = run("doctor", "--json")

    assert (code, json.loads(out)["engines"][0]["device"]) == (0, "cpu")


def test_a_model_that_is_missing_is_a_fault_with_its_remedy(run: Run) -> None:
    run.settings(birefnet("someone/tiny"))

    code, out, _ = run("doctor")

    assert code == 1
    assert "model MISSING: background remover birefnet (someone/tiny at cccccccccccc)" in out
    assert "fetch it with couture index" in out


def test_a_damaged_model_is_here_and_does_not_work(run: Run, tmp_path: Path) -> None:
    folder = birefnet_folder(tmp_path / "tiny")
    (folder / "model.safetensors").write_bytes(b"cut off")
    run.settings(birefnet(folder))

    code, out, _ = run("doctor")

    assert (code, "model here" in out, "are damaged" in out) == (1, True, True)


def test_an_engine_that_nobody_knows_is_a_fault_and_the_others_are_tried(run: Run) -> None:
    run.settings('remover = "imaginary"\n')

    code, out, _ = run("doctor", "--json")
    states = {engine["name"]: engine["works"] for engine in json.loads(out)["engines"]}

    assert (code, states) == (1, {"imaginary": False, "descriptors": True, "measured": True})


def test_a_view_without_its_picture_is_a_fault_of_the_store(run: Run) -> None:
    store = open_store(run.home / "store")
    store.views.put([view("v1", sku=Sku("bag-1"), image_id=ImageId("lost"))])

    code, out, _ = run("doctor")

    assert (code, "fault: store: views name 1 image_id that images do not have (lost)" in out) == (1, True)


def test_a_folder_that_is_no_store_is_a_fault(run: Run) -> None:
    (run.home / "store").mkdir()
    (run.home / "store" / "notes.txt").write_text("mine")

    code, out, _ = run("doctor")

    assert (code, "fault: store: there is no store at" in out) == (1, True)


def test_an_indexed_home_is_sound(run: Run, home: Path) -> None:
    shutil.copytree(home / "store", run.home / "store")

    code, out, _ = run("doctor", "--json")

    assert (code, json.loads(out)["store"]["faults"]) == (0, [])


def test_indexing_names_what_is_missing_and_does_not_download_unasked(
    run: Run, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.settings(
        'remover = "rmbg-2"\nembedders = ["dinov2"]\n[models.rmbg-2]\nsource = "someone/tiny"\n'
        f'revision = "{COMMIT}"\ntrust_remote_code = true\n'
    )

    code, _, err = run("index")

    assert code == 1
    assert "2 of 2 models that settings name are not here" in err
    assert "rmbg-2 (someone/tiny at cccccccccccc); about 885 MB; licence CC BY-NC 4.0" in err
    assert "not for commercial use; gated" in err
    assert "embedder dinov2 (facebook/dinov2-base" in err
    assert "nobody agreed to their download; run again with --yes" in err
    assert hub.asked == []


@pytest.mark.parametrize(("answer", "fetched"), [("y\n", True), ("n\n", False)])
def test_at_a_terminal_a_person_is_asked(answer: str, fetched: bool, run: Run, hub: Hub, tmp_path: Path) -> None:
    hub.folders["someone/tiny"] = birefnet_folder(tmp_path / "tiny")
    run.settings(birefnet("someone/tiny"))
    run.types(answer)

    code, _, err = run("index")

    assert "Download about 445 MB now?" in err
    assert (code, any("resolve" in path for path in hub.asked)) == (0 if fetched else 1, fetched)


def test_a_licence_that_forbids_commercial_use_is_told_though_the_model_is_here(run: Run, tmp_path: Path) -> None:
    folder = birefnet_folder(tmp_path / "tiny")
    run.settings(f'remover = "rmbg-2"\n[models.rmbg-2]\nsource = "{folder}"\ntrust_remote_code = true\n')

    _, _, err = run("index")

    assert "note: the licence of rmbg-2 forbids commercial use" in err


def test_offline_indexing_says_where_to_put_what_is_missing(run: Run) -> None:
    run.settings(birefnet("someone/tiny"))

    code, _, err = run("index")

    assert code == 1
    assert "HF_HUB_OFFLINE is set: put it into a folder" in err
    assert "source under [models.birefnet] in settings.toml" in err


def test_with_yes_a_model_is_fetched_and_cuts_the_pictures_out(run: Run, hub: Hub, tmp_path: Path) -> None:
    hub.folders["someone/tiny"] = birefnet_folder(tmp_path / "tiny")
    run.settings(birefnet("someone/tiny"))

    code, _, err = run("index", "--yes")
    tried = json.loads(run("doctor", "--json")[1])["engines"][0]

    assert (code, "fetching birefnet" in err, tried["works"], tried["models"][0]["present"]) == (0, True, True, True)
