"""From the labels of one moment to weights: everything that a fit reads, and nothing of the sealed side.

The same moment gives the same weights, bit for bit, so any version can be made again from what is stored of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from data.crops import Box
from data.domain import ImageId, Photo, PhotoId, Reviewer, Side, ViewKind, WeightsVersion
from data.events import Review
from data.store import Store
from feedback.checks import fit_checks
from feedback.confirmed import confirmed_views
from feedback.corrections import corrections_of
from feedback.equivalence import equivalents_of
from feedback.examples import gather
from feedback.fitting import Fit, components_of, fit_weights
from feedback.fitting_features import fit_features
from feedback.fitting_loss import Objective
from feedback.gold import standing_gold, without_checks
from feedback.labels import Label, labels_of, without_accepted
from feedback.metrics import Clusters, Interval, Ranks, Values, bootstrap_interval, paired_difference, top_k
from feedback.samples import Bench, LabelledPhoto, labelled_photos
from feedback.shown import read_shown
from feedback.versions import house_ancestor
from matching.backends import NONE, Backends
from matching.basis import Basis
from matching.crops import boxes_of
from matching.evidence import load_basis, load_gallery, load_photos, load_queries
from matching.gallery import Gallery
from matching.preparation import calibration_photos, calibration_sample, photo_shift, spread, with_constants
from matching.readers import KeypointReader
from matching.weights import Weights
from matching.word_reading import read_catalogue_words, read_photo_words, with_words
from matching.worded import with_text

Progress = Callable[[str, int, int], None]

MOST_COMING = 150
"""Photos without a label, evenly spread, that tell how many first photos will come: each costs 20 ms."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What there was to learn from.

    Attributes:
        watermark: sequence of the last event; −1 where there is none.
        equivalences: sequence of the last declaration of equivalent skus.
        corrections: sequence of the last corrected word.
        crops: sequence of the last crop by hand.
        gold: sequence of the last gold mark; None where that was not noted, and all count.
        until: photos that were submitted later have no part, not even in the photo shift.
        without: reviewers whose labels are left out.
        undescribed: images that were there without vectors, so that what is described since has no part.
    """

    watermark: int
    equivalences: int
    until: datetime
    corrections: int = -1
    crops: int = -1
    gold: int | None = None
    without: tuple[Reviewer, ...] = ()
    undescribed: frozenset[ImageId] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Tuned:
    """Fitted weights, with what they were fitted on and measured against.

    Attributes:
        weights: fitted.
        fit: how they came about.
        photos: (n,) that were fitted on, in the order of the fit's ranks.
        bench: the catalogue, with the confirmed views of the moment.
        labels: what was known of each photo.
        shift_photos: how many photos the photo shift was learned from.
        present_ranks: (n,) of the same photos by the weights that rank now.
        catalogue: digest of the views that were compared with.
        undescribed: images that would have had a part, and had no vectors.
    """

    weights: Weights
    fit: Fit
    photos: tuple[LabelledPhoto, ...]
    bench: Bench
    labels: dict[PhotoId, Label]
    shift_photos: int
    present_ranks: Ranks
    catalogue: str
    undescribed: frozenset[ImageId]

    @property
    def held_out(self) -> Interval:
        """Top-1 of weights that did not see the photo."""
        return bootstrap_interval(self._first(self.fit.held_out_ranks), self._skus)

    @property
    def gain(self) -> Interval:
        """How much that is over the weights that rank now."""
        return paired_difference(self._first(self.present_ranks), self._first(self.fit.held_out_ranks), self._skus)

    @property
    def _skus(self) -> Clusters:
        return np.array([min(photo.positives) for photo in self.photos if photo.positives], dtype=np.str_)

    def _first(self, ranks: Ranks) -> Values:
        return top_k(ranks[[bool(photo.positives) for photo in self.photos]], 1)


def events_at(store: Store, moment: Moment) -> list[Review]:
    """Read the events of a moment, but what auto-accept said: nothing is taught by its own word."""
    left_out = frozenset(moment.without)
    said = without_accepted(store.events.all())
    return [review for review in said if review.sequence <= moment.watermark and review.reviewer not in left_out]


def tune(  # noqa: PLR0917
    store: Store, backends: Backends, present: Weights, moment: Moment, version: WeightsVersion, on_progress: Progress
) -> Tuned:
    """Fit weights on the calibration side.

    The pull leads to the house weights that the present ones descend from, which no label has touched: so the same labels
    give the same weights however often one retunes, and cross-validation is not flattered by a parent that saw its folds.

    Args:
        store: where from.
        backends: which engines.
        present: what ranks now.
        moment: what there is to learn from.
        version: name of what is fitted.
        on_progress: told the stage, how much is done, how much there is.

    Raises:
        NotEnoughEvidence: too few labels to fit.
    """
    on_progress("reading labels", 0, 1)
    events, basis = events_at(store, moment), load_basis(store, present.basis)
    declared = [event for event in store.equivalences.all() if event.sequence <= moment.equivalences]
    marks = [mark for mark in store.gold_marks.all() if moment.gold is None or mark.sequence <= moment.gold]
    labels = labels_of(without_checks(events, standing_gold(marks)), equivalents_of(declared))
    shown = read_shown(store, events)
    there = [photo for photo in store.photos.all() if photo.submitted_at <= moment.until]
    boxes = boxes_of(event for event in store.crops.all() if event.sequence <= moment.crops)
    waiting = [photo for photo in there if photo.side is Side.CALIBRATION and photo.photo_id not in labels]
    asked = spread(sorted(waiting, key=lambda photo: photo.photo_id), MOST_COMING)
    known = [photo for photo in there if photo.side is Side.CALIBRATION and photo.photo_id in labels]
    gone = moment.undescribed | _undescribed(store, backends, basis, [*calibration_sample(there), *asked, *known], boxes)
    seen = [
        view for view in confirmed_views(labels, sorted(there, key=lambda photo: photo.photo_id)) if view.image_id not in gone
    ]
    skus = set(store.assets.skus())
    gallery = load_gallery(store, backends, basis, [view for view in seen if view.sku in skus], boxes=boxes)
    said = corrections_of(event for event in store.corrections.all() if event.sequence <= moment.corrections)
    gallery = replace(gallery, worded=read_catalogue_words(store, backends, gallery.skus, said))
    bench = Bench(gallery=gallery, reader=KeypointReader(store))
    described = {row.view.sku for row in gallery.views if row.view.kind is not ViewKind.CONFIRMED}
    labelled = labelled_photos(
        store, backends, basis, Side.CALIBRATION, labels=labels, shown=shown, corrections=said, boxes=boxes
    )
    photos = [one for one in labelled if (one.sku is None or one.sku in described) and one.photo.image_id not in gone]
    on_progress("reading labels", 1, 1)
    sample = calibration_photos(store, backends, basis, until=moment.until, corrections=said, boxes=boxes)
    shot = [evidence for image_id, evidence in sample.items() if image_id not in gone]
    house = house_ancestor(store, present.version)
    shifted = replace(house, shift=photo_shift(shot))
    start = with_constants(shifted if backends.text_embedder == NONE else with_text(shifted), gallery, shot)
    learned = [photo for photo in photos if photo.positives or photo.refused]
    examples = gather(learned, bench, start, on_photo=lambda done, total: on_progress("comparing labelled photos", done, total))
    components = components_of(
        [min(photo.positives) if photo.positives else f"unknown {photo.photo.photo_id}" for photo in learned],
        [photo.photo.group for photo in learned],
    )
    found = with_words(
        load_photos(store, backends, basis, {photo.image_id: photo.group for photo in asked}, boxes=boxes),
        read_photo_words(store, backends, asked, said),
    )
    unlabelled = [
        LabelledPhoto(photo=one, sku=None, evidence=found[one.image_id])
        for one in asked
        if one.image_id in found and one.image_id not in gone
    ]
    coming = gather(unlabelled, bench, start, checked=MOST_COMING)
    fit = fit_weights(examples, components, start, coming=coming, on_fit=lambda done, total: on_progress("fitting", done, total))
    on_progress("weighing features", 0, 1)
    fit = fit_features(learned, examples, components, bench, start, fit)
    on_progress("weighing features", 1, 1)
    chosen = replace(fit.weights, version=version)
    held_out = dict(zip((photo.photo.photo_id for photo in learned), fit.held_out_weights, strict=True))
    fitted = fit_checks(
        chosen,
        photos,
        bench,
        [held_out.get(photo.photo.photo_id, chosen) for photo in photos],
        on_photo=lambda done, total: on_progress("calibrating", done, total),
    )
    return Tuned(
        weights=fitted,
        fit=fit,
        photos=tuple(learned),
        bench=bench,
        labels=labels,
        shift_photos=len(shot),
        present_ranks=fit.start_ranks if house.version == present.version else _ranks_by(learned, bench, present),
        catalogue=digest_of(gallery),
        undescribed=gone,
    )


def _undescribed(
    store: Store, backends: Backends, basis: Basis, photos: Sequence[Photo], boxes: Mapping[ImageId, Box]
) -> frozenset[ImageId]:
    """Name the images of photos that have no vectors now; those that are described while a fit goes on have no part in it."""
    images = {photo.image_id for photo in photos}
    return frozenset(images - set(load_queries(store, backends, basis, images, boxes=boxes)))


def digest_of(gallery: Gallery) -> str:
    """Name the catalogue's own views: another name tells that views have come or gone."""
    rows = "\n".join(f"{row.view.view_id} {row.hypothesis}" for row in gallery.views[: gallery.own])
    return hashlib.blake2b(rows.encode(), digest_size=16).hexdigest()


def _ranks_by(photos: Sequence[LabelledPhoto], bench: Bench, weights: Weights) -> Ranks:
    """Rank the photos by other weights as the fit ranks its own."""
    examples = gather(photos, bench.folded(weights), weights)
    objective = Objective(examples, weights)
    return objective.ranks(objective.zero(), np.arange(len(examples)))
