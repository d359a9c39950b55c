"""Proposals read back from the store, with the comparison that they were judged by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from data.domain import PhotoId, Reviewer, Side, Sku, WeightsVersion
from data.errors import NotFound
from data.ranking import WeightsRecord
from data.store import Store
from feedback.comparison import Flip
from feedback.gate import Judgement, Outcome
from feedback.metrics import Interval


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Weights that were fitted, with their held-out comparison, not yet in use unless `activated`.

    Attributes:
        version: of the weights; the parent's where there were too few labels to fit.
        parent: what ranks now.
        labels: confirmed photos of the calibration side that were fitted on.
        judgement: what the gate says.
        flips: photos whose first candidate changes, the sealed side's first.
        activated: whether it was taken into use.
        strength: of the pull toward the house weights, chosen by cross-validation.
    """

    version: WeightsVersion
    parent: WeightsVersion
    labels: int
    judgement: Judgement
    flips: tuple[Flip, ...]
    activated: bool
    strength: float | None


@dataclass(frozen=True, kw_only=True)
class FitRecord:
    """What is kept of how a proposal was fitted; older proposals kept less.

    Attributes:
        top1: cross-fitted, of weights that did not see the photo; None where it was not kept.
        gain: of that over the weights that ranked then; None where it was not kept.
        without: reviewers whose labels were left out.
        repeatable: whether it can be fitted again from what is kept of it.
        first_photos: share of coming photos whose asset nobody had confirmed, as expected; None where it was not kept.
    """

    top1: Interval | None
    gain: Interval | None
    without: tuple[Reviewer, ...]
    repeatable: bool
    first_photos: float | None = None


def read_proposals(store: Store) -> list[Proposal]:
    """List every proposal, newest first; `activated` tells whether it ever ranked."""
    used = {step.version for step in store.activations.all()}
    records = sorted(store.weights.all(), key=lambda record: int(record.version[1:]), reverse=True)
    return [_proposal(record, used) for record in records if "judgement" in json.loads(record.metrics)]


def read_proposal(store: Store, version: WeightsVersion) -> Proposal:
    """Read one proposal.

    Raises:
        NotFound: there is no such version, or it was made without a comparison.
    """
    record = store.weights.get(version)
    if "judgement" not in json.loads(record.metrics):
        raise NotFound(f"{version} is no proposal: it was never compared", remedy="choose another version")
    return _proposal(record, {step.version for step in store.activations.all()})


def read_fit_record(store: Store, version: WeightsVersion) -> FitRecord:
    """Read how a proposal was fitted.

    Raises:
        NotFound: there is no such version.
    """
    record = store.weights.get(version)
    said = json.loads(record.metrics)
    cross_fitted = said.get("cross_fitted", {})
    return FitRecord(
        top1=_interval(cross_fitted.get("top1")),
        gain=_interval(cross_fitted.get("gain")),
        without=tuple(Reviewer(name) for name in said.get("without", ())),
        repeatable=record.parent is not None and "until" in said,
        first_photos=said.get("first_photos"),
    )


def _proposal(record: WeightsRecord, used: set[WeightsVersion]) -> Proposal:
    said = json.loads(record.metrics)
    return Proposal(
        version=record.version,
        parent=record.parent or record.version,
        labels=int(said["labels"]),
        judgement=_judgement(said["judgement"]),
        flips=tuple(_flip(flip) for flip in said["flips"]),
        activated=record.version in used,
        strength=said["strength"],
    )


def _flip(said: dict[str, Any]) -> Flip:
    return Flip(
        photo_id=PhotoId(said["photo_id"]),
        sku=Sku(said["sku"]),
        gained=bool(said["gained"]),
        side=Side(said.get("side", Side.TEST)),
    )


def _judgement(said: dict[str, Any]) -> Judgement:
    """Read a judgement; one that was stored before suspicions and looks were counted has none of them."""
    return Judgement(
        outcome=Outcome(said["outcome"]),
        allowed=bool(said["allowed"]),
        reason=str(said["reason"]),
        difference=_interval(said["difference"]),
        p_value=said["p_value"],
        vetoes=tuple(said["vetoes"]),
        labels_to_settle=said["labels_to_settle"],
        suspicions=tuple(said.get("suspicions", ())),
        looks=said.get("looks"),
    )


def _interval(said: dict[str, Any] | None) -> Interval | None:
    return Interval(**said) if said else None
