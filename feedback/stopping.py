"""The stopping signal: do more labels still move the weights, and which kind of label would still help?"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from data.domain import BasisVersion, WeightsVersion
from data.ranking import WeightsRecord
from data.store import Store
from feedback.gate import Outcome
from feedback.gold import read_reviews
from feedback.helpful_labels import GateFigures, HelpfulLabels, helpful_labels
from feedback.label_stock import label_stock
from feedback.metrics import Interval
from matching.weights import from_json

FEWEST_NEW = 50
MOVED = 0.05
"""Share of the channel weights that went elsewhere: less is no change that a ranking shows."""

HALF_WIDTH = 0.05
"""Of Top-1: a difference that is known less well than this may hide a gain worth labelling for."""


class StoppingKind(StrEnum):
    """Whether more labels of the kind there is still change anything."""

    MOVING = "moving"
    SETTLED = "settled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class StoppingSignal:
    """Whether to go on labelling.

    Attributes:
        kind: whether more labels still change anything.
        reason: one sentence.
        weights_moved: total variation distance between the channel weights of two proposals, in 0 … 1; None without two.
        gain_last: of the cross-fitted Top-1 from one to the other, taken as independent, which is wider than it is: they share
            labels. None where it was not stored.
        helpful: which labels would still help, the most urgent first.
    """

    kind: StoppingKind
    reason: str
    weights_moved: float | None
    gain_last: Interval | None
    helpful: tuple[HelpfulLabels, ...]


@dataclass(frozen=True, kw_only=True)
class FittedWeights:
    """A stored proposal: its channel weights, the labels that it was fitted on, and its cross-fitted Top-1, if stored."""

    version: WeightsVersion
    basis: BasisVersion
    channels: tuple[str, ...]
    values: tuple[float, ...]
    labels: int
    cross_fitted: Interval | None


def stopping_signal(proposals: Sequence[FittedWeights], helpful: tuple[HelpfulLabels, ...] = ()) -> StoppingSignal:
    """Compare the newest proposal with the newest before it that was fitted on 50 labels less, in the same basis.

    Settled is only what moved less than 5 % of the channel weights and whose Top-1 differs by an interval that contains zero and
    reaches no further than five points either way. Moving is what moved more, or whose interval excludes zero.

    Args:
        proposals: oldest first.
        helpful: which labels would still help.
    """
    new = proposals[-1] if proposals else None
    earlier = [one for one in proposals[:-1] if new and one.basis == new.basis and new.labels - one.labels >= FEWEST_NEW]
    if new is None or not earlier:
        said = f"there are no two proposals with {FEWEST_NEW} new labels between them: label on, and retune"
        return StoppingSignal(kind=StoppingKind.UNKNOWN, reason=said, weights_moved=None, gain_last=None, helpful=helpful)
    old = earlier[-1]
    moved, gain = weights_moved(old, new), _gain(old.cross_fitted, new.cross_fitted)
    kind = _kind(moved, gain)
    between = f"from {old.version} to {new.version}, with {new.labels - old.labels} new labels"
    said = f"{_WORDS[kind]}: {between}, {moved:.0%} of the channel weights moved and {_gain_words(gain)}"
    return StoppingSignal(kind=kind, reason=said, weights_moved=moved, gain_last=gain, helpful=helpful)


_WORDS: Mapping[StoppingKind, str] = {
    StoppingKind.MOVING: "labels still change the weights",
    StoppingKind.SETTLED: "more labels of the same kind no longer change anything",
    StoppingKind.UNKNOWN: "too little is known to stop",
}


def weights_moved(old: FittedWeights, new: FittedWeights) -> float:
    """Measure which share of the channel weights went to other channels: half the sum of absolute differences, in 0 … 1."""
    before, after = (dict(zip(one.channels, one.values, strict=True)) for one in (old, new))
    return sum(abs(after.get(name, 0.0) - before.get(name, 0.0)) for name in before | after) / 2


def _gain(old: Interval | None, new: Interval | None) -> Interval | None:
    """Subtract two figures as if independent: errors add in squares, each on its side of the figure."""
    if old is None or new is None:
        return None
    value = new.value - old.value
    down = math.hypot(new.value - new.low, old.high - old.value)
    up = math.hypot(new.high - new.value, old.value - old.low)
    return Interval(value=value, low=value - down, high=value + up, n=new.n)


def _kind(moved: float, gain: Interval | None) -> StoppingKind:
    if moved >= MOVED or (gain is not None and not gain.low <= 0 <= gain.high):
        return StoppingKind.MOVING
    if gain is not None and (gain.high - gain.low) / 2 < HALF_WIDTH:
        return StoppingKind.SETTLED
    return StoppingKind.UNKNOWN


def _gain_words(gain: Interval | None) -> str:
    if gain is None:
        return "the cross-fitted Top-1 was not stored"
    return f"the cross-fitted Top-1 changed by {gain.value:+.1%} ({gain.low:+.1%} to {gain.high:+.1%})"


def read_stopping_signal(store: Store) -> StoppingSignal:
    """Read the stored proposals and labels of a store, and say whether to go on labelling."""
    records = sorted(store.weights.all(), key=lambda record: int(record.version[1:]))
    proposals = [record for record in records if "judgement" in json.loads(record.metrics)]
    photos = {photo.photo_id: photo for photo in store.photos.all()}
    newest = proposals[-1] if proposals else None
    by_category = _by_category(json.loads(newest.metrics)) if newest is not None else {}
    stock = label_stock(read_reviews(store), photos, store.assets.all(), by_category)
    gate = _gate_figures(newest) if newest is not None else None
    return stopping_signal([_fitted(record) for record in proposals], helpful_labels(stock, gate))


def _fitted(record: WeightsRecord) -> FittedWeights:
    weights, said = from_json(record.parameters), json.loads(record.metrics)
    return FittedWeights(
        version=record.version,
        basis=record.basis,
        channels=weights.channels,
        values=weights.values,
        labels=int(said.get("labels") or 0),
        cross_fitted=_interval((said.get("cross_fitted") or {}).get("top1")),
    )


def _gate_figures(record: WeightsRecord) -> GateFigures:
    said = json.loads(record.metrics)
    judged, area = said["judgement"], _interval(said.get("no_match_auroc"))
    return GateFigures(
        version=record.version,
        outcome=Outcome(judged["outcome"]),
        sealed=int((judged.get("difference") or {}).get("n", 0)),
        labels_to_settle=judged.get("labels_to_settle"),
        no_match_auroc=None if area is None else area.value,
    )


def _by_category(said: Mapping[str, Any]) -> dict[str, Interval]:
    found = {name: _interval(interval) for name, interval in (said.get("by_category") or {}).items()}
    return {name: interval for name, interval in found.items() if interval is not None}


def _interval(said: Mapping[str, Any] | None) -> Interval | None:
    """Read an interval; None where it, or a part of it, is missing."""
    if not said or any(said.get(name) is None for name in ("value", "low", "high", "n")):
        return None
    return Interval(value=float(said["value"]), low=float(said["low"]), high=float(said["high"]), n=int(said["n"]))
