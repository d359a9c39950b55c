"""Which version of the weights ranks: activation by a person, and the way back."""

from __future__ import annotations

from datetime import datetime

from data.domain import Activation, WeightsVersion
from data.errors import NotFound
from data.store import Store


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
