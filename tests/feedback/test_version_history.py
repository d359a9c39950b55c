from __future__ import annotations

import json
from dataclasses import asdict

from data.domain import BasisVersion, WeightsVersion
from data.ranking import Activation, WeightsRecord
from feedback.metrics import Interval
from feedback.version_history import history_of
from tests.builders import NOON

BEFORE, AFTER = Interval(value=0.5, low=0.4, high=0.6, n=80), Interval(value=0.6, low=0.5, high=0.7, n=80)


def version(name: str, parent: str | None, **metrics: object) -> WeightsRecord:
    return WeightsRecord(
        version=WeightsVersion(name),
        parent=None if parent is None else WeightsVersion(parent),
        basis=BasisVersion("b1"),
        created_at=NOON,
        created_by="anna",
        watermark=0,
        seed=0,
        parameters="{}",
        metrics=json.dumps(metrics),
    )


def test_weights_before_any_label_have_the_figure_that_the_first_proposal_was_held_against() -> None:
    fitted = version("v2", "v1", sealed_top1=asdict(AFTER), sealed_top1_before=asdict(BEFORE), labels=24)
    used = [Activation(version=WeightsVersion(name), activated_by="anna", at=NOON, reason="") for name in ("v1", "v2", "v1")]

    house, proposal = history_of([fitted, version("v1", None)], used)

    assert (house.top1, len(house.activations), house.active) == (BEFORE, 2, True)
    assert (proposal.top1, proposal.labels, len(proposal.activations), proposal.active) == (AFTER, 24, 1, False)


def test_a_version_whose_figure_was_not_kept_has_none() -> None:
    [found] = history_of([version("v1", None)], [])

    assert found.top1 is None
