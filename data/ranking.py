"""What ranks: bases, weights and their activations, and what was ranked and shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.domain import BasisVersion, ImageId, PhotoId, Side, Sku, SuggestionId, View, WeightsVersion


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """One channel's or bonus's part in a score.

    `similarity` is the raw value, NaN where there is no evidence; the values sum up to the score.
    """

    channel: str
    similarity: float
    value: float


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An asset proposed for a photo. `confidence` is in [0, 1]; contributions sum to `score` within 1e-6."""

    rank: int
    sku: Sku
    title: str
    score: float
    confidence: float
    best_view: View
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """The candidates shown for a photo, with the weights version that ranked them and the probability that the DAM has none.

    `explored_rank` is the slot that explored, None where none did; `propensity` is the probability with which it was chosen.
    `queue_order` is the order in which the queue handed the photo out, `queue_propensity` the probability with which it picked it
    then; empty and None where it came another way.
    """

    suggestion_id: SuggestionId
    photo_id: PhotoId
    weights: WeightsVersion
    no_match: float
    candidates: tuple[Candidate, ...]
    painted_at: datetime
    explored_rank: int | None = None
    propensity: float | None = None
    queue_order: str = ""
    queue_propensity: float | None = None


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What ranking a photo said before anybody saw it: the queue's orders go by it. `sequence` is given by the store; -1 before.

    `entropy` is of all assets and "not in the DAM" together, 0 (sure) … 1 (all alike); `margin` is the lead of the likeliest over
    the next, 0 … 1. `sku` is the first candidate, `category` its category; None and empty where there is none.
    """

    photo_id: PhotoId
    weights: WeightsVersion
    entropy: float
    margin: float
    no_match: float
    sku: Sku | None
    category: str
    sequence: int = -1


@dataclass(frozen=True, kw_only=True)
class BasisRecord:
    """What was fitted on the catalogue before any label: `payload` is opaque to the store."""

    version: BasisVersion
    created_at: datetime
    payload: bytes


@dataclass(frozen=True, kw_only=True)
class WeightsRecord:
    """One immutable version of the weights.

    `parameters` and `metrics` are JSON, opaque to the store; `watermark` is the last event sequence that was fitted on.
    """

    version: WeightsVersion
    parent: WeightsVersion | None
    basis: BasisVersion
    created_at: datetime
    created_by: str
    watermark: int
    seed: int
    parameters: str
    metrics: str


@dataclass(frozen=True, kw_only=True)
class Activation:
    """Which weights version ranks from then on, by whom and why. `sequence` is given by the store; -1 before that."""

    version: WeightsVersion
    activated_by: str
    at: datetime
    reason: str
    sequence: int = -1


@dataclass(frozen=True, kw_only=True)
class ConfirmedView:
    """A photo that reviewers confirmed to be an asset: a view of its own kind, projected from events."""

    sku: Sku
    photo_id: PhotoId
    image_id: ImageId
    group: str
    side: Side
