from __future__ import annotations

import numpy as np
import pytest

from data.domain import BasisVersion, ByteArray
from data.errors import NotEnoughEvidence, ShapeMismatch
from matching.basis import DIMENSIONS, PLAIN_DIMENSIONS, WORDS, Basis, aggregate, fit_basis, pack, unpack
from matching.blocks import KEYPOINTS, BlockSource
from matching.ports import Treatment

B1 = BasisVersion("b1")


def few_features(views: int) -> list[ByteArray]:
    return [np.zeros((0, 128), dtype=np.uint8) for _ in range(views)]


def fitted(seed: int = 3, *, features: int = 0) -> Basis:
    chance = np.random.default_rng(seed)
    blocks = {"colour": chance.normal(size=(30, 12)).astype(np.float32), "hue": chance.random((30, 5)).astype(np.float32)}
    descriptors = [chance.integers(0, 255, (features, 128)).astype(np.uint8) for _ in range(30)]
    return fit_basis(B1, blocks, descriptors)


def test_a_basis_fitted_twice_is_the_same_bit_for_bit() -> None:
    assert pack(fitted(features=4)) == pack(fitted(features=4))


def test_another_catalogue_gives_another_basis() -> None:
    assert pack(fitted(3)) != pack(fitted(4))


def test_a_basis_comes_back_from_the_store_exactly() -> None:
    basis = fitted()

    assert pack(unpack(B1, pack(basis))) == pack(basis)


def test_two_points_give_their_mean() -> None:
    basis = fit_basis(B1, {"colour": np.array([[1.0, 2.0], [3.0, 2.0]], dtype=np.float32)}, few_features(2))

    assert basis.means["colour"] == pytest.approx([2.0, 2.0])


def test_two_points_give_one_axis_through_both() -> None:
    basis = fit_basis(B1, {"colour": np.array([[1.0, 2.0], [3.0, 2.0]], dtype=np.float32)}, few_features(2))

    # their spread along the axis is 1, so the partial whitening changes nothing
    assert basis.components["colour"] == pytest.approx(np.array([[1.0], [0.0]]))


def test_whitening_divides_by_the_fourth_root_of_the_spread() -> None:
    basis = fit_basis(B1, {"colour": np.array([[-16.0, 0.0], [16.0, 0.0]], dtype=np.float32)}, few_features(2))

    assert basis.project("colour", np.array([[16.0, 0.0]], dtype=np.float32)) == pytest.approx(np.array([[8.0]]))


def test_the_catalogue_s_mean_is_projected_to_nothing() -> None:
    basis = fitted()

    assert basis.project("colour", basis.means["colour"][None]) == pytest.approx(np.zeros((1, 12)), abs=1e-6)


def test_no_block_keeps_more_than_its_share_of_dimensions() -> None:
    chance = np.random.default_rng(0)
    basis = fit_basis(B1, {"colour": chance.normal(size=(90, 80)).astype(np.float32)}, few_features(90))

    assert basis.components["colour"].shape == (80, DIMENSIONS)


def test_views_that_are_all_alike_still_give_a_finite_basis() -> None:
    basis = fit_basis(B1, {"colour": np.ones((4, 3), dtype=np.float32)}, few_features(4))

    assert np.isfinite(basis.project("colour", np.zeros((1, 3), dtype=np.float32))).all()


def test_a_block_of_another_size_is_refused_with_the_remedy() -> None:
    with pytest.raises(ShapeMismatch, match=r"'hue' has 7 numbers, the basis b1 was fitted on 5.*--refit"):
        fitted().project("hue", np.zeros((1, 7), dtype=np.float32))


def test_a_block_that_the_basis_does_not_know_is_refused_with_the_remedy() -> None:
    with pytest.raises(ShapeMismatch, match=r"'gloss'.*none of that name.*--refit"):
        fitted().project("gloss", np.zeros((1, 7), dtype=np.float32))


def test_a_basis_of_one_view_is_refused() -> None:
    with pytest.raises(NotEnoughEvidence, match="1 described pictures"):
        fit_basis(B1, {"colour": np.ones((1, 3), dtype=np.float32)}, few_features(1))


def test_residuals_are_summed_at_the_nearest_word_and_normalised() -> None:
    vocabulary = np.zeros((2, 128), dtype=np.float32)
    vocabulary[1, 0] = 0.25
    descriptors = np.zeros((3, 128), dtype=np.uint8)
    descriptors[0, 0] = 128  # 128 / 512 is the second word itself
    descriptors[1, 1], descriptors[2, 2] = 30, 40  # both nearest to the first word: residuals in the ratio 3 to 4

    pooled = aggregate(descriptors, vocabulary).reshape(2, 128)

    assert pooled[0, :3] == pytest.approx([0.0, 0.6, 0.8])


def test_a_word_that_is_met_exactly_has_no_residual() -> None:
    vocabulary = np.zeros((2, 128), dtype=np.float32)
    vocabulary[1, 0] = 0.25
    descriptors = np.zeros((1, 128), dtype=np.uint8)
    descriptors[0, 0] = 128

    assert not aggregate(descriptors, vocabulary).any()


def test_a_picture_without_local_features_pools_to_zeros() -> None:
    assert not fitted().aggregate(np.zeros((0, 128), dtype=np.uint8)).any()


def test_local_features_become_a_block_of_their_own() -> None:
    assert fitted().means[KEYPOINTS].shape == (WORDS * 128,)


def source(name: str = "clip", *, size: int = 3, revision: str = "r1", treatment: Treatment = Treatment.PLAIN) -> BlockSource:
    return BlockSource(name=name, embedder=name, size=size, revision=revision, treatment=treatment)


@pytest.mark.parametrize("views", [5, 40])
def test_plain_vectors_keep_the_inner_products_that_they_have_about_the_mean(views: int) -> None:
    raw = (np.random.default_rng(1).normal(size=(views, 12)) * np.arange(1, 13)).astype(np.float32)

    basis = fit_basis(B1, {"clip": raw}, few_features(views), sources=[source(size=12)])

    short, centred = basis.project("clip", raw), raw - raw.mean(axis=0)
    assert short @ short.T == pytest.approx(centred @ centred.T, rel=1e-4, abs=1e-3)


def test_plain_vectors_keep_the_strongest_directions() -> None:
    raw = np.array([[3.0, 1.0, 0.0], [-3.0, 1.0, 0.0], [0.0, -1.0, 0.0], [0.0, -1.0, 0.0]], dtype=np.float32)

    basis = fit_basis(B1, {"clip": raw}, few_features(4), sources=[source()])

    # the third number never changes, so two directions remain, none of them scaled
    assert basis.components["clip"] == pytest.approx(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]), abs=1e-6)


def test_plain_vectors_keep_no_more_directions_than_their_share() -> None:
    raw = np.random.default_rng(0).normal(size=(320, 300)).astype(np.float32)

    basis = fit_basis(B1, {"clip": raw}, few_features(320), sources=[source(size=300)])

    assert basis.components["clip"].shape == (300, PLAIN_DIMENSIONS)


def test_plain_vectors_that_are_all_alike_still_give_a_finite_basis() -> None:
    basis = fit_basis(B1, {"clip": np.ones((4, 3), dtype=np.float32)}, few_features(4), sources=[source()])

    assert np.isfinite(basis.project("clip", np.zeros((1, 3), dtype=np.float32))).all()


@pytest.mark.parametrize(
    ("now", "known"),
    [
        ([source()], True),
        ([source(revision="r2")], False),
        ([source(size=4)], False),
        ([source(), source("vit")], False),
        ([source("vit")], False),
        ([], False),
    ],
)
def test_a_basis_knows_its_blocks_and_their_revisions(now: list[BlockSource], known: bool) -> None:
    basis = fit_basis(B1, {"clip": np.eye(3, dtype=np.float32)}, few_features(3), sources=[source()])

    assert unpack(B1, pack(basis)).knows(now) is known


def test_a_basis_from_before_there_were_several_embedders_knows_its_blocks_alone() -> None:
    assert fitted().knows([source("colour", size=12, revision="d3"), source("hue", size=5, revision="d3")])


def test_a_picture_s_projection_is_the_same_bit_for_bit_whatever_is_projected_beside_it() -> None:
    chance = np.random.default_rng(5)
    raw = chance.normal(size=(300, 96)).astype(np.float32)
    basis = fit_basis(B1, {"colour": raw}, few_features(300))
    chosen = chance.permutation(300)[:37]

    assert np.array_equal(basis.project("colour", raw[chosen]), basis.project("colour", raw)[chosen])
