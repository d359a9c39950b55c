"""Why two pictures are taken for one article: the local features that agree, in places of the whole pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from data.domain import BoolArray, FloatArray, ImageId, PhotoId, Sku
from data.store import Store
from matching.backends import Backends
from matching.crops import BY_HAND, counts, standing_boxes
from matching.cutouts import MARGIN, SIZE_PX
from matching.evidence import view_keypoints
from matching.geometry import FEWEST_INLIERS, FEWEST_MATCHES, agreeing, matches
from matching.masks import decode_mask
from matching.ports import Keypoints
from matching.stored_vectors import CutOutKey


@dataclass(frozen=True, kw_only=True)
class Correspondences:
    """What agrees between a photo and a view of an asset.

    Attributes:
        photo: the photo's image.
        view: the view's image; None where the asset has no view.
        pairs: (n, 4), x and y in the photo, then in the view, each in 0 … 1 of the picture's width or height; no rows where the
            pictures do not agree.
    """

    photo: ImageId
    view: ImageId | None
    pairs: FloatArray


def find_correspondences(store: Store, backends: Backends, photo_id: PhotoId, sku: Sku) -> Correspondences:
    """Match a photo's local features with those of an asset's references and renders; take the view that agrees best.

    Every mask hypothesis of both is tried, so that at least what the ranking has checked is seen.

    Raises:
        NotFound: there is no such photo or asset.
    """
    photo, asset = store.photos.get(photo_id), store.assets.get(sku)
    views = list(dict.fromkeys(view.image_id for view in store.views.of(asset.sku)))
    points = view_keypoints(store, [photo.image_id, *views])
    found = Correspondences(photo=photo.image_id, view=views[0] if views else None, pairs=np.zeros((0, 4), np.float32))
    masks = _masks(store, backends, [photo.image_id, *views])
    box = standing_boxes(store).get(photo.image_id)
    for own in (key for key in points if key[0] == photo.image_id and key in masks and counts(key[1], box)):
        for other in (key for key in points if key[0] in views and key in masks):
            pairs = agreeing_pairs(points[own], points[other])
            if len(pairs) > len(found.pairs):
                placed = [place_in_picture(pairs[:, :2], masks[own]), place_in_picture(pairs[:, 2:], masks[other])]
                found = Correspondences(photo=photo.image_id, view=other[0], pairs=np.concatenate(placed, axis=1))
    return found


def agreeing_pairs(photo: Keypoints, view: Keypoints) -> FloatArray:
    """Pair the local features that agree on one turn, scale and move: (n, 4), in pixels of both cut-outs; none below six."""
    pairs = matches(photo, view)
    source, target = photo.positions[pairs[:, 0]], view.positions[pairs[:, 1]]
    placed = np.concatenate([source, target], axis=1)
    if len(pairs) < FEWEST_MATCHES:
        return placed[:0]
    agree = placed[agreeing(source, target)]
    return agree if len(agree) >= FEWEST_INLIERS else agree[:0]


def place_in_picture(positions: FloatArray, mask: BoolArray) -> FloatArray:
    """Undo `matching.cutouts.zoom`: bring places in a cut-out back to its picture.

    Args:
        positions: (n, 2), x and y in pixels of the cut-out.
        mask: (height, width), what it was cut with, in the picture's proportions at any size; not empty.

    Returns:
        (n, 2), in 0 … 1 of the picture's width and height.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0]
    side = max(height, width) * (1 + 2 * MARGIN)
    corner = np.array([columns[0] - (side - width) / 2, rows[0] - (side - height) / 2])
    places = (corner + (positions + 0.5) * side / SIZE_PX) / np.array([mask.shape[1], mask.shape[0]])
    return np.asarray(np.clip(places, 0, 1), dtype=np.float32)


def _masks(store: Store, backends: Backends, image_ids: Iterable[ImageId]) -> dict[CutOutKey, BoolArray]:
    wanted = set(image_ids)
    stored = [*store.masks.of(wanted, backends.remover).values(), *store.masks.of(wanted, BY_HAND).values()]
    masks = {(mask.image_id, mask.hypothesis): decode_mask(mask.png) for found in stored for mask in found}
    return {key: mask for key, mask in masks.items() if mask.any()}
