from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data.domain import FloatArray
from matching import block_vectors
from matching.block_vectors import STEPS, BlockVectors, as_float, is_large, pack_block, products
from matching.similarity import compare, compare_directions
from matching.weights import Metric

HALF_A_STEP = 0.5 / STEPS


@pytest.fixture
def raw() -> FloatArray:
    return np.random.default_rng(0).normal(size=(50, 64)).astype(np.float32)


def packed(raw: FloatArray, *, compact: bool = True) -> BlockVectors:
    return pack_block(raw, np.arange(len(raw)), len(raw), compact=compact)


def test_a_number_in_16_bits_is_off_by_half_a_step_at_most() -> None:
    found = packed(np.array([[3.0, 4.0]], dtype=np.float32))

    assert (found.kept.dtype.name, found.kept.tolist()) == ("int16", [[19_660, 26_214]])  # 0.6 · 32,767 and 0.8 · 32,767
    assert found.units == pytest.approx(np.array([[0.6, 0.8]]), abs=HALF_A_STEP)


def test_compact_directions_take_half_of_the_memory(raw: FloatArray) -> None:
    assert packed(raw).kept.nbytes * 2 == packed(raw, compact=False).kept.nbytes


@pytest.mark.parametrize("metric", list(Metric))
def test_what_is_compact_is_nearly_as_alike_as_what_is_not(
    raw: FloatArray, metric: Metric, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(block_vectors, "TOGETHER", 7)
    photo, found = np.random.default_rng(1).normal(size=(3, 64)).astype(np.float32), packed(raw)

    alike = compare_directions(photo, found.kept, found.sizes, metric)

    assert alike == pytest.approx(compare(photo, raw, metric), abs=1e-4, rel=1e-4)


def test_the_parts_that_are_compared_in_turn_are_compared_as_a_whole(raw: FloatArray, monkeypatch: pytest.MonkeyPatch) -> None:
    photo, found = raw[:2], packed(raw)
    whole = photo @ as_float(found.kept).T
    monkeypatch.setattr(block_vectors, "TOGETHER", 7)

    assert products(photo, found.kept) == pytest.approx(whole, abs=1e-5)


def test_directions_are_the_same_whether_they_are_made_in_parts_or_at_once(
    raw: FloatArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = packed(raw, compact=False)
    monkeypatch.setattr(block_vectors, "TOGETHER", 7)
    parts = packed(raw, compact=False)

    assert np.array_equal(whole.kept, parts.kept)
    assert np.array_equal(whole.sizes, parts.sizes)


def test_a_vector_of_zeros_stays_one() -> None:
    found = packed(np.zeros((1, 2), dtype=np.float32))

    assert (found.kept.tolist(), found.raw(0).tolist()) == ([[0, 0]], [0, 0])


def test_features_weigh_compact_vectors_too() -> None:
    found = packed(np.array([[3.0, 4.0]], dtype=np.float32)).weighed(np.array([4.0, 3.0], dtype=np.float32))

    assert found.units == pytest.approx(np.full((1, 2), np.sqrt(0.5)), abs=1e-4)
    assert found.kept.dtype == np.int16


def test_only_a_large_catalogue_is_compact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_vectors, "LARGE_BYTES", 4 * 10 * 3)
    vectors = {"colour": np.zeros((1, 2), np.float32), "shape": np.zeros((1, 1), np.float32)}

    assert (is_large(10, vectors), is_large(11, vectors)) == (False, True)


def test_confirmed_vectors_keep_their_precision(raw: FloatArray) -> None:
    found = pack_block(raw, np.arange(50), 48, compact=True)

    assert np.array_equal(found.confirmed, raw[48:])
    assert found.raw(49).tolist() == raw[49].tolist()


def test_a_block_without_views_is_packed_too() -> None:
    found = packed(np.zeros((0, 2), dtype=np.float32))

    assert (found.typical_length, found.units.shape) == (None, (0, 2))
    assert replace(found, confirmed=np.ones((1, 2), np.float32)).raw(0).tolist() == [1, 1]
