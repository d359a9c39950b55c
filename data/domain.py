"""What there is: the words of the project as frozen types.

A truth column is no part of a `Photo`: whoever wants it asks the store for `truths()`, which only evaluation does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

import numpy as np
import numpy.typing as npt

from data.errors import CoutureError

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]
ByteArray = npt.NDArray[np.uint8]

Sku = NewType("Sku", str)
PhotoId = NewType("PhotoId", str)
ImageId = NewType("ImageId", str)
ViewId = NewType("ViewId", str)
EventId = NewType("EventId", str)
SuggestionId = NewType("SuggestionId", str)
Reviewer = NewType("Reviewer", str)
WeightsVersion = NewType("WeightsVersion", str)
BasisVersion = NewType("BasisVersion", str)


LONGEST_WORD = 80
"""Characters of what a person says of an attribute."""


class ViewKind(StrEnum):
    """What a view of an asset is."""

    REFERENCE = "reference"
    RENDER = "render"
    CONFIRMED = "confirmed"


class Side(StrEnum):
    """What a photo's group may be used for, drawn once at import."""

    CALIBRATION = "calibration"
    TEST = "test"
    QUARANTINED = "quarantined"


class Attribute(StrEnum):
    """What is said of an article in a word or two, in the order in which it is shown."""

    OBJECT = "object"
    COLOUR = "colour"
    TEXTURE = "texture"
    SPECIFICITY = "specificity"


class Verdict(StrEnum):
    """What a reviewer said of one photo."""

    MATCH = "match"
    NOT_IN_DAM = "not_in_dam"
    NOT_LISTED = "not_listed"
    UNUSABLE = "unusable"
    SKIP = "skip"
    WITHDRAWN = "withdrawn"


class RenderVerdict(StrEnum):
    """What a person said of an asset's renders."""

    WRONG = "wrong"
    RIGHT = "right"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Asset:
    """An article of the catalogue."""

    sku: Sku
    title: str
    category: str
    description: str
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class Image:
    """Stored pixels: `content` is JPEG or PNG, EXIF turned, at most 1,600 px; `thumbnail` is a JPEG of at most 256 px."""

    image_id: ImageId
    content: bytes
    thumbnail: bytes
    width: int
    height: int
    perceptual_hash: str


@dataclass(frozen=True, kw_only=True)
class Mesh:
    """The 3D model of an asset. `generator` is `catalogue` where the import brought the GLB."""

    sku: Sku
    generator: str
    glb: bytes
    settings_hash: str


@dataclass(frozen=True, kw_only=True)
class View:
    """One picture of an asset.

    `yaw_deg` is None where it is unknown; `source` names the importer or renderer and its settings hash.
    """

    view_id: ViewId
    sku: Sku
    image_id: ImageId
    kind: ViewKind
    yaw_deg: float | None
    source: str


@dataclass(frozen=True, kw_only=True)
class BlockFront:
    """The raw yaw at which a mesh is nearest to its reference by one descriptor block, and how near: a cosine."""

    block: str
    yaw_deg: float
    similarity: float


@dataclass(frozen=True, kw_only=True)
class MeshQuality:
    """How much the renders of an asset look like its reference.

    Attributes:
        sku: whose.
        made_from: names the views and the basis that it was measured with: another name, and it is measured again.
        front_yaw_deg: the raw yaw nearest to the reference, by all blocks together.
        similarity: how near that is, mean cosine over blocks.
        outline_iou: of the front's and the reference's outlines, both cropped and zoomed, 0 … 1.
        own_share: part of other assets' references that no render is as near to as to its own; NaN where there are too few.
        fronts: the same per block.
    """

    sku: Sku
    made_from: str
    front_yaw_deg: float
    similarity: float
    outline_iou: float
    own_share: float
    fronts: tuple[BlockFront, ...]


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A picture to be identified."""

    photo_id: PhotoId
    image_id: ImageId
    group: str
    side: Side
    submitted_by: str
    submitted_at: datetime
    source: str


@dataclass(frozen=True, kw_only=True)
class GroupMember:
    """A photo as one of its group."""

    photo_id: PhotoId
    image_id: ImageId
    group: str


@dataclass(frozen=True, kw_only=True)
class GroupAlias:
    """A group name that a photo brought along when it joined another group by its looks: who names it means that group."""

    name: str
    group: str


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What a photo is known to show, for evaluation only. `sku` is None where the asset is not in the DAM, or not named."""

    photo_id: PhotoId
    sku: Sku | None
    in_dam: bool


@dataclass(frozen=True, kw_only=True)
class Mask:
    """One hypothesis of where the article is: a PNG with values 0 and 255, as large as the image was when it was cut.

    `hypothesis` names it (`centre`, `wide`, `whole` …); `fell_back` tells that the remover gave up and returned its prior.
    """

    image_id: ImageId
    remover: str
    hypothesis: str
    png: bytes
    fell_back: bool


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a picture shows, in words. Empty text: not known."""

    image_id: ImageId
    captioner: str
    caption: str
    object: str
    colour: str
    texture: str
    specificity: str


@dataclass(frozen=True, kw_only=True)
class AssetWords:
    """Everything that is said of an asset, as one text to search in."""

    sku: Sku
    text: str


@dataclass(frozen=True, kw_only=True)
class Review:
    """One reviewer's verdict on one photo: an event, never changed. `sequence` is given by the store; -1 before that.

    `withdraws` is the event that a `withdrawn` verdict takes back. `sku` is set for `match` alone. `at` has a time zone, so that
    an event which is sent twice equals the one stored. `seconds` is how long it took, None where it was not measured.
    """

    event_id: EventId
    photo_id: PhotoId
    reviewer: Reviewer
    verdict: Verdict
    at: datetime
    sku: Sku | None = None
    suggestion_id: SuggestionId | None = None
    seconds: float | None = None
    note: str = ""
    withdraws: EventId | None = None
    sequence: int = -1

    def __post_init__(self) -> None:
        """Refuse a verdict that lacks its sku or its target, or has one that it should not, and times that are none."""
        if not self.event_id or not self.photo_id or not self.reviewer:
            raise CoutureError("a review without event id, photo id or reviewer", remedy="give all three")
        if (self.verdict is Verdict.MATCH) != (self.sku is not None):
            raise CoutureError(
                f"a review of {self.photo_id} says {self.verdict} with sku {self.sku}",
                remedy="give a sku with 'match', and with no other verdict",
            )
        if (self.verdict is Verdict.WITHDRAWN) != (self.withdraws is not None):
            raise CoutureError(
                f"a review of {self.photo_id} says {self.verdict} and withdraws {self.withdraws}",
                remedy="name the event to take back with 'withdrawn', and with no other verdict",
            )
        if self.at.utcoffset() is None:
            raise CoutureError(f"a review of {self.photo_id} at {self.at}, of no time zone", remedy="say which, such as +00:00")
        if self.seconds is not None and not (math.isfinite(self.seconds) and self.seconds >= 0):
            raise CoutureError(f"a review of {self.photo_id} took {self.seconds} s", remedy="give seconds from 0, or none")


@dataclass(frozen=True, kw_only=True)
class Equivalence:
    """A person's word that several skus are one article: an event, never changed. `sequence` is given by the store.

    What takes such a word back names it in `withdraws` and no skus.
    """

    event_id: EventId
    skus: tuple[Sku, ...]
    by: str
    at: datetime
    withdraws: EventId | None = None
    sequence: int = -1

    def __post_init__(self) -> None:
        """Refuse a word that says nothing, and one that says two things."""
        if not self.event_id or not self.by:
            raise CoutureError("an equivalence without event id or name", remedy="say who declares it")
        if self.withdraws is None and (len(self.skus) < 2 or len(set(self.skus)) < len(self.skus)):  # noqa: PLR2004  # a pair
            raise CoutureError(
                f"skus {', '.join(self.skus) or '(none)'} cannot be one article", remedy="name two or more, each once"
            )
        if self.withdraws is not None and self.skus:
            raise CoutureError(f"what takes event '{self.withdraws}' back names skus too", remedy="name the event alone")
        if self.at.utcoffset() is None:
            raise CoutureError(f"an equivalence at {self.at}, of no time zone", remedy="say which, such as +00:00")


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A person's word for one attribute of a photo or of an asset: an event, never changed. It wins over what a model says.

    `sequence` is given by the store. What takes such a word back names it in `withdraws`, and of the rest only the subject.
    """

    event_id: EventId
    by: str
    at: datetime
    photo_id: PhotoId | None = None
    sku: Sku | None = None
    attribute: Attribute | None = None
    value: str = ""
    withdraws: EventId | None = None
    sequence: int = -1

    def __post_init__(self) -> None:
        """Refuse a word of nothing or of two things, one that says nothing, and one that is no word."""
        if not self.event_id or not self.by:
            raise CoutureError("a correction without event id or name", remedy="say who corrects it")
        if bool(self.photo_id) == bool(self.sku):
            raise CoutureError(f"a correction of photo {self.photo_id} and sku {self.sku}", remedy="name one of the two")
        parts = {self.attribute is not None, bool(self.value)}
        if parts != {self.withdraws is None}:
            raise CoutureError(
                f"a correction says {self.attribute} is '{self.value}' and takes back {self.withdraws}",
                remedy="give an attribute and its word, or the event to take back",
            )
        if len(self.value) > LONGEST_WORD or self.value != " ".join(self.value.split()) or not self.value.isprintable():
            raise CoutureError(
                f"'{self.value[:LONGEST_WORD]}' is no word for an attribute",
                remedy=f"give at most {LONGEST_WORD} characters in one line, without spaces around it",
            )
        if self.at.utcoffset() is None:
            raise CoutureError(f"a correction at {self.at}, of no time zone", remedy="say which, such as +00:00")


@dataclass(frozen=True, kw_only=True)
class RenderRemark:
    """A person's word on an asset's renders: an event, never changed; the last that stands counts.

    `sequence` is given by the store. What takes such a word back says `withdrawn` and names it in `withdraws`.
    """

    event_id: EventId
    sku: Sku
    verdict: RenderVerdict
    by: str
    at: datetime
    withdraws: EventId | None = None
    sequence: int = -1

    def __post_init__(self) -> None:
        """Refuse a word of nobody or on nothing, and one that takes back without saying what."""
        if not self.event_id or not self.by or not self.sku:
            raise CoutureError("a word on renders without event id, sku or name", remedy="say who speaks, and of what")
        if (self.verdict is RenderVerdict.WITHDRAWN) != (self.withdraws is not None):
            raise CoutureError(
                f"a word on the renders of {self.sku} says {self.verdict} and withdraws {self.withdraws}",
                remedy="name the event to take back with 'withdrawn', and with no other verdict",
            )
        if self.at.utcoffset() is None:
            raise CoutureError(f"a word on renders at {self.at}, of no time zone", remedy="say which, such as +00:00")


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
class LocalFeatures:
    """Keypoints of one cut-out: `positions` (n, 2) float32 in its pixels, `descriptors` (n, 128) uint8."""

    image_id: ImageId
    hypothesis: str
    extractor: str
    positions: FloatArray
    descriptors: ByteArray


@dataclass(frozen=True, kw_only=True)
class Lease:
    """Who has a photo on the screen, until when."""

    photo_id: PhotoId
    holder: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Draw:
    """A photo drawn for audit, gold or a second opinion, and the probability with which it was."""

    draw_id: str
    photo_id: PhotoId
    purpose: str
    probability: float
    drawn_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConfirmedView:
    """A photo that reviewers confirmed to be an asset: a view of its own kind, projected from events."""

    sku: Sku
    photo_id: PhotoId
    image_id: ImageId
    group: str
    side: Side
