from __future__ import annotations

import pytest

from data.domain import WeightsVersion
from feedback.next_retune import next_retune


@pytest.mark.parametrize(("confirmed", "left"), [(0, 8), (5, 3), (8, 0), (30, 0)])
def test_the_first_fit_wants_as_many_labels_as_can_be_fitted_on(confirmed: int, left: int) -> None:
    assert next_retune(confirmed, None, 0).left == left


@pytest.mark.parametrize(("confirmed", "fresh", "left"), [(100, 0, 50), (130, 30, 20), (150, 50, 0), (90, 0, 50)])
def test_a_later_fit_wants_fifty_more_than_the_one_before(confirmed: int, fresh: int, left: int) -> None:
    found = next_retune(confirmed, WeightsVersion("v2"), 100)

    assert (found.fresh, found.left) == (fresh, left)
