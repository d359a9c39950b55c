"""The maximum over runs of columns is that of numpy's own, bit for bit, be the runs short or long."""

from __future__ import annotations

import numpy as np
import pytest

from matching.runs import SHORT_RUN, run_maxima


def test_each_run_gives_its_largest_value() -> None:
    values = np.array([[3.0, 1.0, 2.0, 5.0, 4.0], [0.0, -1.0, -np.inf, -np.inf, 7.0]], dtype=np.float32)

    assert run_maxima(values, np.array([0, 2, 4])).tolist() == [[3.0, 5.0, 4.0], [0.0, -np.inf, 7.0]]


@pytest.mark.parametrize("lengths", [[3] * 40, [3, 8, 1] * 12, [2, SHORT_RUN + 1, 5] * 9], ids=["alike", "short", "long"])
def test_runs_of_any_length_give_what_numpy_gives(lengths: list[int]) -> None:
    starts = np.cumsum([0, *lengths[:-1]])
    values = np.random.default_rng(0).normal(size=(5, sum(lengths))).astype(np.float32)

    assert np.array_equal(run_maxima(values, starts), np.maximum.reduceat(values, starts, axis=1))
