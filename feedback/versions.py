"""Which version of the weights ranks: activation by a person, and the way back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from data.domain import Activation, BasisVersion, WeightsVersion
from data.errors import NotFound
from data.store import Store


@dataclass(frozen=True, kw_only=True)
class VersionSummary:
    """One version of the weights as a person chooses by it. `labels` is what it was fitted on; `reason` is the gate's."""

    version: WeightsVersion
    parent: WeightsVersion | None
    basis: BasisVersion
    created_at: datetime
    created_by: str
    labels: int
    outcome: str
    reason: str
    active: bool


def list_versions(store: Store) -> list[VersionSummary]:
    """List every version, newest first."""
    active = store.activations.active()
    found = []
    for record in store.weights.all():
        said = json.loads(record.metrics)
        summary = VersionSummary(
            version=record.version,
            parent=record.parent,
            basis=record.basis,
            created_at=record.created_at,
            created_by=record.created_by,
            labels=int(said.get("labels", 0)),
            outcome=str(said.get("outcome", "")),
            reason=str(said.get("reason", "before any label")),
            active=record.version == active,
        )
        found.append(summary)
    return sorted(found, key=lambda version: int(version.version[1:]), reverse=True)


def activate(store: Store, version: WeightsVersion, *, by: str, reason: str, at: datetime) -> Activation:
    """Make a version the one that ranks, on the record.

    Raises:
        NotFound: there is no such version.
    """
    store.weights.get(version)
    return store.activations.append(Activation(version=version, activated_by=by, at=at, reason=reason))


def roll_back(store: Store, *, by: str, at: datetime) -> Activation:
    """Go back to the version that ranked before the present one: one more activation.

    Raises:
        NotFound: there is none before it.
    """
    history = store.activations.all()
    present = history[-1].version if history else None
    earlier = [step.version for step in history if step.version != present]
    if present is None or not earlier:
        raise NotFound("there is no version to go back to", remedy="retune first")
    return activate(store, earlier[-1], by=by, reason=f"rolled back from {present}", at=at)
