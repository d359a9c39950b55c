from __future__ import annotations

import numpy as np
import pytest

from data.crops import Box
from data.domain import ImageId
from data.store import Store
from matching import stored_vectors
from matching.basis import Basis
from matching.blocks import KEYPOINTS
from matching.cutouts import upright_name
from matching.described import load_described
from matching.evidence import load_basis
from tests.small_catalogue import BACKENDS


@pytest.fixture
def basis(small_store: Store) -> Basis:
    latest = small_store.bases.latest()
    assert latest is not None
    return load_basis(small_store, latest.version)


def pictures(store: Store) -> list[ImageId]:
    return sorted(store.views.image_ids())


def test_what_is_read_in_parts_is_what_is_read_at_once(small_store: Store, basis: Basis, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = load_described(small_store, BACKENDS, basis, pictures(small_store))
    monkeypatch.setattr(stored_vectors, "PART_IMAGES", 3)
    monkeypatch.setattr(stored_vectors, "READ_ALL_ABOVE", 2)

    parts = load_described(small_store, BACKENDS, basis, pictures(small_store))

    places = [parts.keys.index(key) for key in whole.keys]
    assert sorted(parts.keys) == sorted(whole.keys)
    for block, found in whole.vectors.items():
        assert np.allclose(found, parts.vectors[block][places], atol=1e-6)


def test_keypoints_are_kept_once_for_the_tilts_of_a_picture(small_store: Store, basis: Basis) -> None:
    found = load_described(small_store, BACKENDS, basis, pictures(small_store))

    upright = [key for key in found.keys if upright_name(key[1]) == key[1]]
    assert (len(found.kept[KEYPOINTS]), len(found.kept["outline"])) == (len(upright), len(found.keys))


def test_of_a_cropped_picture_the_remover_s_masks_do_not_count(small_store: Store, basis: Basis) -> None:
    [first, second, *_] = pictures(small_store)

    found = load_described(small_store, BACKENDS, basis, [first, second], {first: Box(left=0, top=0, right=0.5, bottom=0.5)})

    assert {image_id for image_id, _ in found.keys} == {second}


def test_of_nothing_nothing_is_described(small_store: Store, basis: Basis) -> None:
    found = load_described(small_store, BACKENDS, basis, [])

    assert (found.keys, {len(vectors) for vectors in found.vectors.values()}) == ((), {0})
