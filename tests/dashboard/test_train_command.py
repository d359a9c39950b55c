"""couture train cutout, on two articles for two steps."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.cli import commands  # noqa: F401  # it registers the commands
from dashboard.cli.output import app
from data.errors import NotAllowed
from matching.backends import Backends, ModelChoice

SHORT = ("--steps", "2", "--articles", "4", "--held-out", "1", "--workers", "0", "--json")


def train(*words: str) -> dict[str, object]:
    """Run the command, and give what it printed as JSON."""
    done = CliRunner().invoke(app, ["train", "cutout", *words, *SHORT], catch_exceptions=False)
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cutout")
    train("--out", str(folder))
    return folder


def test_weights_that_were_trained_cut_out_once_settings_name_them(trained: Path) -> None:
    weights = trained / "cutout-net.safetensors"
    backends = Backends(remover="cutout-net", models=(ModelChoice(name="cutout-net", source=str(weights)),))

    backends.load_remover().ready()  # type: ignore[attr-defined]


def test_the_report_says_what_was_trained_and_how_it_did(trained: Path) -> None:
    said = json.loads((trained / "report.json").read_text())

    assert (said["step"], said["steps"], said["seed"]) == (2, 2, 1)
    assert len(said["held_out"]) == 7
    assert len(said["sha256"]) == 64


def test_a_folder_with_another_training_is_not_written_over(trained: Path) -> None:
    with pytest.raises(NotAllowed, match="--resume"):
        train("--out", str(trained))


def test_resuming_what_is_done_gives_the_same_weights(trained: Path) -> None:
    before = (trained / "cutout-net.safetensors").read_bytes()

    train("--out", str(trained), "--resume")

    assert (trained / "cutout-net.safetensors").read_bytes() == before


def test_a_folder_of_grounds_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="no pictures"):
        train("--out", str(tmp_path / "out"), "--grounds", str(tmp_path))
