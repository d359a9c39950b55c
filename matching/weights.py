"""The weights: everything that labels can change in a ranking, as one immutable value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

import numpy as np

from data.domain import BasisVersion, FloatArray, ViewKind, WeightsVersion
from data.errors import ShapeMismatch


class Metric(StrEnum):
    """How two vectors are compared."""

    COSINE = "cosine"
    EUCLIDEAN = "euclidean"
    MIX = "mix"


class ChannelKind(StrEnum):
    """Which of an asset's views a channel compares a photo with.

    `catalogue` takes references and renders together. It speaks of assets that have both: of others, one of the two has
    said it all.
    """

    REFERENCE = "reference"
    RENDER = "render"
    CATALOGUE = "catalogue"
    CONFIRMED = "confirmed"

    @property
    def views(self) -> frozenset[ViewKind]:
        """The kinds of view that it pools."""
        return OWN_VIEWS if self is ChannelKind.CATALOGUE else frozenset({ViewKind(self.value)})


OWN_VIEWS = frozenset({ViewKind.REFERENCE, ViewKind.RENDER})
"""What the catalogue brings by itself, before anybody has confirmed anything."""

HOUSE_BLOCKS: Mapping[str, float] = {
    "colour": 1.0,
    "colour_layout": 1.0,
    "hue": 1.0,
    "colour_moments": 1.0,
    "gradients": 1.0,
    "grain": 1.0,
    "structure": 1.0,
    "outline": 1.0,
    "keypoints": 1.0,
}
HOUSE_KINDS: Mapping[ChannelKind, float] = {
    ChannelKind.REFERENCE: 1.0,
    ChannelKind.RENDER: 0.5,
    ChannelKind.CATALOGUE: 3.0,
    ChannelKind.CONFIRMED: 0.1,
}
"""Before any label: blocks alike, the nearest catalogue view above all, confirmed views little until labels earn them more."""

HOUSE_GEOMETRY: Mapping[str, float] = {"geometry": 2.5, "geometry/confirmed": 0.25}
"""Before any label: thirty matches that agree outweigh two and a half standard deviations of all channels together.

Matches with a confirmed photo say less: photos share grounds and shelves.
"""

HOUSE_TRUST: Mapping[str, float] = {"fell back": -0.7, "whole": -1.0, "whole, unsure": 0.3}
"""Before any label: a cut that was given up on counts half of a sure one; the whole picture a third of all cuts together where
they are all sure, and a third more than they where one was given up on."""


@dataclass(frozen=True, kw_only=True)
class NoMatch:
    """The logit of "not in the DAM": intercept + slopes · (first score, margin, agreement of channels, mesh quality).

    Before any label the first three count alike, each by its spread among the demo's photos (1.1, 1.1 and 0.25), whatever these
    show: Dawes, "The robust beauty of improper linear models in decision making", American Psychologist 1979. `usual_quality`
    stands for that of an asset without renders.
    """

    intercept: float = -1.15
    top: float = -0.5
    margin: float = -0.5
    agreement: float = -2.2
    quality: float = 0.0
    usual_quality: float = 0.0


@dataclass(frozen=True, kw_only=True)
class FirstRight:
    """What is added to the logit of the first candidate's share among all assets: intercept + slopes · (that logit, and the
    signs of `NoMatch` but the first score). All zero before there are enough labels: the share stands as the softmax gives it.
    """

    intercept: float = 0.0
    share: float = 0.0
    margin: float = 0.0
    agreement: float = 0.0
    quality: float = 0.0
    usual_quality: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Weights:
    """One version of the weights.

    Attributes:
        version: its name.
        basis: the basis that its channels live in.
        channels: "<block>/<channel kind>", in the order of `values`, `means` and `scales`.
        values: non-negative, summing to 1.
        means: of each channel's similarity, to standardise it.
        scales: standard deviation of the same.
        pooling: share of the maximum, against the mean, over an asset's views of a kind; in [0, 1].
        sharpness: of the log-mean-exp over mask hypotheses; towards 0 their mean, large their maximum.
        trust: logarithm of what mask hypotheses of a kind weigh, see `matching.trust`; empty: all are alike, and stay so.
        temperature: what scores are divided by before the softmax.
        bonuses: weight of each check that runs on the first ten only.
        popularity: what the logarithm of 1 + an asset's confirmed photos adds to its score; 0 before any label.
        features: (k,) positive weight of each number of a block, before vectors are normalised; ones for blocks without.
        shift: mean of the photos, (k,) per block and mask hypothesis, taken from the photo's side.
        no_match: the logit of "not in the DAM".
        first_right: what corrects the confidence of the first candidate.
        metric: how vectors are compared.
        assets: how many the catalogue had when means and scales were measured; 0 where that was not noted.
    """

    version: WeightsVersion
    basis: BasisVersion
    channels: tuple[str, ...]
    values: tuple[float, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    pooling: Mapping[str, float] = field(default_factory=lambda: {kind.value: 1.0 for kind in ChannelKind})
    sharpness: float = 2.0
    trust: Mapping[str, float] = field(default_factory=dict)
    temperature: float = 0.25
    bonuses: Mapping[str, float] = field(default_factory=lambda: dict(HOUSE_GEOMETRY))
    popularity: float = 0.0
    features: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    shift: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    no_match: NoMatch = field(default_factory=NoMatch)
    first_right: FirstRight = field(default_factory=FirstRight)
    metric: Metric = Metric.COSINE
    assets: int = 0

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        if not len(self.channels) == len(self.values) == len(self.means) == len(self.scales):
            raise ShapeMismatch(f"weights {self.version} have {len(self.channels)} channels and {len(self.values)} values")
        if min(self.values, default=0) < 0 or abs(sum(self.values) - 1) > 1e-6:  # noqa: PLR2004
            raise ShapeMismatch(f"the channel weights of {self.version} are not a share of one: {self.values}")
        if any(min(found, default=1.0) <= 0 for found in self.features.values()):
            raise ShapeMismatch(f"the feature weights of {self.version} are not all above zero", remedy="fit them again")

    def shift_of(self, block: str, hypothesis: str) -> FloatArray | None:
        """Give what to subtract from a photo's vector of a block; None where nothing is known."""
        found = self.shift.get(block, {}).get(hypothesis)
        return None if found is None else np.array(found, dtype=np.float32)


def block_of(channel: str) -> str:
    """Name the descriptor block that a channel compares."""
    return channel.partition("/")[0]


def kind_of(channel: str) -> ChannelKind:
    """Say which views a channel compares."""
    return ChannelKind(channel.partition("/")[2])


def house_weights(version: WeightsVersion, basis: BasisVersion, blocks: tuple[str, ...]) -> Weights:
    """Give the weights before any label."""
    channels = tuple(f"{block}/{kind.value}" for kind in ChannelKind for block in blocks)
    raw = np.array([HOUSE_BLOCKS.get(block_of(name), 1.0) * HOUSE_KINDS[kind_of(name)] for name in channels])
    values = tuple(float(value) for value in raw / raw.sum())
    plain = (0.0,) * len(channels), (1.0,) * len(channels)
    return Weights(
        version=version,
        basis=basis,
        channels=channels,
        values=values,
        means=plain[0],
        scales=plain[1],
        trust=dict(HOUSE_TRUST),
    )


def to_json(weights: Weights) -> str:
    """Write the parameters for the store."""
    return json.dumps(asdict(weights), sort_keys=True)


def from_json(text: str) -> Weights:
    """Read parameters that `to_json` wrote; what was written before confidence was calibrated has none of that."""
    said = json.loads(text)
    tuples = {name: tuple(said[name]) for name in ("channels", "values", "means", "scales")}
    features = {block: tuple(found) for block, found in said.get("features", {}).items()}
    shift = {block: {name: tuple(mean) for name, mean in found.items()} for block, found in said["shift"].items()}
    judged = {"no_match": NoMatch(**said["no_match"]), "first_right": FirstRight(**said.get("first_right", {}))}
    rest = {"shift": shift, "features": features, "metric": Metric(said["metric"]), **judged}
    return Weights(**{**said, **tuples, **rest})


def only_kinds(weights: Weights, kinds: frozenset[ChannelKind]) -> Weights:
    """Silence the channels of every other kind, for a row of the ladder."""
    kept = np.array([kind_of(name) in kinds for name in weights.channels])
    values = np.where(kept, weights.values, 0.0)
    total = values.sum()
    return replace(weights, values=tuple(float(value) for value in values / total)) if total else weights
