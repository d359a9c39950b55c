"""The original's five embedders, small and random, from the demo catalogue to the ladder. Not of how good they are."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from data.catalogue import import_catalogue
from data.demo import demo_folder
from data.domain import ImageId, Side
from data.photos import import_photos
from data.store import Store, open_store
from feedback.confirmed import read_confirmed_views
from feedback.evaluation import Evaluation, evaluate
from feedback.retune import retune
from matching.backends import Backends
from matching.evidence import load_basis
from matching.indexing import IndexReport, index, pending
from matching.preparation import ensure_weights
from matching.search import Matcher
from tests.builders import match_all
from tests.small_demo import FEW_PHOTOS, FEW_SKUS, small_demo
from tests.small_models import SEED_EMBEDDERS, choice_of, save_model, small_backends

pytestmark = pytest.mark.slow
WORDS = ("with captions", "with attribute rerank", "with attribute bonus")
BLOCKS = ("resnet50_16", "vit_16", "clip_24", "dinov2_16", "dinov2_16_patches", "vit_msn_16")


@dataclass(frozen=True, kw_only=True)
class Story:
    """What happened to one home, in order."""

    store: Store
    backends: Backends
    first: IndexReport
    second: IndexReport
    rows: dict[str, int]
    evaluation: Evaluation


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Import the demo, index it twice, confirm its calibration side, retune, and climb the ladder."""
    folder = tmp_path_factory.mktemp("demo")
    store, source = open_store(folder / "store"), small_demo(folder / "source", FEW_SKUS, FEW_PHOTOS)
    backends = small_backends(tmp_path_factory.getbasetemp(), SEED_EMBEDDERS)
    import_catalogue(store, source)
    import_photos(store, source)
    first = index(store, backends, workers=2)
    ensure_weights(store, backends)
    rows = rows_of(store, backends)
    second = index(store, backends, workers=2)
    truths = store.photos.truths()
    shot = [photo for photo in store.photos.all() if photo.side is Side.CALIBRATION]
    known: dict[str, str] = {photo.photo_id: truth.sku for photo in shot if (truth := truths.get(photo.photo_id)) and truth.sku}
    match_all(store, known)
    retune(store, backends, by="anna")
    evaluation = evaluate(store, backends, ladder=True)
    return Story(store=store, backends=backends, first=first, second=second, rows=rows, evaluation=evaluation)


def rows_of(store: Store, backends: Backends) -> dict[str, int]:
    """Count what indexing writes."""
    sizes = {block: size for one in backends.load_embedders() for block, size in one.block_sizes.items()}
    vectors = {block: store.vectors(block, size).table.count() for block, size in sizes.items()}
    return {**vectors, "masks": store.masks.count(), "words": store.descriptions.count()}


def copy_of(story: Story, folder: Path) -> Store:
    """Copy the home, so that no test changes another's."""
    shutil.copytree(story.store.address, folder)
    return open_store(folder)


def pictures(store: Store) -> set[ImageId]:
    return store.views.image_ids() | set(store.photos.image_ids().values())


def test_every_picture_is_embedded_by_all_five(story: Story) -> None:
    assert (story.first.described, story.first.failed) == (len(pictures(story.store)), ())
    assert len({story.rows[block] for block in BLOCKS}) == 1


def test_a_second_run_does_nothing(story: Story) -> None:
    assert (story.second, rows_of(story.store, story.backends)) == (IndexReport(), story.rows)


def test_a_photo_file_is_matched_by_all_five(story: Story) -> None:
    matcher = Matcher(story.store, story.backends, lambda: read_confirmed_views(story.store))
    content = next((demo_folder() / "photos").iterdir()).read_bytes()

    found = matcher.identify(content, name="photo")

    spoken = {part.channel.partition("/")[0] for candidate in found.candidates for part in candidate.contributions}
    assert len(found.candidates) == 5
    assert spoken >= {*BLOCKS, "keypoints"}


def test_contributions_sum_up_to_the_score(story: Story) -> None:
    matcher = Matcher(story.store, story.backends, lambda: read_confirmed_views(story.store))
    photo = story.store.photos.all()[0]

    for candidate in matcher.suggest(photo.photo_id).candidates:
        assert sum(part.value for part in candidate.contributions) == pytest.approx(candidate.score, abs=1e-6)


def test_the_ladder_has_the_mean_embedding_among_its_steps(story: Story) -> None:
    steps = [step.step for step in story.evaluation.steps]

    assert steps == ["2d, euclidean", "2d, mix", "mean embedding", "2d", "2d + confirmed", "with geometry", *WORDS]


def test_an_embedder_that_comes_later_is_all_that_is_indexed(story: Story, tmp_path: Path) -> None:
    store = copy_of(story, tmp_path / "store")
    later = replace(story.backends, embedders=(*SEED_EMBEDDERS, "siglip2"))

    report = index(store, later, workers=1)

    assert report.described == len(pictures(store))
    assert rows_of(store, later) == {**story.rows, "siglip2_16": story.rows["vit_16"]}


def test_a_changed_revision_leaves_no_mix(story: Story, tmp_path: Path) -> None:
    store = copy_of(story, tmp_path / "store")
    changed = choice_of("vit", save_model("vit", tmp_path / "vit", seed=7))
    after = replace(story.backends, models=(changed, *(one for one in story.backends.models if one.name != "vit")))
    before = len(pending(store, after).of_embedder("vit"))

    index(store, after, workers=1)
    weights = ensure_weights(store, after)

    revision = after.load_embedders()[1].revision
    assert before == len(pictures(store))
    assert len(store.vectors("vit_16", 16).read(revision).keys) == story.rows["vit_16"]
    assert load_basis(store, weights.basis).revisions["vit_16"] == revision
