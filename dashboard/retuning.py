"""What the retune page does: have a proposal fitted, take it into use, go back; and what there is to fit on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from dashboard.measured_figures import figures_of
from dashboard.runs import RunKind, RunRecord, is_running, read_run, start_run
from dashboard.wiring import Services
from data.domain import Reviewer, Side, WeightsVersion
from data.errors import NotAllowed
from data.ranking import Activation
from feedback.labels import FEWEST_LABELS, LabelKind
from feedback.proposals import read_proposals
from feedback.queue import queue_counts, ranked_count
from feedback.versions import roll_back, take_into_use, version_before

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
    """How many labels of each kind each side has; `needed` confirmed photos of the calibration side are the least for a fit."""

    kinds: tuple[tuple[LabelKind, Side, int], ...]
    needed: int

    def of(self, side: Side) -> int:
        """Count the labels of a side that something is learned from or measured by."""
        return sum(number for kind, own, number in self.kinds if own is side and kind in LEARNED_FROM)

    @property
    def enough(self) -> bool:
        """Whether so many photos of the calibration side are confirmed that weights can be fitted."""
        confirmed = [number for kind, own, number in self.kinds if (kind, own) == (LabelKind.MATCH, Side.CALIBRATION)]
        return sum(confirmed) >= self.needed


def count_labels(services: Services) -> LabelCounts | None:
    """Count labels by what they say and by side; None while they are read for the first time."""
    found = figures_of(services).label_sides()
    if found is None:
        return None
    kinds = [kind for kind in LabelKind if kind is not LabelKind.UNDECIDED]
    counted = tuple((kind, side, found[kind, side]) for kind in kinds for side in Side)
    return LabelCounts(kinds=counted, needed=FEWEST_LABELS)


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


def start_fit(services: Services, by: Reviewer, without: Collection[Reviewer] = ()) -> None:
    """Start a fit beside the dashboard, as `couture retune` does it; no page has to stay open for it.

    Raises:
        NotAllowed: one goes on already.
    """
    left_out = [part for name in without for part in ("--without", name)]
    start_run(services.home, RunKind.RETUNE, by, ["retune", "--by", by, *left_out])


def start_ranking(services: Services, by: Reviewer) -> bool:
    """Start ranking what waits with the active weights beside the dashboard; say whether that was needed, and none goes on."""
    if unranked_share(services) == 0 or is_running(services.home, RunKind.RANKING):
        return False
    start_run(services.home, RunKind.RANKING, by, ["queue", "refresh", "--by", by])
    return True


def read_fit(services: Services) -> RunRecord | None:
    """Read how the last fit stands; None where there was none."""
    return read_run(services.home, RunKind.RETUNE)


def read_ranking(services: Services) -> RunRecord | None:
    """Read how the last ranking of what waits stands; None where there was none."""
    return read_run(services.home, RunKind.RANKING)


def share_of(record: RunRecord) -> float:
    """Say how much of a run is done, in 0 … 1."""
    if record.kind is RunKind.RETUNE:
        return share_done(record.stage, record.done, record.total) if record.stage in STAGES else 0.0
    return record.done / max(record.total, 1)


def share_done(stage: str, done: int, total: int) -> float:
    """Say how much of the whole run is done, in 0 … 1."""
    before = list(STAGES)[: list(STAGES).index(stage)]
    return min(sum(STAGES[name] for name in before) + STAGES[stage] * done / max(total, 1), 1.0)


def activate_proposal(services: Services, version: WeightsVersion, by: Reviewer) -> None:
    """Take a proposal into use where the gate allows it, and have what waits ranked by it.

    Raises:
        NotAllowed: the gate does not.
    """
    take_into_use(services.store, version, by=by)
    start_ranking(services, by)


def force_proposal(services: Services, version: WeightsVersion, by: Reviewer, why: str) -> None:
    """Take a proposal into use against the gate, with a person's reason on the record.

    Raises:
        NotAllowed: no reason is given.
    """
    if not why.strip():
        raise NotAllowed("forcing takes a reason", remedy="say why; it stands in the history of activations")
    take_into_use(services.store, version, by=by, force=True, why=why.strip())
    start_ranking(services, by)


def unranked_share(services: Services) -> float:
    """Say of what share of the waiting photos the active weights have said nothing yet, in 0 … 1."""
    waiting = queue_counts(services.store).waiting
    return 1 - ranked_count(services.store) / waiting if waiting else 0.0


def roll_back_weights(services: Services, by: Reviewer) -> Activation:
    """Make the version before the present one rank again, and have what waits ranked by it.

    Raises:
        NotFound: there is none.
    """
    done = roll_back(services.store, by=by, at=datetime.now(UTC))
    start_ranking(services, by)
    return done
