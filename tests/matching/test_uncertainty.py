from __future__ import annotations

import numpy as np
import pytest

from matching.uncertainty import entropy, margin


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ([1.0, 0.0, 0.0], 0.0),
        ([0.25, 0.25, 0.25, 0.25], 1.0),
        ([0.5, 0.5, 0.0, 0.0], 0.5),  # ln 2 of the ln 4 that four classes could have
        ([0.5, 0.25, 0.25], 1.5 * np.log(2) / np.log(3)),
        ([1.0], 0.0),
    ],
)
def test_entropy_is_the_share_of_what_so_many_classes_could_have(probabilities: list[float], expected: float) -> None:
    assert entropy(np.array(probabilities)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [([0.2, 0.7, 0.1], 0.5), ([0.4, 0.4, 0.2], 0.0), ([0.0, 1.0], 1.0), ([1.0], 1.0)],
)
def test_the_margin_is_the_lead_of_the_likeliest_over_the_next(probabilities: list[float], expected: float) -> None:
    assert margin(np.array(probabilities)) == pytest.approx(expected)


def test_unlikely_classes_raise_the_entropy_and_leave_the_margin() -> None:
    few, many = np.array([0.6, 0.4]), np.array([0.6, 0.3, 0.05, 0.05])

    assert entropy(np.append(few, [0.0, 0.0])) < entropy(many)
    assert margin(many) > margin(few)
