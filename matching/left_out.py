"""Which assets' renders stay out of the score, and why: they do not look like the reference, or a person said so."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np

from data.domain import MeshQuality, Sku, ViewKind
from data.events import RenderRemark, RenderVerdict
from data.store import Store
from data.withdrawals import withdrawn_ids
from matching.gallery import Gallery
from matching.gallery_views import KINDS

LEAST_OWN_SHARE, LEAST_OUTLINE_IOU = 0.8, 0.4
"""On ycb none of the 33 right meshes falls below (own share 1.00 throughout, outlines from 0.45), and of the 1,056 meshes of
another object 85 % do. A share of 0.9 would find 92 %, but those meshes are scans: generated ones come less near."""

UNLIKE = "does not look like the reference"


def is_poor(quality: MeshQuality) -> bool:
    """Say whether renders look so little like their reference that they would mislead.

    They do where a fifth of the other references are as near to them as their own, or where the outlines share too little. Both
    limits hold for any embedder: the first compares with other assets instead of with a number.
    """
    unlike = not math.isnan(quality.own_share) and quality.own_share < LEAST_OWN_SHARE
    return unlike or quality.outline_iou < LEAST_OUTLINE_IOU


def standing_remarks(events: Iterable[RenderRemark]) -> dict[Sku, RenderRemark]:
    """Give the last word on each asset's renders that was not taken back."""
    ordered = sorted(events, key=lambda event: event.sequence)
    withdrawn = withdrawn_ids(ordered)
    spoken = [event for event in ordered if event.withdraws is None and event.event_id not in withdrawn]
    return {event.sku: event for event in spoken}


def reasons(qualities: Iterable[MeshQuality], remarks: Mapping[Sku, RenderRemark]) -> dict[Sku, str]:
    """Say of each asset whose renders stay out of the score why; a person's word counts more than a measure."""
    found = {quality.sku: UNLIKE for quality in qualities if is_poor(quality)}
    for sku, remark in remarks.items():
        if remark.verdict is RenderVerdict.WRONG:
            found[sku] = f"{remark.by} says that it is wrong"
        else:
            found.pop(sku, None)
    return found


def left_out(store: Store) -> dict[Sku, str]:
    """Say of each asset whose renders stay out of the score why, as the store knows it now."""
    return reasons(store.mesh_qualities.all(), standing_remarks(store.render_remarks.all()))


def without_renders(gallery: Gallery, skus: Collection[Sku]) -> Gallery:
    """Take the renders of some assets out of a gallery that has no confirmed views."""
    places = [at for at, sku in enumerate(gallery.skus) if sku in skus]
    kept = ~(np.isin(gallery.asset_of, places) & (gallery.kind_of == KINDS.index(ViewKind.RENDER)))
    if kept.all():
        return gallery
    asset_of, kind_of = gallery.asset_of[kept], gallery.kind_of[kept]
    code = kind_of * len(gallery.skus) + asset_of
    return replace(
        gallery,
        views=gallery.views.kept(kept),
        vectors={block: found.some(kept) for block, found in gallery.vectors.items()},
        asset_of=asset_of,
        kind_of=kind_of,
        starts=np.flatnonzero(np.r_[True, code[1:] != code[:-1]]).astype(np.int64) if len(code) else np.zeros(0, np.int64),
        firsts=np.zeros(0, np.int64),
        mesh_quality=None
        if gallery.mesh_quality is None
        else np.where(np.isin(range(len(gallery.skus)), places), np.nan, gallery.mesh_quality),
    )
