"""Retuning: from the calibration set's labels to a proposal, its comparison on the sealed side, and the gate's word."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import UTC, datetime

from data.domain import Reviewer, Side, WeightsVersion
from data.store import Store
from feedback.comparison import compare, flips_of
from feedback.corrections import read_corrections
from feedback.evaluation import active_weights
from feedback.proposals import Proposal
from feedback.samples import labelled_photos
from feedback.suspicion import read_suspicions
from feedback.tuning import Moment, tune
from feedback.versions import activate
from matching.backends import Backends
from matching.evidence import load_basis
from matching.preparation import record_of

Progress = Callable[[str, int, int], None]


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
        NotFound: a reviewer who is to be left out has reviewed nothing.
    """
    report = on_progress or (lambda _stage, _done, _total: None)
    present, now = active_weights(store), datetime.now(UTC)
    events = store.events.all()
    suspicions = read_suspicions(store, left_out=without)
    told = [one.reason for one in suspicions]
    moment = Moment(
        watermark=max((event.sequence for event in events), default=-1),
        equivalences=max((event.sequence for event in store.equivalences.all()), default=-1),
        until=now,
        corrections=max((event.sequence for event in store.corrections.all()), default=-1),
        crops=max((event.sequence for event in store.crops.all()), default=-1),
        gold=max((event.sequence for event in store.gold_marks.all()), default=-1),
        without=tuple(sorted(without)),
    )
    version = WeightsVersion(f"v{store.weights.latest_number() + 1}")
    tuned = tune(store, backends, present, moment, version, report)
    report("comparing on the sealed side", 0, 1)
    basis, said = load_basis(store, present.basis), read_corrections(store)
    sealed = labelled_photos(store, backends, basis, Side.TEST, labels=tuned.labels, corrections=said)
    categories = {asset.sku: asset.category for asset in store.assets.all()}
    gain, looks = tuned.gain, count_looks(store) + 1
    found = compare(
        sealed,
        tuned.bench,
        present,
        tuned.weights,
        categories,
        gain.value,
        suspicions=told,
        looks=looks if sealed else None,
    )
    judgement = found.judgement
    flips = (*found.flips, *flips_of(tuned.photos, tuned.present_ranks, tuned.fit.held_out_ranks, Side.CALIBRATION))
    labels = sum(bool(photo.positives) for photo in tuned.photos)
    metrics = {
        "labels": labels,
        "sealed": len([photo for photo in sealed if photo.sku is not None]),
        "strength": tuned.fit.strength,
        "first_photos": tuned.fit.first_photos,
        "cross_fitted_gain": gain.value,
        "cross_fitted": {"top1": asdict(tuned.held_out), "gain": asdict(gain)},
        "by_category": {name: asdict(interval) for name, interval in found.by_category.items()},
        "sealed_top1": asdict(found.top1) if found.top1 else None,
        "sealed_top1_before": asdict(found.top1_before) if found.top1_before else None,
        "no_match_auroc": asdict(found.no_match_auroc) if found.no_match_auroc else None,
        "outcome": judgement.outcome.value,
        "reason": judgement.reason,
        "shift_photos": tuned.shift_photos,
        "until": now.isoformat(),
        "equivalences": moment.equivalences,
        "corrections": moment.corrections,
        "crops": moment.crops,
        "gold": moment.gold,
        "undescribed": sorted(tuned.undescribed),
        "without": list(moment.without),
        "suspected": sorted({one.reviewer for one in suspicions}),
        "catalogue": tuned.catalogue,
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


def count_looks(store: Store) -> int:
    """Count the proposals that were compared on the sealed side: each look makes it a little less of a secret."""
    judged = [json.loads(record.metrics).get("judgement") for record in store.weights.all()]
    return sum(said is not None and said.get("difference") is not None for said in judged)
