"""A proposal beside what ranks now, photo by photo: what the gate judges, and what would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from data.domain import PhotoId, Side, Sku
from feedback.evaluation import measure
from feedback.gate import Judgement, judge
from feedback.known_photos import known_photo
from feedback.metrics import Interval, Ranks, auroc, auroc_difference, bootstrap_interval, top_k
from feedback.samples import Bench, LabelledPhoto
from matching.weights import Weights


@dataclass(frozen=True, kw_only=True)
class Flip:
    """A photo whose first candidate changes from right to wrong, or from wrong to right.

    On the calibration side the proposal's rank is that of weights which were fitted without the photo.
    """

    photo_id: PhotoId
    sku: Sku
    gained: bool
    side: Side = Side.TEST


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What the sealed side says of a proposal.

    Attributes:
        judgement: the gate's.
        flips: sealed photos whose first candidate changes.
        by_category: Top-1 of the proposal in each category.
        no_match_auroc: of the proposal; None without both kinds of photo.
        top1: of the proposal on the sealed side; None where no sealed photo shows an asset.
        top1_before: the same of what ranks now.
    """

    judgement: Judgement
    flips: tuple[Flip, ...]
    by_category: Mapping[str, Interval]
    no_match_auroc: Interval | None
    top1: Interval | None = None
    top1_before: Interval | None = None


def compare(  # noqa: PLR0917
    sealed: Sequence[LabelledPhoto],
    bench: Bench,
    present: Weights,
    proposal: Weights,
    categories: Mapping[Sku, str],
    gain: float,
    *,
    suspicions: Sequence[str] = (),
    looks: int | None = None,
) -> Comparison:
    """Rank the sealed photos by both weights and ask the gate.

    Args:
        sealed: labelled photos of the sealed side.
        bench: the catalogue.
        present: what ranks now.
        proposal: what may.
        categories: of the assets.
        gain: cross-fitted, on the calibration side.
        suspicions: what may poison the labels.
        looks: how many proposals have looked at the sealed side, this one included.
    """
    tests = [
        known_photo(photo.evidence, photo.sku, photo.photo.group, categories, {photo.sku: photo.positives} if photo.sku else {})
        for photo in sealed
    ]
    if not tests:
        empty, names = np.zeros(0), np.zeros(0, dtype=np.str_)
        judged = judge(empty, empty, names, names, cross_fitted_gain=gain, suspicions=suspicions)
        return Comparison(judgement=judged, flips=(), by_category={}, no_match_auroc=None)
    before, after = measure(tests, bench, present), measure(tests, bench, proposal)
    was, now, there = top_k(before.ranks, 1), top_k(after.ranks, 1), after.in_dam
    judgement = judge(
        was[there],
        now[there],
        after.clusters[there],
        after.categories[there],
        cross_fitted_gain=gain,
        no_match_difference=auroc_difference(before.no_match, after.no_match, ~there, after.clusters),
        suspicions=suspicions,
        looks=looks,
    )
    own = {str(name): there & (after.categories == name) for name in np.unique(after.categories[there])}
    return Comparison(
        judgement=judgement,
        flips=flips_of(sealed, before.ranks, after.ranks, Side.TEST),
        by_category={name: bootstrap_interval(now[rows], after.clusters[rows]) for name, rows in own.items()},
        no_match_auroc=auroc(after.no_match, ~there, after.clusters),
        top1=bootstrap_interval(now[there], after.clusters[there]) if there.any() else None,
        top1_before=bootstrap_interval(was[there], after.clusters[there]) if there.any() else None,
    )


def flips_of(photos: Sequence[LabelledPhoto], before: Ranks, after: Ranks, side: Side) -> tuple[Flip, ...]:
    """List the photos whose asset comes first by one of two rankings alone."""
    return tuple(
        Flip(photo_id=photo.photo.photo_id, sku=photo.sku, gained=bool(now == 1), side=side)
        for photo, was, now in zip(photos, before, after, strict=True)
        if photo.sku is not None and (was == 1) != (now == 1)
    )
