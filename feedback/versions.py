"""Which version of the weights ranks: activation by a person, and the way back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from data.domain import BasisVersion, Reviewer, WeightsVersion
from data.errors import NotAllowed, NotFound
from data.ranking import Activation
from data.store import Store
from feedback.gate import Outcome
from matching.weights import Weights, from_json


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


def left_out(store: Store) -> frozenset[Reviewer]:
    """Name the reviewers whom the weights in use were fitted without: nothing of theirs ranks until other weights do."""
    active = store.activations.active()
    return frozenset() if active is None else _left_out(store, active)


@lru_cache(maxsize=64)
def _left_out(store: Store, version: WeightsVersion) -> frozenset[Reviewer]:
    said = json.loads(store.weights.get(version).metrics)
    return frozenset(Reviewer(name) for name in said.get("without", ()))


def house_ancestor(store: Store, version: WeightsVersion) -> Weights:
    """Give the weights before any label that a version descends from."""
    record = store.weights.get(version)
    while record.parent is not None:
        record = store.weights.get(record.parent)
    return from_json(record.parameters)


def activate(store: Store, version: WeightsVersion, *, by: str, reason: str, at: datetime) -> Activation:
    """Make a version the one that ranks, on the record.

    Raises:
        NotFound: there is no such version.
    """
    store.weights.get(version)
    return store.activations.append(Activation(version=version, activated_by=by, at=at, reason=reason))


def take_into_use(
    store: Store, version: WeightsVersion, *, by: str, force: bool = False, at: datetime | None = None, why: str = ""
) -> None:
    """Activate a stored proposal where the gate allowed it, or by force, on the record with the person's `why`.

    Raises:
        NotAllowed: the gate did not allow it.
        NotFound: there is no such version.
    """
    said = json.loads(store.weights.get(version).metrics)
    allowed = said.get("judgement", {}).get("allowed", said.get("outcome") != Outcome.WORSE.value)
    if not allowed and not force:
        raise NotAllowed(f"{version} is not activated: {said['reason']}", remedy="use --force to take it all the same")
    parts = ["forced" if force else "", why, str(said.get("reason", "chosen by a person"))]
    activate(store, version, by=by, reason="; ".join(part for part in parts if part), at=at or datetime.now(UTC))


def version_before(store: Store) -> WeightsVersion | None:
    """Say which version rolling back would bring; None where there is none."""
    trail = _trail(store)
    return trail[-2] if len(trail) > 1 else None


def roll_back(store: Store, *, by: str, at: datetime) -> Activation:
    """Go back to the version that ranked before the present one: one more activation. Twice goes back two.

    Raises:
        NotFound: there is none before it.
    """
    before = version_before(store)
    if before is None:
        raise NotFound("there is no version to go back to", remedy="retune first")
    return activate(store, before, by=by, reason=f"rolled back from {store.activations.active()}", at=at)


def _trail(store: Store) -> list[WeightsVersion]:
    """List the versions that led to the present one, oldest first; whoever comes back to one leaves behind what came after it."""
    trail: list[WeightsVersion] = []
    for step in store.activations.all():
        if step.version in trail:
            del trail[trail.index(step.version) + 1 :]
        else:
            trail.append(step.version)
    return trail
