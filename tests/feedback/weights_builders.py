"""Records of weights that say nothing but that they are there."""

from __future__ import annotations

from data.domain import BasisVersion, WeightsVersion
from data.ranking import WeightsRecord
from tests.builders import NOON


def record_of_weights() -> WeightsRecord:
    """Make `v2`, whose parent is `v1`."""
    return WeightsRecord(
        version=WeightsVersion("v2"),
        parent=WeightsVersion("v1"),
        basis=BasisVersion("b1"),
        created_at=NOON,
        created_by="anna",
        watermark=0,
        seed=0,
        parameters="{}",
        metrics="{}",
    )
