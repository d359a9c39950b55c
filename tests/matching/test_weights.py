from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from data.domain import BasisVersion, WeightsVersion
from data.errors import ShapeMismatch
from matching.weights import ChannelKind, FirstRight, Metric, NoMatch, from_json, house_weights, only_kinds, to_json
from tests.builders import weights_of

TWO = weights_of({"colour/reference": 0.25, "colour/render": 0.75})


def test_weights_come_back_from_json_exactly() -> None:
    odd = replace(
        TWO,
        values=(0.1 + 0.2, 1 - (0.1 + 0.2)),
        means=(1 / 3, 1e-17),
        shift={"colour": {"centre": (1 / 7, -2 / 7)}},
        no_match=NoMatch(intercept=1 / 9),
        first_right=FirstRight(share=1 / 7, usual_quality=0.1 + 0.2),
        metric=Metric.MIX,
        bonuses={"geometry": 2 / 3},
        sharpness=1 / 11,
        trust={"whole": 1 / 13},
    )

    assert from_json(to_json(odd)) == odd


def test_weights_of_before_confidence_was_calibrated_correct_nothing() -> None:
    earlier = json.loads(to_json(TWO))
    del earlier["first_right"]

    assert from_json(json.dumps(earlier)).first_right == FirstRight()


def test_weights_written_before_there_was_trust_hold_all_hypotheses_alike() -> None:
    said = json.loads(to_json(TWO))
    del said["trust"]

    assert from_json(json.dumps(said)).trust == {}


def test_the_same_weights_are_the_same_text() -> None:
    assert to_json(from_json(to_json(TWO))) == to_json(TWO)


def test_a_silenced_kind_gives_its_share_to_the_others() -> None:
    assert only_kinds(TWO, frozenset({ChannelKind.RENDER})).values == (0.0, 1.0)


def test_silencing_every_kind_leaves_the_weights_as_they_are() -> None:
    assert only_kinds(TWO, frozenset({ChannelKind.CONFIRMED})) == TWO


def test_a_negative_weight_is_refused() -> None:
    with pytest.raises(ShapeMismatch, match="not a share of one"):
        replace(TWO, values=(-0.5, 1.5))


def test_weights_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(ShapeMismatch, match="not a share of one"):
        replace(TWO, values=(0.5, 0.6))


def test_channels_without_a_value_are_refused() -> None:
    with pytest.raises(ShapeMismatch, match="2 channels and 1 values"):
        replace(TWO, values=(1.0,))


def test_house_weights_put_the_nearest_catalogue_view_first_and_confirmed_views_last() -> None:
    house = house_weights(WeightsVersion("v1"), BasisVersion("b1"), ("colour",))
    by_channel = dict(zip(house.channels, house.values, strict=True))

    wanted = {"reference": 1.0, "render": 0.5, "catalogue": 3.0, "confirmed": 0.1}
    assert by_channel == pytest.approx({f"colour/{kind}": share / 4.6 for kind, share in wanted.items()})


def test_a_shift_that_nobody_measured_is_none() -> None:
    assert TWO.shift_of("colour", "centre") is None


def test_a_shift_is_given_by_block_and_hypothesis() -> None:
    found = replace(TWO, shift={"colour": {"centre": (1.0, 2.0)}}).shift_of("colour", "centre")

    assert found is not None
    assert np.array_equal(found, [1.0, 2.0])
