"""Several embedders on one picture: cut out once, embedded by each, and by one that comes later as if it had been there."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.domain import FloatArray, ImageId, Sku
from data.errors import BackendFailed, BadSettings, MissingBackend, NotEnoughEvidence
from data.store import Store
from matching.backends import ENGINES, Backends, ModelChoice
from matching.backends.grabcut import GrabCutRemover
from matching.backends.measured import MeasuredDescriber
from matching.blocks import blocks_of
from matching.crops import BY_HAND, names_of
from matching.described import load_described
from matching.describing import PictureEvidence, Wanted, describe_picture, look, run_models
from matching.evidence import load_photos, refuse_other_embedders
from matching.gaps import read_known
from matching.indexing import index, pending
from matching.preparation import ensure_basis, ensure_weights
from matching.saving import save_evidence
from matching.search import Matcher
from matching.workers import Job, describe_all
from tests.builders import ARTICLES, asset_of, image_of, photo_of, photo_picture, reference_picture, view_of
from tests.crops import LEFT, RIGHT, crop_of
from tests.small_models import choice_of, save_model, save_remote_model, small_backends

SKUS = tuple(ARTICLES)[:3]
ONE, BOTH = ("vit",), ("vit", "resnet50")


class ModelRemover(GrabCutRemover):
    """GrabCut, as a remover that must not run in every worker."""

    runs_model = True


class ModelDescriber(MeasuredDescriber):
    """The measured words, as a describer that must not run in every worker."""

    runs_model = True


@pytest.fixture
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp()


def fill(store: Store) -> list[ImageId]:
    """Store three assets and one photo; give the references' images and then the photo's."""
    images = [image_of(reference_picture(ARTICLES[sku])) for sku in SKUS]
    photo = image_of(photo_picture(ARTICLES[SKUS[0]], 1))
    store.assets.put(asset_of(sku) for sku in SKUS)
    store.images.put([*images, photo])
    store.views.put(view_of(sku, image) for sku, image in zip(SKUS, images, strict=True))
    store.photos.put([photo_of("p1", photo)])
    return [*(image.image_id for image in images), photo.image_id]


def jobs_of(store: Store, backends: Backends) -> Iterator[Job]:
    """Make the jobs that indexing would make."""
    known, shown = read_known(store, backends), store.views.image_ids()
    for image_id in sorted({*shown, *store.photos.image_ids().values()} - known.whole):
        masks = store.masks.of([image_id], backends.remover) if image_id in known.cut else {}
        yield Job(
            image_id=image_id,
            content=store.images.content(image_id),
            studio=image_id in shown,
            masks=tuple(masks.get(image_id, ())),
            wanted=known.wanted(image_id),
        )


def describe_missing(store: Store, backends: Backends) -> list[PictureEvidence]:
    """Describe what is missing as indexing would, on a thread."""
    found = list[PictureEvidence]()
    with ThreadPoolExecutor(1) as pool:
        for batch in describe_all(jobs_of(store, backends), backends, pool):
            done = [(job.image_id, outcome) for job, outcome in batch if not isinstance(outcome, str)]
            save_evidence(store, backends, done)
            found += [evidence for _, evidence in done]
    return found


def stored(store: Store, backends: Backends, block: str) -> dict[tuple[ImageId, str], FloatArray]:
    [source] = [source for source in blocks_of(backends) if source.name == block]
    rows = store.vectors(source.name, source.size).read(source.revision)
    return dict(zip(rows.keys, rows.vectors, strict=True))


def test_each_embedder_describes_every_cut_out(empty_store: Store, base: Path) -> None:
    fill(empty_store)
    backends = small_backends(base, ("vit", "descriptors", "dinov2"))

    describe_missing(empty_store, backends)

    vit, colour, patches = (set(stored(empty_store, backends, block)) for block in ("vit_16", "colour", "dinov2_16_patches"))
    assert vit == colour == patches
    assert {name for _, name in vit} >= {"studio", "studio@-20", "studio@+20", "whole"}


def test_an_embedder_that_comes_later_is_all_that_is_missing(empty_store: Store, base: Path) -> None:
    fill(empty_store)
    describe_missing(empty_store, small_backends(base, ONE))
    later = small_backends(base, BOTH)

    missing = pending(empty_store, later)

    assert (len(missing.of_embedder("vit")), len(missing.of_embedder("resnet50"))) == (0, 4)


def test_an_embedder_that_comes_later_cuts_nothing_and_says_nothing_again(empty_store: Store, base: Path) -> None:
    fill(empty_store)
    describe_missing(empty_store, small_backends(base, ONE))

    found = describe_missing(empty_store, small_backends(base, BOTH))

    assert {(evidence.cutouts, evidence.words, *evidence.vectors) for evidence in found} == {((), None, "resnet50_16")}


def test_an_embedder_that_comes_later_gives_what_it_would_have_given_at_first(
    empty_store: Store, base: Path, tmp_path: Path
) -> None:
    from data.store import open_store

    fill(empty_store)
    other = open_store(tmp_path / "other")
    fill(other)
    describe_missing(empty_store, small_backends(base, ONE))
    describe_missing(empty_store, small_backends(base, BOTH))
    describe_missing(other, small_backends(base, BOTH))

    late, first = (stored(store, small_backends(base, BOTH), "resnet50_16") for store in (empty_store, other))
    assert late.keys() == first.keys()
    assert all(np.allclose(late[key], first[key], atol=1e-5) for key in first)


def test_a_picture_is_described_alike_alone_and_among_others(empty_store: Store, base: Path) -> None:
    *_, photo = fill(empty_store)
    backends = small_backends(base, BOTH)
    describe_missing(empty_store, backends)

    alone = describe_picture(empty_store.images.content(photo), backends, studio=False)

    among = stored(empty_store, backends, "vit_16")
    assert all(
        np.allclose(among[photo, name], row, atol=1e-5) for name, row in zip(alone.names, alone.vectors["vit_16"], strict=True)
    )


def test_a_crop_is_described_by_an_embedder_that_comes_later(empty_store: Store, base: Path) -> None:
    *_, photo = fill(empty_store)
    now, later = small_backends(base, ONE), small_backends(base, BOTH)
    index(empty_store, now, workers=1)
    empty_store.crops.append([crop_of("e1", image=photo)])
    index(empty_store, now, workers=1)

    missing = pending(empty_store, later)
    report = index(empty_store, later, workers=1)

    assert (missing.crops, missing.of_embedder("resnet50").count(photo), missing.of_embedder("vit")) == ((photo,), 2, ())
    assert (report.described, pending(empty_store, later).pictures) == (5, 0)
    cropped = {name for image_id, name in stored(empty_store, later, "resnet50_16") if image_id == photo}
    assert cropped > set(names_of(LEFT))


def test_only_the_crop_that_stands_is_described(empty_store: Store, base: Path) -> None:
    *_, photo = fill(empty_store)
    backends = small_backends(base, ONE)
    index(empty_store, backends, workers=1)
    empty_store.crops.append(
        [crop_of("e1", image=photo), crop_of("e2", RIGHT, image=photo), crop_of("e3", image=photo, withdraws="e2")]
    )

    index(empty_store, backends, workers=1)

    named = {name for image_id, name in stored(empty_store, backends, "vit_16") if name.startswith(BY_HAND)}
    assert named == set(names_of(LEFT))


def test_another_revision_makes_everything_missing_for_its_embedder_alone(empty_store: Store, tmp_path: Path, base: Path) -> None:
    fill(empty_store)
    before = small_backends(base, BOTH)
    describe_missing(empty_store, before)
    changed = choice_of("vit", save_model("vit", tmp_path / "vit", seed=5))
    after = replace(before, models=(changed, *(choice for choice in before.models if choice.name != "vit")))

    missing = pending(empty_store, after)

    assert (len(missing.of_embedder("vit")), len(missing.of_embedder("resnet50"))) == (4, 0)


def test_vectors_of_two_revisions_never_meet(empty_store: Store, tmp_path: Path, base: Path) -> None:
    fill(empty_store)
    before = small_backends(base, ONE)
    describe_missing(empty_store, before)
    old = ensure_basis(empty_store, before)
    here = load_described(empty_store, before, old, empty_store.views.image_ids())
    after = replace(before, models=(choice_of("vit", save_model("vit", tmp_path / "vit", seed=5)),))
    describe_missing(empty_store, after)
    new = ensure_basis(empty_store, after)

    there = load_described(empty_store, after, old, empty_store.views.image_ids())

    assert new.version != old.version
    assert set(there.keys) == set(here.keys)
    order = [there.keys.index(key) for key in here.keys]
    assert np.array_equal(there.vectors["vit_16"][order], here.vectors["vit_16"])


def test_a_new_embedder_gets_a_basis_and_house_weights_that_know_it(empty_store: Store, base: Path) -> None:
    fill(empty_store)
    for embedders in (ONE, BOTH):
        backends = small_backends(base, embedders)
        describe_missing(empty_store, backends)
        weights = ensure_weights(empty_store, backends)

    last = empty_store.activations.all()[-1]
    assert {"resnet50_16/reference", "vit_16/reference", "keypoints/reference"} <= set(weights.channels)
    assert (last.version, last.reason) == (weights.version, "new basis, for other embedders")


def test_the_same_embedders_keep_basis_and_weights(empty_store: Store, base: Path) -> None:
    fill(empty_store)
    backends = small_backends(base, ONE)
    describe_missing(empty_store, backends)
    first = ensure_weights(empty_store, backends)

    assert ensure_weights(empty_store, backends) == first


def test_an_upload_never_meets_a_catalogue_of_other_embedders(empty_store: Store, base: Path) -> None:
    *_, photo = fill(empty_store)
    before = small_backends(base, ONE)
    describe_missing(empty_store, before)
    ensure_weights(empty_store, before)
    matcher = Matcher(empty_store, small_backends(base, BOTH), list)

    with pytest.raises(NotEnoughEvidence, match="couture index"):
        matcher.identify(empty_store.images.content(photo), name="p.png")


def test_a_stored_photo_is_ranked_as_before_until_the_new_embedder_is_indexed(empty_store: Store, base: Path) -> None:
    *_, photo = fill(empty_store)
    before = small_backends(base, ONE)
    describe_missing(empty_store, before)
    basis = ensure_basis(empty_store, before)

    found = load_photos(empty_store, small_backends(base, BOTH), basis, {photo: "g"})

    assert set(found[photo].query.vectors) == {"vit_16", "keypoints"}


def test_the_basis_of_the_embedders_that_settings_name_is_not_refused(empty_store: Store, base: Path) -> None:
    fill(empty_store)
    backends = small_backends(base, ONE)
    describe_missing(empty_store, backends)

    refuse_other_embedders(ensure_basis(empty_store, backends), backends)


def test_another_remover_makes_cut_outs_of_its_own(empty_store: Store, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES["background remover"], "other", f"{__name__}:ModelRemover")
    *_, photo = fill(empty_store)
    describe_missing(empty_store, small_backends(base, ONE))
    other = small_backends(base, ONE, remover="other")

    describe_missing(empty_store, other)

    names = {name for image_id, name in stored(empty_store, other, "vit_16") if image_id == photo}
    assert names
    assert all(name.startswith("other-") for name in names)


def test_a_remover_with_a_model_is_not_asked_in_the_workers(
    empty_store: Store, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENGINES["background remover"], "other", f"{__name__}:ModelRemover")
    fill(empty_store)
    backends = small_backends(base, ONE, remover="other")
    with ThreadPoolExecutor(1) as pool:
        [batch] = describe_all(jobs_of(empty_store, backends), backends, pool)

    assert all(job.masks == () for job, _ in batch)
    assert all(isinstance(outcome, PictureEvidence) and outcome.cutouts for _, outcome in batch)


def test_a_describer_with_a_model_speaks_after_the_workers(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES["describer"], "other", f"{__name__}:ModelDescriber")
    backends = small_backends(base, ONE, describer="other")
    content = image_of(reference_picture(ARTICLES[Sku("bag-red")])).content

    seen = look(content, backends, Wanted.all_of(backends), studio=True)
    [finished] = run_models([seen], backends)

    assert (seen.words, seen.unsaid is not None, finished.unsaid) == (None, True, None)
    assert finished.words is not None
    assert finished.words.caption


def test_an_embedder_whose_model_is_not_here_has_done_nothing_yet(empty_store: Store, base: Path) -> None:
    fill(empty_store)
    describe_missing(empty_store, small_backends(base, ONE))
    backends = Backends(embedders=("vit",), renderer="none", models=(ModelChoice(name="vit", source="nobody/has-this"),))

    assert len(pending(empty_store, backends).of_embedder("vit")) == 4


def test_indexing_without_the_model_is_refused_before_anything_is_done(empty_store: Store) -> None:
    fill(empty_store)
    backends = Backends(embedders=("vit",), renderer="none", models=(ModelChoice(name="vit", source="nobody/has-this"),))

    with pytest.raises(MissingBackend, match="vit"):
        index(empty_store, backends, workers=1)

    assert empty_store.masks.count() == 0


def test_what_was_done_before_memory_ran_out_is_kept(empty_store: Store, base: Path, tmp_path: Path) -> None:
    fill(empty_store)
    describe_missing(empty_store, small_backends(base, ONE))
    narrow = choice_of("fashion-siglip", save_remote_model(tmp_path / "narrow", most_at_once=0))
    backends = small_backends(base, (*ONE, "fashion-siglip"))
    backends = replace(backends, models=(narrow, *(choice for choice in backends.models if choice.name != narrow.name)))

    with pytest.raises(BackendFailed, match="memory ran out"):
        describe_missing(empty_store, backends)

    assert len(pending(empty_store, backends).of_embedder("vit")) == 0


def test_two_embedders_that_would_fill_one_block_are_refused(tmp_path: Path) -> None:
    folder = save_model("vit", tmp_path / "vit")
    backends = Backends(embedders=("our-own", "our.own"), models=(choice_of("our-own", folder), choice_of("our.own", folder)))

    with pytest.raises(BadSettings, match="our_own_16"):
        blocks_of(backends)
