"""What every engine must do, whatever it is made of: one suite, run over the table of engines."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from data.domain import ByteArray, Sku
from data.errors import MissingBackend
from data.meshes import parse_glb
from matching.backends import ENGINES, Backends, ModelChoice, load
from matching.cutouts import zoom
from matching.mesh_ports import MeshJob, MeshOutcome
from matching.ports import BackgroundRemover, Block, CutOut, Describer, Embedder, ModelEmbedder, Treatment
from tests.builders import ARTICLES, photo_picture, reference_picture, silhouette
from tests.matching.tiny_describers import tiny_models
from tests.matching.tiny_removers import tiny_choice
from tests.matching.trellis_stand_in import backends_with, write_stand_in
from tests.small_models import small_backends

embedders = pytest.mark.parametrize("name", sorted(ENGINES["embedder"]))
generators = pytest.mark.parametrize("name", sorted(ENGINES["mesh generator"]))


@pytest.fixture(scope="module", params=sorted(ENGINES["background remover"]))
def remover(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BackgroundRemover:
    """Every background remover; those that run a model, with a tiny one."""
    choice = tiny_choice(request.param, tmp_path_factory.mktemp("models"))
    found: BackgroundRemover = load("background remover", request.param, choice=choice, device="cpu")
    return found


@pytest.fixture(scope="module", params=sorted(ENGINES["describer"]))
def describer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Describer:
    """Every describer; those that run models, with tiny ones."""
    models = tiny_models(request.param, tmp_path_factory.mktemp("describer"))
    found: Describer = load("describer", request.param, models=models, device="cpu")
    return found


def photo() -> ByteArray:
    return photo_picture(ARTICLES[Sku("bag-red")], 1)


def cutouts() -> list[CutOut]:
    mask = silhouette("square", 240, centre=(120, 120), reach_px=96)
    return [zoom(reference_picture(ARTICLES[Sku(sku)]), mask) for sku in ("bag-red", "bag-blue", "scarf-gold")]


def embedder_of(name: str, tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    """Load an embedder as settings would; what runs a model gets a small one of its family."""
    [embedder] = small_backends(tmp_path_factory.getbasetemp(), (name,)).load_embedders()
    return embedder


def same(one: list[Block], other: list[Block]) -> bool:
    pairs = zip(one, other, strict=True)
    return all(first.name == second.name and np.allclose(first.values, second.values, atol=1e-5) for first, second in pairs)


@pytest.mark.parametrize("studio", [True, False])
def test_every_mask_is_true_or_false_for_each_pixel_of_the_picture(remover: BackgroundRemover, studio: bool) -> None:
    found = remover.masks(photo(), studio=studio)

    assert {(mask.mask.shape, mask.mask.dtype.name) for mask in found} == {((240, 240), "bool")}


def test_no_mask_is_empty(remover: BackgroundRemover) -> None:
    assert all(found.mask.any() for found in remover.masks(photo(), studio=False))


def test_hypotheses_have_names_of_their_own(remover: BackgroundRemover) -> None:
    names = [found.name for found in remover.masks(photo(), studio=False)]

    assert len(set(names)) == len(names) > 0


def test_the_same_picture_is_cut_the_same_way(remover: BackgroundRemover) -> None:
    one, other = remover.masks(photo(), studio=False), remover.masks(photo(), studio=False)

    assert all(np.array_equal(first.mask, second.mask) for first, second in zip(one, other, strict=True))


def test_cutting_does_not_change_the_picture(remover: BackgroundRemover) -> None:
    picture = photo()
    remover.masks(picture, studio=False)

    assert np.array_equal(picture, photo())


@embedders
def test_blocks_have_the_names_and_sizes_that_were_promised(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    embedder: Embedder = embedder_of(name, tmp_path_factory)

    [found, *_] = embedder.embed(cutouts())

    assert {block.name: block.values.shape for block in found} == {name: (size,) for name, size in embedder.block_sizes.items()}


@embedders
def test_vectors_are_finite_float32(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    embedder: Embedder = embedder_of(name, tmp_path_factory)
    blocks = list(itertools.chain.from_iterable(embedder.embed(cutouts())))

    assert all(block.values.dtype == np.float32 and np.isfinite(block.values).all() for block in blocks)


@embedders
def test_the_same_cut_out_is_described_the_same_way(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    embedder: Embedder = embedder_of(name, tmp_path_factory)
    [one], [other] = embedder.embed(cutouts()[:1]), embedder.embed(cutouts()[:1])

    assert all(np.array_equal(first.values, second.values) for first, second in zip(one, other, strict=True))


@embedders
def test_neighbours_in_a_batch_do_not_matter(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    embedder: Embedder = embedder_of(name, tmp_path_factory)
    forward, backward = embedder.embed(cutouts()), embedder.embed(cutouts()[::-1])

    assert all(same(list(one), list(other)) for one, other in zip(forward, backward[::-1], strict=True))


@embedders
def test_no_cut_out_gives_no_vector(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    embedder: Embedder = embedder_of(name, tmp_path_factory)

    assert list(embedder.embed([])) == []


@embedders
def test_different_articles_get_different_vectors(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    embedder: Embedder = embedder_of(name, tmp_path_factory)
    one, other, *_ = embedder.embed(cutouts())

    assert not same(list(one), list(other))


@pytest.fixture
def stand_in(tmp_path: Path) -> Path:
    """Packages with the call signatures of the real ones, for generators whose weights are not here."""
    return write_stand_in(tmp_path / "package")


def generate(name: str, stand_in: Path, *jobs: MeshJob) -> list[MeshOutcome]:
    generator = backends_with(stand_in, name).load_mesh_generator()
    return list(generator.generate(jobs)) if generator else []


def mesh_jobs() -> list[MeshJob]:
    return [MeshJob(sku=Sku(f"bag-{number}"), cutouts=(cutout,)) for number, cutout in enumerate(cutouts())]


@generators
def test_every_job_is_answered_with_a_glb_in_the_order_given(name: str, stand_in: Path) -> None:
    outcomes = generate(name, stand_in, *mesh_jobs())

    assert [outcome.sku for outcome in outcomes] == ["bag-0", "bag-1", "bag-2"]
    assert all(parse_glb(outcome.glb or b"", name=outcome.sku) for outcome in outcomes)


@generators
def test_an_empty_cut_out_gets_a_reason_and_the_others_their_mesh(name: str, stand_in: Path) -> None:
    nothing = CutOut(pixels=np.full((32, 32, 3), 255, np.uint8), mask=np.zeros((32, 32), np.bool_))
    first, second = generate(name, stand_in, MeshJob(sku=Sku("void"), cutouts=(nothing,)), mesh_jobs()[0])

    assert first.glb is None
    assert "empty" in first.failure
    assert second.glb


@generators
def test_the_same_cut_out_gives_the_same_mesh(name: str, stand_in: Path) -> None:
    [one], [other] = (generate(name, stand_in, mesh_jobs()[0]) for _ in range(2))

    assert one.glb == other.glb


@generators
def test_another_source_of_weights_is_another_setting(name: str) -> None:
    plain, other = (load("mesh generator", name, choice=ModelChoice(name=name, source=source)) for source in ("", "elsewhere"))

    assert (plain.settings_hash == other.settings_hash) is (name == "relief")


@embedders
def test_a_revision_and_a_treatment_are_said(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    embedder = embedder_of(name, tmp_path_factory)

    assert embedder.revision
    assert embedder.treatment in set(Treatment)


@embedders
def test_two_steps_give_what_one_gives(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    embedder = embedder_of(name, tmp_path_factory)
    if not isinstance(embedder, ModelEmbedder):
        return  # it has one step
    one, other = embedder.embed(cutouts()), embedder.embed_prepared(embedder.prepare(cutouts()))

    assert all(same(list(first), list(second)) for first, second in zip(one, other, strict=True))


def test_the_same_cut_out_is_called_the_same(describer: Describer) -> None:
    assert describer.describe(cutouts()[0]) == describer.describe(cutouts()[0])


def test_a_cut_out_gets_a_caption_or_the_reason_why_it_has_none(describer: Describer) -> None:
    words = describer.describe(cutouts()[0])

    assert words.caption or words.fault


def test_what_is_said_of_a_cut_out_does_not_depend_on_the_others(describer: Describer) -> None:
    assert list(describer.describe_all(cutouts())) == [describer.describe(cutout) for cutout in cutouts()]


def test_of_no_cut_outs_nothing_is_said(describer: Describer) -> None:
    assert list(describer.describe_all([])) == []


def test_a_describer_names_its_revision(describer: Describer) -> None:
    assert describer.revision


@pytest.mark.parametrize("role", sorted(ENGINES))
def test_engines_carry_the_name_that_settings_call_them_by(role: str) -> None:
    assert {name: load(role, name).name for name in ENGINES[role]} == {name: name for name in ENGINES[role]}


@pytest.mark.parametrize("role", sorted(ENGINES))
def test_an_unknown_name_is_answered_with_the_names_there_are(role: str) -> None:
    with pytest.raises(MissingBackend) as caught:
        load(role, "imaginary")

    assert all(name in str(caught.value) for name in ENGINES[role])


def test_settings_may_do_without_a_renderer() -> None:
    assert Backends(renderer="none").load_renderer() is None
