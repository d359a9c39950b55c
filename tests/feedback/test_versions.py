"""Which version rolling back brings, along the trail of activations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.domain import WeightsVersion
from data.ranking import Activation
from data.store import Store
from feedback.versions import roll_back, version_before
from matching.preparation import record_of
from tests.builders import NOON, weights_of


def activate_all(store: Store, *versions: str) -> None:
    for version in versions:
        store.activations.append(Activation(version=WeightsVersion(version), activated_by="anna", at=NOON, reason="by hand"))


@pytest.mark.parametrize(
    ("activated", "before"),
    [
        ((), None),
        (("v1",), None),
        (("v1", "v2"), "v1"),
        (("v1", "v2", "v2"), "v1"),
        (("v1", "v2", "v1"), None),
        (("v1", "v2", "v3"), "v2"),
        (("v1", "v2", "v3", "v2"), "v1"),
        (("v1", "v2", "v3", "v1"), None),
        (("v1", "v2", "v1", "v3"), "v1"),
    ],
)
def test_the_version_before_is_the_one_that_the_trail_came_from(
    empty_store: Store, activated: tuple[str, ...], before: str | None
) -> None:
    activate_all(empty_store, *activated)

    assert version_before(empty_store) == before


def test_rolling_back_brings_the_version_before(empty_store: Store) -> None:
    weights = weights_of({"colour/reference": 1.0})
    stored = [replace(weights, version=WeightsVersion(f"v{number}")) for number in (1, 2, 3)]
    empty_store.weights.put([record_of(one, parent=None, created_by="anna", at=NOON, metrics={}) for one in stored])
    activate_all(empty_store, "v1", "v2", "v3", "v2")

    assert roll_back(empty_store, by="anna", at=NOON).version == "v1"
