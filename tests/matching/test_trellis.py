from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from data.domain import Sku
from data.errors import MissingBackend
from matching.backends import ModelChoice, load
from matching.backends.trellis import WORKER, TrellisGenerator
from matching.mesh_ports import MeshJob, MeshOutcome
from matching.ports import CutOut
from tests.glb import cube
from tests.matching.trellis_stand_in import calls, write_stand_in

GREY, RED, GREEN, BLUE = (120, 110, 100), (255, 0, 0), (0, 255, 0), (0, 0, 255)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_stand_in(tmp_path / "package")


def job(sku: str, *colours: tuple[int, int, int]) -> MeshJob:
    """A square of one colour per reference."""
    mask = np.zeros((32, 32), dtype=np.bool_)
    mask[4:28, 4:28] = True
    cutouts = [CutOut(pixels=np.where(mask[..., None], colour, 255).astype(np.uint8), mask=mask) for colour in colours]
    return MeshJob(sku=Sku(sku), cutouts=tuple(cutouts))


def empty(sku: str) -> MeshJob:
    return MeshJob(sku=Sku(sku), cutouts=(CutOut(pixels=np.full((8, 8, 3), 255, np.uint8), mask=np.zeros((8, 8), np.bool_)),))


def made(package: Path, *jobs: MeshJob, name: str = "trellis", limit_s: float = 30.0, **said: str) -> list[MeshOutcome]:
    choice = ModelChoice(name=name, **{"python": sys.executable, "package": str(package), **said})  # type: ignore[arg-type]
    generator: TrellisGenerator = load("mesh generator", name, choice=choice)
    generator.job_limit_s = limit_s
    return list(generator.generate(jobs))


def test_many_jobs_take_one_load_of_the_model(package: Path) -> None:
    outcomes = made(package, job("a", GREY), job("b", GREY))

    assert [outcome.glb for outcome in outcomes] == [cube(), cube()]
    assert [call["call"] for call in calls(package)] == ["from_pretrained", "cuda", "run", "to_glb", "run", "to_glb"]


def test_several_references_are_given_together(package: Path) -> None:
    made(package, job("a", GREY, GREY))

    assert calls(package)[2] == {"call": "run_multi_image", "pictures": 2, "seed": 1, "formats": ["mesh", "gaussian"]}


def test_trellis_2_is_asked_for_its_fast_size_and_takes_the_first_reference(package: Path) -> None:
    [outcome] = made(package, job("a", GREY, GREY), name="trellis-2")

    assert outcome.glb == cube()
    assert calls(package)[2] == {"call": "run", "pictures": 1, "seed": 1, "pipeline_type": "512"}


def test_weights_are_taken_from_where_settings_say(package: Path) -> None:
    made(package, job("a", GREY), source="/models/trellis")

    assert calls(package)[0]["path"] == "/models/trellis"


def test_an_empty_cut_out_is_refused_before_the_model_is_loaded(package: Path) -> None:
    [outcome] = made(package, empty("a"))

    assert "the cut-out is empty" in outcome.failure
    assert not (package / "calls.jsonl").exists()


def test_a_job_that_runs_out_of_memory_stops_no_other(package: Path) -> None:
    first, second = made(package, job("a", RED), job("b", GREY))

    assert "out of memory" in first.failure
    assert "16 GB" in first.failure
    assert second.glb == cube()


def test_a_job_that_hangs_is_stopped_and_the_next_one_done(package: Path) -> None:
    first, second = made(package, job("a", GREEN), job("b", GREY), limit_s=3.0)

    assert "took more than 3 s" in first.failure
    assert second.glb == cube()


def test_a_job_that_ends_the_process_is_its_own_failure(package: Path) -> None:
    first, second = made(package, job("a", BLUE), job("b", GREY))

    assert "ended with 7" in first.failure
    assert second.glb == cube()


@pytest.mark.parametrize(
    ("said", "name", "remedy"),
    [
        ({"available": False}, "trellis", "an NVIDIA GPU"),
        ({"memory": 8e9}, "trellis", "the GPU has 8 GB; TRELLIS needs 16 GB"),
        ({"memory": 17e9}, "trellis-2", "TRELLIS.2 needs 24 GB"),
        ({"loading": "raise type('GatedRepoError', (OSError,), {})('403')"}, "trellis-2", "ask for access to its gated parts"),
        ({"loading": "raise type('LocalEntryNotFoundError', (OSError,), {})('no')"}, "trellis", "download them once"),
        ({"loading": "import spconv_that_is_not_there"}, "trellis", "models.trellis.package"),
        ({"loading": "import os; os._exit(3)"}, "trellis", "its own example"),
    ],
)
def test_what_keeps_the_model_from_starting_is_said_with_its_remedy(
    tmp_path: Path, said: dict[str, object], name: str, remedy: str
) -> None:
    package = write_stand_in(tmp_path / "package", **said)  # type: ignore[arg-type]

    with pytest.raises(MissingBackend) as caught:
        made(package, job("a", GREY), name=name)

    assert remedy in str(caught.value)


def test_without_an_environment_settings_are_asked_for_one() -> None:
    with pytest.raises(MissingBackend, match=r"models\.trellis\.python"):
        list(load("mesh generator", "trellis").generate([job("a", GREY)]))


def run_worker(package: Path, folder: Path) -> list[dict[str, object]]:
    command = [sys.executable, str(WORKER), "--family", "trellis", "--jobs", str(folder / "jobs.jsonl"), "--out", str(folder)]
    done = subprocess.run([*command, "--package", str(package)], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def write_jobs(folder: Path, **keys: str) -> None:
    PIL.Image.new("RGBA", (8, 8), (*GREY, 255)).save(folder / "grey.png")
    lines = [json.dumps({"job": name, "key": key, "images": [str(folder / "grey.png")]}) for name, key in keys.items()]
    (folder / "jobs.jsonl").write_text("\n".join(lines), encoding="utf-8")


def test_the_worker_does_nothing_again(package: Path, tmp_path: Path) -> None:
    write_jobs(tmp_path, a="1")
    run_worker(package, tmp_path)

    assert run_worker(package, tmp_path) == []


def test_the_worker_does_again_what_has_another_key(package: Path, tmp_path: Path) -> None:
    write_jobs(tmp_path, a="1", b="1")
    run_worker(package, tmp_path)
    write_jobs(tmp_path, a="2", b="1")

    assert [event["job"] for event in run_worker(package, tmp_path) if event["event"] == "done"] == ["a"]


def test_the_worker_frames_a_picture_that_is_all_opaque(package: Path, tmp_path: Path) -> None:
    """The model takes such a picture for one whose background is still there."""
    write_jobs(tmp_path, a="1")

    assert run_worker(package, tmp_path)[-1]["made"] is True


def test_the_worker_imports_nothing_of_ours() -> None:
    text = WORKER.read_text(encoding="utf-8")

    assert not any(f"from {layer}" in text or f"import {layer}" in text for layer in ("data", "matching", "feedback"))
