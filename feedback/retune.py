"""Retuning: from the calibration set's labels to a proposal, its comparison on the sealed side, and the gate's word."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np

from data.domain import PhotoId, Reviewer, Side, Sku, WeightsVersion
from data.errors import NotAllowed
from data.store import Store
from feedback.evaluation import active_weights, measure
from feedback.gate import Judgement, Outcome, judge
from feedback.known_photos import known_photo
from feedback.metrics import auroc_difference, bootstrap_interval, paired_difference, top_k
from feedback.samples import Bench, LabelledPhoto, labelled_photos
from feedback.tuning import Moment, tune
from feedback.versions import activate
from matching.backends import Backends
from matching.evidence import load_basis
from matching.preparation import record_of
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
    without: Collection[Reviewer] = (),
    seed: int = 0,
    on_progress: Progress | None = None,
) -> Proposal:
    """Fit weights on the calibration side, compare them on the sealed side, store them as a proposal.

    Args:
        store: where from and to.
        backends: which engines.
        by: who asks.
        take: activate it where the gate allows.
        force: activate it in any case, on the record.
        without: reviewers whose labels are left out.
        seed: kept with the version; the fit itself draws nothing.
        on_progress: told the stage, how much is done, how much there is.

    Raises:
        NotEnoughEvidence: too few labels to fit, or nothing is indexed.
    """
    report = on_progress or (lambda _stage, _done, _total: None)
    present, now = active_weights(store), datetime.now(UTC)
    events = store.events.all()
    moment = Moment(watermark=events[-1].sequence if events else -1, until=now, without=tuple(sorted(without)))
    version = WeightsVersion(f"v{store.weights.latest_number() + 1}")
    tuned = tune(store, backends, present, moment, version, report)
    matched = np.array([bool(photo.positives) for photo in tuned.photos])
    held_out, before = (top_k(ranks[matched], 1) for ranks in (tuned.fit.held_out_ranks, tuned.present_ranks))
    clusters = np.array([photo.sku for photo in tuned.photos if photo.positives], dtype=np.str_)
    gain = paired_difference(before, held_out, clusters)
    report("comparing on the sealed side", 0, 1)
    basis = load_basis(store, present.basis)
    sealed = labelled_photos(store, backends, basis, Side.TEST, labels=tuned.labels)
    categories = {asset.sku: asset.category for asset in store.assets.all()}
    judgement, flips = compare(sealed, tuned.bench, present, tuned.weights, categories, gain=gain.value)
    labels = int(matched.sum())
    metrics = {
        "labels": labels,
        "sealed": len([photo for photo in sealed if photo.sku is not None]),
        "strength": tuned.fit.strength,
        "cross_fitted_gain": gain.value,
        "cross_fitted": {"top1": asdict(bootstrap_interval(held_out, clusters)), "gain": asdict(gain)},
        "outcome": judgement.outcome.value,
        "reason": judgement.reason,
        "shift_photos": tuned.shift_photos,
        "until": now.isoformat(),
        "without": list(moment.without),
        "present": present.version,
        "judgement": asdict(judgement),
        "flips": [asdict(flip) for flip in flips],
    }
    record = record_of(
        tuned.weights, parent=present.version, created_by=by, at=now, metrics=metrics, watermark=moment.watermark, seed=seed
    )
    store.weights.put([record])
    report("comparing on the sealed side", 1, 1)
    allowed = judgement.allowed or force
    if take and allowed:
        why = judgement.reason if judgement.allowed else f"forced; {judgement.reason}"
        activate(store, version, by=by, reason=why, at=now)
    return Proposal(
        version=version,
        parent=present.version,
        labels=labels,
        judgement=judgement,
        flips=flips,
        activated=take and allowed,
        strength=tuned.fit.strength,
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
