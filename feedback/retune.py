"""Retuning: from the calibration set's labels to a proposal, its comparison on the sealed side, and the gate's word."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

import numpy as np

from data.domain import PhotoId, Side, Sku, ViewKind, WeightsVersion
from data.errors import NotAllowed
from data.store import Store
from feedback.checks import fit_checks
from feedback.evaluation import active_weights, measure
from feedback.fitting import components_of, fit_channels
from feedback.gate import Judgement, Outcome, judge
from feedback.known_photos import known_photo
from feedback.labels import labels_of
from feedback.metrics import auroc_difference, top_k
from feedback.samples import Bench, LabelledPhoto, fused_ranks, labelled_photos, load_bench, similarity_tensor, targets
from feedback.versions import activate, house_ancestor
from matching.backends import Backends
from matching.evidence import load_basis
from matching.preparation import calibration_photos, photo_shift, record_of, with_constants
from matching.weights import Weights

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Flip:
    """A sealed photo whose first candidate changes from right to wrong, or from wrong to right."""

    photo_id: PhotoId
    sku: Sku
    gained: bool


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Weights that were fitted, with their held-out comparison, not yet in use unless `activated`.

    Attributes:
        version: of the weights; the parent's where there were too few labels to fit.
        parent: what ranks now.
        labels: confirmed photos of the calibration side that were fitted on.
        judgement: what the gate says.
        flips: sealed photos whose first candidate changes.
        activated: whether it was taken into use.
        strength: of the pull toward the house weights, chosen by cross-validation.
    """

    version: WeightsVersion
    parent: WeightsVersion
    labels: int
    judgement: Judgement
    flips: tuple[Flip, ...]
    activated: bool
    strength: float | None


def retune(
    store: Store,
    backends: Backends,
    *,
    by: str,
    take: bool = False,
    force: bool = False,
    seed: int = 0,
    on_progress: Progress | None = None,
) -> Proposal:
    """Fit weights on the calibration side, compare them on the sealed side, store them as a proposal.

    The pull leads to the house weights that the present ones descend from, which no label has touched: so the same labels
    give the same weights however often one retunes, and cross-validation is not flattered by a parent that saw its folds.

    Args:
        store: where from and to.
        backends: which engines.
        by: who asks.
        take: activate it where the gate allows.
        force: activate it in any case, on the record.
        seed: kept with the version; the fit itself draws nothing.
        on_progress: told the stage, how much is done, how much there is.

    Raises:
        NotEnoughEvidence: too few labels to fit, or nothing is indexed.
    """
    report = on_progress or (lambda _stage, _done, _total: None)
    parent = active_weights(store)
    events = store.events.all()
    labels = labels_of(events)
    basis = load_basis(store, parent.basis)
    report("reading", 0, 4)
    bench = load_bench(store, backends, basis)
    seen = {row.view.sku for row in bench.gallery.views if row.view.kind is not ViewKind.CONFIRMED}
    labelled = labelled_photos(store, backends, basis, Side.CALIBRATION, labels=labels)
    photos = [photo for photo in labelled if photo.sku is None or photo.sku in seen]
    report("fitting", 1, 4)
    shot = list(calibration_photos(store, backends, basis).values())
    shifted = replace(house_ancestor(store, parent.version), shift=photo_shift(shot))
    start = with_constants(shifted, bench.gallery, shot)
    matches = [photo for photo in photos if photo.sku in seen]
    components = components_of([str(photo.sku) for photo in matches], [photo.photo.group for photo in matches])
    fit = fit_channels(similarity_tensor(matches, bench.gallery, start), targets(matches, bench.gallery), components, start)
    report("checks", 2, 4)
    version = WeightsVersion(f"v{store.weights.latest_number() + 1}")
    chosen = replace(fit.weights, version=version)
    held_out = iter(fit.held_out_weights)
    fitted = fit_checks(chosen, photos, bench, [chosen if photo.sku is None else next(held_out) for photo in photos])
    report("comparing", 3, 4)
    gain = float((fit.held_out_ranks == 1).mean() - (fused_ranks(matches, bench.gallery, parent) == 1).mean())
    sealed = labelled_photos(store, backends, basis, Side.TEST, labels=labels)
    judgement, flips = compare(sealed, bench, parent, fitted, {a.sku: a.category for a in store.assets.all()}, gain=gain)
    metrics = {
        "labels": len(matches),
        "sealed": len([photo for photo in sealed if photo.sku is not None]),
        "strength": fit.strength,
        "cross_fitted_gain": gain,
        "outcome": judgement.outcome.value,
        "reason": judgement.reason,
        "shift_photos": len(shot),
        "judgement": asdict(judgement),
        "flips": [asdict(flip) for flip in flips],
    }
    now = datetime.now(UTC)
    watermark = events[-1].sequence if events else -1
    record = record_of(fitted, parent=parent.version, created_by=by, at=now, metrics=metrics, watermark=watermark, seed=seed)
    store.weights.put([record])
    report("comparing", 4, 4)
    allowed = judgement.allowed or force
    if take and allowed:
        why = judgement.reason if judgement.allowed else f"forced; {judgement.reason}"
        activate(store, version, by=by, reason=why, at=now)
    return Proposal(
        version=version,
        parent=parent.version,
        labels=len(matches),
        judgement=judgement,
        flips=flips,
        activated=take and allowed,
        strength=fit.strength,
    )


def compare(
    sealed: Sequence[LabelledPhoto],
    bench: Bench,
    present: Weights,
    proposal: Weights,
    categories: dict[Sku, str],
    *,
    gain: float,
) -> tuple[Judgement, tuple[Flip, ...]]:
    """Rank the sealed photos by both weights and ask the gate."""
    tests = [known_photo(photo.evidence, photo.sku, photo.photo.group, categories) for photo in sealed]
    if not tests:
        empty, names = np.zeros(0), np.zeros(0, dtype=np.str_)
        return judge(empty, empty, names, names, cross_fitted_gain=gain), ()
    before, _ = measure(tests, bench, present)
    after, _ = measure(tests, bench, proposal)
    was, now, there = top_k(before.ranks, 1), top_k(after.ranks, 1), after.in_dam
    judgement = judge(
        was[there],
        now[there],
        after.clusters[there],
        after.categories[there],
        cross_fitted_gain=gain,
        no_match_difference=auroc_difference(before.no_match, after.no_match, ~there, after.clusters),
    )
    flips = tuple(
        Flip(photo_id=photo.photo.photo_id, sku=photo.sku, gained=bool(now[at] > was[at]))
        for at, photo in enumerate(sealed)
        if photo.sku is not None and now[at] != was[at]
    )
    return judgement, flips


def take_into_use(
    store: Store, version: WeightsVersion, *, by: str, force: bool = False, at: datetime | None = None, why: str = ""
) -> None:
    """Activate a stored proposal where the gate allowed it, or by force, on the record with the person's `why`.

    Raises:
        NotAllowed: the gate did not allow it.
        NotFound: there is no such version.
    """
    said = json.loads(store.weights.get(version).metrics)
    allowed = said.get("judgement", {}).get("allowed", said.get("outcome") != Outcome.WORSE.value)
    if not allowed and not force:
        raise NotAllowed(f"{version} is not activated: {said['reason']}", remedy="use --force to take it all the same")
    parts = ["forced" if force else "", why, str(said.get("reason", "chosen by a person"))]
    activate(store, version, by=by, reason="; ".join(part for part in parts if part), at=at or datetime.now(UTC))
