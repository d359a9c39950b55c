"""The history of the weights: how good each version was on the sealed side as it was compared, and who took it into use."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.domain import WeightsVersion
from data.ranking import Activation, WeightsRecord
from data.store import Store
from feedback.metrics import Interval


@dataclass(frozen=True, kw_only=True)
class PastVersion:
    """One version of the weights.

    Attributes:
        version: its name.
        made_at: when it was fitted, or made without a fit.
        made_by: who asked for it.
        labels: that it was fitted on; 0 where it was made without a fit.
        top1: on the sealed side as it was then; None where it was not compared, or that was not kept.
        activations: when it was taken into use, oldest first.
        active: whether it ranks now.
    """

    version: WeightsVersion
    made_at: datetime
    made_by: str
    labels: int
    top1: Interval | None
    activations: tuple[Activation, ...]
    active: bool


def read_history(store: Store) -> tuple[PastVersion, ...]:
    """Read every version, oldest first."""
    return history_of(store.weights.all(), store.activations.all())


def history_of(records: Sequence[WeightsRecord], activations: Sequence[Activation]) -> tuple[PastVersion, ...]:
    """Lay versions and activations beside each other, oldest version first.

    Weights before any label were not compared when they were made: theirs is what the first proposal against them said.
    """
    ordered = sorted(records, key=lambda record: int(record.version[1:]))
    told = {record.version: json.loads(record.metrics) for record in ordered}
    before: dict[str, Interval] = {}
    for record in ordered:
        found = _interval(told[record.version].get("sealed_top1_before"))
        if record.parent is not None and found is not None:
            before.setdefault(record.parent, found)
    active = activations[-1].version if activations else None
    return tuple(
        PastVersion(
            version=record.version,
            made_at=record.created_at,
            made_by=record.created_by,
            labels=int(told[record.version].get("labels") or 0),
            top1=_interval(told[record.version].get("sealed_top1")) or before.get(record.version),
            activations=tuple(step for step in activations if step.version == record.version),
            active=record.version == active,
        )
        for record in ordered
    )


def _interval(said: Mapping[str, Any] | None) -> Interval | None:
    return Interval(**said) if said else None
