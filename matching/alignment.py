"""Which side of a mesh is its front, and how much its renders look like the reference.

No mesh says which side is its front: it is the raw yaw whose render is nearest to the reference.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.domain import BlockFront, BoolArray, FloatArray, ImageId, MeshQuality, Sku, View, ViewKind
from data.store import Store
from matching.backends import Backends
from matching.basis import Basis
from matching.cutouts import upright_name, zoom
from matching.described import load_described
from matching.masks import decode_mask

MOST_OTHERS = 200
LEAST_OTHERS = 5
"""Other references that a mesh is compared with; with fewer nothing is said of its share."""

BATCH = 200


@dataclass(frozen=True, kw_only=True)
class AssetViews:
    """The pictures of one asset that has renders and a reference."""

    sku: Sku
    references: tuple[View, ...]
    renders: tuple[View, ...]

    def made_from(self, basis: Basis) -> str:
        """Name what a quality is measured with."""
        ids = sorted(view.view_id for view in (*self.references, *self.renders))
        return hashlib.sha256("\n".join([basis.version, *ids]).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Units:
    """Directions of described pictures, per block (n, k), and the mask hypothesis that each was cut with."""

    place: Mapping[ImageId, int]
    hypotheses: tuple[str, ...]
    vectors: Mapping[str, FloatArray]

    def rows(self, views: Iterable[View]) -> list[int]:
        """Give the rows of views; those that are not described are left out."""
        return [self.place[view.image_id] for view in views if view.image_id in self.place]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """How near the renders of an asset come to its references.

    Attributes:
        asset: whose.
        front: position of the nearest render, by all blocks together.
        similarity: of that one.
        own_share: see `MeshQuality`.
        near: (n_renders,) per block, the nearest reference.
    """

    asset: AssetViews
    front: int
    similarity: float
    own_share: float
    near: Mapping[str, FloatArray]


def align_renders(store: Store, backends: Backends, basis: Basis) -> int:
    """Measure the renders whose views or basis are new; say of how many assets. It needs no label and no photo.

    Args:
        store: where from and to.
        backends: which engines described them.
        basis: the axes on which they are compared.
    """
    views = store.views.all()
    assets = _assets(views)
    known = store.mesh_qualities.made_from()
    stale = [asset for asset in assets if known.get(asset.sku) != asset.made_from(basis)]
    if not stale:
        return 0
    others = _spread(_first_references(views), MOST_OTHERS)
    wanted = [view for asset in stale for view in (*asset.references, *asset.renders)]
    wanted += others
    units = _units(store, backends, basis, {view.image_id for view in wanted})
    described = [
        asset for asset in stale if units.rows(asset.references) and len(units.rows(asset.renders)) == len(asset.renders)
    ]
    for start in range(0, len(described), BATCH):
        found = [_compare(asset, others, units) for asset in described[start : start + BATCH]]
        outlines = _outlines(store, backends, units, found)
        store.mesh_qualities.replace(_quality(one, outlines, basis) for one in found)
    return len(described)


def _compare(asset: AssetViews, others: Sequence[View], units: Units) -> Comparison:
    """Compare the renders of an asset with its references, and with those of others."""
    renders = units.rows(asset.renders)
    own = units.rows(asset.references)
    near = {block: (vectors[own] @ vectors[renders].T).max(axis=0) for block, vectors in units.vectors.items()}
    together = np.mean(list(near.values()), axis=0)
    front = int(np.argmax(together))
    foreign = units.rows(other for other in others if other.sku != asset.sku)
    alike = np.mean([vectors[foreign] @ vectors[renders].T for vectors in units.vectors.values()], axis=0)
    enough = len(foreign) >= LEAST_OTHERS
    return Comparison(
        asset=asset,
        front=front,
        similarity=float(together[front]),
        own_share=float((alike.max(axis=1) < together[front]).mean()) if enough else float("nan"),
        near=near,
    )


def _quality(found: Comparison, outlines: Mapping[ImageId, BoolArray], basis: Basis) -> MeshQuality:
    asset = found.asset
    yaws = [view.yaw_deg or 0.0 for view in asset.renders]
    front = outlines.get(asset.renders[found.front].image_id)
    seen = [outlines[view.image_id] for view in asset.references if view.image_id in outlines]
    return MeshQuality(
        sku=asset.sku,
        made_from=asset.made_from(basis),
        front_yaw_deg=yaws[found.front],
        similarity=found.similarity,
        outline_iou=max((_iou(front, reference) for reference in seen), default=0.0) if front is not None else 0.0,
        own_share=found.own_share,
        fronts=tuple(
            BlockFront(block=block, yaw_deg=yaws[int(np.argmax(near))], similarity=float(near.max()))
            for block, near in found.near.items()
        ),
    )


def _outlines(store: Store, backends: Backends, units: Units, found: Sequence[Comparison]) -> dict[ImageId, BoolArray]:
    """Read the outlines of fronts and references, cropped and zoomed to the article."""
    wanted = [view for one in found for view in (*one.asset.references, one.asset.renders[one.front])]
    stored = store.masks.of((view.image_id for view in wanted), backends.remover)
    outlines = dict[ImageId, BoolArray]()
    for image_id, masks in stored.items():
        used = units.hypotheses[units.place[image_id]] if image_id in units.place else ""
        for mask in masks:
            if mask.hypothesis == used:
                pixels = decode_mask(mask.png)
                outlines[image_id] = zoom(np.zeros((*pixels.shape, 3), dtype=np.uint8), pixels).mask
    return outlines


def _iou(one: BoolArray, other: BoolArray) -> float:
    return float((one & other).sum() / max((one | other).sum(), 1))


def _assets(views: Iterable[View]) -> list[AssetViews]:
    """Gather the assets that have both, in order of the alphabet."""
    references, renders = defaultdict[Sku, list[View]](list), defaultdict[Sku, list[View]](list)
    for view in views:
        (renders if view.kind is ViewKind.RENDER else references)[view.sku].append(view)
    return [
        AssetViews(
            sku=sku, references=tuple(references[sku]), renders=tuple(sorted(renders[sku], key=lambda view: view.yaw_deg or 0))
        )
        for sku in sorted(renders.keys() & references.keys())
    ]


def _first_references(views: Iterable[View]) -> list[View]:
    """Give the first reference of each asset, in order of the alphabet."""
    first: dict[Sku, View] = {}
    for view in views:
        if view.kind is ViewKind.REFERENCE:
            first.setdefault(view.sku, view)
    return [first[sku] for sku in sorted(first)]


def _spread(views: Sequence[View], most: int) -> list[View]:
    """Take some views, evenly spread."""
    return [views[at] for at in np.unique(np.linspace(0, len(views) - 1, min(most, len(views))).round().astype(int))]


def _units(store: Store, backends: Backends, basis: Basis, image_ids: set[ImageId]) -> Units:
    described = load_described(store, backends, basis, image_ids)
    place: dict[ImageId, int] = {}
    for at, (image_id, name) in enumerate(described.keys):
        if upright_name(name) == name:
            place.setdefault(image_id, at)
    vectors = {
        block: np.asarray(found / np.maximum(np.linalg.norm(found, axis=1), 1e-9)[:, None], dtype=np.float32)
        for block, found in described.vectors.items()
    }
    return Units(place=place, hypotheses=tuple(name for _, name in described.keys), vectors=vectors)
