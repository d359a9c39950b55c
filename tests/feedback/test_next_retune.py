from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from data.domain import Reviewer, Side, WeightsVersion
from data.events import Verdict
from data.ranking import WeightsRecord
from data.store import Store
from feedback.next_retune import next_retune, read_next_retune
from tests.builders import ANNA, BEN, review_of, right_matches
from tests.feedback.weights_builders import record_of_weights


@pytest.mark.parametrize(("confirmed", "left"), [(0, 8), (5, 3), (8, 0), (30, 0)])
def test_the_first_fit_wants_as_many_labels_as_can_be_fitted_on(confirmed: int, left: int) -> None:
    assert next_retune(confirmed, None, 0).left == left


@pytest.mark.parametrize(("confirmed", "fresh", "left"), [(100, 0, 50), (130, 30, 20), (150, 50, 0), (90, 0, 50)])
def test_a_later_fit_wants_fifty_more_than_the_one_before(confirmed: int, fresh: int, left: int) -> None:
    found = next_retune(confirmed, WeightsVersion("v2"), 100)

    assert (found.fresh, found.left) == (fresh, left)


def proposal(labels: int, without: Sequence[Reviewer] = ()) -> WeightsRecord:
    said = {"judgement": {}, "labels": labels, "without": list(without)}
    return replace(record_of_weights(), version=WeightsVersion("v7"), metrics=json.dumps(said))


def test_labels_of_whoever_was_left_out_of_the_newest_proposal_are_not_new(small_store: Store) -> None:
    matches = sorted(right_matches(small_store.photos.all(), Side.CALIBRATION).items())[:5]
    small_store.events.append(
        [review_of(photo, Verdict.MATCH, sku, by=ANNA if at < 3 else BEN) for at, (photo, sku) in enumerate(matches)]
    )
    small_store.weights.put([proposal(3, without=[BEN])])

    found = read_next_retune(small_store)

    assert (found.confirmed, found.fresh) == (3, 0)
