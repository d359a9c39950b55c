"""Stored evidence on the catalogue's axes: the gallery's views and the photos' queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.crops import Box
from data.domain import BasisVersion, ImageId, LocalFeatures, Sku, View, ViewId, ViewKind
from data.errors import NotEnoughEvidence
from data.ranking import ConfirmedView
from data.store import Store
from matching.arrays import IntArray
from matching.backends import Backends
from matching.basis import Basis, unpack
from matching.blocks import KEYPOINTS, blocks_of
from matching.crops import standing_boxes
from matching.cutouts import upright_name
from matching.described import Described, kept_blocks, load_described
from matching.describing import PictureEvidence
from matching.gallery import Gallery, Query, build_gallery, with_confirmed
from matching.gallery_views import GalleryView, GalleryViews
from matching.left_out import left_out
from matching.ports import Keypoints
from matching.sharing import shared_gallery
from matching.stored_vectors import CutOutKey, local_features

Boxes = Mapping[ImageId, Box]


@dataclass(frozen=True, kw_only=True)
class PhotoEvidence:
    """A photo ready to be matched: its query, and local features per mask hypothesis."""

    query: Query
    keypoints: tuple[Keypoints, ...]


def load_gallery(
    store: Store, backends: Backends, basis: Basis, confirmed: Sequence[ConfirmedView], *, boxes: Boxes | None = None
) -> Gallery:
    """Read every view of the catalogue, with the confirmed ones that may be seen, cropped as `load_queries` does."""
    queries = load_queries(store, backends, basis, {seen.image_id for seen in confirmed}, boxes=boxes)
    return add_confirmed(load_catalogue(store, backends, basis), confirmed, queries)


def load_catalogue(store: Store, backends: Backends, basis: Basis) -> Gallery:
    """Give the references and renders that are described and not left out: the cut-out of one mask each, upright and tilted.

    Whoever asks while another holds the same catalogue gets the same gallery.
    """
    out, versions = left_out(store), tuple(table.version for table in (store.views, store.assets, store.mesh_qualities))
    described = frozenset(store.views.image_ids() & store.descriptions.done(backends.describer))
    state = str(store.address), basis.version, tuple(kept_blocks(basis, backends)), versions, described, frozenset(out)
    return shared_gallery(state, lambda: _read_catalogue(store, backends, basis, out))


def _read_catalogue(store: Store, backends: Backends, basis: Basis, out: Collection[Sku]) -> Gallery:
    stored = store.views.columns().without_renders(out)
    images = stored.image_ids()
    described = load_described(store, backends, basis, images)
    rows, picked = _cutouts_of(images, described)
    views = GalleryViews(
        stored=stored,
        rows=rows.astype(np.int32),
        masks=described.mask_of[picked].astype(np.int16),
        hypotheses=described.hypotheses,
    )
    came = store.assets.arrivals()
    skus = list(came)
    arrivals = np.argsort(np.argsort([when.timestamp() for when in came.values()], kind="stable"), kind="stable")
    places = {block: described.rows_of(block)[picked] for block in described.kept}
    gallery = replace(build_gallery(skus, views, described.kept, rows=places, shared=[KEYPOINTS]), arrivals=arrivals)
    qualities = {one.sku: one.outline_iou for one in store.mesh_qualities.all() if one.sku not in out}
    return replace(gallery, mesh_quality=np.array([qualities.get(sku, np.nan) for sku in skus])) if qualities else gallery


def _cutouts_of(images: Sequence[ImageId], described: Described) -> tuple[IntArray, IntArray]:
    """Find the cut-outs of pictures, of one mask each: (n,) positions of pictures, and (n,) rows of what is described."""
    upright = np.array([described.hypotheses.index(upright_name(name)) for name in described.hypotheses], dtype=np.int64)
    mask, image = described.mask_of, described.image_of
    first = np.full(len(described.images), -1, dtype=np.int64)
    whole = np.flatnonzero(upright[mask] == mask)[::-1]
    first[image[whole]] = mask[whole]  # of several masks the one that comes first
    own = np.flatnonzero(upright[mask] == first[image])
    own = own[np.argsort(image[own], kind="stable")]
    counts = np.bincount(image[own], minlength=len(described.images))
    place = {image_id: at for at, image_id in enumerate(described.images)}
    asked = np.array([place[image_id] for image_id in images], dtype=np.int64)
    many = counts[asked]
    rows = np.repeat(np.arange(len(asked)), many)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    return rows, own[(np.cumsum(counts) - counts)[asked][rows] + within]


def add_confirmed(catalogue: Gallery, confirmed: Sequence[ConfirmedView], queries: Mapping[ImageId, Query]) -> Gallery:
    """Add confirmed photos as views of their assets, one per mask hypothesis; those that are not described are left out."""
    seen = [(view, queries[view.image_id]) for view in confirmed if view.image_id in queries]
    if not seen:
        return catalogue
    rows = [
        GalleryView(view=_as_view(view), group=view.group, hypothesis=name) for view, query in seen for name in query.hypotheses
    ]
    vectors = {block: np.concatenate([query.vectors[block] for _, query in seen]) for block in seen[0][1].vectors}
    return with_confirmed(catalogue, rows, vectors)


def load_queries(
    store: Store, backends: Backends, basis: Basis, image_ids: Iterable[ImageId], *, boxes: Boxes | None = None
) -> dict[ImageId, Query]:
    """Read photos as queries without a group, by image; those not described are left out.

    They are as people have cropped them: by `boxes`, or where these are None by the crops that stand now.
    """
    wanted = set(image_ids)
    if not wanted:
        return {}
    described = load_described(store, backends, basis, wanted, standing_boxes(store) if boxes is None else boxes)
    given_up = store.masks.given_up(wanted)
    return {
        image_id: Query(
            hypotheses=tuple(described.keys[at][1] for at in places),
            fell_back=tuple(described.keys[at] in given_up for at in places),
            vectors=described.of(np.array(places, dtype=np.int64)),
        )
        for image_id, places in _upright_places(described).items()
    }


def load_photos(
    store: Store, backends: Backends, basis: Basis, groups: Mapping[ImageId, str], *, boxes: Boxes | None = None
) -> dict[ImageId, PhotoEvidence]:
    """Read photos as `load_queries` does; `groups` gives the group of each."""
    features = local_features(store, set(groups))
    return {
        image_id: PhotoEvidence(
            query=replace(query, group=groups[image_id]),
            keypoints=tuple(_as_keypoints(features[image_id, name]) for name in query.hypotheses),
        )
        for image_id, query in load_queries(store, backends, basis, groups, boxes=boxes).items()
    }


def is_described(store: Store, backends: Backends, basis: Basis, image_id: ImageId) -> bool:
    """Say whether an image is described as the remover cuts it."""
    return bool(load_described(store, backends, basis, [image_id]).keys)


def read_evidence(evidence: PictureEvidence, basis: Basis, *, group: str = "") -> PhotoEvidence:
    """Make a query of a picture that was described just now and is stored nowhere, with the embedders of the basis."""
    rows = [evidence.names.index(cut.hypothesis) for cut in evidence.cutouts]
    vectors = {block: basis.project(block, evidence.vectors[block][rows]) for block in basis.blocks}
    pooled = np.stack([basis.aggregate(cut.keypoints.descriptors) for cut in evidence.cutouts])
    vectors[KEYPOINTS] = basis.project(KEYPOINTS, pooled)
    names, fell_back = tuple(cut.hypothesis for cut in evidence.cutouts), tuple(cut.fell_back for cut in evidence.cutouts)
    query = Query(hypotheses=names, fell_back=fell_back, vectors=vectors, group=group)
    return PhotoEvidence(query=query, keypoints=tuple(cut.keypoints for cut in evidence.cutouts))


def refuse_other_embedders(basis: Basis, backends: Backends) -> None:
    """Refuse to compare what is described now with a catalogue that was indexed otherwise.

    Raises:
        NotEnoughEvidence: the basis was fitted on other embedders, or on other revisions of them.
        MissingBackend: a model is not here.
    """
    if not basis.knows(blocks_of(backends)):
        raise NotEnoughEvidence(
            f"the catalogue that ranks was indexed by other embedders than settings name now ({', '.join(backends.embedders)})",
            remedy="run 'couture index', and restart the dashboard where settings have changed since it was started",
        )


def upright(key: CutOutKey) -> CutOutKey:
    """Give the cut-out whose local features a tilted one shares."""
    return key[0], upright_name(key[1])


def _upright_places(described: Described) -> dict[ImageId, list[int]]:
    found: dict[ImageId, list[int]] = {}
    for at, key in enumerate(described.keys):
        if upright(key) == key:
            found.setdefault(key[0], []).append(at)
    return found


def load_basis(store: Store, version: BasisVersion) -> Basis:
    """Read a basis by its version.

    Raises:
        NotFound: there is none of that name.
    """
    return unpack(version, store.bases.get(version).payload)


def view_keypoints(store: Store, image_ids: Iterable[ImageId]) -> dict[CutOutKey, Keypoints]:
    """Read the local features of views, by image and mask hypothesis."""
    return {key: _as_keypoints(found) for key, found in local_features(store, set(image_ids)).items()}


def _as_view(seen: ConfirmedView) -> View:
    return View(
        view_id=ViewId(f"confirmed-{seen.photo_id}"),
        sku=seen.sku,
        image_id=seen.image_id,
        kind=ViewKind.CONFIRMED,
        yaw_deg=None,
        source="review",
    )


def _as_keypoints(found: LocalFeatures) -> Keypoints:
    return Keypoints(positions=found.positions, descriptors=found.descriptors)
