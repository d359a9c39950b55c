"""The original's models, small and random, from settings to the ladder by the command line alone. Not of how good they are."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import main
from dashboard.settings import FILE, HOME_VARIABLE
from data.domain import Side
from data.store import Store, open_store
from tests.matching.tiny_describers import blip_choices
from tests.matching.tiny_text_models import text_choice
from tests.small_demo import FEW_PHOTOS, FEW_SKUS, small_demo
from tests.small_models import SEED_EMBEDDERS, choice_of, save_model

pytestmark = pytest.mark.slow
STEPS = ["2d, euclidean", "2d, mix", "mean embedding", "2d", "2d + confirmed", "with geometry"]
WORDS = ["with captions", "with attribute rerank", "with attribute bonus"]


@dataclass(frozen=True, kw_only=True)
class Story:
    """What happened to one home, in order; each is what a command printed with --json."""

    home: Path
    indexed: Any
    again: Any
    matched: Any
    reviewed: Any
    retuned: Any
    evaluated: Any
    found: Any

    @property
    def store(self) -> Store:
        """Its store."""
        return open_store(self.home / "store")


def write_settings(home: Path, models: Path) -> None:
    """Choose the profile of the original's models, each from a folder; cut out and render by what needs none."""
    choices = [choice_of(name, save_model(name, models / name)) for name in SEED_EMBEDDERS]
    choices += [*blip_choices(models), text_choice("minilm", models)]
    tables = "".join(f'[models.{choice.name}]\nsource = "{choice.source}"\n' for choice in choices)
    roles = 'profile = "seed"\nremover = "grabcut"\nrenderer = "none"\nmesh_generator = "none"\ndevice = "cpu"\n'
    home.mkdir()
    (home / FILE).write_text(roles + tables, encoding="utf-8")


def couture(home: Path, *words: str) -> Any:
    """Run a command in a home, and give what it printed: one JSON object."""
    capture = pytest.MonkeyPatch()
    out = Path(home.parent / "printed")
    with capture.context() as patch, out.open("w", encoding="utf-8") as printed:
        patch.delenv(HOME_VARIABLE, raising=False)
        patch.setattr(sys, "argv", ["couture", "--home", str(home), *words, "--json"])
        patch.setattr(sys, "stdout", printed)
        with pytest.raises(SystemExit) as ended:
            main()
    assert not ended.value.code, words
    return json.loads(out.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Import, index twice, match a file, review the calibration side, retune, climb the ladder, find by words."""
    base = tmp_path_factory.mktemp("seed-models")
    home, folder = base / "home", small_demo(base / "demo", FEW_SKUS, FEW_PHOTOS)
    write_settings(home, base / "models")
    couture(home, "import", "catalogue", str(folder / "catalogue.csv"))
    couture(home, "import", "photos", str(folder / "photos.csv"))
    indexed, again = couture(home, "index"), couture(home, "index")
    matched = couture(home, "match", str(next((folder / "photos").iterdir())))
    photos = open_store(home / "store").photos
    truths = photos.truths()
    shot = [photo.photo_id for photo in photos.all() if photo.side is Side.CALIBRATION and truths[photo.photo_id].sku]
    first, *rest = sorted(shot)
    reviewed = couture(home, "review", first, "match", str(truths[first].sku))
    with (base / "reviews.csv").open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["photo_id", "verdict", "reviewer", "sku"])
        lines.writerows([photo, "match", "anna", truths[photo].sku] for photo in rest)
    couture(home, "import", "reviews", str(base / "reviews.csv"))
    return Story(
        home=home,
        indexed=indexed,
        again=again,
        matched=matched,
        reviewed=reviewed,
        retuned=couture(home, "retune"),
        evaluated=couture(home, "evaluate", "--ladder"),
        found=couture(home, "find", "navy cap"),
    )


def test_every_picture_is_described_and_none_twice(story: Story) -> None:
    assert (story.indexed["described"], story.indexed["failed"], story.again["described"]) == (len(FEW_SKUS) + FEW_PHOTOS, [], 0)


def test_what_blip_answered_is_stored_of_every_picture(story: Story) -> None:
    described = story.store.descriptions.all()

    assert {words.captioner for words in described} == {"blip"}
    assert any(words.caption for words in described)
    assert any(words.colour for words in described)


def test_the_texts_are_embedded_by_minilm(story: Story) -> None:
    assert story.store.vectors("text_minilm_16", 16).table.count() >= len(FEW_SKUS)


def test_a_file_is_matched_by_all_five_embedders(story: Story) -> None:
    first = story.matched["candidates"][0]

    assert len(story.matched["candidates"]) == 5
    assert {channel.split("/")[0] for channel in first["contributions"]} >= {"resnet50_16", "vit_16", "clip_24", "dinov2_16"}


def test_a_review_is_stored(story: Story) -> None:
    assert story.reviewed["event_id"]


def test_retuning_makes_a_version(story: Story) -> None:
    versions = [record.version for record in story.store.weights.all()]

    assert story.retuned["version"] == max(versions)
    assert story.store.weights.get(max(versions)).parent is not None


def test_the_ladder_has_the_steps_of_words_at_its_end(story: Story) -> None:
    assert [step["step"] for step in story.evaluated["steps"]] == [*STEPS, *WORDS]


def test_words_find_an_asset(story: Story) -> None:
    assert story.found["assets"][0] == {"rank": 1, "sku": "HAT-0301", "title": "Cotton cap, navy"}
