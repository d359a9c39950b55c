"""Confirmed views: photos that reviewers confirmed.

They are projected from events and never stored, so that an undo undoes them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from data.domain import Photo, PhotoId, Side, Sku
from data.ranking import ConfirmedView
from data.store import Store
from feedback.blindness import Sight
from feedback.board import board_of
from feedback.held_back import held_back
from feedback.labels import Label, LabelKind
from feedback.versions import left_out


def confirmed_views(labels: Mapping[PhotoId, Label], photos: Iterable[Photo]) -> list[ConfirmedView]:
    """List the photos whose standing reviews agree on one article, and whose side may be learned from.

    Of equivalent skus the view belongs to the one that most reviewers chose. Photos on the sealed side, quarantined ones, and
    those that only auto-accept has matched never become views.
    """
    found = []
    for photo in photos:
        label = labels.get(photo.photo_id)
        if label is None or label.chosen is None or label.accepted or photo.side is not Side.CALIBRATION:
            continue
        sku, image_id = label.chosen, photo.image_id
        found.append(ConfirmedView(sku=sku, photo_id=photo.photo_id, image_id=image_id, group=photo.group, side=photo.side))
    return found


def read_confirmed_views(store: Store) -> list[ConfirmedView]:
    """List the confirmed views as the events say now, without those of reviewers who are left out of the weights or held back."""
    labels = board_of(store).labels(without=left_out(store) | held_back(store))
    matched = [photo_id for photo_id, label in labels.items() if label.kind is LabelKind.MATCH]
    known = set(store.assets.skus()) if matched else set()
    found = confirmed_views(labels, sorted(store.photos.of(matched), key=lambda photo: photo.photo_id))
    return [view for view in found if view.sku in known]


def read_views_seen(store: Store, sku: Sku, sight: Sight) -> list[ConfirmedView]:
    """List the confirmed views of one asset that a person may know of; the other photos are not read.

    Gold that they confirmed as a check is among them, as any other photo of which they alone have spoken.
    """
    silent = left_out(store) | held_back(store)
    labels = board_of(store).labels(without=silent)
    own = {photo_id: label for photo_id, label in labels.items() if label.chosen == sku and sight.may_see_label(photo_id)}
    if sight.viewer not in silent:
        own |= {photo_id: label for photo_id, label in sight.answered.items() if label.chosen == sku}
    return confirmed_views(own, sorted(store.photos.of(own), key=lambda photo: photo.photo_id))
