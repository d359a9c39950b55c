from __future__ import annotations

import numpy as np
import pytest

from data.domain import Description, ImageId, LocalFeatures, Mask
from data.errors import ShapeMismatch
from data.store import Store
from data.store.evidence import VectorTable

I1, I2 = ImageId("i1"), ImageId("i2")


def mask(image_id: str = "i1", hypothesis: str = "centre", remover: str = "grabcut", **said: object) -> Mask:
    words: dict[str, object] = {"png": b"\x89PNG", "fell_back": False, **said}
    return Mask(image_id=ImageId(image_id), remover=remover, hypothesis=hypothesis, **words)  # type: ignore[arg-type]


def test_a_mask_comes_back_as_it_went(store: Store) -> None:
    kept = mask(png=b"\0\xff", fell_back=True)
    store.masks.put([kept])

    assert store.masks.all() == [kept]


def test_masks_of_an_image_come_in_the_order_in_which_they_were_stored(store: Store) -> None:
    kept = [mask(f"i{at}", hypothesis) for at in range(300) for hypothesis in ("wide", "centre", "whole")]
    store.masks.put(kept)

    found = store.masks.of([ImageId(f"i{at}") for at in range(300)], "grabcut")

    assert {tuple(one.hypothesis for one in masks) for masks in found.values()} == {("wide", "centre", "whole")}


def test_masks_are_those_of_one_remover(store: Store) -> None:
    store.masks.put([mask(remover="grabcut"), mask(remover="network")])

    assert store.masks.of([I1], "network") == {I1: [mask(remover="network")]}


def test_images_without_a_mask_are_left_out(store: Store) -> None:
    store.masks.put([mask("i1")])

    assert set(store.masks.of([I1, I2], "grabcut")) == {I1}


def test_images_that_a_remover_has_cut_are_listed(store: Store) -> None:
    store.masks.put([mask("i1"), mask("i1", "wide"), mask("i2", remover="network")])

    assert store.masks.done("grabcut") == {I1}


def test_hypotheses_that_were_given_up_on_are_listed_for_the_images_asked_for(store: Store) -> None:
    store.masks.put([mask("i1", fell_back=True), mask("i1", "wide"), mask("i2", fell_back=True)])

    assert store.masks.given_up([I1]) == {(I1, "centre")}


def vectors(store: Store) -> VectorTable:
    return store.vectors("colour", 3)


def test_vectors_come_back_exactly(store: Store) -> None:
    given = np.array([[0.1, -2.5, 1e-30], [3.0, np.pi, 4e30]], dtype=np.float32)
    vectors(store).put([I1, I2], ["centre", "centre"], given, "r1")

    np.testing.assert_array_equal(vectors(store).read("r1").vectors, given)


def test_each_vector_keeps_its_image_and_hypothesis(store: Store) -> None:
    given = np.arange(12, dtype=np.float32).reshape(4, 3)
    vectors(store).put([I1, I1, I2, I2], ["a", "b", "a", "b"], given, "r1")

    found = vectors(store).of([I2], "r1")

    assert (found.image_ids, found.hypotheses, found.vectors[:, 0].tolist()) == ((I2, I2), ("a", "b"), [6.0, 9.0])


def test_vectors_of_another_revision_are_not_read(store: Store) -> None:
    vectors(store).put([I1], ["a"], np.ones((1, 3), dtype=np.float32), "r1")
    vectors(store).put([I1], ["a"], np.zeros((1, 3), dtype=np.float32), "r2")

    assert vectors(store).of([I1], "r2").vectors.tolist() == [[0.0, 0.0, 0.0]]


def test_a_vector_that_is_there_is_not_stored_again(store: Store) -> None:
    vectors(store).put([I1], ["a"], np.ones((1, 3), dtype=np.float32), "r1")

    assert vectors(store).put([I1, I2], ["a", "a"], np.ones((2, 3), dtype=np.float32), "r1") == 1


def test_one_vector_twice_in_one_batch_is_stored_once(store: Store) -> None:
    assert vectors(store).put([I1, I1], ["a", "a"], np.ones((2, 3), dtype=np.float32), "r1") == 1


@pytest.mark.parametrize("shape", [(1, 4), (1, 2), (2, 3), (3,)])
def test_vectors_of_a_wrong_shape_are_refused(store: Store, shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeMismatch, match=r"wanted \(n, 3\)"):
        vectors(store).put([I1], ["a"], np.ones(shape, dtype=np.float32), "r1")


def test_vectors_that_are_refused_are_not_stored(store: Store) -> None:
    with pytest.raises(ShapeMismatch):
        vectors(store).put([I1], ["a"], np.ones((1, 4), dtype=np.float32), "r1")

    assert vectors(store).read("r1").image_ids == ()


@pytest.mark.parametrize("ids", [(), ("lost",)])
def test_no_vectors_have_the_shape_of_none(store: Store, ids: tuple[ImageId, ...]) -> None:
    assert vectors(store).of(ids, "r1").vectors.shape == (0, 3)


def test_images_with_a_vector_of_a_revision_are_listed(store: Store) -> None:
    vectors(store).put([I1], ["a"], np.ones((1, 3), dtype=np.float32), "r1")
    vectors(store).put([I2], ["a"], np.ones((1, 3), dtype=np.float32), "r2")

    assert vectors(store).done("r1") == {I1}


def test_a_new_vector_changes_the_version(store: Store) -> None:
    before = vectors(store).version
    vectors(store).put([I1], ["a"], np.ones((1, 3), dtype=np.float32), "r1")

    assert vectors(store).version != before


def test_vectors_survive_compaction(store: Store) -> None:
    for at in range(6):
        vectors(store).put([ImageId(f"i{at}")], ["a"], np.full((1, 3), at, dtype=np.float32), "r1")

    store.compact()

    found = vectors(store).read("r1")
    assert dict(zip(found.image_ids, found.vectors[:, 0].tolist(), strict=True)) == {f"i{at}": float(at) for at in range(6)}


def features(image_id: ImageId, count: int, extractor: str = "sift") -> LocalFeatures:
    rng = np.random.default_rng(count)
    return LocalFeatures(
        image_id=image_id,
        hypothesis="centre",
        extractor=extractor,
        positions=rng.random((count, 2), dtype=np.float32),
        descriptors=rng.integers(0, 256, (count, 128), dtype=np.uint8),
    )


@pytest.mark.parametrize("count", [0, 1, 40])
@pytest.mark.parametrize("array", ["positions", "descriptors"])
def test_local_features_come_back_exactly(store: Store, count: int, array: str) -> None:
    kept = features(I1, count)
    store.local_features.put([kept])

    found = store.local_features.of([I1], "sift")[I1, "centre"]

    np.testing.assert_array_equal(getattr(found, array), getattr(kept, array), strict=True)


def test_local_features_are_those_of_one_extractor(store: Store) -> None:
    store.local_features.put([features(I1, 3), features(I2, 3, "orb")])

    assert set(store.local_features.of([I1, I2], "orb")) == {(I2, "centre")}


def words(captioner: str = "measured", colour: str = "red") -> Description:
    return Description(
        image_id=I1, captioner=captioner, caption="A red bag.", object="bag", colour=colour, texture="smooth", specificity=""
    )


def test_a_description_comes_back_as_it_went(store: Store) -> None:
    store.descriptions.put([words(colour="rouge “cerise”")])

    assert store.descriptions.of([I1], "measured") == {I1: words(colour="rouge “cerise”")}


def test_descriptions_are_those_of_one_captioner(store: Store) -> None:
    store.descriptions.put([words("measured", "red"), words("florence", "blue")])

    assert store.descriptions.of([I1], "florence")[I1].colour == "blue"


def test_images_that_a_captioner_has_described_are_listed(store: Store) -> None:
    store.descriptions.put([words("measured")])

    assert (store.descriptions.done("measured"), store.descriptions.done("florence")) == ({I1}, set())
