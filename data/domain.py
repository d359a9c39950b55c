"""What there is: the words of the project as frozen types.

A truth column is no part of a `Photo`: whoever wants it asks the store for `truths()`, which only evaluation does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

import numpy as np
import numpy.typing as npt

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


@dataclass(frozen=True, kw_only=True, slots=True)
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


@dataclass(frozen=True, kw_only=True, slots=True)
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
