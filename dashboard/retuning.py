"""What the retune page does: fit a proposal, take it into use, go back; and what there is to fit on."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.wiring import Services
from data.domain import Reviewer, Side, WeightsVersion
from data.errors import NotAllowed
from data.ranking import Activation
from feedback.equivalence import read_labels
from feedback.fitting import FEWEST_LABELS
from feedback.labels import LabelKind
from feedback.outlooks import refresh_outlooks
from feedback.proposals import read_proposals
from feedback.queue import queue_counts, ranked_count
from feedback.retune import retune, take_into_use
from feedback.versions import roll_back, version_before

Progress = Callable[[float, str], None]
"""Told how much of the whole run is done, in 0 … 1, and in words."""

RANKED_AT_ONCE = 200
"""Photos that a click ranks: half a minute. The command `couture queue refresh` ranks more."""

LEARNED_FROM = frozenset({LabelKind.MATCH, LabelKind.NOT_IN_DAM})
STAGES = {
    "reading labels": 0.05,
    "comparing labelled photos": 0.35,
    "fitting": 0.20,
    "weighing features": 0.15,
    "calibrating": 0.15,
    "comparing on the sealed side": 0.10,
}
"""The stages of a fit in their order, and about what share of the run each takes."""


@dataclass(frozen=True, kw_only=True)
class LabelCounts:
    """How many labels may be fitted on, and how many are sealed; `needed` confirmed photos are the least that a fit takes."""

    calibration: int
    sealed: int
    quarantined: int
    needed: int


def count_labels(services: Services) -> LabelCounts:
    """Count the labels that say something of a photo, by side."""
    labels = {photo_id: label for photo_id, label in read_labels(services.store).items() if not label.accepted}
    sides = [
        photo.side
        for photo in services.store.photos.all()
        if photo.photo_id in labels and labels[photo.photo_id].kind in LEARNED_FROM
    ]
    return LabelCounts(
        calibration=sides.count(Side.CALIBRATION),
        sealed=sides.count(Side.TEST),
        quarantined=sides.count(Side.QUARANTINED),
        needed=FEWEST_LABELS,
    )


def active_version(services: Services) -> WeightsVersion:
    """Say which version ranks now.

    Raises:
        NotEnoughEvidence: nothing is indexed yet.
    """
    return services.matcher.weights_version


def earlier_version(services: Services) -> WeightsVersion | None:
    """Say which version rolling back would bring; None where there is none."""
    return version_before(services.store)


def list_proposals(services: Services) -> list[WeightsVersion]:
    """List the proposals, newest first."""
    return [proposal.version for proposal in read_proposals(services.store)]


def fit_proposal(
    services: Services, by: Reviewer, on_progress: Progress, *, without: Collection[Reviewer] = ()
) -> WeightsVersion:
    """Fit a proposal on the calibration side and compare it on the sealed side; nothing is taken into use.

    Args:
        services: where from and to.
        by: who asks.
        on_progress: told how far the run is.
        without: reviewers whose labels are left out.

    Raises:
        NotEnoughEvidence: too few labels, or nothing is indexed.
        NotFound: a reviewer who is to be left out has reviewed nothing.
    """

    def report(stage: str, done: int, total: int) -> None:
        on_progress(share_done(stage, done, total), f"{stage}: {done:,} of {total:,}")

    return retune(services.store, services.backends, by=by, without=without, on_progress=report).version


def share_done(stage: str, done: int, total: int) -> float:
    """Say how much of the whole run is done, in 0 … 1."""
    before = list(STAGES)[: list(STAGES).index(stage)]
    return min(sum(STAGES[name] for name in before) + STAGES[stage] * done / max(total, 1), 1.0)


def activate_proposal(services: Services, version: WeightsVersion, by: Reviewer) -> None:
    """Take a proposal into use where the gate allows it.

    Raises:
        NotAllowed: the gate does not.
    """
    take_into_use(services.store, version, by=by)


def force_proposal(services: Services, version: WeightsVersion, by: Reviewer, why: str) -> None:
    """Take a proposal into use against the gate, with a person's reason on the record.

    Raises:
        NotAllowed: no reason is given.
    """
    if not why.strip():
        raise NotAllowed("forcing takes a reason", remedy="say why; it stands in the history of activations")
    take_into_use(services.store, version, by=by, force=True, why=why.strip())


def unranked_share(services: Services) -> float:
    """Say of what share of the waiting photos the active weights have said nothing yet, in 0 … 1."""
    waiting = queue_counts(services.store).waiting
    return 1 - ranked_count(services.store) / waiting if waiting else 0.0


def rank_waiting_photos(services: Services, on_progress: Progress) -> int:
    """Rank some of the waiting photos with the active weights, so that every order of the queue works; say how many.

    Raises:
        NotEnoughEvidence: nothing is indexed yet.
    """

    def report(_stage: str, done: int, total: int) -> None:
        on_progress(done / max(total, 1), f"ranking what waits: {done:,} of {total:,}")

    return refresh_outlooks(services.store, services.backends, report, most=RANKED_AT_ONCE).made


def roll_back_weights(services: Services, by: Reviewer) -> Activation:
    """Make the version before the present one rank again.

    Raises:
        NotFound: there is none.
    """
    return roll_back(services.store, by=by, at=datetime.now(UTC))
