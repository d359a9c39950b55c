"""What weights need before any label: the basis, the photo shift, standardisation constants, and the house weights.

Only catalogue views and photos of the calibration side come in here; no label, no truth.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

import numpy as np

from data.domain import BasisVersion, FloatArray, ImageId, Photo, Side, Sku, View, ViewId, ViewKind, WeightsVersion
from data.ranking import Activation, BasisRecord, ConfirmedView, WeightsRecord
from data.store import Store
from matching.alignment import align_renders
from matching.backends import Backends
from matching.basis import Basis, pack
from matching.blocks import blocks_of
from matching.catalogue_basis import fit_catalogue_basis
from matching.evidence import Boxes, PhotoEvidence, load_basis, load_gallery, load_photos
from matching.gallery import Gallery, Query, build_gallery
from matching.gallery_views import GalleryView
from matching.similarity import channel_similarities
from matching.spoken import Corrections
from matching.weights import ChannelKind, Weights, block_of, from_json, house_weights, kind_of, to_json
from matching.word_reading import read_photo_words, with_words

HOUSE = "couture"
SHIFT_PRIOR = 10
"""Photos' worth of doubt: the shift of n photos counts n / (n + 10)."""

MOST_PHOTOS = 200
CONSTANTS_FROM = 64
"""Photos that are compared with all assets for mean and spread: more of them change neither."""

GROWTH = 2.0
Item = TypeVar("Item")


def calibration_photos(
    store: Store,
    backends: Backends,
    basis: Basis,
    *,
    most: int = MOST_PHOTOS,
    until: datetime | None = None,
    corrections: Corrections | None = None,
    boxes: Boxes | None = None,
) -> dict[ImageId, PhotoEvidence]:
    """Read described photos of the calibration side; an evenly spread sample where there are many.

    Args:
        store: where from.
        backends: which engines.
        basis: the catalogue's axes.
        most: how many at most.
        until: leave out photos that were submitted later.
        corrections: what people said; given, each photo comes with what is said of it.
        boxes: crops by hand; those that stand now where it is None.
    """
    chosen = calibration_sample(store.photos.all(), most=most, until=until)
    found = load_photos(store, backends, basis, {photo.image_id: photo.group for photo in chosen}, boxes=boxes)
    return found if corrections is None else with_words(found, read_photo_words(store, backends, chosen, corrections))


def calibration_sample(photos: Sequence[Photo], *, most: int = MOST_PHOTOS, until: datetime | None = None) -> list[Photo]:
    """Choose photos of the calibration side, evenly spread over their ids, described or not."""
    shot = [photo for photo in photos if photo.side is Side.CALIBRATION and (until is None or photo.submitted_at <= until)]
    return spread(sorted(shot, key=lambda photo: photo.photo_id), most)


def photo_shift(photos: Sequence[PhotoEvidence]) -> dict[str, dict[str, tuple[float, ...]]]:
    """Average the photos' vectors per block and mask hypothesis: how photos differ from studio pictures as a whole."""
    gathered: dict[str, dict[str, list[np.ndarray]]] = {}
    for photo in photos:
        for block, vectors in photo.query.vectors.items():
            for row, name in enumerate(photo.query.hypotheses):
                gathered.setdefault(block, {}).setdefault(name, []).append(vectors[row])
    return {
        block: {
            name: tuple(float(part) for part in np.mean(rows, axis=0) * len(rows) / (len(rows) + SHIFT_PRIOR))
            for name, rows in by_name.items()
        }
        for block, by_name in gathered.items()
    }


def with_constants(weights: Weights, gallery: Gallery, photos: Sequence[PhotoEvidence]) -> Weights:
    """Set mean and spread of each channel's similarity, over all pairs of some of these photos and the assets.

    Without photos, the references stand in for them. Channels of confirmed views are measured between the photos themselves,
    whatever they show: so they are right before the first photo is confirmed, and stay so. A channel that never speaks takes
    the constants of the same block's reference channel. How many assets there are is noted with them.
    """
    chosen = [photo.query for photo in spread(photos, CONSTANTS_FROM)]
    seen = [replace(query, group=query.group or f"alone {at}") for at, query in enumerate(chosen)]
    found = _pairs(seen or _reference_queries(gallery), gallery, weights)
    alike = _pairs(seen, _as_confirmed(seen), weights) if len(seen) > 1 else found
    means: dict[str, float] = {}
    scales: dict[str, float] = {}
    for at, channel in enumerate(weights.channels):
        values = alike[:, at] if kind_of(channel) is ChannelKind.CONFIRMED else found[:, at]
        spoken = values[~np.isnan(values)]
        fallback = f"{block_of(channel)}/{ChannelKind.REFERENCE.value}"
        means[channel] = float(spoken.mean()) if len(spoken) else means.get(fallback, 0.0)
        scales[channel] = max(float(spoken.std()), 1e-3) if len(spoken) else scales.get(fallback, 1.0)
    return replace(
        weights,
        means=tuple(means[channel] for channel in weights.channels),
        scales=tuple(scales[channel] for channel in weights.channels),
        assets=len(gallery.skus),
    )


def ensure_basis(store: Store, backends: Backends, *, refit: bool = False) -> Basis:
    """Give the newest basis; fit one on the catalogue where there is none, a new one is asked for, or embedders have changed.

    Raises:
        NotEnoughEvidence: the catalogue has fewer than two described pictures.
    """
    latest = store.bases.latest()
    if latest is not None and not refit:
        newest = load_basis(store, latest.version)
        if newest.knows(blocks_of(backends)):
            return newest
    version = BasisVersion(f"b{int(latest.version[1:]) + 1 if latest else 1}")
    basis = fit_catalogue_basis(store, backends, version)
    store.bases.put([BasisRecord(version=version, created_at=datetime.now(UTC), payload=pack(basis))])
    return basis


def ensure_weights(store: Store, backends: Backends, *, confirmed: Sequence[ConfirmedView] = (), refit: bool = False) -> Weights:
    """Give the active weights; make house weights where there are none yet, or none that a person took into use.

    Renders that are new are compared with their references first: those that are unlike them stay out of the score. House weights
    are made anew where photos to learn the shift from have doubled, and always with a new basis: what was fitted on the axes of
    another says nothing of these.
    """
    basis = ensure_basis(store, backends, refit=refit)
    align_renders(store, backends, basis)
    active, weights_basis = store.activations.active(), basis.version
    photos = list(calibration_photos(store, backends, basis).values())
    if active is not None:
        weights = from_json(store.weights.get(active).parameters)
        weights_basis = weights.basis
        by_house = store.activations.all()[-1].activated_by == HOUSE
        learned_from = json_photos(store.weights.get(active))
        if weights.basis == basis.version and not (by_house and len(photos) >= GROWTH * max(learned_from, 1)):
            return weights
    gallery = load_gallery(store, backends, basis, confirmed)
    version = WeightsVersion(f"v{store.weights.latest_number() + 1}")
    made = replace(house_weights(version, basis.version, tuple(gallery.vectors)), shift=photo_shift(photos))
    made = with_constants(made, gallery, photos)
    now = datetime.now(UTC)
    store.weights.put([record_of(made, parent=None, created_by=HOUSE, at=now, metrics={"shift_photos": len(photos)})])
    reason = _why(active, weights_basis, basis.version, refit=refit)
    store.activations.append(Activation(version=version, activated_by=HOUSE, at=now, reason=reason))
    return made


def _why(active: WeightsVersion | None, before: BasisVersion, now: BasisVersion, *, refit: bool) -> str:
    """Say why the house made new weights."""
    if active is None:
        return "before any label"
    if before == now:
        return "more photos to learn the photo shift from"
    return "new basis" if refit else "new basis, for other embedders"


def record_of(
    weights: Weights,
    *,
    parent: WeightsVersion | None,
    created_by: str,
    at: datetime,
    metrics: Mapping[str, object],
    watermark: int = -1,
    seed: int = 0,
) -> WeightsRecord:
    """Make the stored form of a weights version."""
    return WeightsRecord(
        version=weights.version,
        parent=parent,
        basis=weights.basis,
        created_at=at,
        created_by=created_by,
        watermark=watermark,
        seed=seed,
        parameters=to_json(weights),
        metrics=json.dumps(metrics),
    )


def json_photos(record: WeightsRecord) -> int:
    """Read from a version how many photos its shift was learned from."""
    return int(json.loads(record.metrics).get("shift_photos", 0))


def _pairs(queries: Sequence[Query], gallery: Gallery, weights: Weights) -> FloatArray:
    """Compare each photo with each asset: (n_pairs, n_channels)."""
    return np.concatenate([channel_similarities(query, gallery, weights).reshape(-1, len(weights.channels)) for query in queries])


def _as_confirmed(queries: Sequence[Query]) -> Gallery:
    """Take each photo for a confirmed view of an asset of its own."""
    skus = [Sku(str(at)) for at in range(len(queries))]
    rows = [
        GalleryView(view=_pretended(sku), group=query.group, hypothesis=name)
        for sku, query in zip(skus, queries, strict=True)
        for name in query.hypotheses
    ]
    blocks = queries[0].vectors
    return build_gallery(skus, rows, {block: np.concatenate([query.vectors[block] for query in queries]) for block in blocks})


def _pretended(sku: Sku) -> View:
    return View(view_id=ViewId(sku), sku=sku, image_id=ImageId(sku), kind=ViewKind.CONFIRMED, yaw_deg=None, source="constants")


def _reference_queries(gallery: Gallery) -> list[Query]:
    return [
        Query(hypotheses=(row.hypothesis,), vectors={block: found.raw(at)[None] for block, found in gallery.vectors.items()})
        for at, row in spread(list(enumerate(gallery.views)), CONSTANTS_FROM)
    ]


def spread(items: Sequence[Item], most: int) -> list[Item]:
    """Take at most so many, evenly spread."""
    return [items[at] for at in np.unique(np.linspace(0, len(items) - 1, most).round().astype(int))] if items else []
