"""The main job on real pictures, by the command line alone. `python -m tests.benchmarks.real_pictures` is the long form."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.benchmarks.real_pictures import Protocol, couture, split

pytestmark = [pytest.mark.pictures, pytest.mark.slow, pytest.mark.timeout(1800)]

FLOORS = {"grocery": (0.27, 0.58), "ycb": (0.68, 0.84)}
"""Top-1 and Top-5. Grocery: what a prototype reached with twice the labels. Ycb: what it reached on average, less the spread of
one draw."""


def work_through(dataset: Path, work: Path, *, labels: int, evaluated: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Index the catalogue, label some photos, retune, and measure on others: the proposal, and the evaluation."""
    home = work / "home"
    shutil.copytree(dataset / "photos", work / "photos")
    couture(home, "import", "catalogue", str(dataset))
    protocol = Protocol(labels=labels, draws=1, top1=0.0, top5=0.0)
    photos, reviews, rest = split(dataset, protocol, 0, work)
    frame = pd.read_csv(rest, dtype=str, keep_default_na=False)
    frame.sample(n=min(evaluated, len(frame)), random_state=0).to_csv(rest, index=False)
    couture(home, "import", "photos", str(photos))
    couture(home, "index")
    couture(home, "import", "reviews", str(reviews))
    proposal = couture(home, "retune", "--activate")
    return proposal, couture(home, "evaluate", "--photos", str(rest), "--ladder")


@pytest.fixture(scope="module")
def grocery(pictures_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    return work_through(pictures_folder / "grocery", tmp_path_factory.mktemp("grocery"), labels=162, evaluated=90)


@pytest.fixture(scope="module")
def ycb(pictures_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    return work_through(pictures_folder / "ycb", tmp_path_factory.mktemp("ycb"), labels=41, evaluated=154)


def test_photos_from_shops_find_their_product(grocery: tuple[dict[str, Any], dict[str, Any]]) -> None:
    _, found = grocery

    assert found["top1"]["value"] >= FLOORS["grocery"][0]
    assert found["top5"]["value"] >= FLOORS["grocery"][1]


def test_labels_of_shop_photos_make_weights_that_the_gate_lets_through(grocery: tuple[dict[str, Any], dict[str, Any]]) -> None:
    proposal, found = grocery

    assert proposal["activated"], proposal["reason"]
    assert found["weights"] == proposal["version"]


def test_fitted_weights_rank_shop_photos_better_than_the_house_weights(grocery: tuple[dict[str, Any], dict[str, Any]]) -> None:
    [step] = [step for step in grocery[1]["steps"] if step["step"] == "fitted channel weights"]

    assert step["difference"]["low"] > 0


def test_scanned_objects_find_their_asset(ycb: tuple[dict[str, Any], dict[str, Any]]) -> None:
    _, found = ycb

    assert found["top1"]["value"] >= FLOORS["ycb"][0]
    assert found["top5"]["value"] >= FLOORS["ycb"][1]


def test_renders_add_to_the_reference(ycb: tuple[dict[str, Any], dict[str, Any]]) -> None:
    [step] = [step for step in ycb[1]["steps"] if step["step"] == "2d + 3d"]

    assert step["difference"]["value"] > 0, "its interval is wide on one draw: see the benchmark for five"


def test_objects_that_the_catalogue_lacks_are_told_from_those_it_has(ycb: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert ycb[1]["no_match_auroc"]["low"] > 0.5
