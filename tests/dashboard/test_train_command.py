"""couture train cutout, on two articles for two steps."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from dashboard.cli import commands  # noqa: F401  # it registers the commands
from dashboard.cli.output import app
from data.domain import PhotoId, Side
from data.errors import NotAllowed, NotEnoughEvidence
from data.store import open_store
from feedback.crop_stock import keep_stock, read_crops
from matching.backends import Backends, ModelChoice
from tests.builders import image_of, photo_of
from tests.crops import crop_of

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


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with forty photos that are cropped, each a group of its own, and one of the sealed side."""
    folder = tmp_path_factory.mktemp("cropped")
    store = open_store(folder / "store")
    for number in range(41):
        image = image_of(np.full((24, 32, 3), 3 * number, dtype=np.uint8))
        side = Side.TEST if number == 40 else Side.CALIBRATION
        store.images.put([image])
        store.photos.put([replace(photo_of(PhotoId(f"p{number}"), image), side=side, group=f"g{number}")])
        store.crops.append([crop_of(f"c{number}", photo=f"p{number}", image=image.image_id)])
    return folder


def test_a_network_goes_on_from_crops_and_says_how_held_out_ones_agree(trained: Path, home: Path, tmp_path: Path) -> None:
    start = trained / "cutout-net.safetensors"

    said = train("--out", str(tmp_path), "--from-crops", "--start", str(start), "--home", str(home))

    crops, boxes = said["crops"], said["box_iou"]
    assert isinstance(crops, dict)
    assert isinstance(boxes, dict)
    assert (crops["learned"] + crops["held_out"], crops["sealed"]) == (40, 1)
    assert (boxes["difference"]["n"], boxes["groups"]) == (crops["held_out"], crops["held_out"])
    assert boxes["change"] in {"rose", "fell", "undecided"}
    assert (tmp_path / "cutout-net.safetensors").read_bytes() != start.read_bytes()
    assert json.loads((tmp_path / "report.json").read_text()) == said


def test_a_training_goes_on_with_the_crops_that_it_began_with(trained: Path, home: Path, tmp_path: Path) -> None:
    """Three more were drawn meanwhile: what is learned from stays what it was."""
    store = open_store(home / "store", create=False)
    began = read_crops(store)
    keep_stock(tmp_path / "crops.json", replace(began, learned=began.learned[:-3]))

    start = trained / "cutout-net.safetensors"
    said = train("--out", str(tmp_path), "--resume", "--from-crops", "--start", str(start), "--home", str(home))

    crops = said["crops"]
    assert isinstance(crops, dict)
    assert (crops["learned"], crops["held_out"]) == (len(began.learned) - 3, len(began.held_out))


def test_the_weights_to_go_on_from_are_not_written_over(trained: Path, home: Path) -> None:
    before = (trained / "cutout-net.safetensors").read_bytes()

    with pytest.raises(NotAllowed, match="would be written over"):
        train(
            "--out",
            str(trained),
            "--resume",
            "--from-crops",
            "--start",
            str(trained / "cutout-net.safetensors"),
            "--home",
            str(home),
        )

    assert (trained / "cutout-net.safetensors").read_bytes() == before


def test_too_few_crops_teach_nothing_and_it_is_said(trained: Path, tmp_path: Path) -> None:
    open_store(tmp_path / "home" / "store")
    words = ("--from-crops", "--start", str(trained / "cutout-net.safetensors"), "--home", str(tmp_path / "home"))

    with pytest.raises(NotEnoughEvidence, match="0 crops of 0 groups are too few"):
        train("--out", str(tmp_path / "out"), *words)


def test_without_weights_there_is_nothing_to_go_on_from(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="no weights to start from"):
        train("--out", str(tmp_path), "--from-crops", "--home", str(home))


def test_weights_to_go_on_from_are_refused_without_crops(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="--from-crops"):
        train("--out", str(tmp_path), "--start", "weights.safetensors")
